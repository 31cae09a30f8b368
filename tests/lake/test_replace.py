"""Replacing partitions, or the whole table."""

from __future__ import annotations

import pyarrow as pa
import pytest

from hannun.base.errors import AlreadyCommitted, LakeError
from hannun.lake import Lake, Txn
from tests.lake.conftest import TABLE, numbers, rows


@pytest.fixture
def months(any_lake: Lake) -> Lake:
    """Three months of ten rows each."""
    any_lake.append(TABLE, pa.concat_tables([rows(month * 10, 10, f"2026-0{month}") for month in (1, 2, 3)]), Txn("first"))
    return any_lake


def test_only_the_named_partitions_change(months: Lake) -> None:
    months.replace(TABLE, rows(100, 5, "2026-02"), Txn("run:1"), partitions=[{"month": "2026-02"}])
    assert numbers(months) == [*range(10, 20), *range(30, 40), *range(100, 105)]
    assert numbers(months, version=1) == list(range(10, 40))


def test_replacing_with_the_same_rows_again_changes_nothing(months: Lake) -> None:
    for run in (1, 2, 3):
        months.replace(TABLE, rows(100, 5, "2026-02"), Txn("run", run), partitions=[{"month": "2026-02"}])
        assert numbers(months) == [*range(10, 20), *range(30, 40), *range(100, 105)]
    with pytest.raises(AlreadyCommitted):
        months.replace(TABLE, rows(100, 5, "2026-02"), Txn("run", 3), partitions=[{"month": "2026-02"}])


def test_a_partition_can_be_emptied_and_the_whole_table_replaced(months: Lake) -> None:
    months.replace(TABLE, rows(0, 0), Txn("a"), partitions=[{"month": "2026-01"}, {"month": "2026-03"}])
    assert numbers(months) == list(range(20, 30))
    months.replace(TABLE, rows(0, 3, "2026-07"), Txn("b"), partitions=None)
    assert numbers(months) == [0, 1, 2]


def test_rows_outside_the_named_partitions_are_refused_and_nothing_changes(months: Lake) -> None:
    with pytest.raises(LakeError, match="lie outside the partitions"):
        months.replace(TABLE, rows(0, 5, "2026-09"), Txn("a"), partitions=[{"month": "2026-02"}])
    with pytest.raises(LakeError, match="names no partition"):
        months.replace(TABLE, rows(0, 5, "2026-09"), Txn("a"), partitions=[{"key": "k"}])
    assert numbers(months) == list(range(10, 40))


def test_one_of_several_partition_columns_names_all_its_partitions(any_lake: Lake) -> None:
    schema = pa.schema([("id", pa.int64()), ("as_of", pa.string()), ("population", pa.string())])
    any_lake.ensure("score.x", schema, partition_by=["as_of", "population"])
    first = pa.table([[1, 2, 3, 4], ["a", "a", "b", "b"], ["credit", "check", "credit", "check"]], schema=schema)
    any_lake.append("score.x", first, Txn("1"))
    any_lake.replace("score.x", pa.table([[9], ["a"], ["credit"]], schema=schema), Txn("2"), partitions=[{"as_of": "a"}])
    assert sorted(any_lake.read(any_lake.snapshot("score.x")).read_all()["id"].to_pylist()) == [3, 4, 9]


def test_partitions_of_whole_numbers_and_dates_come_back_typed(any_lake: Lake) -> None:
    from datetime import date

    schema = pa.schema([("id", pa.int64()), ("year", pa.int64()), ("day", pa.date32())])
    any_lake.ensure("score.y", schema, partition_by=["year", "day"])
    data = pa.table([[1, 2, 3], [2025, -1, None], [date(2025, 1, 2), None, date(2026, 1, 1)]], schema=schema)
    any_lake.append("score.y", data, Txn("1"))
    snapshot = any_lake.snapshot("score.y")
    assert any_lake.read(snapshot).read_all().sort_by("id").equals(data)
    assert snapshot.prune(year=(2000, None)).rows == 1 and snapshot.prune(day=(date(2025, 6, 1), None)).rows == 1
    any_lake.replace("score.y", data.slice(0, 0), Txn("2"), partitions=[{"day": "2025-01-02"}])
    assert any_lake.snapshot("score.y").rows == 2
