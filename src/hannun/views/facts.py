"""Cells as lines of label and value, in words: what the terminal and the pages both show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from hannun.views import amounts
from hannun.views.words import Words

Cell = dict[str, Any]
Tone = Literal["", "good", "warn", "bad", "quiet"]


@dataclass(frozen=True)
class Fact:
    """A label and a value; `tone` says whether it deserves attention."""

    label: str
    value: str
    tone: Tone = ""


def facts(words: Words, path: str, cell: Cell) -> list[Fact]:
    """The lines of the filled cell at `path`, such as `finance.limits`; none for a cell that is a list or a chart."""
    make = _MAKERS.get(path)
    return make(words, cell) if make is not None else []


def stage_name(words: Words, cell: Cell) -> str:
    """The life stage as it was given, or as the rule has it."""
    return words.of("given_stage", cell["given"]) if cell["given"] else words.of("stage", cell["code"])


def _membership(words: Words, cell: Cell) -> list[Fact]:
    lines = [
        Fact(words("field.state"), words.of("state", cell["state"]), "good" if cell["state"] == "member" else "quiet"),
        Fact(words("field.member_type"), words.of("member_type", cell["member_type"])),
    ]
    if cell["joined_on"]:
        lines.append(Fact(words("field.joined_on"), amounts.day(cell["joined_on"])))
        lines.append(Fact(words("field.tenure"), amounts.tenure(words, cell["tenure_months"])))
    if cell["left_on"]:
        lines.append(Fact(words("field.left_on"), amounts.day(cell["left_on"]), "warn"))
    return lines


def _demographics(words: Words, cell: Cell) -> list[Fact]:
    values = {
        "age_band": words.of("age_band", cell["age_band"]),
        "sex": words.of("sex", cell["sex"]),
        "region": words.of("region", cell["region"]),
        "occupation": words.of("occupation", cell["occupation"]),
        "marital_status": words.of("marital_status", cell["marital_status"]),
        "home_ownership": words.of("home_ownership", cell["home_ownership"]),
        "income_band": words.of("income_band", cell["income_band"]),
    }
    return [Fact(words(f"field.{name}"), value) for name, value in values.items() if value != "–"]


def _stage(words: Words, cell: Cell) -> list[Fact]:
    return [
        Fact(words("cell.stage"), stage_name(words, cell)),
        Fact(words("field.source"), words.of("stage_source", cell["source"]), "quiet"),
    ]


def _household(words: Words, cell: Cell) -> list[Fact]:
    def people(value: str | None) -> str:
        if not value:
            return "–"
        return words("value.people_more", n=value[:-1]) if value.endswith("+") else words("value.people", n=value)

    return [
        Fact(words("field.age_band"), words.of("age_band", cell["age_band"])),
        Fact(words("field.size_band"), people(cell["size_band"])),
        Fact(words("field.children_band"), people(cell["children_band"])),
    ]


def _spending(words: Words, cell: Cell) -> list[Fact]:
    lines = [
        Fact(words("field.annual"), amounts.money(words, cell["annual_krw"])),
        Fact(words("field.monthly_average"), amounts.money(words, cell["monthly_average_krw"])),
        Fact(words("field.purchases"), words("value.times", n=f"{cell['purchases']:,}")),
    ]
    if cell["top_percent"] is not None:
        lines.append(Fact(words("field.top_percent"), words("value.top", n=cell["top_percent"])))
    return lines


def _change(words: Words, cell: Cell) -> list[Fact]:
    change = cell["change_percent"]
    return [
        Fact(words("field.last_3"), amounts.money(words, cell["last_3_krw"])),
        Fact(words("field.before_3"), amounts.money(words, cell["before_3_krw"])),
        Fact(words("field.change_percent"), amounts.percent(change, signed=True), _change_tone(change)),
        Fact(words("field.online"), amounts.percent(cell["online_percent"])),
        Fact(words("field.installment"), amounts.percent(cell["installment_percent"])),
        Fact(words("field.overseas"), amounts.percent(cell["overseas_percent"])),
        Fact(words("field.last_on"), amounts.day(cell["last_on"])),
    ]


def _change_tone(change: float | None) -> Tone:
    if change is None:
        return ""
    return "warn" if change <= -30 else "good" if change >= 30 else ""


def _limits(words: Words, cell: Cell) -> list[Fact]:
    used = cell["used_percent"]
    tone: Tone = "" if used is None or used < 80 else "bad" if used > 100 else "warn"
    lines = [
        Fact(words("field.total_limit"), amounts.money(words, cell["total_krw"])),
        Fact(words("field.used"), amounts.money(words, cell["used_krw"])),
        Fact(words("field.used_percent"), amounts.percent(used), tone),
    ]
    for name, label in (("cash_advance_krw", "field.cash_limit"), ("card_loan_krw", "field.loan_limit")):
        if cell[name] is not None:
            lines.append(Fact(words(label), amounts.money(words, cell[name])))
    return lines


def _statements(words: Words, cell: Cell) -> list[Fact]:
    unpaid = cell["unpaid_krw"]
    lines = [Fact(words("field.unpaid"), amounts.money(words, unpaid), "bad" if unpaid else "")]
    if cell["items"]:
        last = cell["items"][0]
        lines.insert(0, Fact(words("field.due_on"), amounts.day(last["due_on"])))
        lines.insert(1, Fact(words("field.billed"), amounts.money(words, last["billed_krw"])))
    return lines


def _delinquency(words: Words, cell: Cell) -> list[Fact]:
    if not cell["open_count"] and not cell["times_12"]:
        return [Fact(words("cell.delinquency"), words("view.none"), "quiet")]
    lines = [Fact(words("field.times_12"), words("value.times", n=cell["times_12"]), "warn" if cell["times_12"] else "")]
    if cell["open_count"]:
        lines.insert(0, Fact(words("field.overdue"), amounts.money(words, cell["open_krw"]), "bad"))
        lines.insert(1, Fact(words("field.overdue_days"), words("value.days", n=cell["open_days"]), "bad"))
    return lines


def _card_loans(words: Words, cell: Cell) -> list[Fact]:
    if not cell["open_count"]:
        return [Fact(words("cell.card_loans"), words("view.none"), "quiet")]
    return [
        Fact(words("field.loans_open"), words("value.times", n=cell["open_count"])),
        Fact(words("field.balance"), amounts.money(words, cell["balance_krw"])),
    ]


def _revolving(words: Words, cell: Cell) -> list[Fact]:
    if not cell["balance_krw"]:
        return [Fact(words("cell.revolving"), words("view.none"), "quiet")]
    return [
        Fact(words("field.balance"), amounts.money(words, cell["balance_krw"])),
        Fact(words("field.rate"), amounts.percent(cell["rate_percent"])),
    ]


def _voc(words: Words, cell: Cell) -> list[Fact]:
    if not cell["contacts_12"]:
        return [Fact(words("field.contacts_12"), words("view.none"), "quiet")]
    complaints = cell["complaints_12"]
    return [
        Fact(words("field.contacts_12"), words("value.times", n=cell["contacts_12"])),
        Fact(words("field.contacts_3"), words("value.times", n=cell["contacts_3"])),
        Fact(words("field.complaints_12"), words("value.times", n=complaints), "warn" if complaints else ""),
    ]


_MAKERS: dict[str, Callable[[Words, Cell], list[Fact]]] = {
    "status.membership": _membership,
    "status.demographics": _demographics,
    "life_stage.stage": _stage,
    "life_stage.household": _household,
    "value.spending": _spending,
    "trend.change": _change,
    "finance.limits": _limits,
    "finance.statements": _statements,
    "finance.delinquency": _delinquency,
    "finance.card_loans": _card_loans,
    "finance.revolving": _revolving,
    "finance.voc": _voc,
}
