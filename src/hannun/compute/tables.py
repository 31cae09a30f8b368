"""A session's tables: which version of each is read, which files, and the SQL that says what a row of it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow import fs

from hannun.base.dates import day_end
from hannun.base.errors import QueryError, TableNotFound
from hannun.base.identifiers import digest
from hannun.compute import relations
from hannun.compute.analysis import Bound, Parameter
from hannun.compute.source import File, SnapshotLike, Source
from hannun.contracts import Contracts

ABSENT = -1
_MENDS = {"feature": "hannun features build", "score": "hannun models score", "decision": "hannun campaigns create"}


class Tables:
    """The tables that one session sees; a table's version is fixed when it is first read."""

    def __init__(self, lake: Source, contracts: Contracts, *, as_of: date | None, versions: Mapping[str, int]) -> None:
        self._lake = lake
        self._contracts = contracts
        self._until: datetime | None = day_end(as_of) if as_of else None
        self._wanted = dict(versions)
        self._snapshots: dict[str, SnapshotLike | None] = {}
        self._referenced = {column.reference.table for item in contracts.values() for column in item.columns if column.reference}
        self.versions: dict[str, int] = {}
        self.datasets: dict[str, ds.Dataset] = {}

    def sql(self, table: str, bounds: Sequence[Bound], values: Mapping[str, Any]) -> str:
        """The body of the view `table` (such as `core.cards`), its files pruned by `bounds`.

        Raises:
            TableNotFound: the lake has no such table, and no contract says what it would hold.
        """
        schema, stored = table.partition(".")[0], self.stored(table)
        snapshot = self._snapshot(stored)
        if snapshot is None:
            return relations.empty(self._contracts[stored].arrow_schema)
        if schema not in ("core", "history"):
            return self._scan(_pruned(snapshot, bounds, values))
        if self._until is not None:
            snapshot = snapshot.prune(known_at=(None, self._until))
        if schema == "history":
            return relations.known(self._scan(_pruned(snapshot, bounds, values)), self._until)
        return self._state(stored, snapshot, bounds, values)

    def stored(self, table: str) -> str:
        """The lake's name of a table: `history.t` lies in `core.t`."""
        schema, _, name = table.partition(".")
        return f"core.{name}" if schema == "history" else table

    def version(self, stored: str) -> int:
        """The version of a table that this session reads."""
        self._snapshot(stored)
        return self.versions[stored]

    def _state(self, table: str, snapshot: SnapshotLike, bounds: Sequence[Bound], values: Mapping[str, Any]) -> str:
        if table not in self._contracts:
            raise QueryError(f"'{table}' has no contract", mend="add one to conf/contracts: its key says what the state is")
        contract = self._contracts[table]
        if contract.kind == "event" and table not in self._referenced:
            corrections = [file for file in snapshot.files if not _only_inserts(file)]
            if not corrections:
                # Every key came once, so skipping files cannot hide a row's successor.
                return relations.known(self._scan(_pruned(snapshot, bounds, values)), self._until)
            rows = relations.known(self._scan(snapshot), self._until)
            return relations.event_state(contract, rows, relations.known(self._scan(snapshot, corrections), self._until))
        return relations.entity_state(contract, relations.known(self._scan(snapshot), self._until))

    def _snapshot(self, table: str) -> SnapshotLike | None:
        if table in self._snapshots:
            return self._snapshots[table]
        wanted = self._wanted.get(table)
        if wanted == ABSENT or not self._lake.exists(table):
            if table not in self._contracts:
                schema = table.partition(".")[0]
                raise TableNotFound(f"the lake has no table '{table}'", mend=_MENDS.get(schema, "hannun lake list"))
            self._snapshots[table], self.versions[table] = None, ABSENT
            return None
        snapshot = self._lake.snapshot(table, version=wanted)
        self._snapshots[table], self.versions[table] = snapshot, snapshot.version
        return snapshot

    def _scan(self, snapshot: SnapshotLike, files: Sequence[File] | None = None) -> str:
        chosen = snapshot.files if files is None else files
        if all(_plain(file.path) for file in chosen):
            return relations.scan(snapshot, chosen)
        name = f"_dataset_{digest(*(file.path for file in chosen))}"
        if name not in self.datasets:
            self.datasets[name] = _dataset(snapshot, chosen, self._lake.filesystem(snapshot.table))
        columns = ", ".join(relations.quoted(column) for column in snapshot.schema.names)
        return f"SELECT {columns} FROM {name}"


def _only_inserts(file: File) -> bool:
    return file.minimum.get("op") == "insert" and file.maximum.get("op") == "insert"


def _plain(path: str) -> bool:
    """A local path that `read_parquet` does not take for a pattern."""
    return "://" not in path and not any(mark in path for mark in "*?[")


def _pruned(snapshot: SnapshotLike, bounds: Sequence[Bound], values: Mapping[str, Any]) -> SnapshotLike:
    for bound in bounds:
        if bound.column in snapshot.schema.names:
            kind = snapshot.schema.field(bound.column).type
            low, high = (_value(side, kind, values) for side in (bound.low, bound.high))
            if low is not None or high is not None:
                snapshot = snapshot.prune(**{bound.column: (low, high)})
    return snapshot


def _value(side: Any, kind: pa.DataType, values: Mapping[str, Any]) -> Any:
    """A bound in the column's own type, or None where it cannot be said exactly."""
    value = values.get(side.name) if isinstance(side, Parameter) else side
    if pa.types.is_date(kind) and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    if pa.types.is_date(kind) and isinstance(value, date) and not isinstance(value, datetime):
        return value
    if pa.types.is_string(kind) and isinstance(value, str):
        return value
    return value if pa.types.is_integer(kind) and type(value) is int else None


def _dataset(snapshot: SnapshotLike, files: Sequence[File], filesystem: fs.FileSystem) -> ds.Dataset:
    """Files that DuckDB cannot open itself, read through Arrow; partition values come from the log."""
    parquet = ds.ParquetFileFormat()
    fragments = []
    for file in files:
        guarantee = ds.scalar(True)
        for name, value in file.partition.items():
            column, kind = ds.field(name), snapshot.schema.field(name).type
            guarantee &= column.is_null() if value is None else column == pa.scalar(value, pa.string()).cast(kind)
        fragments.append(parquet.make_fragment(file.name, filesystem=filesystem, partition_expression=guarantee))
    return ds.FileSystemDataset(fragments, snapshot.schema, parquet, filesystem)
