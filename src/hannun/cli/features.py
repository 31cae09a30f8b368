"""`hannun features`: feature sets, and building them as of a date."""

from __future__ import annotations

from typing import Annotated

import typer

from hannun.cli.common import AsOfOption, HomeOption, JsonOption, as_of_day, console, home_of, say, show, table, unseen_lines

app = typer.Typer(help="Feature sets: SQL files, built as of a date.", no_args_is_help=True)


@app.command("list")
def list_(home: HomeOption = None, json: JsonOption = False) -> None:
    """All feature sets."""
    sets = home_of(home).features.values()
    data = [
        {
            "name": item.name,
            "table": item.table,
            "entity": item.entity,
            "grain": list(item.grain),
            "columns": len(item.columns),
            "description": item.description,
            "description_ko": item.description_ko,
            "source": item.source,
        }
        for item in sets
    ]
    rows = [
        (item.name, item.entity, ", ".join(item.grain), len(item.columns), item.description_ko, item.description) for item in sets
    ]
    show(data, json, lambda: table("", ["set", "entity", "grain", "columns", "설명", "description"], rows, right=["columns"]))


@app.command("show")
def show_(
    name: Annotated[str, typer.Argument(help="The feature set, such as recency.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """One feature set: its columns and its SQL."""
    from dataclasses import asdict

    item = home_of(home).features[name]

    def render() -> None:
        console.print(f"[bold]{item.table}[/bold] {item.description_ko} · {item.description}")
        console.print(f"one row for each {', '.join(item.grain)}; as_of: {item.as_of}", markup=False)
        table("", ["column", "설명", "description"], [(part.name, part.description_ko, part.description) for part in item.columns])
        body = [line for line in item.sql.splitlines() if not line.startswith("--")]
        console.print("\n".join(body), markup=False, soft_wrap=True)

    show(asdict(item), json, render)


@app.command()
def build(
    names: Annotated[list[str] | None, typer.Argument(help="The sets; none: all.", show_default=False)] = None,
    home: HomeOption = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Build feature sets as of a date; what has not changed is left as it is."""
    from dataclasses import asdict

    from hannun.workflows import features

    opened = home_of(home)
    found = features.build(opened, as_of_day(opened, as_of), names or (), progress=say)
    data = [
        {
            "set": item.feature_set,
            "as_of": item.as_of,
            "status": item.status,
            "rows": item.rows,
            "spending": item.basis,
            "unseen": asdict(item.unseen) if item.unseen else None,
            "run": item.run,
            "versions": dict(item.versions),
        }
        for item in found
    ]

    def render() -> None:
        rows = [(i.feature_set, i.as_of, i.status, i.rows, i.basis) for i in found]
        table("", ["set", "as_of", "", "rows", "spending"], rows, right=["rows"])
        for item in found:
            for line in unseen_lines(item.unseen):
                console.print(f"{item.feature_set}: {line}")
        if all(item.status == "empty" for item in found):
            console.print(f"nothing was known of it by {found[0].as_of}")
        elif all(item.status in ("unchanged", "empty") for item in found):
            console.print("nothing to do: the sources and the sets have not changed")

    show(data, json, render)
