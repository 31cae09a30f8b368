"""Snapshots: versions, time travel, pruning."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hannun.base.errors import LakeError, TableNotFound
from hannun.lake import DataFile, Lake, Snapshot, Txn, statistics
from tests.lake.conftest import TABLE, numbers, rows


def test_every_version_can_be_read_again(any_lake: Lake) -> None:
    for place in range(3):
        any_lake.append(TABLE, rows(place * 10), Txn(f"file:{place}"))
    assert [numbers(any_lake, version=version) for version in range(4)] == [list(range(10 * version)) for version in range(4)]


def test_a_time_names_what_was_newest_then(lake: Lake) -> None:
    lake.append(TABLE, rows(0), Txn("one"))
    time.sleep(0.02)
    between = datetime.now(UTC)
    time.sleep(0.02)
    lake.append(TABLE, rows(10), Txn("two"))
    assert lake.snapshot(TABLE, at=between).version == 1
    assert lake.snapshot(TABLE, at=datetime.now(UTC)).version == 2


def test_a_time_before_the_table_and_a_version_that_is_not_there_are_errors(lake: Lake) -> None:
    with pytest.raises(LakeError, match="is not known as of 2020"):
        lake.snapshot(TABLE, at=datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(LakeError, match="no version 7"):
        lake.snapshot(TABLE, version=7)
    with pytest.raises(LakeError, match="needs its zone"):
        lake.snapshot(TABLE, at=datetime(2026, 1, 1))


def test_a_missing_table_is_named(any_lake: Lake) -> None:
    with pytest.raises(TableNotFound, match=r"core\.nope"):
        any_lake.snapshot("core.nope")
    assert not any_lake.exists("core.nope") and not any_lake.committed("core.nope", Txn("x"))


def test_a_snapshot_stays_as_it_is_while_the_table_goes_on(lake: Lake) -> None:
    lake.append(TABLE, rows(0), Txn("one"))
    kept = lake.snapshot(TABLE)
    lake.replace(TABLE, rows(50), Txn("two"), partitions=None)
    lake.maintain(TABLE, keep_days=1)
    assert sorted(lake.read(kept, ["n"]).read_all()["n"].to_pylist()) == list(range(10))
    assert numbers(lake) == list(range(50, 60))


def test_a_table_made_anew_is_not_mistaken_for_the_old_one(lake: Lake, make_lake: Callable[[], Lake]) -> None:
    import shutil

    lake.append(TABLE, rows(0), Txn("one"))
    assert lake.snapshot(TABLE).rows == 10
    shutil.rmtree(lake._table(TABLE).place.root)
    other = make_lake()
    other.ensure(TABLE, rows().schema, partition_by=["month"])
    other.append(TABLE, rows(0, 3), Txn("one"))
    assert lake.snapshot(TABLE).rows == 3


def test_history_tells_what_each_commit_did(lake: Lake) -> None:
    lake.append(TABLE, rows(0), Txn("file:1"))
    lake.replace(TABLE, rows(5), Txn("run", 4), partitions=[{"month": "2026-09"}])
    newest, middle, first = lake.history(TABLE)
    assert (newest.version, newest.operation, newest.app, newest.txn_version) == (2, "replace", "run", 4)
    assert newest.details == {"rows": 10, "files_added": 1, "files_removed": 1}
    assert (middle.operation, middle.app, first.operation) == ("append", "file:1", "CREATE TABLE")
    assert datetime.now(UTC) - newest.at < timedelta(minutes=5)


def test_tables_are_listed_without_what_is_no_table(any_lake: Lake) -> None:
    any_lake.ensure("core.a", rows().schema)
    any_lake.files.put("x/y.csv", open(__file__, "rb"))  # noqa: PTH123, SIM115
    assert any_lake.tables() == ["core.a", TABLE]


def test_prune_refuses_an_unknown_column_and_a_bound_of_another_type(lake: Lake) -> None:
    lake.append(TABLE, rows(), Txn("x"))
    with pytest.raises(LakeError, match="no column 'm'"):
        lake.snapshot(TABLE).prune(m=(1, 2))
    with pytest.raises(LakeError, match="'n' is of type int64"):
        lake.snapshot(TABLE).prune(n=("a", None))


SCHEMA = pa.schema(
    [
        ("p", pa.string()),
        ("i", pa.int64()),
        ("s", pa.string()),
        ("d", pa.date32()),
        ("t", pa.timestamp("us", "UTC")),
        ("x", pa.int64()),
    ]
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "i": st.integers(-3, 3),
    "s": st.text("ab\U0010ffff가", max_size=3) | st.sampled_from(["a" * 70, "a" * 64 + "\U0010ffff" * 3, "b" * 66]),
    "d": st.dates(date(2026, 1, 1), date(2026, 1, 5)),
    "t": st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 1, 0, 0, 1), timezones=st.just(UTC)),
    "x": st.integers(-3, 3),
}
PARTITIONS = st.none() | st.sampled_from(["2026-01", "2026-02", "2026-03"])
ROW = st.fixed_dictionaries({name: st.none() | values for name, values in VALUES.items()})
FILES = st.lists(st.tuples(PARTITIONS, st.lists(ROW, min_size=1, max_size=4)), max_size=5)
BOUNDS = st.fixed_dictionaries(
    {},
    optional={name: st.tuples(st.none() | values, st.none() | values) for name, values in {**VALUES, "p": PARTITIONS}.items()},
)


@given(FILES, BOUNDS)
def test_pruning_never_loses_a_row_and_drops_what_statistics_exclude(
    files: list[tuple[str | None, list[dict[str, Any]]]], bounds: dict[str, tuple[Any, Any]]
) -> None:
    kept = ["i", "s", "d", "t"]
    snapshot = Snapshot(
        "core.x", 1, SCHEMA, ("p",), tuple(_file(place, part, held, kept) for place, (part, held) in enumerate(files))
    )
    left = {file.name for file in snapshot.prune(**bounds).files}
    for place, (part, held) in enumerate(files):
        matching = [row for row in held if all(_inside({**row, "p": part}[name], *bound) for name, bound in bounds.items())]
        if matching:
            assert str(place) in left
        short = all(len(row["s"] or "") < 64 for row in held)
        if str(place) in left and short:
            # Each bound alone must be one that minimum and maximum cannot exclude.
            for name, (low, high) in bounds.items():
                values = [part] if name == "p" else [row[name] for row in held if row[name] is not None]
                if name != "x" and (low is not None or high is not None):
                    known = [value for value in values if value is not None]
                    assert known and (low is None or max(known) >= low) and (high is None or min(known) <= high)


def _inside(value: Any, low: Any, high: Any) -> bool:
    if low is None and high is None:
        return True
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


def _file(place: int, part: str | None, held: list[dict[str, Any]], kept: list[str]) -> DataFile:
    data = pa.Table.from_pylist([{**row, "p": part} for row in held], schema=SCHEMA)
    found = statistics.merged([statistics.of(data.slice(0, 1), kept), statistics.of(data.slice(1), kept)])
    return DataFile(str(place), str(place), {"p": part}, len(held), 1, found.minimum, found.maximum, found.nulls, 0)
