"""The fast path of reading values: whole columns of plainly written text by Arrow's kernels.

Each function gives the typed column, or None when a single value is not plainly written: the careful SQL then decides,
so that nothing is accepted here that it would refuse.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hannun.contracts import Column

_YES = ["Y", "y", "1", "true", "True", "TRUE", "예", "t", "T", "yes", "Yes", "YES"]
_NO = ["N", "n", "0", "false", "False", "FALSE", "아니오", "f", "F", "no", "No", "NO"]
BOOLEANS = pa.array(_YES + _NO)
_GROUPED = r"^-?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)원?$"
_US = pa.timestamp("us")
_UTC = pa.timestamp("us", tz="UTC")
_DAY = 86_400
_LOW = int(np.datetime64("1900-01-01", "us").astype("int64"))
# Seoul keeps nine hours since 1989, and did from 1962 until the summers of 1987 and 1988.
_UNEVEN = 533_779_200_000_000, 599_616_000_000_000
_EVEN_SINCE = -249_782_400_000_000
_HIGH = int(np.datetime64("2100-01-01", "us").astype("int64"))


def plain_column(column: Column, given: pa.ChunkedArray, timezone: str) -> pa.Array | pa.ChunkedArray | None:
    """A column of the contract's type, checked; None when any value needs a closer look."""
    if pa.types.is_string(given.type) or pa.types.is_large_string(given.type):
        if pc.any(pc.equal(given, "")).as_py():
            given = pc.if_else(pc.equal(given, ""), pa.scalar(None, given.type), given)
        # Arrow says of a column of NULLs only that it cannot be judged.
        typed = _from_text(column, given, timezone) if given.null_count < len(given) else pa.nulls(len(given), column.arrow_type)
    else:
        typed = _from_typed(column, given, timezone)
    if typed is None or typed.null_count != given.null_count:
        return None
    if column.required and typed.null_count:
        return None
    return typed if _in_range(column, typed) else None


def _from_typed(column: Column, given: pa.ChunkedArray, timezone: str) -> Any:
    wanted = column.arrow_type
    if given.type == wanted:
        if pa.types.is_floating(wanted) and not pc.all(pc.is_finite(given)).as_py() and len(given) > given.null_count:
            return None
        return given
    if pa.types.is_integer(given.type) and pa.types.is_int64(wanted) and given.type != pa.uint64():
        return given.cast(wanted)
    if wanted == _UTC and pa.types.is_timestamp(given.type):
        if given.type.tz is not None:
            return given.cast(wanted)
        return _localised(given.cast(_US, safe=False), timezone)
    if pa.types.is_null(given.type) or given.null_count == len(given):
        return pa.nulls(len(given), wanted)
    return None


def _from_text(column: Column, given: pa.ChunkedArray, timezone: str) -> Any:
    family = column.type.partition("(")[0]
    readers = {
        "string": lambda: given,
        "bigint": lambda: _integers(given),
        "double": lambda: _numbers(given, pa.float64()),
        "decimal": lambda: _numbers(given, column.arrow_type),
        "date": lambda: _dates(given),
        "timestamp": lambda: _timestamps(given, timezone),
        "boolean": lambda: _booleans(given),
    }
    try:
        return readers[family]()
    except pa.ArrowInvalid:
        return None


def _has(given: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(given, pattern)).as_py())


def _integers(given: pa.ChunkedArray) -> Any:
    try:
        # Arrow reads 0x10 as a number; we do not.
        if any(pc.any(pc.match_substring(given, mark)).as_py() for mark in "xX"):
            return None
        return pc.cast(given, pa.int64())
    except pa.ArrowInvalid:
        if not pc.all(pc.match_substring_regex(given, _GROUPED)).as_py():
            return None
        return pc.cast(pc.replace_substring_regex(given, "[,원]", ""), pa.int64())


def _numbers(given: pa.ChunkedArray, wanted: pa.DataType) -> Any:
    if not pc.all(pc.match_substring_regex(given, r"^-?[0-9]+([.][0-9]+)?$")).as_py():
        return None
    return pc.cast(given, wanted)


