"""Rows of one file on their way into one table: staged in batches while the next batch is parsed, repaired at the end."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hannun.ingest.keys import KeyCheck, Verdict, as_snapshot
from hannun.ingest.shape import Shape
from hannun.lake import Lake, StagedFile, Stager

WAITING = 1


class StagedTable:
    """The rows of one table of one file. Nothing is visible before the commit; leaving by an error removes the files."""

    def __init__(self, stack: ExitStack, writer: ThreadPoolExecutor, lake: Lake, shape: Shape, keys: KeyCheck) -> None:
        self.shape = shape
        self.keys = keys
        self._lake = lake
        self._stack = stack
        self._writer = writer
        self._stager: Stager = stack.enter_context(lake.stage(shape.table))
        self._pending: deque[Future[None]] = deque()
        self._files: list[StagedFile] | None = None

    @property
    def table(self) -> str:
        return self.shape.table

    def write(self, rows: pa.Table) -> None:
        """Stage rows, in the background; an error comes out at a later call."""
        if rows.num_rows:
            self._pending.append(self._writer.submit(self._stager.write, rows))
        while len(self._pending) > WAITING:
            self._pending.popleft().result()

    @property
    def files(self) -> list[StagedFile]:
        """The staged files, complete."""
        if self._files is None:
            while self._pending:
                self._pending.popleft().result()
            self._files = self._stager.files
        return self._files

    def judge(self, bad: set[int]) -> Verdict:
        """The key check's verdict, with the rows of `bad` source rows out of the way."""
        return self.keys.settle(self.files, bad)

    def contents(self, rows: Iterable[int]) -> dict[int, str]:
        """What is staged of some source rows, as JSON objects."""
        wanted = pa.array(sorted(set(rows)), pa.int64())
        if not len(wanted):
            return {}
        names = [*self.shape.contract.column_names, "_row"]
        snapshot = as_snapshot(self._lake.snapshot(self.table), self.files)
        found: dict[int, str] = {}
        for batch in self._lake.read(snapshot, names):
            for record in batch.filter(pc.is_in(batch["_row"], value_set=wanted)).to_pylist():
                row = record.pop("_row")
                found[row] = json.dumps(
                    {name: value for name, value in record.items() if value is not None}, ensure_ascii=False, default=str
                )
        return found

    def repaired(self, verdict: Verdict) -> list[StagedFile]:
        """The files to commit: those in which something is to be dropped or marked are written anew."""
        touched = {*verdict.drop, *verdict.update}
        if not touched:
            return self.files
        kept = [file for number, file in enumerate(self.files) if number not in touched]
        snapshot = self._lake.snapshot(self.table)
        stager = self._stack.enter_context(self._lake.stage(self.table))
        for number in sorted(touched):
            position = 0
            drop = np.array(sorted(verdict.drop.get(number, ())), np.int64)
            update = np.array(sorted(verdict.update.get(number, ())), np.int64)
            for batch in self._lake.read(as_snapshot(snapshot, [self.files[number]])):
                stager.write(_mended(batch, position, drop, update))
                position += batch.num_rows
        return kept + stager.files


def _mended(batch: pa.RecordBatch, position: int, drop: np.ndarray, update: np.ndarray) -> pa.Table:
    """A batch that begins at `position` of its file, with some rows marked as updates and some left out."""
    places = np.arange(position, position + batch.num_rows)
    table = pa.Table.from_batches([batch])
    if len(update):
        marked = pa.array(np.isin(places, update))
        op = pc.if_else(marked, pa.scalar("update"), table["op"])
        table = table.set_column(table.schema.get_field_index("op"), "op", op)
    return table.filter(pa.array(~np.isin(places, drop))) if len(drop) else table
