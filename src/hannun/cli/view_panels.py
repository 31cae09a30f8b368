"""The single view in a terminal: six panels, with small charts of block characters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from hannun.views import COLUMNS, amounts
from hannun.views.entries import entries
from hannun.views.facts import facts
from hannun.views.words import Words

Document = dict[str, Any]
_STYLES = {"": "", "good": "green", "warn": "yellow", "bad": "bold red", "quiet": "dim"}
_NUMBERS = "①②③④⑤⑥"
_BAR = 10


def panels(words: Words, document: Document, width: int) -> RenderableType:
    """The whole view for a terminal of `width` characters: three, two or one panel beside each other."""
    across = 3 if width >= 150 else 2 if width >= 96 else 1
    bodies = [(number, column, Group(*_column(words, document, column))) for number, column in enumerate(COLUMNS)]
    grid = Table.grid(expand=True)
    for _ in range(across):
        grid.add_column(ratio=1)
    for start in range(0, len(bodies), across):
        row = bodies[start : start + across]
        height = max(_height(body, width // across - 4) for _, _, body in row)
        grid.add_row(*(_box(words, number, column, body, height) for number, column, body in row))
    return Group(_head(words, document), grid)


def _box(words: Words, number: int, column: str, body: RenderableType, height: int) -> RenderableType:
    title = f"[bold]{_NUMBERS[number]} {words(f'column.{column}')}[/bold]"
    return Panel(body, title=title, title_align="left", border_style="dim", padding=(0, 1), height=height + 2)


def _height(body: RenderableType, width: int) -> int:
    console = Console(width=width)
    return len(console.render_lines(body, pad=False))


def _head(words: Words, document: Document) -> RenderableType:
    basis = words(f"view.basis_{document['basis']}")
    line = Text.assemble(
        (words("view.title", id=document["customer_id"]), "bold"),
        "  ",
        (f"{words('app.as_of', day=amounts.day(document['as_of']))} · {basis} · {document['generation']}", "dim"),
    )
    cards = document["status"]["cards"]
    if cards["status"] == "ok":
        valid = cards["is_valid_member"]
        line.append(f"  ● {words('view.valid' if valid else 'view.not_valid')}", "green" if valid else "dim")
    return line


def _column(words: Words, document: Document, column: str) -> Iterable[RenderableType]:
    waiting = []
    for name, cell in document[column].items():
        if cell["status"] == "not_yet":
            waiting.append(
                Text.assemble(
                    (f"{words(f'cell.{name}')}  ", "dim"), (f"{words('view.not_yet')} ({cell['filled_by']})", "dim italic")
                )
            )
            continue
        yield Text(words(f"cell.{name}"), style="bold cyan")
        if cell["status"] == "no_data":
            yield Text(f"  {words.message(cell)}", style="dim italic")
            continue
        path = f"{column}.{name}"
        yield from _cell(words, path, cell, document["as_of"])
    yield from waiting


def _cell(words: Words, path: str, cell: dict[str, Any], as_of: str) -> Iterable[RenderableType]:
    lines = facts(words, path, cell)
    if lines:
        yield _facts([(fact.label, fact.value, _STYLES[fact.tone]) for fact in lines])
    chart = _CHARTS.get(path)
    if chart is not None:
        yield chart(words, cell)
    listed = entries(words, path, cell, as_of)
    if listed:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(no_wrap=True)
        grid.add_column(ratio=1)
        grid.add_column(style="dim")
        for entry in listed:
            grid.add_row(Text(f"  {entry.lead}", style=_STYLES[entry.tone] or "dim"), entry.text, entry.detail)
        yield grid
    elif not lines and chart is None:
        yield Text(f"  {words('view.none')}", style="dim")


def _facts(rows: list[tuple[str, str, str]]) -> RenderableType:
    cells = [Text.assemble((f"  {label} ", "dim"), (value, style)) for label, value, style in rows]
    return Columns(cells, padding=(0, 2), equal=True)


def _industries(words: Words, cell: dict[str, Any]) -> RenderableType:
    if not cell["items"]:
        return Text(f"  {words('view.none')}", style="dim")
    grid = Table.grid(padding=(0, 1))
    for justify in ("left", "left", "right", "right"):
        grid.add_column(justify=justify, no_wrap=True)
    grid.columns[0].ratio = 1
    grid.expand = True
    top = cell["items"][0]["krw"]
    for item in cell["items"]:
        grid.add_row(
            f"  {words.industry(item)}",
            Text(amounts.bar(item["krw"] / top, _BAR), style="cyan"),
            amounts.money(words, item["krw"]),
            Text(amounts.percent(item["share_percent"]), style="dim"),
        )
    return grid


def _months(words: Words, cell: dict[str, Any]) -> RenderableType:
    items = cell["items"]
    grid = Table.grid(padding=(0, 1))
    rows = [
        (words("field.amount"), "krw", ""),
        (words("field.purchases"), "purchases", ""),
        (words("field.online"), "online_krw", ""),
    ]
    for label, name, _ in rows:
        values = [item[name] for item in items]
        last = f"{values[-1]:,}" if name == "purchases" else amounts.money(words, values[-1])
        grid.add_row(Text(f"  {label}", style="dim"), Text(amounts.spark(values), style="cyan"), last)
    grid.add_row("", Text(f"{items[0]['month'][2:]} … {items[-1]['month'][2:]}", style="dim"), "")
    return grid


def _grades(words: Words, cell: dict[str, Any]) -> RenderableType:
    if cell["scored_as_of"] is None:
        return Text(f"  {words('grades.not_graded')}", style="dim")
    own = [item for item in cell["items"] if item["is_member"]]
    near = [item for item in cell["items"] if not item["is_member"]]
    parts: list[RenderableType] = [] if own else [Text(f"  {words('grades.none')}", style="dim")]
    for title, items in (("", own), (words("grades.near"), near)):
        if not items:
            continue
        if title:
            parts.append(Text(f"  {title}", style="dim"))
        grid = Table.grid(padding=(0, 1))
        for item in items:
            where = "·".join(words.of("population", one["population"]) for one in item["populations"])
            grid.add_row(
                f"  {words.either(item['name_ko'], item['name_en'], item['segment_id'])}",
                Text(words("value.grade", n=item["grade"]), style="green" if item["grade"] <= 2 else ""),
                Text(amounts.bar(item["points"] / 100, 8), style="cyan"),
                Text(where, style="dim"),
            )
        parts.append(grid)
    return Group(*parts)


_CHARTS: dict[str, Callable[[Words, dict[str, Any]], RenderableType]] = {
    "industries.months_3": _industries,
    "industries.months_12": _industries,
    "value.grades": _grades,
    "trend.months": _months,
}
