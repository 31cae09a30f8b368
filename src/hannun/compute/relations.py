"""Relations as SQL text: a snapshot's files, the history known until an instant, the state at that instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa

from hannun.base.errors import QueryError
from hannun.compute.source import File, SnapshotLike
from hannun.contracts import Contract

# Real rows stand before placeholders, whatever came later. At one instant what follows a row (update, delete) stands before
# the insert that it follows, whichever file was loaded first; several of one source go by their place in it.
_LATEST = "coalesce(is_placeholder, false), known_at DESC, op = 'insert', _source DESC NULLS LAST, _row DESC NULLS LAST"


def quoted(name: str) -> str:
    """An identifier in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text in single quotes."""
    return "'" + value.replace("'", "''") + "'"


def sql_type(kind: pa.DataType) -> str:
    """The DuckDB type of an Arrow type.

    Raises:
        QueryError: the lake does not use that type.
    """
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return "VARCHAR"
    if pa.types.is_timestamp(kind):
        return "TIMESTAMPTZ" if kind.tz else "TIMESTAMP"
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return sql_type(kind.value_type) + "[]"
    if pa.types.is_struct(kind):
        return "STRUCT(" + ", ".join(f"{quoted(part.name)} {sql_type(part.type)}" for part in kind) + ")"
    simple = {
        pa.int64(): "BIGINT",
        pa.int32(): "INTEGER",
        pa.float64(): "DOUBLE",
        pa.bool_(): "BOOLEAN",
        pa.date32(): "DATE",
        pa.binary(): "BLOB",
        pa.large_binary(): "BLOB",
    }
    if kind not in simple:
        raise QueryError(
            f"type {kind} has no place in the lake", mend="use bigint, double, decimal, string, date, timestamp or boolean"
        )
    return simple[kind]


def empty(schema: pa.Schema) -> str:
    """A relation without rows that has every column in its type."""
    columns = ", ".join(f"CAST(NULL AS {sql_type(item.type)}) AS {quoted(item.name)}" for item in schema)
    return f"SELECT {columns} WHERE false"


def scan(snapshot: SnapshotLike, files: Sequence[File] | None = None) -> str:
    """The rows of a snapshot's files, every column of its schema in its type.

    A column that a file does not have is NULL there, also when no file has it: the empty typed relation comes first.
    """
    chosen = snapshot.files if files is None else files
    nothing = empty(snapshot.schema)
    if not chosen:
        return nothing
    paths = ", ".join(text(item.path) for item in chosen)
    hive = ""
    if snapshot.partition_by:
        types = ", ".join(f"{quoted(name)}: {sql_type(snapshot.schema.field(name).type)}" for name in snapshot.partition_by)
        hive = f", hive_partitioning = true, hive_types = {{{types}}}"
    columns = ", ".join(quoted(name) for name in snapshot.schema.names)
    rows = f"SELECT * FROM read_parquet([{paths}], union_by_name = true{hive or ', hive_partitioning = false'})"
    return f"SELECT {columns} FROM ({nothing} UNION ALL BY NAME {rows})"


def known(rows: str, until: datetime | None) -> str:
    """Those of `rows` that were known before the instant `until` (UTC); None: all."""
    return rows if until is None else f"SELECT * FROM ({rows}) WHERE known_at < TIMESTAMPTZ '{until.isoformat()}'"


def entity_state(contract: Contract, rows: str) -> str:
    """The last row of each key, keys whose last row is a delete left out."""
    keys = ", ".join(quoted(name) for name in contract.key)
    latest = f"SELECT * FROM ({rows}) QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY {_LATEST}) = 1"
    return f"SELECT * FROM ({latest}) WHERE op <> 'delete'"


def event_state(contract: Contract, rows: str, corrections: str) -> str:
    """The state of events: most keys come once, so only keys that `corrections` names are looked at closely.

    `rows` are all known rows, `corrections` the rows of those files that hold anything but inserts.
    """
    keys = ", ".join(quoted(name) for name in contract.key)
    touched = f"SELECT DISTINCT {keys} FROM ({corrections}) WHERE op <> 'insert'"
    untouched = f"SELECT r.* FROM ({rows}) r ANTI JOIN ({touched}) t USING ({keys})"
    corrected = entity_state(contract, f"SELECT r.* FROM ({rows}) r SEMI JOIN ({touched}) t USING ({keys})")
    return f"{untouched} UNION ALL BY NAME {corrected}"
