"""A version of a table: found by number or by time, and read into a snapshot."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable
from pyarrow import fs

from hannun.base import logging
from hannun.base.errors import LakeError
from hannun.lake import log, schema
from hannun.lake.commit import open_table
from hannun.lake.errors import RAISED, explained, reason
from hannun.lake.model import Commit
from hannun.lake.place import Place
from hannun.lake.snapshot import Snapshot, data_files

REMEMBERED = 32
_log = logging.get("lake")
_UNREADABLE = {"deletionVectors", "columnMapping"}


def handle(place: Place, table: str, version: int | None, at: datetime | None) -> DeltaTable:
    """A handle on the newest version, on a version, or on what was newest at an instant.

    Raises:
        LakeError: the log does not have it (any more).
    """
    found = open_table(place, table)
    if version is None and at is None:
        return found
    newest = found.version()
    if version is not None and not 0 <= version <= newest:
        raise LakeError(f"{table} has no version {version}", mend=f"its newest is {newest}; see: hannun lake history {table}")
    with explained(f"{table}: version {version if at is None else f'at {at.isoformat()}'} is not in the log any more"):
        if version is not None:
            found.load_as_version(version)
            return found
        if at is None or at.tzinfo is None:
            raise LakeError("a time to read the lake at needs its zone", mend="give one with time zone")
        found.load_as_version(at)
        # delta-rs answers with the oldest version it has when none is old enough.
        told = log.info(place, found.version())
        if told is None or log.moment(told) > at:
            raise LakeError(f"{table} is not known as of {at.isoformat()}", mend=f"see: hannun lake history {table}")
    return found


def commits(place: Place, table: str, limit: int | None) -> list[Commit]:
    """The commits that the log still tells of, newest first."""
    with explained(f"the history of {table} cannot be read"):
        told = ((version, log.info(place, version)) for version in reversed(log.versions(place)))
        return [_commit(version, entry) for version, entry in islice(told, limit) if entry is not None]


def _commit(version: int, entry: dict[str, Any]) -> Commit:
    details = dict(entry.get("hannun") or {})
    written_at = details.pop("written_at", None)
    return Commit(
        version=version,
        at=log.moment(entry),
        written_at=datetime.fromisoformat(written_at) if written_at else None,
        operation=details.pop("verb", None) or entry.get("operation", ""),
        app=details.pop("app", None),
        txn_version=details.pop("version", None),
        details=details,
    )


class Handles:
    """Handles kept from commit to commit, so that a commit costs the same however long the log is.

    Used under the table's lock only. A kept handle counts as long as the log file that it stands on is still the same
    file: a table that was restored, made anew or cleaned further is opened afresh.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[DeltaTable, object]] = OrderedDict()

    def newest(self, place: Place, table: str) -> DeltaTable:
        """A handle on the newest version."""
        handle, seal = self._kept.pop(place.root, (None, None))
        if handle is not None and seal is not None and seal == self._seal(place, handle):
            try:
                handle.update_incremental()
                return handle
            except RAISED as error:
                _log.debug("a kept handle is given up", table=table, reason=reason(error))
        return open_table(place, table)

    def keep(self, place: Place, handle: DeltaTable) -> None:
        """Remember a handle for the next commit."""
        seal = self._seal(place, handle)
        if seal is not None:
            self._kept[place.root] = (handle, seal)
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)

    def _seal(self, place: Place, handle: DeltaTable) -> object:
        with explained(f"{place.root} cannot be looked up"):
            info = place.info(log.name(handle.version()))
        return None if info.type != fs.FileType.File else (info.mtime_ns, info.size)


@dataclass(frozen=True)
class Shape:
    """What a writer needs to know of a table."""

    schema: pa.Schema
    partition_by: tuple[str, ...]
    statistics: tuple[str, ...]


def shape(handle: DeltaTable) -> Shape:
    """A table's shape, without its list of files."""
    metadata = handle.metadata()
    kept = metadata.configuration.get(schema.STATISTICS, "")
    return Shape(pa.schema(handle.schema()), tuple(metadata.partition_columns), tuple(kept.split(",")) if kept else ())


class Snapshots:
    """The snapshots read last: their file lists never change, and long ones take a while to read."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, int], Snapshot] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, handle: DeltaTable, place: Place, table: str) -> Snapshot:
        """The snapshot that a handle stands on."""
        metadata = handle.metadata()
        # The table's own identifier: a table that was restored or made anew has other files under the same version.
        key = (table, str(metadata.id), handle.version())
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        with explained(f"{table} cannot be read"):
            features = set(handle.protocol().reader_features or ())
            if features & _UNREADABLE:
                raise LakeError(f"{table} has {', '.join(sorted(features & _UNREADABLE))}", mend="rewrite it without")
            form = shape(handle)
            made = Snapshot(
                table=table,
                version=handle.version(),
                schema=form.schema,
                partition_by=form.partition_by,
                files=data_files(pa.table(handle.get_add_actions()), place.root),
                contract_version=metadata.configuration.get(schema.CONTRACT, ""),
                description=metadata.description or "",
                statistics=form.statistics,
                hot=metadata.configuration.get(schema.HOT) == "true",
            )
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return made
