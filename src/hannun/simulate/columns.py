"""Arrow columns from NumPy vectors, without a Python loop over rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from hannun.contracts import Contract
from hannun.simulate.plan import FAR, Vector

DAY = 86400
_LOCAL = pa.timestamp("s")
_FOURS = (np.arange(10_000)[:, None] // np.array([1000, 100, 10, 1]) % 10 + 48).astype(np.uint8).view(np.uint32).ravel()
"""The four digits of 0 to 9999 as text, each four as one number."""


def codes(prefix: str, numbers: Vector, width: int, *, missing: Vector | None = None) -> pa.Array:
    """`prefix` and each number with leading zeros: codes("C", [7], 8) → ["C00000007"]."""
    rest, head = np.asarray(numbers, np.int64), prefix.encode()
    fours = -(-width // 4)
    parts = np.empty((len(rest), fours), np.uint32)
    for place in range(fours - 1, -1, -1):
        above = rest // 10_000
        parts[:, place] = _FOURS[rest - above * 10_000]
        rest = above
    cells = np.empty((len(rest), len(head) + width), np.uint8)
    cells[:, : len(head)] = np.frombuffer(head, np.uint8)
    cells[:, len(head) :] = parts.view(np.uint8)[:, 4 * fours - width :]
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * np.int32(cells.shape[1])
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(cells), *_valid(missing))


def _valid(missing: Vector | None) -> tuple[Any, ...]:
    if missing is None:
        return ()
    return (pa.py_buffer(np.packbits(~missing, bitorder="little")), int(missing.sum()))


def named(names: Sequence[str | None], which: Vector) -> pa.Array:
    """names[which] as text; a name None, or which < 0, gives NULL."""
    place = np.asarray(which, np.int64)
    missing = place < 0
    return _texts(tuple(names)).take(pa.array(place, mask=missing if missing.any() else None))


@cache
def _texts(names: tuple[str | None, ...]) -> pa.Array:
    return pa.array(names, pa.string())


def dates(days: Vector) -> pa.Array:
    """Dates from day numbers; a day that never comes (FAR) is NULL."""
    days = np.asarray(days)
    return pa.array(np.where(days >= FAR, 0, days).astype(np.int32), pa.int32(), mask=days >= FAR).view(pa.date32())


def times(seconds: Vector, *, missing: Vector | None = None) -> pa.Array:
    """Times of the clock in Seoul from seconds since 1970-01-01 00:00 in Seoul; the writer turns them into instants."""
    return pa.array(np.asarray(seconds, np.int64), pa.int64(), mask=missing).view(_LOCAL)


def decimals(scaled: Vector, precision: int, scale: int, *, missing: Vector | None = None) -> pa.Array:
    """Decimals from whole numbers of the last place."""
    low = np.asarray(scaled, np.int64)
    words = np.empty((len(low), 2), np.int64)
    words[:, 0] = low
    words[:, 1] = low >> 63
    valid = _valid(missing)
    buffers = [valid[0] if valid else None, pa.py_buffer(words)]
    return pa.Array.from_buffers(pa.decimal128(precision, scale), len(low), buffers)


def whole(values: Vector, *, missing: Vector | None = None) -> pa.Array:
    """A bigint column."""
    return pa.array(np.asarray(values, np.int64), pa.int64(), mask=missing)


def real(values: Vector, places: int, *, missing: Vector | None = None) -> pa.Array:
    """A double column, rounded: an unrounded last bit may differ between processors, and with it the bytes of a file."""
    return pa.array(np.round(np.asarray(values, np.float64), places), pa.float64(), mask=missing)


def flags(values: Vector) -> pa.Array:
    """A boolean column."""
    return pa.array(np.asarray(values, bool))


def table(contract: Contract, columns: Mapping[str, Any]) -> pa.Table:
    """The contract's columns in its order (NULL where none is given), then `known_at` and `op` when given.

    Raises:
        KeyError: a column that the contract does not have.
    """
    strange = set(columns) - set(contract.column_names) - {"known_at", "op"}
    if strange:
        raise KeyError(f"{contract.table}: {sorted(strange)}")
    rows = len(next(iter(columns.values())))
    names, arrays = [], []
    for column in contract.columns:
        wanted = _LOCAL if column.type == "timestamp" else column.arrow_type
        array = columns[column.name] if column.name in columns else pa.nulls(rows, wanted)
        names.append(column.name)
        arrays.append(array if array.type == wanted else array.cast(wanted))
    for name in ("known_at", "op"):
        if name in columns:
            names.append(name)
            arrays.append(columns[name])
    return pa.table(arrays, names=names)


def ops(insert: Vector) -> pa.Array:
    """`insert` where true, else `update`."""
    return named(["update", "insert"], np.asarray(insert, np.int64))
