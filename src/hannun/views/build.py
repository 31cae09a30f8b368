"""Making the documents of all customers in SQL: every table is read once, then portion after portion is put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from hannun.base.dates import month_end, month_of, month_start
from hannun.compute import Session
from hannun.features import Basis, define_spending
from hannun.models.marketing_score.score import SCHEMA
from hannun.views import gaps, queries

CHUNK_CUSTOMERS = 20_000

# Tables that no cell stands or falls with, but which add names or decide the basis of spending.
_ALSO_READ = ("core.settlements", "core.card_products", "core.campaigns")

# What is kept without numbers of customers, or is read as a whole only.
_UNNUMBERED = ("people", "cancelled")
_BATCH = 2_000


@dataclass(frozen=True)
class Plan:
    """What a build will read.

    Attributes:
        filled: the tables that have rows.
        basis: what spending is read from: settled or approved.
        versions: the version of every table that is read; -1: the lake does not have it.
        count_suspended: a holder of suspended cards only is a valid member, too.
        chunk_customers: of how many customers documents are put together at once.
    """

    as_of: date
    filled: frozenset[str]
    basis: Basis
    versions: dict[str, int]
    chunk_customers: int
    count_suspended: bool


def plan(
    session: Session,
    as_of: date,
    *,
    has_scores: bool,
    count_suspended: bool = False,
    chunk_customers: int = CHUNK_CUSTOMERS,
) -> Plan:
    """Look at what the company has.

    Args:
        session: over the lake as known at `as_of`.
        has_scores: the lake has the table `score.marketing_score`.
        count_suspended: a holder of suspended cards only counts as a valid member, too.
        chunk_customers: customers that are worked on at once.
    """
    wanted = [table for table in (*gaps.TABLES, *_ALSO_READ) if has_scores or not table.startswith("score.")]
    filled = frozenset(table for table in wanted if session.has_rows(table))
    basis = define_spending(session)
    return Plan(as_of, filled, basis, dict(session.versions), chunk_customers, count_suspended)


def documents(
    session: Session, made: Plan, segments: Mapping[str, tuple[str, str]], progress: Callable[[int, int], None]
) -> Iterator[pa.RecordBatch]:
    """The documents, in batches with the columns of `sql/part/document.sql`, ordered by customer_id.

    Args:
        segments: Korean and English names of the marketing segments.
        progress: called with (steps done, steps).
    """
    values = {**_dates(made.as_of), "count_suspended": made.count_suspended}
    _name_segments(session, segments)
    session.register("no_scores", SCHEMA.empty_table())
    customers, chunks = 0, 1
    for number, name in enumerate(queries.WHOLE):
        # Rows of one portion stand together, so that putting it together reads no others.
        order = "\nORDER BY n" if chunks > 1 and name not in _UNNUMBERED else ""
        _keep(session, made, name, values, queries.text(f"whole/{name}") + order)
        if name == "people":
            [row] = session.query("SELECT count(*) AS n FROM people").to_pylist()
            customers = row["n"]
            chunks = max(1, -(-customers // made.chunk_customers))
        progress(number + 1, len(queries.WHOLE) + chunks)
    for chunk in range(chunks):
        low = chunk * made.chunk_customers
        portion = {**values, "low": low, "high": low + made.chunk_customers - 1}
        for name in queries.PARTS:
            _keep(session, made, queries.kept_as(name), portion, queries.text(f"part/{name}"))
        sql = queries.text(queries.DOCUMENT)
        yield from session.stream(sql, _named(session, sql, portion), rows=_BATCH)
        progress(len(queries.WHOLE) + chunk + 1, len(queries.WHOLE) + chunks)


def _name_segments(session: Session, segments: Mapping[str, tuple[str, str]]) -> None:
    names = [(key, ko, en) for key, (ko, en) in sorted(segments.items())]
    columns = ("segment_id", "name_ko", "name_en")
    session.register(
        "segment_names", pa.table({name: pa.array([row[i] for row in names], pa.string()) for i, name in enumerate(columns)})
    )


def _keep(session: Session, made: Plan, name: str, values: Mapping[str, Any], sql: str) -> None:
    if "score.marketing_score" not in made.filled:
        sql = sql.replace("score.marketing_score", "no_scores")
    session.keep(name, sql, _named(session, sql, values))


def _named(session: Session, sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    wanted = session.parameters(sql)
    return {name: value for name, value in values.items() if name in wanted}


def _dates(as_of: date) -> dict[str, Any]:
    trend_from = month_start(as_of, 12)
    return {
        "as_of": as_of,
        "trend_from": trend_from,
        "first_month": month_of(trend_from),
        "from_12": window_start(as_of, 12),
        "from_6": window_start(as_of, 6),
        "from_3": window_start(as_of, 3),
        "used_from": month_start(as_of, 2),
        # Instalments run for three years at most; a purchase may be posted two months after its approval.
        "owed_from": month_start(as_of, 36),
        "approved_from": month_start(as_of, 14),
        "month_ago": as_of - timedelta(days=30),
    }


def window_start(as_of: date, months: int) -> date:
    """The first day of the `months` months that end on `as_of`.

    At a month's end these are calendar months; else they begin on the day after the same day, `months` months before.
    """
    if as_of == month_end(as_of):
        return month_start(as_of, months - 1)
    first = month_start(as_of, months)
    return min(first.replace(day=1) + timedelta(days=as_of.day), month_end(first) + timedelta(days=1))
