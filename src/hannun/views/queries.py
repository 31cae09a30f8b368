"""The SQL of the views, from its files.

`sql/whole` is asked once over the whole company and kept; `sql/part` is asked for a portion of the customers, from what
was kept. In both, each may read what stands before it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

WHOLE = (
    "people",
    "cancelled",
    "purchases",
    "ranking",
    "cash",
    "profile",
    "cards",
    "consents",
    "events",
    "scored",
    "grades",
    "limits",
    "statements",
    "unbilled",
    "used",
    "debts",
    "voc",
)

PARTS = (
    "months",
    "places",
    "totals",
    "industries",
    "merchants",
    "trend",
    "cards",
    "consents",
    "events",
    "grades",
    "statements",
    "voc",
)

DOCUMENT = "part/document"

# Everything that decides what a document says.
ALL = (*(f"whole/{name}" for name in WHOLE), *(f"part/{name}" for name in PARTS), DOCUMENT)


@cache
def text(name: str) -> str:
    """The SQL of `sql/NAME.sql`, such as `whole/people`."""
    return (files("hannun.views") / "sql" / f"{name}.sql").read_text("utf-8")


def kept_as(part: str) -> str:
    """The name of a part in SQL: some read what was kept under their own name."""
    return f"{part}_part" if part in WHOLE else part
