"""`hannun quarantine`: rows that could not be loaded."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hannun.cli.common import HomeOption, JsonOption, console, home_of, show, table

app = typer.Typer(help="Rows that could not be loaded, with their reasons.", no_args_is_help=True)
TableArgument = Annotated[str, typer.Argument(help="The table, such as transactions.")]
FileOption = Annotated[
    str | None, typer.Option("--file", help="Only of this file: its name, or the beginning of its fingerprint.", show_default=False)
]


@app.command("list")
def list_(home: HomeOption = None, json: JsonOption = False) -> None:
    """Quarantined rows by table, file and reason."""
    from hannun.workflows import quarantine

    found = quarantine.summary(home_of(home))

    def render() -> None:
        if not found:
            console.print("no rows are in quarantine")
            return
        rows = [(item["table"], item["file"], item["column"], item["reason"], item["rows"], item["since"]) for item in found]
        table("", ["table", "file", "column", "reason", "rows", "since"], rows, right=["rows"])

    show(found, json, render)


@app.command("show")
def show_(
    name: TableArgument,
    *,
    file: FileOption = None,
    limit: Annotated[int, typer.Option("--limit", help="At most so many rows.", min=1)] = 100,
    reveal: Annotated[bool, typer.Option("--reveal", help="Open the sealed texts of personal tables.")] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Rows of one table's quarantine: file, row, column, reason and the text they had."""
    from hannun.workflows import quarantine

    found = quarantine.rows(home_of(home), name, file=file, limit=limit, reveal=reveal)
    show(found, json, lambda: _print(found))


def _print(found: list[dict[str, Any]]) -> None:
    def text(value: str | None) -> str:
        return "(sealed)" if value is not None and value.startswith("enc:") else value or ""

    rows = [
        (item["_file"], item["_row"], item["_column"], item["_reason"], item["_detail"], text(item["_value"]), text(item["_raw"]))
        for item in found
    ]
    table("", ["file", "row", "column", "reason", "detail", "value", "source row"], rows, right=["row"])


@app.command()
def retry(
    name: TableArgument,
    *,
    file: FileOption = None,
    mapping: Annotated[
        str | None, typer.Option("--mapping", help="Another mapping than the one that they were refused by.", show_default=False)
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Load rows again from the archived originals, by today's mapping and contracts; each at most once."""
    from hannun.workflows import quarantine

    done = quarantine.retry(home_of(home), name, file=file, mapping=mapping)
    rows = [(item.file, item.table, item.rows_retried, item.rows_loaded, item.rows_quarantined) for item in done]
    names = ["file", "table", "retried", "loaded", "still quarantined"]

    def render() -> None:
        if not done:
            console.print("nothing to do: no rows are in quarantine")
            return
        table("", names, rows, right=names[2:])

    show([item.as_dict() for item in done], json, render)
