"""Partitions: a table cut by the values of its partition columns, and the folder of each part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hannun.base.errors import LakeError

NULL = "__HIVE_DEFAULT_PARTITION__"
# What readers, object stores and delta-rs all write and read back alike, without any encoding.
_SAFE = re.compile(r"[A-Za-z0-9_.-]{1,128}")

Values = tuple[str | None, ...]


def check_type(table: str, column: pa.Field) -> None:
    """Refuse a partition column that cannot be written as a folder's name.

    Raises:
        LakeError: it is not text, a whole number or a date.
    """
    kind = column.type
    if not (pa.types.is_string(kind) or pa.types.is_int64(kind) or pa.types.is_date32(kind)):
        raise LakeError(f"{table}: column '{column.name}' of type {kind} cannot be a partition", mend="use string, bigint or date")


def split(table: str, data: pa.Table, columns: Sequence[str]) -> Iterator[tuple[Values, pa.Table]]:
    """The rows of each partition, without the partition columns.

    Raises:
        LakeError: a value cannot be the name of a folder.
    """
    rest = data.drop_columns(list(columns)) if columns else data
    if not columns or not data.num_rows:
        if data.num_rows:
            yield (), rest
        return
    codes = np.zeros(data.num_rows, dtype=np.int64)
    known: list[list[Any]] = []
    for name in columns:
        encoded = pc.dictionary_encode(data[name].combine_chunks(), null_encoding="encode")
        values = encoded.dictionary.to_pylist()
        codes = codes * len(values) + encoded.indices.to_numpy(zero_copy_only=False)
        known.append(values)
    if np.any(codes[1:] < codes[:-1]):
        order = np.argsort(codes, kind="stable")
        codes, rest = codes[order], rest.take(pa.array(order))
    starts = np.flatnonzero(np.concatenate(([True], codes[1:] != codes[:-1])))
    ends = np.append(starts[1:], len(codes))
    for start, end in zip(starts, ends, strict=True):
        yield _values(table, columns, int(codes[start]), known), rest.slice(start, end - start)


def folder(columns: Sequence[str], values: Values) -> str:
    """`business_month=2026-09/` for a partition; nothing for a table without."""
    return "".join(f"{name}={NULL if value is None else value}/" for name, value in zip(columns, values, strict=True))


def text(value: Any) -> str | None:
    """A partition value as text."""
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


def typed(value: str | None, kind: pa.DataType) -> Any:
    """A partition value of its column's type."""
    if value is None:
        return None
    if pa.types.is_int64(kind):
        return int(value)
    return date.fromisoformat(value) if pa.types.is_date32(kind) else value


def matches(partition: Mapping[str, str | None], wanted: Mapping[str, str | None]) -> bool:
    """Whether a partition has all the wanted values."""
    return all(partition[name] == value for name, value in wanted.items())


def _values(table: str, columns: Sequence[str], code: int, known: list[list[Any]]) -> Values:
    values: list[str | None] = []
    for name, options in zip(reversed(columns), reversed(known), strict=True):
        code, place = divmod(code, len(options))
        value = text(options[place])
        if value is not None and (not _SAFE.fullmatch(value) or value == NULL or value in (".", "..")):
            raise LakeError(
                f"{table}: column '{name}': '{value[:40]}' cannot be the name of a partition",
                mend="use codes of ASCII letters, digits, '_', '-' and '.'",
            )
        values.append(value)
    return tuple(reversed(values))
