"""Sets of 64-bit hashes: which occur twice, which are there. In memory while they are few, in DuckDB beyond."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from hannun.ingest.engine import Engine

IN_MEMORY = 1 << 24
SLOTS, FEW_SLOTS = 1 << 22, 1 << 14


class Hashes:
    """The hashes of a file's keys: 8 bytes a row, up to 16 million rows in memory (128 MiB), then in the engine, which spills."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._parts: list[np.ndarray] = []
        self._rows = 0
        self._table = engine.fresh("hashes__")
        self._moved = False
        self._sorted: np.ndarray | None = None

    def add(self, hashes: np.ndarray) -> None:
        """Note hashes (uint64)."""
        self._parts.append(hashes)
        self._rows += len(hashes)
        if self._rows > IN_MEMORY:
            self._move()

    def _move(self) -> None:
        if not self._parts:
            return
        if not self._moved:
            self._engine.run(f"CREATE TEMP TABLE {self._table} (h UBIGINT)")
            self._moved = True
        self._engine.see("__hashes", pa.table({"h": pa.array(np.concatenate(self._parts))}))
        self._engine.run(f"INSERT INTO {self._table} SELECT h FROM __hashes")
        self._parts, self._rows = [], 0

    def _joined(self) -> np.ndarray:
        """All parts as one array; each part is given back as soon as it is copied."""
        whole, start = np.empty(self._rows, np.uint64), 0
        while self._parts:
            part = self._parts.pop()
            whole[start : start + len(part)] = part
            start += len(part)
        return whole

    def repeated(self) -> np.ndarray:
        """The hashes that were noted more than once."""
        if self._moved:
            self._move()
            found = self._engine.query(f"SELECT h FROM {self._table} GROUP BY h HAVING count(*) > 1")
            return np.asarray(found["h"], dtype=np.uint64)
        if self._sorted is None:
            self._sorted = self._joined()
            self._sorted.sort()
        return np.unique(self._sorted[1:][self._sorted[1:] == self._sorted[:-1]])

    def contains(self, hashes: np.ndarray) -> np.ndarray:
        """One boolean a hash: it was noted. After `repeated`."""
        if self._moved:
            self._engine.see("__hashes", pa.table({"h": pa.array(np.unique(hashes))}))
            found = self._engine.query(f"SELECT h FROM __hashes WHERE h IN (SELECT h FROM {self._table})")
            return np.isin(hashes, np.asarray(found["h"], dtype=np.uint64))
        if self._sorted is None or not len(self._sorted):
            return np.zeros(len(hashes), dtype=bool)
        places = np.searchsorted(self._sorted, hashes)
        return np.asarray(self._sorted[np.minimum(places, len(self._sorted) - 1)] == hashes)

    def close(self) -> None:
        """Forget them."""
        self._parts, self._sorted = [], None
        self._engine.drop(self._table)


class Seen:
    """A cache of hashes that were noted before, with fixed memory (32 MiB): it may forget, it never invents.

    With `since`, the hash was noted at a time not later than any that comes after, as in a file in the order of time.
    """

    def __init__(self) -> None:
        self._slots = np.zeros(FEW_SLOTS, np.uint64)
        self._rows = 0
        self._latest: int | None = None

    def unseen(self, hashes: np.ndarray, times: np.ndarray) -> np.ndarray:
        """One boolean a row: its hash may be new, or may stand at an earlier time than noted; notes them all."""
        if not len(hashes):
            return np.zeros(0, dtype=bool)
        self._make_room(len(hashes))
        slots = (hashes & np.uint64(len(self._slots) - 1)).astype(np.int64)
        in_order = self._latest is None or int(times.min()) >= self._latest
        unseen = self._slots[slots] != hashes if in_order else np.ones(len(hashes), dtype=bool)
        self._slots[slots[unseen]] = hashes[unseen]
        self._latest = max(int(times.max()), self._latest or int(times.max()))
        return unseen

    def _make_room(self, rows: int) -> None:
        """Small files take a small cache: to clear a large one for each takes longer than to load them."""
        self._rows += rows
        if len(self._slots) == FEW_SLOTS and self._rows > FEW_SLOTS // 4:
            noted = self._slots[self._slots != 0]
            self._slots = np.zeros(SLOTS, np.uint64)
            self._slots[(noted & np.uint64(SLOTS - 1)).astype(np.int64)] = noted
