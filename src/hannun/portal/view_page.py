"""The single view of one customer as a page: a head, the figures that matter most, six sections."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from hannun.portal.frame import BASE, frame, note, tag
from hannun.portal.sections import section
from hannun.portal.source import Source
from hannun.views import COLUMNS, amounts
from hannun.views.facts import stage_name
from hannun.views.words import Words

# The six columns in three lanes, so that the order of reading is the order of the picture.
_LANES = (COLUMNS[0:2], COLUMNS[2:4], COLUMNS[4:6])


def page(words: Words, source: Source, customer_id: str, document: dict[str, Any]) -> None:
    """Build the page of a customer that is there."""
    base = BASE[words.language]
    with frame(words, source, title=words("view.title", id=customer_id), path=_path(customer_id), here="customers"):
        with tag("div", classes="crumbs"):
            tag("a", f"← {words('view.back')}", "crumb", href=f"{base}/")
            tag("a", words("view.json"), "crumb", href=f"/v1{_path(customer_id)}/view")
        _head(words, document)
        _figures(words, document)
        with tag("div", classes="lanes"):
            for lane in _LANES:
                with tag("div", classes="lane"):
                    for column in lane:
                        section(words, document, column, COLUMNS.index(column) + 1)


def unknown(words: Words, source: Source, customer_id: str, as_of: str) -> None:
    """Build the page of a customer that is not there."""
    with frame(words, source, title=words("error.title"), path=_path(customer_id), here="customers"):
        note(words("view.unknown_title", id=customer_id), words("view.unknown_hint", day=amounts.day(as_of)), kind="problem")
        tag("a", f"← {words('view.back')}", "crumb", href=f"{BASE[words.language]}/")


def unbuilt(words: Words, source: Source, customer_id: str) -> None:
    """Build the page of a home without views."""
    with frame(words, source, title=words("view.none_title"), path=_path(customer_id), here="customers"):
        note(words("view.none_title"), words("view.none_hint"))


def _path(customer_id: str) -> str:
    return f"/customers/{quote(customer_id, safe='')}"


def _head(words: Words, document: dict[str, Any]) -> None:
    membership, cards, stage = document["status"]["membership"], document["status"]["cards"], document["life_stage"]["stage"]
    with tag("div", classes="head"):
        tag("h1", document["customer_id"], "title mono")
        with tag("div", classes="chips"):
            if cards["status"] == "ok":
                valid = cards["is_valid_member"]
                tag("span", words("view.valid" if valid else "view.not_valid"), f"chip {'tone-good' if valid else 'tone-quiet'}")
            if membership["status"] == "ok":
                tag("span", words.of("member_type", membership["member_type"]), "chip")
                if membership["tenure_months"] is not None:
                    tag("span", f"{words('field.tenure')} {amounts.tenure(words, membership['tenure_months'])}", "chip")
            if stage["status"] == "ok" and stage["source"] != "unknown":
                tag("span", stage_name(words, stage), "chip")
        basis = words(f"view.basis_{document['basis']}")
        tag("p", f"{words('app.as_of', day=amounts.day(document['as_of']))} · {basis}", "lead")


def _figures(words: Words, document: dict[str, Any]) -> None:
    spending, change = document["value"]["spending"], document["trend"]["change"]
    limits, late, voc = document["finance"]["limits"], document["finance"]["delinquency"], document["finance"]["voc"]
    figures: list[tuple[str, str, str, str]] = []
    if spending["status"] == "ok":
        top = spending["top_percent"]
        rank = words("value.top", n=top) if top is not None else ""
        figures.append((words("field.annual"), amounts.money(words, spending["annual_krw"]), rank, ""))
        times = words("value.times", n=f"{spending['purchases']:,}")
        note_ = f"{words('field.purchases')} {times}"
        figures.append((words("field.monthly_average"), amounts.money(words, spending["monthly_average_krw"]), note_, ""))
    if change["status"] == "ok":
        percent = change["change_percent"]
        tone = "tone-bad" if percent is not None and percent <= -30 else ""
        beside = f"{words('field.before_3')} {amounts.money(words, change['before_3_krw'])}"
        figures.append((words("field.last_3"), amounts.percent(percent, signed=True), beside, tone))
    if limits["status"] == "ok":
        used = limits["used_percent"]
        tone = "tone-bad" if used is not None and used >= 80 else ""
        beside = f"{words('field.total_limit')} {amounts.money(words, limits['total_krw'])}"
        figures.append((words("field.used_percent"), amounts.percent(used), beside, tone))
    if late["status"] == "ok":
        owed = late["open_krw"]
        value = amounts.money(words, owed) if owed else words("view.none")
        beside = words("value.days", n=late["open_days"]) if owed else ""
        figures.append((words("cell.delinquency"), value, beside, "tone-bad" if owed else ""))
    if voc["status"] == "ok":
        beside = f"{words('field.complaints_12')} {words('value.times', n=voc['complaints_12'])}"
        figures.append((words("field.contacts_12"), words("value.times", n=voc["contacts_12"]), beside, ""))
    with tag("dl", classes="figures"):
        for label, value, beside, tone in figures:
            with tag("div", classes="figure"):
                tag("dt", label)
                tag("dd", value, f"figure-value {tone}")
                tag("dd", beside, "figure-beside")
