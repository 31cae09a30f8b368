"""A company of two tiny tables, on real Delta folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hannun.base.dates import business_date
from hannun.compute import DuckEngine
from hannun.contracts import Contract, Contracts
from tests.compute.delta_folder import DeltaFolder

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


@pytest.fixture
def lake(tmp_path: Path) -> DeltaFolder:
    """An empty lake."""
    return DeltaFolder(tmp_path / "lake")


@pytest.fixture
def engine(lake: DeltaFolder, shipped: Contracts, tmp_path: Path) -> DuckEngine:
    """An engine on it."""
    return DuckEngine(lake, shipped, memory_limit="500MB", spill=tmp_path / "spill", threads=1)


@pytest.fixture
def add(lake: DeltaFolder, shipped: Contracts) -> Iterator[Callable[..., None]]:
    """Append rows to a table of `core`."""

    def append(table: str, *items: dict[str, Any]) -> None:
        contract = shipped[table]
        lake.append(contract, rows(contract, *items))

    yield append
