"""Maintenance: fewer files, a short log, the same rows."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from hannun.base.errors import AlreadyCommitted, CommitConflict, LakeError, StoreError
from hannun.lake import Lake, Txn, maintain
from hannun.store import Locks
from tests.lake.conftest import SCHEMA, TABLE, numbers, rows

NOW = timedelta(0)


def _fill(lake: Lake, commits: int = 12) -> None:
    for number in range(commits):
        lake.append(TABLE, rows(number * 10, 10, f"2026-{number % 2 + 1:02d}"), Txn("stream", number + 1))


def _data(tmp_path: Path) -> set[str]:
    return {str(path) for path in tmp_path.rglob("*.parquet") if "_delta_log" not in path.parts}


def _age(tmp_path: Path, hours: float) -> None:
    """Everything on disk becomes older."""
    for path in tmp_path.rglob("*"):
        if path.is_file():
            os.utime(path, (time.time() - hours * 3600,) * 2)


def test_small_files_become_one_a_partition_with_the_same_rows_in_the_same_order(any_lake: Lake) -> None:
    _fill(any_lake)
    before = any_lake.read(any_lake.snapshot(TABLE)).read_all()
    done = any_lake.maintain(TABLE, keep_days=1)
    assert (done.files_before, done.files_after, done.files_removed) == (12, 2, 0)
    after = any_lake.read(any_lake.snapshot(TABLE)).read_all()
    assert after.sort_by("n").equals(before.sort_by("n"))
    for file in any_lake.snapshot(TABLE).files:
        assert file.minimum["n"] == (0 if file.partition["month"] == "2026-01" else 10)


def test_transactions_outlive_joining_checkpoint_and_cleaning(lake: Lake) -> None:
    _fill(lake)
    for _ in range(2):
        lake.maintain(TABLE, keep_days=0, grace=NOW)
        with pytest.raises(AlreadyCommitted):
            lake.append(TABLE, rows(), Txn("stream", 12))
    assert lake.committed_version(TABLE, "stream") == 12
    assert numbers(lake) == list(range(120))


def test_within_the_kept_days_every_version_can_still_be_read(lake: Lake, tmp_path: Path) -> None:
    _fill(lake, 4)
    _age(tmp_path, 20)
    lake.maintain(TABLE, keep_days=1, grace=NOW)
    lake.maintain(TABLE, keep_days=1, grace=NOW)
    assert [len(numbers(lake, version=version)) for version in range(5)] == [0, 10, 20, 30, 40]


def test_after_the_kept_days_the_old_files_and_log_go(lake: Lake, tmp_path: Path) -> None:
    _fill(lake)
    lake.maintain(TABLE, keep_days=0, grace=NOW)
    _age(tmp_path, 1)
    done = lake.maintain(TABLE, keep_days=0, grace=NOW)
    assert _data(tmp_path) == {file.path for file in lake.snapshot(TABLE).files}
    assert done.files_after == 2
    assert len(list((tmp_path / "lake" / "feature" / "x" / "_delta_log").glob("*.json"))) <= 4
    with pytest.raises(LakeError, match="version 3"):
        lake.snapshot(TABLE, version=3)
    assert numbers(lake) == list(range(120))


def test_a_reader_at_work_keeps_its_files_through_maintenance(lake: Lake) -> None:
    _fill(lake)
    reader = lake.read(lake.snapshot(TABLE), ["n"])
    first = reader.read_next_batch()
    lake.maintain(TABLE, keep_days=0)
    rest = reader.read_all()
    assert sorted([*first["n"].to_pylist(), *rest["n"].to_pylist()]) == list(range(120))


def test_a_load_at_work_keeps_its_staged_files_through_maintenance(lake: Lake) -> None:
    _fill(lake, 2)
    with lake.stage(TABLE) as stager:
        stager.write(rows(500))
        files = stager.files
        lake.maintain(TABLE, keep_days=0)
        lake.commit(TABLE, files, Txn("late"))
    assert numbers(lake) == [*range(20), *range(500, 510)]


def test_what_a_killed_load_left_goes_after_the_grace_period(lake: Lake, tmp_path: Path) -> None:
    _fill(lake, 2)
    stager = lake.stage(TABLE)
    stager.write(rows(500))
    assert stager.files
    left = _data(tmp_path)
    lake.maintain(TABLE, keep_days=0)
    assert left <= _data(tmp_path)
    _age(tmp_path, 25)
    lake.maintain(TABLE, keep_days=0)
    assert numbers(lake) == list(range(20))
    assert not {path for path in _data(tmp_path) if "2026-09" in path}


def test_files_that_change_while_they_are_joined_stop_the_joining_and_lose_nothing(
    lake: Lake, make_lake: Callable[[], Lake], monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(lake, 4)
    real = maintain.read.batches
    done: list[int] = []

    def meanwhile(*given: object) -> object:
        yield from real(*given)  # type: ignore[arg-type]
        if not done:
            done.append(make_lake().replace(TABLE, rows(900, 10, "2026-01"), Txn("run"), partitions=[{"month": "2026-01"}]))

    monkeypatch.setattr(maintain.read, "batches", meanwhile)
    with pytest.raises(CommitConflict, match="while they were being joined"):
        lake.maintain(TABLE, keep_days=1)
    monkeypatch.undo()
    assert numbers(lake) == [*range(10, 20), *range(30, 40), *range(900, 910)]


def test_appends_go_on_while_files_are_joined(lake: Lake, make_lake: Callable[[], Lake], monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(lake, 4)
    real = maintain.read.batches

    def meanwhile(*given: object) -> object:
        yield from real(*given)  # type: ignore[arg-type]
        other = make_lake()
        number = other.snapshot(TABLE).version
        other.append(TABLE, rows(1000 + number * 10, 10, "2026-01"), Txn(f"file:{number}"))

    monkeypatch.setattr(maintain.read, "batches", meanwhile)
    lake.maintain(TABLE, keep_days=1)
    monkeypatch.undo()
    found = numbers(lake)
    assert len(found) == len(set(found)) == 60 and set(range(40)) <= set(found)


def test_only_one_maintains_a_table(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hannun.store.locks.TIMEOUT", 0.1)
    real = Locks.hold
    monkeypatch.setattr(Locks, "hold", lambda self, name, timeout=0.1: real(self, name, timeout=timeout))
    with Locks(tmp_path / "locks").hold(f"maintain:{TABLE}"), pytest.raises(StoreError, match="maintain:feature"):
        lake.maintain(TABLE, keep_days=1)


def test_a_hot_table_keeps_its_log_for_hours_only(lake: Lake, tmp_path: Path) -> None:
    lake.ensure("hot.approvals", SCHEMA, hot=True)
    for number in range(20):
        lake.append("hot.approvals", rows(number), Txn("stream", number + 1))
    # The log goes back to the last checkpoint that is old enough: the first run makes it.
    lake.maintain("hot.approvals", keep_days=30)
    _age(tmp_path, 30)
    lake.maintain("hot.approvals", keep_days=30)
    place = tmp_path / "lake" / "hot" / "approvals"
    assert DeltaTable(str(place)).metadata().configuration["delta.logRetentionDuration"] == "interval 1 hour"
    assert len(list((place / "_delta_log").glob("*.json"))) <= 3
    assert lake.committed(table="hot.approvals", txn=Txn("stream", 20))
    assert lake.snapshot("hot.approvals").rows == 200 and lake.snapshot("hot.approvals").hot


def test_files_of_a_good_size_are_left_alone(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintain, "SMALL_BYTES", 2000)
    monkeypatch.setattr(maintain, "TARGET_BYTES", 4000)
    for number in range(3):
        lake.append(TABLE, rows(number * 10), Txn(f"small:{number}"))
    size = lake.snapshot(TABLE).files[0].size
    lake.append(
        TABLE,
        pa.table([[os.urandom(16).hex() for _ in range(500)], list(range(500)), ["2026-09"] * 500], schema=SCHEMA),
        Txn("big"),
    )
    big = max(lake.snapshot(TABLE).files, key=lambda file: file.size)
    assert size < 2000 < big.size
    lake.maintain(TABLE, keep_days=1)
    assert big.name in {file.name for file in lake.snapshot(TABLE).files}
    assert len(lake.snapshot(TABLE).files) in (2, 3)


def test_negative_days_are_refused(lake: Lake) -> None:
    with pytest.raises(LakeError, match="-1 days"):
        lake.maintain(TABLE, keep_days=-1)
