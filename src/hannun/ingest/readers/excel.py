"""Excel workbooks: one sheet, its cells as text.

Rules. Whole numbers have no `.0`; dates are written 2026-01-31, or 2026-01-31 13:05:00 with a time. An error such as #DIV/0! makes
its row bad, and so does a *number* of 2^53 or more, whose last digits Excel has lost already (a text of 19 digits is kept). Empty
rows are no records. A header of several rows (merged cells): a blank of an upper row takes the name at its left, then the names of
a column are joined by `_`. Columns without a name and without values are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc

from hannun.base.errors import SourceError
from hannun.ingest.filespec import FileSpec
from hannun.ingest.readers.columns import checked_names, text_table
from hannun.ingest.readers.model import BadRow, RowBatch

_EXACT = 1 << 53
_LONG_NUMBER = r"^-?\d{16,}$"
_MIDNIGHT = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"
_TIME_ONLY = r"^1899-12-3[01] (\d{2}:\d{2}:\d{2})$"
_Trouble = dict[tuple[int, int], tuple[str, str]]
"""(row, column) of the sheet, from 0 → (reason, in words)."""


@dataclass(frozen=True)
class _Grid:
    names: list[str]
    columns: list[Any]
    places: list[int]
    used: list[int]
    trouble: _Trouble


def read_excel(path: Path, spec: FileSpec, block_bytes: int) -> Iterator[RowBatch]:
    """Batches of about `block_bytes`. The sheet is held in memory as a whole: a sheet has at most 1,048,576 rows.

    Raises:
        SourceError: it is no workbook, has no such sheet, or its header is wrong.
    """
    try:
        book = fastexcel.read_excel(path)
        sheet = book.load_sheet(_sheet(path, book, spec), header_row=None, skip_rows=0, dtypes="string")
        cells, errors = sheet.to_arrow_with_errors()
        table = pa.Table.from_batches([cells])
        trouble = _inexact(book, sheet.name, table)
    except fastexcel.FastExcelError as error:
        reason = str(error).splitlines()[0]
        raise SourceError(f"{path}: cannot be read as an Excel workbook: {reason}", mend="check that it opens in Excel") from None
    for item in errors.errors if errors else ():
        trouble[item.position[0], item.position[1]] = ("cell_error", item.detail.rpartition("got ")[2])
    if table.num_rows:
        yield from _batches(_grid(path, table, trouble, spec), spec, block_bytes)


def _batches(grid: _Grid, spec: FileSpec, block_bytes: int) -> Iterator[RowBatch]:
    size = sum(column.nbytes for column in grid.columns)
    step = max(1, block_bytes * len(grid.used) // max(size, 1))
    wrong = {row for row, _ in grid.trouble}
    for start in range(0, len(grid.used), step):
        part = list(enumerate(grid.used[start : start + step], start + 1))
        found = {number: _bad_row(grid, number, index) for number, index in part if index in wrong}
        bad = {number: row for number, row in found.items() if row is not None}
        take = pa.array([index for number, index in part if number not in bad], pa.int64())
        numbers = pa.array([number for number, _ in part if number not in bad], pa.int64())
        values = [column.take(take) for column in grid.columns]
        yield RowBatch(text_table(values, grid.names, numbers, spec), tuple(bad.values()))


def _bad_row(grid: _Grid, number: int, index: int) -> BadRow | None:
    for name, place in zip(grid.names, grid.places, strict=True):
        if (index, place) in grid.trouble:
            reason, detail = grid.trouble[index, place]
            raw = "\t".join(column[index].as_py() or "" for column in grid.columns)
            return BadRow(number, name, reason, f"row {index + 1} of the sheet: {detail}", raw)
    return None


def _sheet(path: Path, book: Any, spec: FileSpec) -> str:
    names: list[str] = book.sheet_names
    listed = ", ".join(names)
    if spec.sheet is None:
        if len(names) != 1:
            raise SourceError(f"{path}: has {len(names)} sheets: {listed}", mend="name one with sheet: in the mapping")
        return names[0]
    if isinstance(spec.sheet, int):
        if not 1 <= spec.sheet <= len(names):
            raise SourceError(f"{path}: has {len(names)} sheets, no number {spec.sheet}", mend=f"one of {listed}")
        return names[spec.sheet - 1]
    if spec.sheet not in names:
        raise SourceError(f"{path}: has no sheet '{spec.sheet}'", mend=f"one of {listed}")
    return spec.sheet


def _inexact(book: Any, sheet: str, table: pa.Table) -> _Trouble:
    """Cells that are numbers too long for Excel.

    Their text does not tell them from a text of digits, but the reader's booleans do: a number is one, a text is none.
    """
    found: _Trouble = {}
    for at, column in enumerate(table.columns):
        long = pc.fill_null(pc.match_substring_regex(column, _LONG_NUMBER), False).combine_chunks()
        rows = [row for row in pc.indices_nonzero(long).to_pylist() if abs(int(column[row].as_py())) >= _EXACT]
        if not rows:
            continue
        typed = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="boolean", use_columns=[at])
        numeric = typed.to_arrow_with_errors()[0].column(0)
        for row in rows:
            if numeric[row].as_py() is not None:
                detail = f"{column[row].as_py()} is a number too long for Excel, digits are lost: format the column as text"
                found[row, at] = ("number_precision", detail)
    return found


def _grid(path: Path, table: pa.Table, trouble: _Trouble, spec: FileSpec) -> _Grid:
    """The cells below the header, the names of their columns, and the rows that are records."""
    start = spec.skip_rows
    used = [index for index in _used(table, trouble) if index >= start]
    if not spec.header:
        if len(spec.columns) != table.num_columns:
            said = f"{len(spec.columns)} columns are declared, the sheet has {table.num_columns}"
            raise SourceError(f"{path}: {said}", mend="mend columns: in the mapping")
        places, names = list(range(table.num_columns)), list(spec.columns)
    else:
        top = used[0] if used else start
        rows = [[(column[row].as_py() or "").strip() for column in table.columns] for row in used if row < top + spec.header_rows]
        used = [index for index in used if index >= top + spec.header_rows]
        holds = [bool(used) and _filled(column.take(pa.array(used, pa.int64()))) for column in table.columns]
        places = [at for at in range(table.num_columns) if holds[at] or (rows and rows[-1][at])]
        names = checked_names(str(path), [_joined(rows, at) for at in places], spec.columns)
    return _Grid(names, [_shown(table.column(at)) for at in places], places, used, trouble)


def _joined(rows: list[list[str]], at: int) -> str:
    parts: list[str] = []
    for level, row in enumerate(rows):
        left = at
        while level + 1 < len(rows) and not row[left] and left:
            left -= 1
        if row[left]:
            parts.append(re.sub(r"\s+", " ", row[left]))
    return "_".join(parts)


def _used(table: pa.Table, trouble: _Trouble) -> list[int]:
    """The rows that hold anything."""
    filled = (pc.fill_null(pc.not_equal(column, ""), False) for column in table.columns)
    rows = pc.indices_nonzero(reduce(pc.or_, filled).combine_chunks()).to_pylist()
    return sorted({*rows, *(row for row, _ in trouble)})


def _filled(column: Any) -> bool:
    return bool(pc.any(pc.fill_null(pc.not_equal(column, ""), False)).as_py())


def _shown(column: Any) -> Any:
    plain = pc.replace_substring_regex(column, _MIDNIGHT, r"\1")
    return pc.replace_substring_regex(plain, _TIME_ONLY, r"\1").combine_chunks()
