"""`hannun segments`: model 01's segments and their counts."""

from __future__ import annotations

from typing import Annotated

import typer

from hannun.cli.common import AsOfOption, HomeOption, JsonOption, as_of_day, console, home_of, show, table

app = typer.Typer(help="Segments of model 01 and their counts.", no_args_is_help=True)


@app.command("list")
def list_(home: HomeOption = None, as_of: AsOfOption = None, json: JsonOption = False) -> None:
    """All segments, with the members of the last grading."""
    from hannun.models.marketing_score import POPULATIONS
    from hannun.workflows.campaigns import segment_counts

    opened = home_of(home)
    day = as_of_day(opened, as_of)
    counts = segment_counts(opened, day)
    members: dict[str, dict[str, int]] = {}
    for row in counts:
        members.setdefault(row["segment_id"], {})[row["population"]] = row["members"]
    populations = [name for name in POPULATIONS if any(row["population"] == name for row in counts)]
    segments = opened.segments.values()
    data = [{"id": i.id, "name_ko": i.name_ko, "name_en": i.name_en, "members": members.get(i.id, {})} for i in segments]
    rows = [(i.id, i.name_ko, *(members.get(i.id, {}).get(name) for name in populations)) for i in segments]

    def render() -> None:
        heads = [name.replace("_", "\n") for name in populations]
        table("members", ["segment", "세그먼트", *heads], rows, right=heads)
        if not counts:
            console.print(f"nobody was graded by {day}: hannun models score marketing_score --as-of {day}")

    show(data, json, render)


@app.command("show")
def show_(
    segment: Annotated[str, typer.Argument(help="The segment, by id or Korean name.")],
    home: HomeOption = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """One segment: what makes it, which industries it finds here, and how many customers stand in each grade."""
    from hannun.workflows.campaigns import segment_counts, segment_industries

    opened = home_of(home)
    item = opened.segments[segment]
    day = as_of_day(opened, as_of)
    counts = [row for row in segment_counts(opened, day) if row["segment_id"] == item.id]
    industries = segment_industries(opened, item, day)
    data = {**item.model_dump(by_alias=True), "industries": industries, "graded": counts}

    def render() -> None:
        console.print(f"[bold]{item.name_ko}[/bold] {item.name_en} · {item.id}")
        least = item.minimum
        console.print(f"member: at least {least.monthly_krw:,}원 a month on average, {least.times} purchases in all")
        console.print("industries here: " + (", ".join(part["name_ko"] for part in industries) or "none"), markup=False)
        columns = ["population", "as_of", "members", "others", *"1234567"]
        rows = [(r["population"], r["as_of"], r["members"], r["others"], *r["grades"]) for r in counts]
        table("", columns, rows, right=columns[2:])

    show(data, json, render)
