"""A company of two tiny tables, on real Delta folders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hannun.base.clock import SystemClock
from hannun.base.dates import business_date
from hannun.compute import DuckEngine
from hannun.contracts import Contract, Contracts
from hannun.lake import Lake, Txn
from hannun.store import Locks

INSTANT = datetime(2026, 3, 1, tzinfo=UTC)


def instant(text: str) -> datetime:
    """`2026-03-01 15:00` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rows(contract: Contract, *items: dict[str, Any]) -> pa.Table:
    """Rows of a contract's table; system columns get plain values where an item says nothing."""
    filled = []
    for number, item in enumerate(items, 1):
        row = dict.fromkeys(contract.arrow_schema.names) | {"known_at": INSTANT, "op": "insert", "is_placeholder": False}
        row |= {"_source": "file", "_row": number} | item
        day: date = row["business_date"] or business_date(row["known_at"])
        row["business_date"] = day
        if contract.partitioned:
            row["business_month"] = f"{day:%Y-%m}"
        filled.append(row)
    return pa.Table.from_pylist(filled, schema=contract.arrow_schema)


def commit(lake: Lake, table: str, data: pa.Table) -> None:
    """Append rows in a commit of their own."""
    lake.append(table, data, Txn(f"test {lake.snapshot(table).version}"))


def plain(lake: Lake, data: pa.Table, version: str = "1.0.0", partition_by: tuple[str, ...] = ()) -> None:
    """Make or widen `feature.x` to hold `data`, and append it."""
    lake.ensure("feature.x", data.schema, partition_by=partition_by, contract_version=version)
    commit(lake, "feature.x", data)


def open_lake(root: str, locks: Path) -> Lake:
    """A lake at a folder or URL."""
    return Lake(root, locks=Locks(locks), clock=SystemClock())


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake."""
    return open_lake(str(tmp_path / "lake"), tmp_path / "locks")


@pytest.fixture
def engine(lake: Lake, shipped: Contracts, tmp_path: Path) -> DuckEngine:
    """An engine on it."""
    return DuckEngine(lake, shipped, memory_limit="500MB", spill=tmp_path / "spill", threads=1)


@pytest.fixture
def add(lake: Lake, shipped: Contracts) -> Callable[..., None]:
    """Append rows to a table of `core`."""

    def append(table: str, *items: dict[str, Any]) -> None:
        contract = shipped[table]
        lake.ensure_contract(contract)
        commit(lake, contract.table, rows(contract, *items))

    return append
