"""The exactly-once commit."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError, DeltaError

from hannun.base.errors import AlreadyCommitted, CommitConflict, LakeError
from hannun.lake import Lake, Txn, commit
from tests.lake.conftest import TABLE, numbers, rows


def _parquet(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "lake").rglob("*.parquet"))


def test_rows_and_transaction_arrive_in_one_version(any_lake: Lake) -> None:
    assert not any_lake.committed(TABLE, Txn("file:1"))
    assert any_lake.append(TABLE, rows(), Txn("file:1")) == 1
    assert any_lake.committed(TABLE, Txn("file:1"))
    assert numbers(any_lake) == list(range(10))


def test_the_same_version_twice_is_refused_and_writes_nothing(any_lake: Lake) -> None:
    any_lake.append(TABLE, rows(), Txn("file:1"))
    with pytest.raises(AlreadyCommitted):
        any_lake.append(TABLE, rows(), Txn("file:1"))
    with pytest.raises(AlreadyCommitted), any_lake.stage(TABLE) as stager:
        stager.write(rows())
        any_lake.commit(TABLE, stager.files, Txn("file:1"))
    assert numbers(any_lake) == list(range(10))


def test_a_lower_version_is_refused(lake: Lake) -> None:
    lake.append(TABLE, rows(0), Txn("stream", 7))
    with pytest.raises(AlreadyCommitted):
        lake.append(TABLE, rows(10), Txn("stream", 6))
    lake.append(TABLE, rows(10), Txn("stream", 8))
    assert lake.committed_version(TABLE, "stream") == 8
    assert numbers(lake) == list(range(20))


def test_a_commit_without_rows_still_records_its_transaction(lake: Lake) -> None:
    lake.commit(TABLE, [], Txn("empty file"))
    assert lake.committed(TABLE, Txn("empty file"))
    assert numbers(lake) == []


def test_a_lake_opened_before_another_commit_is_not_fooled(lake: Lake, make_lake: Callable[[], Lake]) -> None:
    other = make_lake()
    other.append(TABLE, rows(10), Txn("file:0"))
    lake.append(TABLE, rows(), Txn("file:1"))
    with pytest.raises(AlreadyCommitted):
        other.append(TABLE, rows(), Txn("file:1"))
    with pytest.raises(AlreadyCommitted):
        other.commit(TABLE, [], Txn("file:1"))
    assert numbers(other) == list(range(20))


def test_a_table_that_was_put_back_from_a_backup_forgets_what_came_after_it(lake: Lake, tmp_path: Path) -> None:
    """The lake still holds a handle on the versions that are gone."""
    place = lake._table(TABLE).place.root
    lake.append(TABLE, rows(0), Txn("file:0"))
    shutil.copytree(place, tmp_path / "backup")
    lake.append(TABLE, rows(10), Txn("file:1"))
    shutil.rmtree(place)
    shutil.copytree(tmp_path / "backup", place)
    assert lake.append(TABLE, rows(10), Txn("file:1")) == 2
    assert numbers(lake) == list(range(20))


def test_a_lake_goes_on_after_another_has_shortened_the_log(lake: Lake, make_lake: Callable[[], Lake]) -> None:
    lake.append(TABLE, rows(0), Txn("file:0"))
    other = make_lake()
    for number in range(1, 4):
        other.append(TABLE, rows(number * 10), Txn(f"file:{number}"))
    for _ in range(2):
        other.maintain(TABLE, keep_days=0, grace=timedelta(0))
        for path in Path(lake._table(TABLE).place.root, "_delta_log").iterdir():
            os.utime(path, (time.time() - 4000,) * 2)
    with pytest.raises(AlreadyCommitted):
        lake.append(TABLE, rows(), Txn("file:3"))
    lake.append(TABLE, rows(40), Txn("file:4"))
    assert numbers(lake) == list(range(50))


def test_a_commit_that_lands_between_our_look_and_our_write_is_seen(
    lake: Lake, make_lake: Callable[[], Lake], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The handle is stale at the moment of writing: another writer without our locks was faster with the same transaction."""
    real = commit._attempt
    calls = []

    def slow(handle: DeltaTable, change: commit.Change, txn: Txn, mark: str) -> None:
        calls.append(mark)
        if len(calls) == 1:
            with other.stage(TABLE) as stager:
                stager.write(rows(0))
                rival = commit.Change(stager.files, lambda _: [])
                real(DeltaTable(lake._table(TABLE).place.root), rival, txn, "rival")
        real(handle, change, txn, mark)

    other = make_lake()
    monkeypatch.setattr(commit, "_attempt", slow)
    with pytest.raises(AlreadyCommitted):
        lake.append(TABLE, rows(100), Txn("file:1"))
    assert numbers(lake) == list(range(10))


