"""The first page: find a customer by the beginning of the identifier, with the keyboard alone if wanted."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from nicegui import ui

from hannun.base.errors import NotFound
from hannun.portal.frame import BASE, as_of_line, frame, note, tag
from hannun.portal.source import Source
from hannun.views import amounts
from hannun.views.words import Words

LIMIT = 30


def page(words: Words, source: Source, text: str) -> None:
    """Build the page; `text` is what was searched for in the address."""
    with frame(words, source, title=words("search.title"), path="/", here="customers"):
        tag("h1", words("search.title"), "title")
        try:
            facts = source.views.facts()
        except NotFound:
            note(words("view.none_title"), words("view.none_hint"))
            return
        tag("p", as_of_line(words, facts), "lead")
        field = ui.input(placeholder=words("search.placeholder"), value=text).props(
            "outlined clearable autofocus debounce=120 maxlength=200 input-class=search-input"
        )
        field.props["aria-label"] = words("search.label")
        field.classes("search")
        tag("p", words("search.hint"), "hint keys")
        found = tag("div", classes="found", aria_live="polite")

        def refresh() -> None:
            found.clear()
            with found:
                _results(words, source, (field.value or "").strip())

        field.on_value_change(refresh)
        refresh()


def _results(words: Words, source: Source, text: str) -> None:
    rows = source.views.search(text, LIMIT + 1)
    if not rows:
        note(words("search.none", text=text), words("search.none_hint"))
        return
    with tag("table", classes="list results"):
        with tag("thead"), tag("tr"):
            for name, kind in (("id", ""), ("type", ""), ("age", "wide"), ("cards", "right wide"), ("annual", "right")):
                tag("th", words(f"search.column_{name}"), kind, scope="col")
        with tag("tbody"):
            for row in rows[:LIMIT]:
                _row(words, row)
    more = len(rows) > LIMIT
    tag("p", words("search.more", n=LIMIT) if more else words("search.found", n=len(rows)), "hint")


def _row(words: Words, row: dict[str, Any]) -> None:
    target = f"{BASE[words.language]}/customers/{quote(row['customer_id'], safe='')}"
    with tag("tr"):
        with tag("td"):
            tag("a", row["customer_id"], "result mono", href=target)
        with tag("td"):
            kind = words.of("member_type", row["member_type"])
            tag("span", words.of("state", row["membership"]), "tone-good" if row["is_valid_member"] else "tone-quiet")
            tag("span", f" {kind}" if kind != "–" else "", "quiet")
        tag("td", words.of("age_band", row["age_band"]), "wide")
        tag("td", words("value.sheets", n=row["cards_held"]), "right wide")
        tag("td", amounts.money(words, row["annual_krw"]), "right")
