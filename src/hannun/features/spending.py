"""Spending: what people paid, from settlements net of cancels where the company has them, else from approvals.

Everything that speaks of money spent reads the relation `spending`, so that all agree on what it is.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Literal

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
