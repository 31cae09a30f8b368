"""The SQL of the views, from its files."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

# The parts of a document, in the order in which they are made: each may read what stands before it.
PARTS = (
    "usage",
    "cash",
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
ALL = ("annual", "ranking", *PARTS, "document")


@cache
def text(name: str) -> str:
    """The SQL of `sql/NAME.sql`."""
    return (files("hannun.views") / "sql" / f"{name}.sql").read_text("utf-8")
