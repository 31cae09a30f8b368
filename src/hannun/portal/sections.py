"""The six sections of the single view's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hannun.portal import charts
from hannun.portal.frame import tag
from hannun.portal.grades import grades
from hannun.views import amounts
from hannun.views.entries import entries
from hannun.views.facts import facts
from hannun.views.words import Words

Cell = dict[str, Any]

# Cells that are shown together in one place: drawn by the first, left out by the second.
_DRAWN_WITH = {"industries.months_12": "industries.months_3"}


def section(words: Words, document: dict[str, Any], column: str, number: int) -> None:
    """One of the six columns: its filled cells, then what is not there yet."""
    cells: dict[str, Cell] = document[column]
    with tag("section", classes="card"):
        with tag("h2", classes="card-title"):
            tag("span", str(number), "number", aria_hidden="true")
            tag("span", words(f"column.{column}"))
        for name, cell in cells.items():
            path = f"{column}.{name}"
            if cell["status"] == "not_yet" or path in _DRAWN_WITH:
                continue
            plain = _nothing(words, path, cell)
            if plain is not None:
                with tag("div", classes="cell plain"):
                    tag("h3", words(f"cell.{name}"))
                    tag("span", plain, "quiet")
                continue
            with tag("div", classes="cell"):
                if path != "industries.months_3":
                    tag("h3", words(f"cell.{name}"))
                if cell["status"] == "no_data":
                    tag("p", words.message(cell), "gap")
                else:
                    _cell(words, path, cell, document)
        _waiting(words, cells)


def _nothing(words: Words, path: str, cell: Cell) -> str | None:
    """The one word of a cell that has nothing to tell, such as no card loan: it takes one line."""
    if cell["status"] != "ok":
        return None
    lines = facts(words, path, cell)
    return lines[0].value if len(lines) == 1 and lines[0].tone == "quiet" else None


def _waiting(words: Words, cells: dict[str, Cell]) -> None:
    later = [(name, cell) for name, cell in cells.items() if cell["status"] == "not_yet"]
    if not later:
        return
    with tag("ul", classes="waiting"):
        for name, cell in later:
            with tag("li", title=words.message(cell)):
                tag("span", words(f"cell.{name}"))
                tag("span", words("view.not_yet"), "badge")


def _cell(words: Words, path: str, cell: Cell, document: dict[str, Any]) -> None:
    lines = facts(words, path, cell)
    if lines:
        _facts(lines)
    draw = _DRAWINGS.get(path)
    if draw is not None:
        draw(words, cell, document)
    listed = entries(words, path, cell, document["as_of"])
    if listed:
        with tag("ul", classes="entries"):
            for entry in listed:
                with tag("li"):
                    tag("span", entry.lead, f"entry-lead tone-{entry.tone or 'quiet'}")
                    with tag("span", classes="entry-body"):
                        tag("span", entry.text)
                        tag("span", entry.detail, "entry-detail")
    elif not lines and draw is None:
        tag("p", words("view.none"), "gap")


def _facts(lines: list[Any]) -> None:
    with tag("dl", classes="facts"):
        for fact in lines:
            with tag("div"):
                tag("dt", fact.label)
                tag("dd", fact.value, f"tone-{fact.tone}" if fact.tone else "")


def _industries(words: Words, cell: Cell, document: dict[str, Any]) -> None:
    year = document["industries"]["months_12"]
    windows = {"months_3": cell, "months_12": year}
    buttons: dict[str, Any] = {}
    switch = tag("div", classes="switch", role="group")
    box = tag("div")

    def show(name: str) -> None:
        for key, button in buttons.items():
            button.props["aria-pressed"] = "true" if key == name else "false"
            button.update()
        box.clear()
        with box:
            _bars(words, windows[name], words(f"cell.{name}"))

    with switch:
        for name in windows:
            button = tag("button", words(f"cell.{name}"), "switch-button", type="button")
            button.on("click", lambda _, name=name: show(name))
            buttons[name] = button
    show("months_3")


def _bars(words: Words, cell: Cell, label: str) -> None:
    if not cell["items"]:
        tag("p", words("view.none"), "gap")
        return
    rows = len(cell["items"]) + (1 if cell["other_krw"] > 0 else 0)
    tag("p", amounts.money(words, cell["total_krw"]), "total")
    names = [words.industry(item) for item in cell["items"][:3]]
    charts.draw(charts.industries(words, cell), f"height: {rows * 26 + 8}px", f"{label}: {', '.join(names)}")


def _months(words: Words, cell: Cell, _: dict[str, Any]) -> None:
    first, last = cell["items"][0]["month"], cell["items"][-1]["month"]
    charts.draw(charts.trend(words, cell), "height: 250px", f"{words('cell.months')}: {first} – {last}")


def _limits(words: Words, cell: Cell, _: dict[str, Any]) -> None:
    used = cell["used_percent"]
    if used is None:
        return
    tone = "bad" if used > 100 else "warn" if used >= 80 else "ink"
    with tag("div", classes="meter", role="img", aria_label=f"{words('field.used_percent')} {amounts.percent(used)}"):
        tag("span", "", f"meter-fill meter-{tone}").style(f"width: {max(0.0, min(100.0, used))}%")


def _voc(words: Words, cell: Cell, _: dict[str, Any]) -> None:
    if not cell["kinds"]:
        return
    with tag("div", classes="chips"):
        for item in cell["kinds"]:
            tag("span", f"{words.of('voc_kind', item['kind'])} {item['contacts']}", "chip")


_DRAWINGS: dict[str, Callable[[Words, Cell, dict[str, Any]], None]] = {
    "industries.months_3": _industries,
    "trend.months": _months,
    "value.grades": grades,
    "finance.limits": _limits,
    "finance.voc": _voc,
}