def _booleans(given: pa.ChunkedArray) -> Any:
    found = pc.index_in(given, value_set=BOOLEANS)
    return pc.less(found, len(_YES))


def _digits(given: pa.ChunkedArray, width: int) -> np.ndarray | None:
    """Texts of exactly `width` digits as numbers; None when there are others, or NULLs."""
    if given.null_count or not len(given):
        return None
    lengths = pc.min_max(pc.binary_length(given)).as_py()
    if lengths["min"] != width or lengths["max"] != width or _has(given, "[^0-9]"):
        return None
    return np.asarray(pc.cast(given, pa.int64()))


def _days(numbers: np.ndarray) -> np.ndarray | None:
    """YYYYMMDD as days; None when one is no day of the calendar."""
    year, month, day = numbers // 10_000, numbers // 100 % 100, numbers % 100
    if (month < 1).any() or (month > 12).any() or (day < 1).any() or (day > 31).any():
        return None
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days: np.ndarray = months.astype("datetime64[D]") + (day - 1)
    return days if (days.astype("datetime64[M]") == months).all() else None


def _dates(given: pa.ChunkedArray) -> Any:
    numbers = _digits(given, 8)
    if numbers is None:
        return pc.cast(given, pa.date32())
    days = _days(numbers)
    return None if days is None else pa.array(days)


def _timestamps(given: pa.ChunkedArray, timezone: str) -> Any:
    numbers = _digits(given, 14)
    if numbers is not None:
        days, clock = _days(numbers // 1_000_000), numbers % 1_000_000
        hour, minute, second = clock // 10_000, clock // 100 % 100, clock % 100
        if days is None or (hour > 23).any() or (minute > 59).any() or (second > 59).any():
            return None
        seconds = days.astype("datetime64[s]") + (hour * 3600 + minute * 60 + second)
        return _localised(pa.array(seconds.astype("datetime64[us]")), timezone)
    try:
        return pc.cast(given, _UTC)
    except pa.ArrowInvalid:
        return _localised(pc.cast(given, _US), timezone)


def _localised(given: Any, timezone: str) -> Any:
    """Wall-clock times as instants; a time that the zone has twice or not at all needs a closer look."""
    try:
        return pc.assume_timezone(given, timezone).cast(_UTC)
    except (pa.ArrowInvalid, ValueError):
        return None


def _in_range(column: Column, typed: Any) -> bool:
    if len(typed) == typed.null_count:
        return True
    if column.allowed and not pc.all(pc.is_in(pc.drop_null(typed), value_set=pa.array(column.allowed))).as_py():
        return False
    if pa.types.is_date32(typed.type) or pa.types.is_timestamp(typed.type):
        instants = pc.cast(typed, _US) if pa.types.is_date32(typed.type) else typed
        bounds = pc.min_max(pc.cast(instants, pa.int64())).as_py()
        return bool(bounds["min"] >= _LOW and bounds["max"] < _HIGH)
    if column.minimum is not None or column.maximum is not None:
        bounds = pc.min_max(typed).as_py()
        low_enough = column.maximum is None or bounds["max"] <= column.maximum
        return low_enough and (column.minimum is None or bounds["min"] >= column.minimum)
    return True


def seoul_days(instants: pa.Array | pa.ChunkedArray) -> pa.Array | None:
    """Days in Seoul of instants; None where Seoul has changed its clocks."""
    micros = np.asarray(pc.cast(instants, pa.int64()))
    if not nine_hours(micros):
        return None
    return pa.array(((micros + 32_400_000_000) // (_DAY * 1_000_000)).astype("int32")).view(pa.date32())


def nine_hours(micros: np.ndarray) -> bool:
    """Whether Seoul was nine hours ahead at all of these instants (microseconds since 1970) and a day around them."""
    return bool(((micros >= _UNEVEN[1]) | ((micros >= _EVEN_SINCE) & (micros < _UNEVEN[0]))).all())


def months_of(days: pa.Array) -> pa.Array:
    """`2026-09` for each day."""
    encoded = pc.dictionary_encode(days)
    names = pc.strftime(encoded.dictionary.cast(pa.timestamp("s")), format="%Y-%m")
    return names.take(encoded.indices)
