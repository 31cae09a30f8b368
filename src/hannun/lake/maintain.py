"""Maintenance: small files joined, the log kept short, files that no kept version needs removed.

Nothing that a running reader or a running load may still need is touched: a file goes only when it has been out of the
table for the kept days, and never within the grace period.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from deltalake import DeltaTable

from hannun.base.errors import CommitConflict, LakeError
from hannun.lake import read, schema
from hannun.lake.commit import Change
from hannun.lake.errors import explained
from hannun.lake.model import DataFile, Txn
from hannun.lake.place import Place
from hannun.lake.snapshot import Snapshot
from hannun.lake.stage import TARGET_BYTES
from hannun.lake.table import Table

SMALL_BYTES = TARGET_BYTES // 2
GRACE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Maintained:
    """What maintenance did to a table."""

    table: str
    version: int
    files_before: int
    files_after: int
    log_files_removed: int
    files_removed: int


def run(table: Table, keep_days: int, grace: timedelta) -> Maintained:
    """Maintain a table; see `Lake.maintain`."""
    if keep_days < 0:
        raise LakeError(f"{keep_days} days of time travel cannot be kept", mend="give 0 or more")
    with table.locks.hold(f"maintain:{table.name}"):
        before = table.snapshot()
        for group in groups(before):
            _join(table, before, group)
        with table.locks.hold(f"lake:{table.name}"):
            logs, files = _shorten(table, timedelta(days=keep_days), grace)
        after = table.snapshot()
    return Maintained(table.name, after.version, len(before.files), len(after.files), logs, files)


def groups(snapshot: Snapshot) -> Iterator[tuple[DataFile, ...]]:
    """Small files of one partition that together make one good file, oldest first."""
    parts: dict[tuple[str | None, ...], list[DataFile]] = {}
    for file in snapshot.files:
        if file.size < SMALL_BYTES:
            parts.setdefault(tuple(file.partition[name] for name in snapshot.partition_by), []).append(file)
    for _, files in sorted(parts.items(), key=lambda item: tuple(value or "" for value in item[0])):
        group: list[DataFile] = []
        for file in files:
            if group and sum(item.size for item in group) + file.size > TARGET_BYTES:
                if len(group) > 1:
                    yield tuple(group)
                group = []
            group.append(file)
        if len(group) > 1:
            yield tuple(group)


def _join(table: Table, before: Snapshot, group: tuple[DataFile, ...]) -> None:
    with table.stage() as stager:
        for batch in read.batches(table.place, table.name, group, before.schema):
            stager.write(batch)
        # The version of the application rises with the table's, so that no joining can happen twice.
        txn = Txn("hannun:maintain", table.open().version() + 1)
        change = Change(stager.files, _still_there(table, group), data=False, details={"verb": "join"})
        table.commit(change, txn)


def _still_there(table: Table, files: tuple[DataFile, ...]) -> Callable[[DeltaTable], tuple[DataFile, ...]]:
    """The files to take away, refused when another commit has taken one of them in the meantime."""

    def removes(handle: DeltaTable) -> tuple[DataFile, ...]:
        live = {file.name for file in table.snapshots.of(handle, table.place, table.name).files}
        if any(file.name not in live for file in files):
            raise CommitConflict(f"{table.name}: files changed while they were being joined", mend="run maintenance again")
        return files

    return removes


def _shorten(table: Table, keep: timedelta, grace: timedelta) -> tuple[int, int]:
    """Checkpoint, clean the log, remove files; returns how many log files and data files went. The caller holds the lock.

    Raises:
        LakeError: the storage refused; what was done stays done, and repeating goes on from there.
    """
    handle = table.open()
    with explained(f"{table.name}: maintenance failed"):
        configuration = handle.metadata().configuration
        hours = int(max(keep, grace).total_seconds() // 3600)
        wanted = {schema.FILE_RETENTION: f"interval {hours} hours"}
        if configuration.get(schema.HOT) != "true":
            wanted[schema.LOG_RETENTION] = f"interval {hours} hours"
        changed = {name: value for name, value in wanted.items() if configuration.get(name) != value}
        if changed:
            handle.alter.set_table_properties(changed)
            handle.update_incremental()
        removed = handle.vacuum(retention_hours=hours, dry_run=False, enforce_retention_duration=False, full=True)
        handle.update_incremental()
        before = _log_files(table.place)
        handle.create_checkpoint()
        handle.cleanup_metadata()
        return max(before - _log_files(table.place) + 1, 0), len(removed)


def _log_files(place: Place) -> int:
    return sum(1 for item in place.list("_delta_log", recursive=False) if item.path.endswith((".json", ".parquet")))
