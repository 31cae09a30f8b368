"""Keys: within the file and against the table.

While batches are staged only a hash of each key is kept (8 bytes a row). At the end the
keys that occur twice, or stand in the table already, are looked at in full; staged files that hold them are repaired.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hannun.ingest import verdicts
from hannun.ingest.engine import Engine
from hannun.ingest.gather import gathered
from hannun.ingest.hashes import Hashes
from hannun.ingest.shape import Shape
from hannun.ingest.typing_rules import quoted
from hannun.lake import DataFile, Lake, Snapshot, StagedFile


@dataclass(frozen=True)
class Conflict:
    """A row whose key another row has, with other content. `source` None: the other row is in the same file."""

    row: int
    key: str
    source: str | None
    other_row: int


@dataclass
class Verdict:
    """What the key check found.

    Attributes:
        drop: by staged file, the positions of rows that are not to be stored.
        update: by staged file, the positions of rows that follow an earlier state of their key.
    """

    conflicts: list[Conflict] = field(default_factory=list)
    unchanged: int = 0
    drop: dict[int, list[int]] = field(default_factory=dict)
    update: dict[int, list[int]] = field(default_factory=dict)


class KeyCheck:
    """The key check of one table of one file.

    Args:
        explicit: rows of a key are told apart by the time at which they were known, which is not simply now.
    """

    def __init__(self, engine: Engine, shape: Shape, lake: Lake, *, explicit: bool) -> None:
        self._engine = engine
        self.shape = shape
        self._explicit = explicit
        self._lake = lake
        self._hashes = Hashes(engine)
        self._new, self._old = engine.fresh("new__"), engine.fresh("old__")
        self._ready = False

    @property
    def hash_sql(self) -> str:
        """The hash of a row's key."""
        return f"hash({', '.join(quoted(name) for name in self.shape.contract.key)})"

    def add(self, hashes: np.ndarray) -> None:
        """Note the keys of good rows."""
        self._hashes.add(hashes)

    def settle(self, files: Sequence[StagedFile], bad: set[int]) -> Verdict:
        """Judge the staged rows; rows of `bad` source rows count for nothing and are dropped."""
        if not self._ready:
            self._gather(files)
            self._ready = True
        self._engine.see("__bad", pa.table({"_row": pa.array(sorted(bad), pa.int64())}))
        judged = self._engine.query(
            verdicts.judge(self.shape.contract, self._new, self._old, explicit=self._explicit, derived=self.shape.plan.rule.derived)
        )
        found = Verdict()
        for row in judged.to_pylist():
            if row["verdict"] == "unchanged":
                found.unchanged += 1
            elif row["verdict"] == "conflict":
                found.conflicts.append(Conflict(row["_row"], row["key"], row["other_source"], row["other_row"]))
            if row["verdict"] == "keep":
                if row["follows"]:
                    found.update.setdefault(row["file"], []).append(row["place"])
            else:
                found.drop.setdefault(row["file"], []).append(row["place"])
        self._drop_bad(files, bad, found)
        return found

    def close(self) -> None:
        """Forget the keys."""
        self._hashes.close()
        for table in (self._new, self._old):
            self._engine.drop(table)

    def _gather(self, files: Sequence[StagedFile]) -> None:
        """The rows, new and stored, whose keys occur more than once."""
        engine, contract = self._engine, self.shape.contract
        engine.run(verdicts.create_old(contract, self._old))
        engine.run(verdicts.create_new(contract, self._new))
        found = [self._hashes.repeated()]
        stored = self._overlapping(files)
        for batch in gathered(self._lake.read(stored, list(contract.key))):
            hashes = self._hash(batch)
            found.append(np.unique(hashes[self._hashes.contains(hashes)]))
        wanted = np.unique(np.concatenate(found))
        if not len(wanted):
            return
        for batch in gathered(self._lake.read(stored)):
            self._pick(batch, wanted)
            engine.run(verdicts.insert_old(contract, self._old))
        for piece in self._staged(files):
            self._pick(piece, wanted)
            engine.run(verdicts.insert_new(contract, self._new))

    def _hash(self, rows: pa.Table) -> np.ndarray:
        self._engine.see("__batch", rows)
        return np.asarray(self._engine.query(f"SELECT {self.hash_sql} AS h FROM __batch")["h"], dtype=np.uint64)

    def _pick(self, rows: pa.Table, wanted: np.ndarray) -> None:
        """Let SQL see the rows whose keys are wanted as `__batch`."""
        self._engine.see("__batch", rows.filter(pa.array(np.isin(self._hash(rows), wanted))))

    def _overlapping(self, files: Sequence[StagedFile]) -> Snapshot:
        """The stored files in which a key of the new rows may lie, told from the statistics of both."""
        snapshot = self._lake.snapshot(self.shape.table)
        bounds: dict[str, tuple[Any, Any]] = {}
        for name in self.shape.contract.key:
            lows: list[Any] = [file.statistics.minimum.get(name) for file in files]
            highs: list[Any] = [file.statistics.maximum.get(name) for file in files]
            if name in snapshot.statistics and None not in lows and None not in highs and lows:
                bounds[name] = (min(lows), max(highs))
        return snapshot.prune(**bounds) if files else replace(snapshot, files=())

    def _staged(self, files: Sequence[StagedFile]) -> Iterator[pa.Table]:
        """The staged rows with the number of their file and their position in it."""
        snapshot = self._lake.snapshot(self.shape.table)
        for number, file in enumerate(files):
            position = 0
            for batch in self._lake.read(as_snapshot(snapshot, [file])):
                table = pa.Table.from_batches([batch])
                table = table.append_column("__file", pa.repeat(pa.scalar(number, pa.int64()), batch.num_rows))
                yield table.append_column("__place", pa.array(range(position, position + batch.num_rows), pa.int64()))
                position += batch.num_rows

    def _drop_bad(self, files: Sequence[StagedFile], bad: set[int], found: Verdict) -> None:
        """Let every staged row of a bad source row be dropped, also where its own key is fine."""
        if not bad:
            return
        value_set = pa.array(sorted(bad), pa.int64())
        for piece in self._staged(files):
            hits = piece.filter(pc.is_in(piece["_row"], value_set=value_set))
            for number, at in zip(hits["__file"].to_pylist(), hits["__place"].to_pylist(), strict=True):
                dropped = found.drop.setdefault(number, [])
                if at not in dropped:
                    dropped.append(at)


def as_snapshot(snapshot: Snapshot, files: Sequence[StagedFile]) -> Snapshot:
    """Staged files as a snapshot of their table, to be read."""
    seen = tuple(DataFile(file.name, file.name, file.partition, file.rows, file.size, {}, {}, {}, 0) for file in files)
    return replace(snapshot, files=seen)