@pytest.mark.parametrize("error", [OSError("connection reset"), DeltaError("timed out"), CommitFailedError("conflict")])
def test_an_error_after_the_entry_is_written_is_known_to_be_a_success(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, error: Exception, tmp_path: Path
) -> None:
    _fail_after_writing(monkeypatch, [error])
    assert lake.append(TABLE, rows(), Txn("file:1")) == 1
    assert numbers(lake) == list(range(10))
    assert len(_parquet(tmp_path)) == 1
    with pytest.raises(AlreadyCommitted):
        lake.append(TABLE, rows(), Txn("file:1"))


def test_the_version_is_ours_when_others_commit_after_the_error(
    lake: Lake, make_lake: Callable[[], Lake], monkeypatch: pytest.MonkeyPatch
) -> None:
    def rival() -> None:
        monkeypatch.undo()
        with make_lake().stage(TABLE) as stager:
            stager.write(rows(50))
            change = commit.Change(stager.files, lambda _: [])
            place = make_lake()._table(TABLE).place
            commit.write(place, TABLE, change, Txn("rival"), commit.open_table(place, TABLE))

    _fail_after_writing(monkeypatch, [OSError("connection reset")], rival)
    assert lake.append(TABLE, rows(), Txn("file:1")) == 1
    assert numbers(lake) == [*range(10), *range(50, 60)]


def test_an_error_before_the_entry_is_written_leaves_no_row_and_no_file(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(commit, "_attempt", broken)
    with pytest.raises(LakeError, match=r"nothing of it is visible.*→ free space"):
        lake.append(TABLE, rows(), Txn("file:1"))
    monkeypatch.undo()
    assert numbers(lake) == [] and _parquet(tmp_path) == []
    lake.append(TABLE, rows(), Txn("file:1"))
    assert numbers(lake) == list(range(10))


def test_an_unknown_outcome_keeps_the_files_and_is_cleared_up_by_repeating(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The entry is written, the answer is lost, and then the log cannot be read."""
    _fail_after_writing(monkeypatch, [OSError("connection reset")])

    def unreadable(*_: Any) -> DeltaTable:
        raise LakeError("network is unreachable")

    with lake.stage(TABLE) as stager:
        stager.write(rows())
        files = stager.files
    monkeypatch.setattr(commit, "open_table", unreadable)
    with pytest.raises(commit.OutcomeUnknown, match="may have happened"), stager:
        lake.commit(TABLE, files, Txn("file:1"))
    monkeypatch.undo()
    assert numbers(lake) == list(range(10))
    with pytest.raises(AlreadyCommitted):
        lake.append(TABLE, rows(), Txn("file:1"))
    assert numbers(lake) == list(range(10))


def test_a_conflict_that_never_ends_is_an_error_that_says_so(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def conflict(*_: Any) -> None:
        raise CommitFailedError("concurrent")

    monkeypatch.setattr(commit, "_attempt", conflict)
    with pytest.raises(CommitConflict, match="faster 5 times"):
        lake.append(TABLE, rows(), Txn("file:1"))


def test_an_error_after_the_last_possible_attempt_succeeded_is_a_success_too(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit, "ATTEMPTS", 1)
    _fail_after_writing(monkeypatch, [CommitFailedError("conflict")])
    assert lake.append(TABLE, rows(), Txn("file:1")) == 1
    assert numbers(lake) == list(range(10))


def test_an_interrupt_in_the_middle_of_a_commit_loses_no_file_of_it(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    _fail_after_writing(monkeypatch, [KeyboardInterrupt()])
    with pytest.raises(KeyboardInterrupt):
        lake.append(TABLE, rows(), Txn("file:1"))
    monkeypatch.undo()
    assert numbers(lake) == list(range(10))


def test_files_of_another_table_are_refused(lake: Lake) -> None:
    lake.ensure("feature.y", rows().schema)
    with lake.stage("feature.y") as stager:
        stager.write(rows())
    with pytest.raises(LakeError, match=r"staged for feature\.y"):
        lake.commit(TABLE, stager.files, Txn("x"))


def test_a_staged_file_that_is_gone_is_refused(lake: Lake, tmp_path: Path) -> None:
    with lake.stage(TABLE) as stager:
        stager.write(rows())
    for path in _parquet(tmp_path):
        path.unlink()
    with pytest.raises(LakeError, match="is gone → stage the rows again"):
        lake.commit(TABLE, stager.files, Txn("x"))
    assert not lake.committed(TABLE, Txn("x"))


def _fail_after_writing(
    monkeypatch: pytest.MonkeyPatch, errors: Sequence[BaseException], then: Callable[[], None] = lambda: None
) -> None:
    """The commit reaches the log, and then the call fails."""
    real = commit._attempt
    left = list(errors)

    def failing(handle: DeltaTable, change: commit.Change, txn: Txn, mark: str) -> None:
        real(handle, change, txn, mark)
        if left:
            error = left.pop(0)
            then()
            raise error

    monkeypatch.setattr(commit, "_attempt", failing)
