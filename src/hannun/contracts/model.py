"""What a contract says about a table, as plain values.

A contract file follows the Open Data Contract Standard v3.1 (bitol.io). What the standard has no field for
stands in its `customProperties`: `kind`, `partition`, `eventTime`, `delay`, `migrations` of a table, `descriptionKo`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

Classification = Literal["pii.direct", "pii.quasi", "sensitive", "internal", "public"]
Kind = Literal["entity", "event"]

TYPE_NAMES = ("string", "bigint", "double", "decimal(p,s)", "date", "timestamp", "boolean")
CLASSIFICATIONS: tuple[Classification, ...] = ("pii.direct", "pii.quasi", "sensitive", "internal", "public")
PARTITION = "business_month"
TIMESTAMP = pa.timestamp("us", tz="UTC")

_SIMPLE: dict[str, pa.DataType] = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": TIMESTAMP,
    "boolean": pa.bool_(),
}
_DECIMAL = re.compile(r"decimal\((\d{1,2}),(\d{1,2})\)")

SYSTEM_COLUMNS: dict[str, tuple[pa.DataType, str, str]] = {
    "known_at": (TIMESTAMP, "인지시각", "When the company could know the row"),
    "op": (pa.string(), "변경구분", "insert, update or delete"),
    "business_date": (pa.date32(), "영업일", "Day in Seoul that the row belongs to"),
    "is_placeholder": (pa.bool_(), "임시행", "Made because another table named the key before its own row came"),
    "_source": (pa.string(), "출처", "Fingerprint of the file or stream that the row came from"),
    "_row": (pa.int64(), "출처 행번호", "Row in the source, counted from 1"),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: this column names a row of another table."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    `type` is one of string, bigint, double, decimal(p,s), date, timestamp, boolean.
    """

    name: str
    type: str
    required: bool
    classification: Classification
    name_ko: str
    description: str
    description_ko: str
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    reference: Reference | None = None

    @property
    def arrow_type(self) -> pa.DataType:
        """The column's Arrow type."""
        return arrow_type(self.type)

    @property
    def sql_type(self) -> str:
        """The column's type in DuckDB."""
        return {"string": "VARCHAR", "timestamp": "TIMESTAMPTZ"}.get(self.type, self.type.upper())


@dataclass(frozen=True, slots=True)
class Migration:
    """What changes when a contract rises to `version`. New columns need no migration: they are NULL in older rows.

    Attributes:
        rename: old name → new name.
        drop: columns that go, with their values.
        recast: columns of a new type; a value that does not fit it stops the migration.
    """

    version: str
    rename: Mapping[str, str] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    recast: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """A table's contract.

    Attributes:
        table: full name, `core.transactions`.
        kind: `entity` (rows of one key follow each other: a new row is a new state) or `event` (a key comes once).
        event_time: the column whose time is the time of the row; None for reference data, which was always known.
        delay: how long after its event time a row of history became known, as a DuckDB interval (`1 day`).
        partitioned: by month of the business date.
    """

    table: str
    version: str
    kind: Kind
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    event_time: str | None
    delay: str
    partitioned: bool
    owner: str
    name_ko: str
    description: str
    description_ko: str
    source: str = ""
    migrations: tuple[Migration, ...] = ()

    @property
    def name(self) -> str:
        """The table's name without its schema."""
        return self.table.partition(".")[2]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the contract's own columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def pii_columns(self) -> tuple[str, ...]:
        """The columns that are tokenised before anything is stored."""
        return tuple(column.name for column in self.columns if column.classification == "pii.direct")

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            KeyError: there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def arrow_schema(self) -> pa.Schema:
        """The table as stored: the contract's columns, then the system's, then the partition.

        No field is declared NOT NULL: a placeholder row has only its key.
        """
        fields = [pa.field(column.name, column.arrow_type) for column in self.columns]
        fields += [pa.field(name, kind) for name, (kind, _, _) in SYSTEM_COLUMNS.items()]
        if self.partitioned:
            fields.append(pa.field(PARTITION, pa.string()))
        return pa.schema(fields)

    @property
    def statistics_columns(self) -> tuple[str, ...]:
        """Columns whose minimum and maximum are kept in the log: keys and dates, never personal data."""
        kept = [
            column.name
            for column in self.columns
            if column.classification in ("internal", "public")
            and (column.name in self.key or column.reference or column.type in ("date", "timestamp"))
        ]
        return (*kept, "known_at", "op", "business_date", "_source", "_row")


def arrow_type(name: str) -> pa.DataType:
    """The Arrow type of a contract's type name.

    Raises:
        ValueError: there is no such type, or a decimal's digits are out of bounds.
    """
    if name in _SIMPLE:
        return _SIMPLE[name]
    decimal = _DECIMAL.fullmatch(name)
    if decimal is None:
        raise ValueError(f"unknown type '{name}'" if name else "missing")
    precision, scale = int(decimal[1]), int(decimal[2])
    if not 1 <= precision <= 38 or scale > precision:
        raise ValueError(f"'{name}': a decimal(p,s) has 1 to 38 digits, of which s <= p stand behind the point")
    return pa.decimal128(precision, scale)
