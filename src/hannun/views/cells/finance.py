"""Finance and VOC 금융·VOC."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from hannun.views.cells.part import Filled, Part


class Limits(Filled):
    """Credit limits; used: statements not paid, what is carried over (리볼빙), and credit approvals that no statement has billed
    yet, with the instalments to come."""

    total_krw: int | None
    cash_advance_krw: int | None
    card_loan_krw: int | None
    changed_on: date | None
    used_krw: int | None
    used_percent: float | None


class Statement(Part):
    """A monthly statement."""

    statement_on: date
    due_on: date
    billed_krw: int
    paid_krw: int = Field(description="by as_of")
    paid_on: date | None
    state: Literal["open", "paid", "carried", "unpaid"] = Field(
        description="open: not due yet; carried: at least the minimum was paid and the rest carried over (리볼빙)"
    )


class Statements(Filled):
    """The six latest statements; unpaid: of those that are due and of which less than the minimum was paid."""

    unpaid_krw: int
    items: list[Statement]


class Delinquency(Filled):
    """Amounts overdue."""

    open_count: int
    open_krw: int
    open_days: int
    times_12: int
    last_from: date | None


class CardLoans(Filled):
    """Card loans 카드론."""

    open_count: int
    balance_krw: int
    opened_12: int
    last_opened_on: date | None


class Revolving(Filled):
    """The balance carried over at the last month's end."""

    closed_on: date | None
    balance_krw: int
    rate_percent: float | None


class VocKind(Part):
    """Contacts of one kind in 12 months."""

    kind: str
    contacts: int


class VocContact(Part):
    """One contact; its text stays in the lake."""

    on: date
    channel: str
    kind: str


class Voc(Filled):
    """Contacts of 12 months."""

    contacts_12: int
    contacts_3: int
    complaints_12: int = Field(description="불만, 민원 and 악성")
    kinds: list[VocKind]
    latest: list[VocContact]
