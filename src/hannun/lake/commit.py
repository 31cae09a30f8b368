"""The exactly-once commit.

delta-rs writes a transaction identifier into the log but never looks at it. So: on one handle, read the version that
the application last committed, refuse an equal or lower one, write. Whatever goes wrong after that, the log is read
again before anything is said: a commit carries a mark of its own, by which it is known again.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake._internal import RemoveAction
from deltalake.exceptions import CommitFailedError
from deltalake.transaction import AddAction

from hannun.base.errors import AlreadyCommitted, CommitConflict, LakeError
from hannun.lake import log, statistics
from hannun.lake.errors import RAISED, explained, lake_error, reason
from hannun.lake.model import DataFile, StagedFile, Txn
from hannun.lake.place import Place

ATTEMPTS = 5
MARK = "hannunCommit"
DETAILS = "hannun"


@dataclass(frozen=True)
class Change:
    """What a commit does to a table.

    Attributes:
        adds: staged files to show.
        removes: given the table, the files to take away.
        data: rows change; False when the same rows only move to other files.
        schema: the table's new schema, where the commit replaces all rows and the schema with them.
        details: for the history.
    """

    adds: Sequence[StagedFile]
    removes: Callable[[DeltaTable], Sequence[DataFile]]
    data: bool = True
    schema: pa.Schema | None = None
    details: dict[str, Any] | None = None


class OutcomeUnknown(LakeError):
    """The commit failed and the log could not be read again: it may have happened. Repeat it with the same transaction."""


def open_table(place: Place, table: str, version: int | None = None) -> DeltaTable:
    """A fresh handle on a table.

    Raises:
        TableNotFound: the lake has no such table.
        LakeError: its log cannot be read, or has no such version.
    """
    with explained(f"{table} cannot be opened", table):
        return DeltaTable(place.root, version=version, storage_options=place.options)


def refuse(handle: DeltaTable, table: str, txn: Txn) -> None:
    """Nothing, unless the log has the transaction.

    Raises:
        AlreadyCommitted: the transaction, or a later one of its application, is in the log.
    """
    seen = handle.transaction_version(txn.app)
    if seen is not None and seen >= txn.version:
        raise AlreadyCommitted(f"{table}: {txn.app} version {txn.version} is in the log already (it stands at {seen})")


def write(place: Place, table: str, change: Change, txn: Txn, handle: DeltaTable) -> int:
    """Commit once; returns the version. The caller holds the table's lock.

    Args:
        handle: on the newest version; it moves on with the commit.

    Raises:
        AlreadyCommitted: the transaction, or a later one of its application, is in the log.
        CommitConflict: other writers were faster every time.
        OutcomeUnknown: it may or may not be in the log.
        LakeError: it is not in the log.
    """
    mark = uuid.uuid4().hex
    failure: Exception | None = None
    for _ in range(ATTEMPTS):
        refuse(handle, table, txn)
        if failure is not None and not isinstance(failure, CommitFailedError):
            break
        base = handle.version()
        try:
            _attempt(handle, change, txn, mark)
            handle.update_incremental()
            version = base + 1 if handle.version() == base + 1 else _found(place, handle.version(), mark, base)
            if version is not None:
                place.sync(log.name(version))
                return version
            failure = OSError("the commit was accepted, but the log does not show it")
        except RAISED as error:
            failure = error
        handle, version = _looked(place, table, failure, mark, base)
        if version is not None:
            return version
    if isinstance(failure, CommitFailedError):
        raise CommitConflict(f"{table}: other writers were faster {ATTEMPTS} times: {reason(failure)}", mend="repeat it")
    raise lake_error(f"{table}: the commit failed, nothing of it is visible", failure or OSError()) from failure


def _attempt(handle: DeltaTable, change: Change, txn: Txn, mark: str) -> None:
    removes = list(change.removes(handle))
    # The machine's clock, not the home's: maintenance counts by it how long a file has been gone.
    now = int(time.time() * 1000)
    actions: list[AddAction | RemoveAction] = [_add(file, now, change.data) for file in change.adds]
    if change.schema is None:
        actions += [RemoveAction(file.name, change.data, now, file.size, dict(file.partition)) for file in removes]
    details = {
        "rows": sum(file.rows for file in change.adds),
        "files_added": len(change.adds),
        "files_removed": len(removes),
        "app": txn.app,
        "version": txn.version,
        **(change.details or {}),
    }
    handle.create_write_transaction(
        actions,
        "append" if change.schema is None else "overwrite",
        handle.schema() if change.schema is None else change.schema,
        list(handle.metadata().partition_columns),
        commit_properties=CommitProperties(
            app_transactions=[Transaction(txn.app, txn.version)], custom_metadata={MARK: mark, DETAILS: details}
        ),
    )


def _add(file: StagedFile, now: int, data: bool) -> AddAction:
    return AddAction(
        path=file.name,
        size=file.size,
        partition_values=dict(file.partition),
        modification_time=now,
        data_change=data,
        stats=statistics.as_json(file.rows, file.statistics),
    )


def _looked(place: Place, table: str, failure: Exception, mark: str, base: int) -> tuple[DeltaTable, int | None]:
    """After a failure: a fresh handle, and the version of our own commit if it has happened."""
    try:
        handle = open_table(place, table)
        return handle, _found(place, handle.version(), mark, base)
    except (LakeError, *RAISED) as error:
        raise OutcomeUnknown(
            f"{table}: the commit failed ({reason(failure)}) and the log cannot be read ({reason(error)}): it may have happened",
            mend="repeat it with the same transaction when the lake can be read",
        ) from failure


def _found(place: Place, newest: int, mark: str, base: int) -> int | None:
    """The version of our own commit after `base`, if it is there."""
    for version in range(base + 1, newest + 1):
        told = log.info(place, version)
        if told is None:
            raise OSError(f"{place.path(log.name(version))} is gone")
        if told.get(MARK) == mark:
            return version
    return None
