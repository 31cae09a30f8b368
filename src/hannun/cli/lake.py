"""`hannun lake`: the tables as stored."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from hannun.cli.common import HomeOption, JsonOption, console, home_of, say, show, table

app = typer.Typer(help="The lake's tables as stored.", no_args_is_help=True)

TableArgument = Annotated[str, typer.Argument(help="The table, such as core.cards or cards.")]


@app.command("list")
def list_(home: HomeOption = None, json: JsonOption = False) -> None:
    """All tables with their version, rows, files and size."""
    from hannun.workflows.lake import overview

    data = overview(home_of(home))
    rows = [
        (item["table"], item["version"], item["rows"], item["files"], _size(item["bytes"]), item["contract_version"])
        for item in data
    ]
    right = ["version", "rows", "files", "size"]
    show(data, json, lambda: table("", ["table", "version", "rows", "files", "size", "contract"], rows, right=right))


@app.command()
def describe(
    name: TableArgument,
    version: Annotated[int | None, typer.Option("--version", help="Of this version.", show_default=False)] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="As it was at a time, such as 2026-09-30T12:00+09:00.", show_default=False)
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """One table: columns, partitions, what its log keeps."""
    from hannun.workflows.lake import describe as look

    data = look(home_of(home), name, version, _instant(at) if at else None)

    def render() -> None:
        console.print(f"{data['table']} · version {data['version']} · contract {data['contract_version'] or '–'}", style="bold")
        if data["description"]:
            console.print(data["description"], markup=False)
        console.print(f"{data['rows']:,} rows in {data['files']:,} files, {_size(data['bytes'])}")
        marks = {**dict.fromkeys(data["statistics"], "statistics"), **dict.fromkeys(data["partition_by"], "partition")}
        table("", ["column", "type", ""], [(item["name"], item["type"], marks.get(item["name"])) for item in data["columns"]])
        if data["partition_by"]:
            rows = [
                (
                    *("NULL" if value is None else value for value in part["values"].values()),
                    part["rows"],
                    part["files"],
                    _size(part["bytes"]),
                )
                for part in data["partitions"]
            ]
            table("", [*data["partition_by"], "rows", "files", "size"], rows, right=["rows", "files", "size"])

    show(data, json, render)


@app.command()
def history(
    name: TableArgument,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the newest so many.", show_default=False)] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """One table's commits, newest first."""
    from hannun.workflows.lake import history as look

    data = look(home_of(home), name, limit)
    rows = [
        (
            str(item["version"]),
            f"{item['at']:%Y-%m-%d %H:%M:%S}Z",
            item["operation"],
            "" if item["app"] is None else f"{item['app']} {item['txn_version']}",
            ", ".join(f"{key} {value:,}" for key, value in item["details"].items()),
        )
        for item in data
    ]
    show(data, json, lambda: table("", ["version", "at", "operation", "transaction", "details"], rows, right=["version"]))


@app.command()
def maintain(
    names: Annotated[list[str] | None, typer.Argument(help="Tables; none: all.", show_default=False)] = None,
    keep_days: Annotated[
        int | None,
        typer.Option("--keep-days", min=0, help="Days of time travel to keep; else keep_history_days.", show_default=False),
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Join small files, shorten the logs, remove files that no kept version needs. Safe beside readers and loads."""
    from dataclasses import asdict

    from hannun.workflows.lake import maintain as run

    data = [asdict(item) for item in run(home_of(home), names or [], keep_days, say)]
    rows = [
        (item["table"], item["files_before"], item["files_after"], item["files_removed"], item["log_files_removed"])
        for item in data
    ]
    columns = ["table", "files before", "files after", "files removed", "log files removed"]
    show(data, json, lambda: table("", columns, rows, right=columns[1:]))


def _size(number: int) -> str:
    if number < 1000:
        return f"{number} B"
    power = min((len(str(number)) - 1) // 3, 4)
    return f"{number / 1000**power:,.1f} {('', 'KB', 'MB', 'GB', 'TB')[power]}"


def _instant(text: str) -> datetime:
    from hannun.base.dates import SEOUL
    from hannun.base.errors import HannunError

    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise HannunError(f"'{text}' is not a time", mend="write it as 2026-09-30T12:00+09:00") from None
    # A time without its zone is what a clock in Seoul says.
    return found if found.tzinfo else found.replace(tzinfo=SEOUL)
