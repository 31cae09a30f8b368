"""`hannun campaigns`: target lists."""

from __future__ import annotations

from typing import Annotated

import typer

from hannun.cli.common import AsOfOption, HomeOption, JsonOption, as_of_day, console, home_of, show, table

app = typer.Typer(help="Target lists.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Target lists."""


@app.command()
def preview(
    *,
    segment: Annotated[str, typer.Option("--segment", help="The segment, by id or Korean name.")],
    population: Annotated[str, typer.Option("--population", help="The population: credit, check, wallet …")],
    volume: Annotated[int, typer.Option("--volume", min=1, help="How many people.")],
    channel: Annotated[str, typer.Option("--channel", help="sms, phone, email, app or dm.")] = "sms",
    night: Annotated[bool, typer.Option("--night", help="Contacted between 21:00 and 08:00.")] = False,
    home: HomeOption = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Who would be contacted: exactly so many, down the grades, then the score; only those who agreed. Writes nothing."""
    from hannun.decisions import REASONS
    from hannun.workflows import campaigns

    opened = home_of(home)
    plan = campaigns.Plan(segment, population, volume, channel, night)
    found = campaigns.preview(opened, plan, as_of_day(opened, as_of))
    selection = found.selection
    targets = selection.targets.to_pylist()
    data = {
        "segment": found.segment_id,
        "population": found.population,
        "channel": channel,
        "night": night,
        "as_of": found.as_of,
        "graded_as_of": found.graded_as_of,
        "requested": selection.requested,
        "chosen": len(targets),
        "missing": selection.missing,
        "graded": selection.graded,
        "available": selection.available,
        "grades": {str(grade): count for grade, count in found.grades.items()},
        "excluded": selection.excluded,
        "passed_over": selection.passed_over,
        "targets": targets,
    }

    def render() -> None:
        dates = f"graded as of {found.graded_as_of}, consents as of {found.as_of}"
        console.print(f"{found.segment_id} · {found.population} · {channel}, {dates}")
        if selection.missing:
            console.print(f"only {selection.available:,} may be contacted: {selection.missing:,} fewer than asked for")
        rows = [(grade, count) for grade, count in found.grades.items()]
        table(f"{len(targets):,} of {selection.graded:,} graded", ["grade", "chosen"], rows, right=["grade", "chosen"])
        reasons = [
            (REASONS[name][1], REASONS[name][0], n, selection.passed_over.get(name, 0)) for name, n in selection.excluded.items()
        ]
        if reasons:
            columns = ["사유", "reason", "of all", "above the last chosen"]
            table("may not be contacted", columns, reasons, right=columns[2:])
        columns = ["customer_id", "rank", "grade", "points", "usage_krw", "score"]
        first = [(*(row[name] for name in columns[:-1]), f"{row['score']:.4f}") for row in targets[:20]]
        table("the first of them", columns, first, right=columns[1:])

    show(data, json, render)
