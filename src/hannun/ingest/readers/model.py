"""What readers hand over: rows, and the records that are none."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

ROW = "_row"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A record that could not be read as a row.

    `row` counts records from 1; `column` is empty when the whole record is meant; `reason` is a code, `detail` says it in words;
    `raw` is the record as it stands in the file, bytes that are no text as `\\xNN`.
    """

    row: int
    column: str
    reason: str
    detail: str
    raw: str


@dataclass(frozen=True, slots=True)
class RowBatch:
    """Some records of a file: `rows` with the columns of the source and `_row` (int64), and those that are `bad`.

    `message` is for the user when a file holds no records.
    """

    rows: pa.Table
    bad: tuple[BadRow, ...] = ()
    message: str = ""
