"""Statistics of a file: minimum, maximum and number of NULLs of the columns that the table chose, never of others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hannun.lake.model import Statistics

LONGEST = 64
HIGHEST = "\U0010ffff"


def of(data: pa.Table, columns: Sequence[str]) -> Statistics:
    """Statistics of some rows."""
    minimum: dict[str, Any] = {}
    maximum: dict[str, Any] = {}
    nulls: dict[str, int] = {}
    for name in columns:
        column = data[name]
        nulls[name] = column.null_count
        if column.null_count < len(column) and _bounded(column.type):
            found = pc.min_max(column).as_py()
            minimum[name], maximum[name] = _low(found["min"]), _high(found["max"])
    return Statistics(minimum, maximum, nulls)


def merged(parts: Iterable[Statistics]) -> Statistics:
    """Statistics of all rows of the parts together."""
    minimum: dict[str, Any] = {}
    maximum: dict[str, Any] = {}
    nulls: dict[str, int] = {}
    for part in parts:
        for name, value in part.minimum.items():
            minimum[name] = min(minimum.get(name, value), value)
        for name, value in part.maximum.items():
            maximum[name] = max(maximum.get(name, value), value)
        for name, count in part.nulls.items():
            nulls[name] = nulls.get(name, 0) + count
    return Statistics(minimum, maximum, nulls)


def as_json(rows: int, statistics: Statistics) -> str:
    """Statistics as the Delta protocol writes them."""
    return json.dumps(
        {
            "numRecords": rows,
            "minValues": {name: _plain(value) for name, value in statistics.minimum.items()},
            "maxValues": {name: _plain(value) for name, value in statistics.maximum.items()},
            "nullCount": dict(statistics.nulls),
        },
        ensure_ascii=False,
    )


def _bounded(kind: pa.DataType) -> bool:
    """Types whose bounds are exact in the log. Decimals would pass through a float, and a double may be NaN."""
    return bool(pa.types.is_string(kind) or pa.types.is_int64(kind) or pa.types.is_date32(kind) or pa.types.is_timestamp(kind))


def _low(value: Any) -> Any:
    return value[:LONGEST] if isinstance(value, str) else value


def _high(value: Any) -> Any:
    return value[:LONGEST] + HIGHEST if isinstance(value, str) and len(value) > LONGEST else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value.isoformat() if isinstance(value, date) else value
