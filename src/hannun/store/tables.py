"""The tables of the metadata databases, and the revision that this program expects of each database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

DATABASES = ("meta", "audit", "live")
REVISIONS: dict[str, str | None] = {"meta": "meta_0001", "audit": None, "live": None}


class Instant(TypeDecorator[datetime]):
    """An instant in UTC. SQLite has no zones: stored there as UTC without one, given back with it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


meta = MetaData()

files = Table(
    "files",
    meta,
    Column("fingerprint", String(64), primary_key=True),
    Column("mapping", Text, primary_key=True),
    Column("table", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("rows_read", BigInteger, nullable=False),
    Column("rows_loaded", BigInteger, nullable=False),
    Column("rows_quarantined", BigInteger, nullable=False),
    Column("loaded_at", Instant, nullable=False),
    Column("details", JSON, nullable=False),
    comment="What was loaded: information only. Whether a file is loaded is decided by the transaction in the table's log.",
)

runs = Table(
    "runs",
    meta,
    Column("run_id", String(32), primary_key=True),
    Column("verb", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("status", Text, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("details", JSON, nullable=False),
    comment="What ran, on which table versions, and how it ended",
)

pointers = Table(
    "pointers",
    meta,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    comment="Names that point at a generation; a swap is one row",
)
