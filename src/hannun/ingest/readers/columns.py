"""Names of columns, and values as every text format hands them over: trimmed, null where the mapping says so, numbered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hannun.base.errors import SourceError
from hannun.ingest.filespec import FileSpec
from hannun.ingest.readers.model import ROW


def checked_names(name: str, found: Sequence[str], expected: Sequence[str]) -> list[str]:
    """The names of a header, without white space around them.

    Args:
        name: the file, for messages.
        expected: the names that the header must hold, in any order; empty: it may hold any.

    Raises:
        SourceError: a name is empty or stands twice, or the header is another than expected.
    """
    names = [item.strip() for item in found]
    where = f"{name}: header"
    for position, item in enumerate(names, 1):
        if not item:
            raise SourceError(f"{where}: column {position} has no name", mend="name it, or give header: false and columns:")
        if item == ROW:
            raise SourceError(f"{where}: the name {ROW} belongs to the system", mend="rename the column")
    if len(set(names)) < len(names):
        twice = next(item for item in names if names.count(item) > 1)
        spots = ", ".join(str(position) for position, item in enumerate(names, 1) if item == twice)
        raise SourceError(f"{where}: '{twice}' stands in columns {spots}", mend="make the names differ")
    if expected and not set(expected) & set(names):
        # Not quoted: without a header these are the values of a record, perhaps a person's.
        raise SourceError(
            f"{where}: none of its {len(names)} names is among the columns of the mapping; expected: {_list(expected)}",
            mend="if the file has no header, write header: false; else mend the file or the mapping",
        )
    if expected and set(expected) != set(names):
        missing = [item for item in expected if item not in names]
        more = [item for item in names if item not in expected]
        said = [f"missing: {_list(missing)}"] if missing else []
        said += [f"not expected: {_list(more)}"] if more else []
        raise SourceError(f"{where} differs from columns: in the mapping; {'; '.join(said)}", mend="mend the file or the mapping")
    return names


def text_table(columns: Sequence[Any], names: Sequence[str], rows: pa.Array, spec: FileSpec) -> pa.Table:
    """A table of text columns (Arrow string arrays, nulls allowed) with `_row`."""
    values = [finish(column, spec) for column in columns]
    return pa.table([*values, rows], schema=schema(names))


def finish(values: Any, spec: FileSpec) -> Any:
    """Text values trimmed and made null as the mapping says."""
    if spec.trims:
        values = pc.utf8_trim_whitespace(values)
    if spec.null_values:
        null = pc.is_in(values, pa.array(spec.null_values, pa.string()), skip_nulls=True)
        values = pc.if_else(null, pa.scalar(None, pa.string()), values)
    return values


def schema(names: Sequence[str]) -> pa.Schema:
    """The schema of a text source: its columns as text, then `_row`."""
    return pa.schema([*((name, pa.string()) for name in names), (ROW, pa.int64())])


def empty(names: Sequence[str]) -> pa.Table:
    """No rows."""
    return schema(names).empty_table()


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:8])
    return f"{shown} and {len(names) - 8} more" if len(names) > 8 else shown
