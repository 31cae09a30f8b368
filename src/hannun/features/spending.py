"""Spending: what people paid, from settlements net of cancels where the company has them, else from approvals.

Everything that speaks of money spent reads the relation `spending`, so that all agree on what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Literal

from hannun.base.dates import month_of
from hannun.compute import Session

Basis = Literal["settled", "approved"]


def spending_basis(session: Session) -> Basis:
    """Where spending comes from, by what was known at the session's as_of: settlements if there is one, else approvals."""
    return "settled" if session.has_rows("core.settlements") else "approved"


def spending_sql(basis: Basis) -> str:
    """The SELECT behind `spending`."""
    return (files("hannun.features") / "sources" / f"spending_{basis}.sql").read_text("utf-8")


def define_spending(session: Session) -> Basis:
    """Define `spending` in a session; returns where it comes from.

    Columns: transaction_id, business_date, business_month, amount_krw (BIGINT, negative for a cancel or return),
    approved_at, customer_id, card_id, merchant_id, industry_code (`UNKNOWN` where nobody knows), channel, region,
    wallet, installment_months.
    """
    basis = spending_basis(session)
    session.define("spending", spending_sql(basis))
    return basis


@dataclass(frozen=True)
class Unseen:
    """Money that `spending` does not hold although the company's tables do.

    Attributes:
        settlements: settlements whose approval is not known (or not yet, or was deleted): nobody knows who spent it.
        settlements_krw: what they come to, net of cancels.
        approvals: purchases approved in months before `settled_since`, where spending follows settlements.
        approvals_krw: what they come to, net of cancels.
        settled_since: the first month with settlements, YYYY-MM; None where spending follows approvals.
    """

    settlements: int = 0
    settlements_krw: int = 0
    approvals: int = 0
    approvals_krw: int = 0
    settled_since: str | None = None


def unseen(session: Session, basis: Basis, since: date, until: date) -> Unseen:
    """What spending does not hold of the months of `since` to `until`, up to that day. Approvals alone leave nothing out."""
    if basis == "approved":
        return Unseen()
    question = (files("hannun.features") / "sources" / "unseen.sql").read_text("utf-8")
    [row] = session.query(question, {"since_month": month_of(since), "until": until, "until_month": month_of(until)}).to_pylist()
    return Unseen(**row)
