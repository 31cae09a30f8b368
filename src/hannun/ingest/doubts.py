"""Which values of a column are not plainly written, so that a few of them do not hold up all the others.

A value that is not doubtful is one that the fast path reads; the other way round nothing is promised.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hannun.contracts import Column
from hannun.ingest.plain import BOOLEANS

_DAY = r"(19|20)[0-9]{2}(S(0[1-9]|1[0-2])S(0[1-9]|1[0-9]|2[0-8])|S(0[13-9]|1[0-2])S(29|30)|S(0[13578]|1[02])S31)"
_DASHED, _TIGHT = _DAY.replace("S", "-"), _DAY.replace("S", "")
_CLOCK = "([01][0-9]|2[0-3])S[0-5][0-9]S[0-5][0-9]"
_ZONE = r"(Z|[-+][01][0-9](:?[0-9]{2})?)?"
_PATTERNS = {
    "bigint": r"^-?([0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5})원?$",
    "double": r"^-?[0-9]{1,15}([.][0-9]{1,15})?$",
    "date": f"^({_DASHED}|{_TIGHT})$",
    "timestamp": f"^({_DASHED}([T ]{_CLOCK.replace('S', ':')}([.][0-9]{{1,6}})?{_ZONE})?|{_TIGHT}{_CLOCK.replace('S', '')})$",
}


def doubtful(column: Column, given: pa.ChunkedArray) -> Any:
    """One boolean a value, without NULLs: it may not be read, or may break a rule of the contract."""
    text = pa.types.is_string(given.type) or pa.types.is_large_string(given.type)
    empty = pc.or_(pc.is_null(given), pc.fill_null(pc.equal(given, ""), True)) if text else pc.is_null(given)
    wrong = _unreadable(column, given) if text else _broken(given)
    if column.allowed and text:
        wrong = pc.or_(wrong, pc.invert(pc.is_in(given, value_set=pa.array(column.allowed, given.type))))
    wrong = pc.or_(wrong, _outside(column, given, wrong))
    return pc.or_(wrong, empty) if column.required else pc.and_not(wrong, empty)


def _unreadable(column: Column, given: pa.ChunkedArray) -> Any:
    family = column.type.partition("(")[0]
    if family == "string":
        return pa.repeat(pa.scalar(False), len(given))
    if family == "boolean":
        return pc.invert(pc.is_in(given, value_set=BOOLEANS.cast(given.type)))
    if family == "decimal":
        digits, scale = (int(number) for number in column.type.rstrip(")").partition("(")[2].split(","))
        pattern = f"^-?[0-9]{{1,{digits - scale}}}([.][0-9]{{1,{max(scale, 1)}}})?$"
    else:
        pattern = _PATTERNS[family]
    return pc.invert(pc.fill_null(pc.match_substring_regex(given, pattern), True))


def _broken(given: pa.ChunkedArray) -> Any:
    if pa.types.is_floating(given.type):
        return pc.invert(pc.fill_null(pc.is_finite(given), True))
    return pa.repeat(pa.scalar(False), len(given))


def _outside(column: Column, given: pa.ChunkedArray, wrong: Any) -> Any:
    """Numbers outside the contract's range."""
    none = pa.repeat(pa.scalar(False), len(given))
    if column.minimum is None and column.maximum is None:
        return none
    numbers = given
    if not (pa.types.is_integer(given.type) or pa.types.is_floating(given.type) or pa.types.is_decimal(given.type)):
        plain = pc.if_else(wrong, pa.scalar(None, given.type), given)
        plain = pc.if_else(pc.equal(plain, ""), pa.scalar(None, given.type), plain)
        numbers = pc.cast(pc.replace_substring_regex(plain, "[,원]", ""), pa.float64())
    low = pc.less(numbers, column.minimum) if column.minimum is not None else none
    high = pc.greater(numbers, column.maximum) if column.maximum is not None else none
    return pc.fill_null(pc.or_(low, high), False)
