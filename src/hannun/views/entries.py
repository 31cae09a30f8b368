"""Cells that are lists, as entries in words: a date or mark, a text, a quieter detail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hannun.views import amounts
from hannun.views.facts import Tone
from hannun.views.words import Words

Cell = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """One line of a list; `lead` stands before it (a date, a state), `detail` after it."""

    lead: str
    text: str
    detail: str = ""
    tone: Tone = ""


def entries(words: Words, path: str, cell: Cell, as_of: str) -> list[Entry]:
    """The entries of the filled cell at `path`, such as `status.cards`; none for a cell that is no list.

    Args:
        as_of: the document's date, as ISO 8601: what is overdue is overdue on that day.
    """
    make = _MAKERS.get(path)
    return make(words, cell, as_of) if make is not None else []


def _cards(words: Words, cell: Cell, _: str) -> list[Entry]:
    tones: dict[str, Tone] = {"open": "good", "suspended": "warn", "closed": "quiet"}
    found = []
    for card in cell["items"]:
        kinds = [words.of(group, card[name]) for group, name in (("kind", "kind"), ("relation", "relation")) if card[name]]
        dates = amounts.day(card["issued_on"]) + (f"–{amounts.day(card['closed_on'])}" if card["closed_on"] else "")
        name = words.either(card["product_name"], card["product_name_en"], card["product_id"] or card["card_id"])
        found.append(Entry(words.of("state", card["state"]), name, " · ".join([*kinds, dates]), tones[card["state"]]))
    return found


def _consents(words: Words, cell: Cell, as_of: str) -> list[Entry]:
    found = []
    for consent in cell["items"]:
        active = consent["is_active"]
        late = active and consent["reconfirm_by"] is not None and consent["reconfirm_by"] < as_of
        name = f"{words.of('purpose', consent['purpose'])} · {words.of('channel', consent['channel'])}"
        if consent["night"]:
            name += f" · {words('consent.night')}"
        if not active:
            detail = amounts.day(consent["withdrawn_on"])
        elif late:
            detail = words("consent.overdue")
        else:
            detail = words("consent.until", day=amounts.day(consent["reconfirm_by"]))
        tone: Tone = "quiet" if not active else "warn" if late else "good"
        found.append(Entry(words("consent.active" if active else "consent.withdrawn"), name, detail, tone))
    return found


def _merchants(words: Words, cell: Cell, _: str) -> list[Entry]:
    return [
        Entry(
            amounts.money(words, item["krw"]),
            item["name"] or item["merchant_id"],
            f"{words.either(item['industry_ko'], item['industry_en'])} · {words('value.times', n=item['purchases'])}",
        )
        for item in cell["items"]
    ]


def _events(words: Words, cell: Cell, _: str) -> list[Entry]:
    found = []
    for event in cell["items"]:
        group = {"campaign_response": "response", "campaign_contact": "channel"}.get(event["kind"], "relation")
        detail = words.of(group, event["detail"]) if event["detail"] else ""
        name = words.either(event["name"], event["name_en"], "")
        text = words.of("event", event["kind"]) + (f" · {name}" if name else "")
        found.append(Entry(amounts.day(event["on"]), text, detail))
    return found


def _statements(words: Words, cell: Cell, _: str) -> list[Entry]:
    found = []
    for item in cell["items"]:
        rest = max(0, item["billed_krw"] - item["paid_krw"])
        state = words.of("statement", item["state"])
        detail = state if item["state"] == "paid" else f"{state} {amounts.money(words, rest)}"
        tone: Tone = "warn" if item["state"] == "unpaid" else ""
        found.append(Entry(amounts.day(item["due_on"]), amounts.money(words, item["billed_krw"]), detail, tone))
    return found


def _voc(words: Words, cell: Cell, _: str) -> list[Entry]:
    serious = ("민원", "악성", "해지요청")
    return [
        Entry(
            amounts.day(item["on"]),
            words.of("voc_kind", item["kind"]),
            words.of("channel", item["channel"]),
            "bad" if item["kind"] in serious else "warn" if item["kind"] == "불만" else "",
        )
        for item in cell["latest"]
    ]


_MAKERS: dict[str, Callable[[Words, Cell, str], list[Entry]]] = {
    "status.cards": _cards,
    "status.consents": _consents,
    "industries.merchants": _merchants,
    "value.events": _events,
    "finance.statements": _statements,
    "finance.voc": _voc,
}
