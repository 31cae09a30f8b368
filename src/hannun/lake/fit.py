"""Rows brought to a table's schema, or refused with the name of the column."""

from __future__ import annotations

import pyarrow as pa
from deltalake import Schema

from hannun.base.errors import LakeError


def storable(table: str, schema: pa.Schema) -> pa.Schema:
    """The schema as a table keeps it: names and types only, wide text as text.

    Raises:
        LakeError: a type that cannot be widened later (int32, float), or that Delta does not have.
    """
    fields = []
    for field in schema:
        kind = pa.string() if pa.types.is_large_string(field.type) else field.type
        if pa.types.is_integer(kind) and not pa.types.is_int64(kind):
            raise _refused(table, field, "bigint: a table's integers cannot be widened later")
        if pa.types.is_float16(kind) or pa.types.is_float32(kind):
            raise _refused(table, field, "double: a table's floats cannot be widened later")
        if pa.types.is_timestamp(kind) and (kind.unit, kind.tz) != ("us", "UTC"):
            raise _refused(table, field, "timestamp in microseconds, time zone UTC")
        if pa.types.is_dictionary(kind):
            raise _refused(table, field, "its value type")
        if pa.types.is_null(kind):
            raise _refused(table, field, "a type: every value is NULL")
        fields.append(pa.field(field.name, kind))
    if len({field.name.lower() for field in fields}) < len(fields):
        raise LakeError(f"{table}: two columns have the same name (case does not count)", mend="rename one")
    try:
        return pa.schema(Schema.from_arrow(pa.schema(fields)))
    except Exception as error:
        raise LakeError(f"{table}: {error}", mend="use types that Delta has") from None


def fitted(table: str, data: pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows with the table's columns, in its order and types.

    Raises:
        LakeError: columns are missing or unknown, or a value does not fit its column's type.
    """
    names = data.schema.names
    missing = [name for name in schema.names if name not in names]
    unknown = [name for name in names if name not in schema.names]
    if missing or unknown:
        parts = [
            f"{word} {', '.join(columns)}" for word, columns in (("no column", missing), ("unknown column", unknown)) if columns
        ]
        raise LakeError(f"rows for {table}: {'; '.join(parts)}", mend=f"its columns: {', '.join(schema.names)}")
    if data.schema.equals(schema, check_metadata=False):
        return data
    columns = []
    for field in schema:
        try:
            columns.append(_cast(data[field.name], field.type))
        except pa.ArrowException as error:
            raise LakeError(
                f"rows for {table}: column '{field.name}' of type {data.schema.field(field.name).type}: {error}",
                mend=f"cast it to {field.type}",
            ) from None
    return pa.table(columns, schema=schema)


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_integer(column.type) and pa.types.is_decimal(kind):
        # Arrow wants room for any integer at once; here it is enough that the values fit.
        column = column.cast(pa.decimal128(38, kind.scale))
    return column.cast(kind)


def _refused(table: str, field: pa.Field, wanted: str) -> LakeError:
    return LakeError(f"{table}: column '{field.name}' of type {field.type}", mend=f"cast it to {wanted}")
