"""Making the documents of all customers, in SQL, part by part; memory stays bounded by the size of a chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

import pyarrow as pa

from hannun.base.dates import month_end, month_start
from hannun.views import gaps, queries

CHUNK_CUSTOMERS = 50_000

# Tables that no cell stands or falls with, but which add names or decide the basis of spending.
_ALSO_READ = ("core.settlements", "core.card_products", "core.campaigns")

_SCORES = pa.schema(
    [
        ("as_of", pa.date32()),
        ("population", pa.string()),
        ("segment_id", pa.string()),
        ("customer_id", pa.string()),
        ("usage_krw", pa.int64()),
        ("related_usage_krw", pa.int64()),
        ("grade", pa.int64()),
        ("points", pa.int64()),
        ("model_version", pa.string()),
    ]
)


class Reads(Protocol):
    """What is asked of a session of `hannun.compute`."""

    @property
    def versions(self) -> dict[str, int]: ...
    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> pa.Table: ...
    def stream(self, sql: str, params: Mapping[str, Any] | None = None) -> pa.RecordBatchReader: ...
    def register(self, name: str, table: pa.Table) -> None: ...
    def has_rows(self, table: str) -> bool: ...


@dataclass(frozen=True)
class Plan:
    """What a build will read.

    Attributes:
        filled: the tables that have rows.
        basis: `settlements` or `approvals`: what spending is read from.
        versions: the version of every table that is read; -1: the lake does not have it.
        chunks: in how many portions the customers are worked through.
    """

    as_of: date
    filled: frozenset[str]
    basis: str
    versions: dict[str, int]
    chunks: int


def plan(session: Reads, as_of: date, *, has_scores: bool, chunk_customers: int = CHUNK_CUSTOMERS) -> Plan:
    """Look at what the company has.

    Args:
        session: over the lake as known at `as_of`.
        has_scores: the lake has the table `score.marketing_score`.
        chunk_customers: customers that are worked on at once.
    """
    wanted = [table for table in (*gaps.TABLES, *_ALSO_READ) if has_scores or not table.startswith("score.")]
    filled = frozenset(table for table in wanted if session.has_rows(table))
    basis = "settlements" if "core.settlements" in filled else "approvals"
    table, key = ("core.customers", "customer_id") if "core.customers" in filled else ("core.transactions", "customer_id")
    customers = session.query(f"SELECT count(DISTINCT {key}) AS n FROM {table}").column("n")[0].as_py()
    return Plan(as_of, filled, basis, dict(session.versions), max(1, -(-customers // chunk_customers)))


def documents(
    session: Reads, made: Plan, segments: Mapping[str, tuple[str, str]], progress: Callable[[int, int], None]
) -> Iterator[pa.RecordBatch]:
    """The documents, in batches with the columns of `sql/document.sql`, each chunk ordered by customer_id.

    Args:
        segments: Korean and English names of the marketing segments.
        progress: called with (chunks done, chunks).
    """
    values = _dates(made.as_of)
    names = [(key, ko, en) for key, (ko, en) in sorted(segments.items())]
    columns = ("segment_id", "name_ko", "name_en")
    session.register(
        "segment_names", pa.table({name: pa.array([row[i] for row in names], pa.string()) for i, name in enumerate(columns)})
    )
    session.register("no_scores", _SCORES.empty_table())
    everybody = {**values, "chunk": 0, "chunks": 1}
    session.register("ranking", _ask(session, queries.over_purchases("ranking", made.basis), everybody))
    for chunk in range(made.chunks):
        portion = {**values, "chunk": chunk, "chunks": made.chunks}
        session.register("usage", _ask(session, queries.over_purchases("usage", made.basis), portion))
        for name in queries.PARTS:
            sql = queries.text(name)
            if "score.marketing_score" not in made.filled:
                sql = sql.replace("score.marketing_score", "no_scores")
            session.register(name, _ask(session, sql, portion))
        sql = queries.text("document")
        yield from session.stream(sql, queries.parameters(sql, portion))
        progress(chunk + 1, made.chunks)


def _ask(session: Reads, sql: str, values: dict[str, object]) -> pa.Table:
    return session.query(sql, queries.parameters(sql, values))


def _dates(as_of: date) -> dict[str, object]:
    trend_from = month_start(as_of, 12)
    return {
        "as_of": as_of,
        "trend_from": trend_from,
        "approved_from": trend_from - timedelta(days=90),
        "from_12": window_start(as_of, 12),
        "from_6": window_start(as_of, 6),
        "from_3": window_start(as_of, 3),
        "used_from": month_start(as_of, 2),
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
