"""`hannun demo`: the whole line on a simulated company, from files to pages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hannun.cli.common import HomeOption, JsonOption, console, say, show

if TYPE_CHECKING:
    from hannun.workflows.home import Home

MAPPING = "simulated"
UNTIL = "2026-09"


def demo(
    *,
    home: HomeOption = None,
    customers: Annotated[int, typer.Option("--customers", help="How many customers.", min=1)] = 20_000,
    months: Annotated[int, typer.Option("--months", help="How many months.", min=1)] = 13,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same company.", min=0)] = 1,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Show the pages afterwards, until Ctrl-C.")] = True,
    json: JsonOption = False,
) -> None:
    """Simulate a card company, load its files, build features, grades and views, and show the pages.

    What a demo of the same size and seed has done already is not done again.
    """
    seconds: dict[str, float] = {}
    opened, data = _line(_place(home), customers, months, seed, seconds)
    data["seconds"] = {**seconds, "all": round(sum(seconds.values()), 1)}
    show(data, json, lambda: _tell(data))
    if serve and not json:
        from hannun.cli.serve import serve as run_server

        run_server(home=opened.settings.home, host=None, port=None)


def _place(home: Path | None) -> Path:
    import os

    return home or Path(os.environ.get("HANNUN_HOME", "hannun-home"))


def _line(place: Path, customers: int, months: int, seed: int, seconds: dict[str, float]) -> tuple[Home, dict[str, Any]]:
    """Run every stage; returns the home and what each stage came to."""
    from hannun.base.dates import month_end, parse_day
    from hannun.base.errors import HannunError
    from hannun.base.settings import Settings
    from hannun.simulate import Plan, simulate
    from hannun.workflows.features import build
    from hannun.workflows.home import open_home
    from hannun.workflows.ingest import ingest
    from hannun.workflows.init import init
    from hannun.workflows.score import score
    from hannun.workflows.views import build_views

    first = parse_day(f"{UNTIL}-01")
    as_of = month_end(first)
    # Beside the home, not in it: a company's files hold personal data in clear, a home never does.
    files = place.with_name(f"{place.name}-files") / f"{customers}x{months}-seed{seed}"
    _refuse_another(place, files)
    with _stage("home", seconds):
        init(place)
        opened = open_home(Settings.load(place))
    with _stage("simulate", seconds):
        simulate(
            Plan(customers, months, seed, first), files, truth_to=files.with_name(f"{files.name}-truth"), progress=lambda _: None
        )
    with _stage("ingest", seconds):
        reports = ingest(opened, [files], MAPPING)
        wrong = [f"{report.file}: {report.error}" for report in reports if report.error]
        if wrong:
            raise HannunError(f"{len(wrong)} of {len(reports)} files were refused; the first: {wrong[0]}")
    with _stage("features", seconds):
        sets = build(opened, as_of)
    with _stage("grades", seconds):
        graded = score(opened, as_of)
    with _stage("views", seconds):
        views = build_views(opened, as_of)
    return opened, {
        "home": str(opened.settings.home),
        "folder": str(files.absolute()),
        "as_of": as_of,
        "files": len(reports),
        "rows_read": sum(report.rows_read for report in reports),
        "rows_loaded": sum(report.rows_loaded for report in reports),
        "rows_quarantined": sum(report.rows_quarantined for report in reports),
        "features": {item.feature_set: item.rows for item in sets},
        "grades": {item.population: item.customers for item in graded},
        "views": views.customers,
        "example": _example(opened, as_of),
        "address": f"http://{opened.settings.host}:{opened.settings.port}/",
    }


def _refuse_another(place: Path, files: Path) -> None:
    """A home holds one company: a second simulation would mix its customers with the first one's."""
    from hannun.base.errors import HannunError

    folder = files.parent
    others = [item.name for item in folder.iterdir() if item.is_dir() and "-truth" not in item.name] if folder.is_dir() else []
    if others and files.name not in others:
        raise HannunError(f"{place} holds the demo {others[0]}", mend="choose another home: hannun demo --home ANOTHER …")


@contextmanager
def _stage(name: str, seconds: dict[str, float]) -> Iterator[None]:
    say(f"{name} …")
    began = time.monotonic()
    yield
    seconds[name] = round(time.monotonic() - began, 1)
    say(f"{name}: {seconds[name]} s")


def _example(home: Home, as_of: date) -> str:
    """A customer worth looking at: the first of the best grade in the segment with most members."""
    with home.engine.session(as_of=as_of) as session:
        found = session.query(
            """SELECT customer_id FROM score.marketing_score
               WHERE as_of = $as_of AND population = 'credit' AND is_member AND grade = 1
               ORDER BY rank, usage_krw DESC, segment_id, customer_id LIMIT 1"""
        )
    return str(found["customer_id"][0]) if found.num_rows else ""


def _tell(data: dict[str, Any]) -> None:
    seconds = data["seconds"]
    console.print(
        f"{data['rows_loaded']:,} of {data['rows_read']:,} rows loaded, {data['rows_quarantined']:,} quarantined; "
        f"{data['views']:,} customers as of {data['as_of']}, in {seconds['all']} s"
    )
    console.print(f"files     {data['folder']}")
    console.print(f"home      {data['home']}")
    if data["example"]:
        console.print(f"look      hannun view {data['example']} --home {data['home']}")
    console.print(f"lists     hannun segments list --as-of {data['as_of']} --home {data['home']}")
    console.print(f"pages     hannun serve --home {data['home']}   then {data['address']}")
