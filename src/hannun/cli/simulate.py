"""`hannun simulate`: the synthetic card company."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hannun.cli.common import JsonOption, console, say, show, table


class FileFormat(StrEnum):
    """Formats of the files."""

    csv = "csv"
    parquet = "parquet"


def simulate(
    *,
    customers: Annotated[int, typer.Option("--customers", help="How many customers.", min=1)],
    months: Annotated[int, typer.Option("--months", help="How many months.", min=1)],
    out: Annotated[Path, typer.Option("--out", help="A folder that is not there yet, or empty.")],
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same bytes.", min=0)] = 1,
    form: Annotated[FileFormat, typer.Option("--format", help="Format of the files.")] = FileFormat.csv,
    until: Annotated[str, typer.Option("--until", help="The last month.")] = "2026-09",
    truth: Annotated[
        Path | None,
        typer.Option("--truth", help="Folder for the hidden truth, which no model reads; else OUT-truth.", show_default=False),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Write the files of a synthetic card company, for all core tables; load them with --mapping simulated."""
    from hannun.base.dates import parse_day
    from hannun.simulate import Plan, describe
    from hannun.simulate import simulate as run

    plan = Plan(customers, months, seed, parse_day(f"{until}-01"))
    data = describe(run(plan, out, truth_to=truth, form=form.value, progress=say))

    def render() -> None:
        if data["already_done"]:
            console.print(f"{out} holds this simulation already: nothing to do")
            return
        table("", ["file", "rows"], data["rows"].items(), right=["rows"])
        mapping = "simulated" if form is FileFormat.csv else "simulated_parquet"
        console.print(f"in {data['out']}; the truth, for judging only, in {data['truth']}")
        console.print(f"load it: hannun ingest {data['out']} --mapping {mapping}")

    show(data, json, render)
