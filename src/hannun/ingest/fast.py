"""The fast path of a batch: columns as the mapping gives them, read by Arrow; a few rows may be left for the careful one."""

from __future__ import annotations

from collections.abc import Mapping as Named
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hannun.base.dates import SEOUL_NAME
from hannun.contracts import PARTITION, Column
from hannun.ingest.doubts import doubtful
from hannun.ingest.engine import ROW_ERRORS, Engine
from hannun.ingest.plain import months_of, nine_hours, plain_column, seoul_days
from hannun.ingest.plan import BATCH
from hannun.ingest.rowwise import ROW
from hannun.ingest.shape import KNOWN_AT, OP, Shape

_DAY_START = -9 * 3_600_000_000
_DAY = 86_400_000_000
FEW = 5


def fast_rows(engine: Engine, shape: Shape, batch: pa.Table, parameters: Named[str, Any]) -> tuple[pa.Table, pa.Array] | None:
    """Rows of a batch as the table stores them, and the numbers of the few source rows that need a closer look.

    None: the closer look is for all of them.
    """
    given = _direct(shape, batch) if shape.plan.direct is not None else _by_sql(engine, shape, batch, parameters)
    if given is None:
        return None
    doubtful = _lost(given, batch)
    if not len(doubtful) and (rows := _typed(shape, given, parameters)) is not None:
        return rows, doubtful
    doubtful = pc.unique(pa.chunked_array([doubtful, *given[ROW].filter(_doubts(shape, given)).chunks], pa.int64()))
    if len(doubtful) * FEW > batch.num_rows:
        return None
    rows = _typed(shape, given.filter(pc.invert(pc.is_in(given[ROW], value_set=doubtful))), parameters)
    return None if rows is None else (rows, doubtful)


def _doubts(shape: Shape, given: pa.Table) -> Any:
    """One boolean a row: a value in it may have a problem."""
    found = pa.repeat(pa.scalar(False), given.num_rows)
    for column in _columns(shape):
        found = pc.or_(found, doubtful(column, given[column.name]))
    for cast in shape.plan.casts:
        found = pc.or_(found, pc.fill_null(pc.greater(pc.binary_length(given[cast.alias]), 0), False))
    return found


def _columns(shape: Shape) -> list[Column]:
    """The columns that the mapping gives."""
    return [column for column in (*shape.contract.columns, KNOWN_AT, OP) if column.name in shape.given]


def _typed(shape: Shape, given: pa.Table, parameters: Named[str, Any]) -> pa.Table | None:
    """All rows as the table stores them; None when any value needs a closer look."""
    if any(pc.any(pc.greater(pc.binary_length(given[cast.alias]), 0)).as_py() for cast in shape.plan.casts):
        return None
    columns: dict[str, Any] = {}
    for column in _columns(shape):
        typed = plain_column(column, given[column.name], shape.timezone)
        if typed is None:
            return None
        columns[column.name] = typed
    for column in shape.contract.columns:
        if column.name not in columns:
            columns[column.name] = pa.nulls(given.num_rows, column.arrow_type)
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
    return given


def _lost(given: pa.Table, batch: pa.Table) -> pa.Array:
    """The source rows that have given no row."""
    if given.num_rows == batch.num_rows and given[ROW].equals(batch["_row"]):
        return pa.array([], pa.int64())
    lost = batch["_row"].filter(pc.invert(pc.is_in(batch["_row"], value_set=pc.unique(given[ROW]))))
    return lost.combine_chunks().cast(pa.int64())


def _system(shape: Shape, columns: Named[str, Any], rows: pa.ChunkedArray, parameters: Named[str, Any]) -> dict[str, Any] | None:
    """The system's columns; None when a time is too old for simple rules."""
    count = len(rows)
    contract = shape.contract
    event = columns[contract.event_time] if contract.event_time is not None else None
    if event is not None and event.null_count:
        return None
    known = _known(shape, event, count, parameters["now"])
    if known is not None and "known_at" in columns:
        known = pc.coalesce(columns["known_at"], known)
    if known is None:
        return None
    days = event if event is not None and pa.types.is_date32(event.type) else seoul_days(known if event is None else event)
    if days is None:
        return None
    system = {
        "known_at": known,
        "op": pc.coalesce(columns["op"], "insert") if "op" in columns else pa.repeat(pa.scalar("insert"), count),
        "business_date": days,
        "is_placeholder": pa.repeat(pa.scalar(False), count),
        "_source": pa.repeat(pa.scalar(parameters["source"]), count),
        "_row": rows.cast(pa.int64()),
    }
    if contract.partitioned:
        system[PARTITION] = months_of(days.combine_chunks() if isinstance(days, pa.ChunkedArray) else days)
    return system


def _known(shape: Shape, event: Any, count: int, now: datetime) -> Any:
    """When rows were known, where they do not say it themselves; None when that takes the calendar of zones."""
    if not shape.history or event is None:
        at = np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "us") if not shape.history else np.datetime64(0, "us")
        return _instants(np.full(count, at.astype("int64")))
    delay = _micros(shape.contract.delay)
    if delay is None or (delay and shape.timezone != SEOUL_NAME):
        return None
    known = event if pa.types.is_timestamp(event.type) else _midnights(event)
    if known is None or not delay:
        return known
    micros = np.asarray(pc.cast(known, pa.int64()))
    return _instants(micros + delay) if nine_hours(micros) else None


def _instants(micros: np.ndarray) -> pa.Array:
    return pa.array(micros).view(pa.timestamp("us", tz="UTC"))


def _micros(delay: str) -> int | None:
    """A delay of days or hours in microseconds; None for one that months make uneven."""
    number, _, unit = delay.partition(" ")
    size = {"day": _DAY, "hour": 3_600_000_000, "minute": 60_000_000, "second": 1_000_000}.get(unit.rstrip("s"))
    return int(number) * size if number.isdecimal() and size is not None else None


def _midnights(days: Any) -> pa.Array | None:
    """The first instants of days in Seoul; None where Seoul has changed its clocks."""
    micros = np.asarray(days.cast(pa.int32())).astype("int64") * _DAY + _DAY_START
    return _instants(micros) if nine_hours(micros) else None
