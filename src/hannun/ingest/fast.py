"""The fast path of a batch: columns as the mapping gives them, read by Arrow, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping as Named
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hannun.contracts import PARTITION
from hannun.ingest.engine import ROW_ERRORS, Engine
from hannun.ingest.plain import months_of, plain_column, seoul_days
from hannun.ingest.plan import BATCH
from hannun.ingest.rowwise import ROW
from hannun.ingest.shape import Shape

_DAY_START = -9 * 3_600_000_000
_DAY = 86_400_000_000
FIRST_PLAIN_DAY = 6_940


def fast_rows(engine: Engine, shape: Shape, batch: pa.Table, parameters: Named[str, Any]) -> pa.Table | None:
    """All rows of a batch as the table stores them; None when any needs a closer look."""
    given = _direct(shape, batch) if shape.plan.direct is not None else _by_sql(engine, shape, batch, parameters)
    if given is None or not _complete(given, batch):
        return None
    columns: dict[str, Any] = {}
    for column in shape.contract.columns:
        if column.name not in shape.given:
            columns[column.name] = pa.nulls(given.num_rows, column.arrow_type)
            continue
        typed = plain_column(column, given[column.name], shape.timezone)
        if typed is None:
            return None
        columns[column.name] = typed
    system = _system(shape, columns, given[ROW], parameters)
    if system is None:
        return None
    schema = shape.contract.arrow_schema
    columns |= system
    return pa.Table.from_arrays([columns[name] for name in schema.names], schema=schema)


def _direct(shape: Shape, batch: pa.Table) -> pa.Table | None:
    """The outputs of a SELECT that only names columns and constants."""
    names = {name.lower(): name for name in batch.schema.names}
    columns: dict[str, Any] = {ROW: batch["_row"]}
    for output, (source, value) in (shape.plan.direct or {}).items():
        if source is None:
            columns[output] = pa.repeat(pa.scalar(value), batch.num_rows) if value is not None else pa.nulls(batch.num_rows)
        elif source.lower() in names:
            columns[output] = batch[names[source.lower()]]
        else:
            return None
    return pa.table(columns)


def _by_sql(engine: Engine, shape: Shape, batch: pa.Table, parameters: Named[str, Any]) -> pa.Table | None:
    engine.see(BATCH + shape.plan.first, batch)
    try:
        given = engine.query(shape.plan.sql, parameters)
    except ROW_ERRORS:
        return None
    for cast in shape.plan.casts:
        if pc.any(pc.greater(pc.binary_length(given[cast.alias]), 0)).as_py():
            return None
    return given


def _complete(given: pa.Table, batch: pa.Table) -> bool:
    """Whether every source row has given a row."""
    if given.num_rows == batch.num_rows and given[ROW].equals(batch["_row"]):
        return True
    return bool(len(np.unique(np.asarray(given[ROW]))) == batch.num_rows)


def _system(shape: Shape, columns: Named[str, Any], rows: pa.ChunkedArray, parameters: Named[str, Any]) -> dict[str, Any] | None:
    """The system's columns; None when the SQL gives some of them itself, or a time is too old for simple rules."""
    if shape.given & {"known_at", "op"}:
        return None
    count = len(rows)
    contract = shape.contract
    event = columns[contract.event_time] if contract.event_time is not None else None
    if event is not None and event.null_count:
        return None
    if shape.explicit and event is not None:
        if not contract.delay.startswith("0 "):
            return None
        known = event if pa.types.is_timestamp(event.type) else _midnights(event)
    else:
        at = np.datetime64("1970-01-01", "us") if shape.explicit else np.datetime64(parameters["now"].replace(tzinfo=None), "us")
        known = pa.repeat(pa.scalar(int(at.astype("int64")), pa.int64()), count).view(pa.timestamp("us", tz="UTC"))
    days = event if event is not None and pa.types.is_date32(event.type) else seoul_days(known if event is None else event)
    if known is None or days is None:
        return None
    system = {
        "known_at": known,
        "op": pa.repeat(pa.scalar("insert"), count),
        "business_date": days,
        "is_placeholder": pa.repeat(pa.scalar(False), count),
        "_source": pa.repeat(pa.scalar(parameters["source"]), count),
        "_row": rows.cast(pa.int64()),
    }
    if contract.partitioned:
        system[PARTITION] = months_of(days.combine_chunks() if isinstance(days, pa.ChunkedArray) else days)
    return system


def _midnights(days: Any) -> Any:
    """The first instants of days in Seoul; None before 1989, when Seoul changed its clocks."""
    numbers = np.asarray(days.cast(pa.int32())).astype("int64")
    if len(numbers) and numbers.min() < FIRST_PLAIN_DAY:
        return None
    return pa.array(numbers * _DAY + _DAY_START).view(pa.timestamp("us", tz="UTC"))
