"""The SQL of the views, from its files."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

# The parts of a document, in the order in which they are made: each may read what stands before it.
PARTS = (
    "population",
    "profile",
    "cards",
    "consents",
    "industries",
    "trend",
    "events",
    "grades",
    "limits",
    "statements",
    "debts",
    "voc",
)

# Everything that decides what a document says.
ALL = ("purchases_approved", "purchases_settled", "usage", "ranking", *PARTS, "document")


@cache
def text(name: str) -> str:
    """The SQL of `sql/NAME.sql`."""
    return (files("hannun.views") / "sql" / f"{name}.sql").read_text("utf-8")


def over_purchases(name: str, basis: str) -> str:
    """The SQL of a file that reads `purchases`, by settlements or by approvals."""
    purchases = text("purchases_settled" if basis == "settlements" else "purchases_approved")
    return f"WITH purchases AS (\n{purchases}\n)\nSELECT * FROM (\n{text(name)}\n) AS answer"


def parameters(sql: str, values: dict[str, object]) -> dict[str, object]:
    """Those of `values` that the SQL names."""
    return {name: value for name, value in values.items() if f"${name}" in sql}
