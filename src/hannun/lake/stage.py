"""Staging: rows become files in the table's folder that nobody sees before they are committed."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from hannun.base import logging
from hannun.lake import encode, fit, partition, statistics
from hannun.lake.errors import explained, reason
from hannun.lake.model import StagedFile, Statistics
from hannun.lake.place import Place

TARGET_BYTES = 128 << 20
BUFFER_BYTES = 48 << 20
OPEN_FILES = 48

_log = logging.get("lake")


@dataclass
class _Part:
    """A partition's rows that wait, and its file that is being written."""

    values: partition.Values
    waiting: list[pa.Table] = field(default_factory=list)
    rows_waiting: int = 0
    bytes_waiting: int = 0
    name: str = ""
    sink: Any = None
    writer: Any = None
    rows: int = 0
    seen: list[Statistics] = field(default_factory=list)


class Stager:
    """Writes rows of any partitions, mixed, with bounded memory. Leaving its block by an error removes the files.

    Made by `Lake.stage`.
    """

    def __init__(
        self, place: Place, table: str, schema: pa.Schema, *, partition_by: Sequence[str], kept: Sequence[str], handed: set[str]
    ) -> None:
        self._place = place
        self._table = table
        self._schema = schema
        self._partition_by = tuple(partition_by)
        self._kept = tuple(name for name in kept if name in schema.names and name not in partition_by)
        self._handed = handed
        self._id = uuid.uuid4().hex
        self._parts: OrderedDict[partition.Values, _Part] = OrderedDict()
        self._waiting = 0
        self._names: list[str] = []
        self._done: list[StagedFile] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None:
            self.abort()
        else:
            self._finish()

    def write(self, data: pa.Table | pa.RecordBatch) -> None:
        """Stage rows.

        Raises:
            LakeError: the columns are not the table's, a value does not fit, or the disk does not take it.
        """
        table = pa.Table.from_batches([data]) if isinstance(data, pa.RecordBatch) else data
        rows = fit.fitted(self._table, table, self._schema)
        with explained(f"{self._table}: rows cannot be staged in {self._place.root}"):
            for values, piece in partition.split(self._table, rows, self._partition_by):
                part = self._parts.setdefault(values, _Part(values))
                self._parts.move_to_end(values)
                part.waiting.append(piece)
                part.rows_waiting += piece.num_rows
                part.bytes_waiting += piece.nbytes
                self._waiting += piece.nbytes
                if part.rows_waiting >= encode.ROW_GROUP:
                    self._flush(part)
            while self._waiting > BUFFER_BYTES:
                self._flush(max(self._parts.values(), key=lambda part: part.bytes_waiting))

    @property
    def files(self) -> list[StagedFile]:
        """The files so far, each complete and on disk."""
        self._finish()
        return list(self._done)

    @property
    def rows(self) -> int:
        """Rows staged so far."""
        return sum(file.rows for file in self._done) + sum(part.rows + part.rows_waiting for part in self._parts.values())

    def abort(self) -> None:
        """Remove the files, unless they were handed to a commit that may have succeeded."""
        for part in self._parts.values():
            for closing in (part.writer, part.sink):
                try:
                    if closing is not None:
                        closing.close()
                except (OSError, pa.ArrowException) as error:
                    _log.debug("a staged file could not be closed", table=self._table, reason=reason(error))
        self._parts.clear()
        self._done.clear()
        if self._id in self._handed:
            return
        for name in self._names:
            try:
                self._place.files.delete_file(name)
            except FileNotFoundError:
                continue
            except OSError as error:
                _log.warning("a staged file stays until maintenance", table=self._table, file=name, reason=reason(error))
        self._names.clear()

    def _flush(self, part: _Part) -> None:
        if not part.rows_waiting:
            return
        rows = pa.concat_tables(part.waiting)
        self._waiting -= part.bytes_waiting
        part.waiting, part.rows_waiting, part.bytes_waiting = [], 0, 0
        if part.writer is None:
            self._open(part, rows)
        part.writer.write_table(rows, row_group_size=encode.ROW_GROUP)
        part.seen.append(statistics.of(rows, self._kept))
        part.rows += rows.num_rows
        if part.sink.tell() >= TARGET_BYTES:
            self._close(part)

    def _open(self, part: _Part, sample: pa.Table) -> None:
        writing = [other for other in self._parts.values() if other.writer is not None]
        if len(writing) >= OPEN_FILES:
            self._close(writing[0])
        folder = partition.folder(self._partition_by, part.values)
        part.name = f"{folder}{self._id}-{len(self._names):05d}.parquet"
        self._names.append(part.name)
        self._place.make_folder(folder)
        part.sink = self._place.files.open_output_stream(part.name)
        part.writer = pq.ParquetWriter(part.sink, sample.schema, **encode.options(sample, self._kept))

    def _close(self, part: _Part) -> None:
        part.writer.close()
        size = part.sink.tell()
        part.sink.close()
        self._place.sync(part.name)
        values = dict(zip(self._partition_by, part.values, strict=True))
        self._done.append(StagedFile(self._table, part.name, values, part.rows, size, statistics.merged(part.seen), self._id))
        part.writer, part.sink, part.rows, part.seen = None, None, 0, []

    def _finish(self) -> None:
        with explained(f"{self._table}: rows cannot be staged in {self._place.root}"):
            for part in self._parts.values():
                self._flush(part)
                if part.writer is not None:
                    self._close(part)
        self._parts.clear()
