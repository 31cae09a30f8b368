"""`hannun contracts`: the tables' contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from hannun.cli.common import HomeOption, JsonOption, console, show, table

app = typer.Typer(help="The tables' contracts.", no_args_is_help=True)


def _contracts(home: Path | None) -> Any:
    """The contracts of the home if there is one, else the shipped ones."""
    from hannun import contracts
    from hannun.base.errors import SettingsError
    from hannun.cli.common import home_of

    try:
        return home_of(home).contracts
    except SettingsError:
        if home is not None:
            raise
        return contracts.load()


@app.command("list")
def list_(home: HomeOption = None, json: JsonOption = False) -> None:
    """All tables with a contract."""
    found = _contracts(home).values()
    data = [
        {
            "table": item.table,
            "name_ko": item.name_ko,
            "kind": item.kind,
            "version": item.version,
            "columns": len(item.columns),
            "key": list(item.key),
            "owner": item.owner,
            "description": item.description,
        }
        for item in found
    ]
    rows = [(item.table, item.name_ko, item.kind, len(item.columns), ", ".join(item.key), item.owner) for item in found]
    show(data, json, lambda: table("", ["table", "테이블", "kind", "columns", "key", "owner"], rows, right=["columns"]))


@app.command("show")
def show_(
    name: Annotated[str, typer.Argument(help="The table, such as core.cards or cards.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """One table's columns, rules and classification."""
    from dataclasses import asdict

    contract = _contracts(home)[name]

    def render() -> None:
        console.print(f"[bold]{contract.table}[/bold] {contract.name_ko} · {contract.kind} · {contract.version} · {contract.owner}")
        console.print(contract.description)
        rows = [
            (
                column.name,
                column.name_ko,
                column.type,
                "key" if column.name in contract.key else "required" if column.required else "",
                column.classification,
                f"{column.reference.table}.{column.reference.column}" if column.reference else ", ".join(column.allowed),
                column.description,
            )
            for column in contract.columns
        ]
        table("", ["column", "한글명", "type", "", "class", "refers to / values", "description"], rows)

    show(asdict(contract), json, render)


@app.command()
def export(
    out: Annotated[Path, typer.Option("--out", help="Folder to write the YAML files to.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Write every contract as an Open Data Contract Standard file, to edit or to hand on."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for contract in _contracts(home).values():
        path = out / Path(contract.source).name
        path.write_bytes(Path(contract.source).read_bytes())
        written.append(str(path))
    show(written, json, lambda: console.print(f"{len(written)} contracts in {out}"))
