"""Excel workbooks, written for the test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from hannun.base.errors import SourceError
from tests.ingest.readers.reading import read, values


def workbook(path: Path, fill: Callable[[Any, Any], None], sheets: tuple[str, ...] = ("자료",)) -> Path:
    book = xlsxwriter.Workbook(path)
    for name in sheets:
        fill(book, book.add_worksheet(name))
    book.close()
    return path


def test_cells_are_text_without_false_precision(tmp_path):
    def fill(book, sheet):
        day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["int", "float", "day", "moment", "clock", "text", "flag", "none"])
        sheet.write_number(2, 0, 42)
        sheet.write_number(2, 1, 0.125)
        sheet.write_datetime(2, 2, datetime(2026, 1, 31), day)
        sheet.write_datetime(2, 3, datetime(2026, 1, 31, 13, 5), moment)
        sheet.write_datetime(2, 4, time(13, 5), book.add_format({"num_format": "hh:mm"}))
        sheet.write_string(2, 5, "0012345678901234567")
        sheet.write_boolean(2, 6, True)

    rows, bad = read(workbook(tmp_path / "f.xlsx", fill), format="excel")
    assert bad == []
    assert values(rows) == [("42", "0.125", "2026-01-31", "2026-01-31 13:05:00", "13:05:00", "0012345678901234567", "true", None)]
    assert rows[0]["_row"] == 1


def test_numbers_that_lost_digits_and_errors_are_bad(tmp_path):
    def fill(book, sheet):
        sheet.write_row(0, 0, ["id", "x"])
        sheet.write_string(1, 0, "1234567890123456789")
        sheet.write_number(2, 0, 1234567890123456789)
        sheet.write_number(3, 0, 9007199254740991)
        sheet.write_formula(4, 1, "=1/0", None, "#DIV/0!")

    rows, bad = read(workbook(tmp_path / "f.xlsx", fill), format="excel")
    assert values(rows) == [("1234567890123456789", None), ("9007199254740991", None)]
    assert [row["_row"] for row in rows] == [1, 3]
    assert [(row.row, row.column, row.reason) for row in bad] == [(2, "id", "number_precision"), (4, "x", "cell_error")]
    assert "row 5 of the sheet" in bad[1].detail


def test_merged_headers_are_joined(tmp_path):
    def fill(book, sheet):
        sheet.write(0, 0, "2026년 9월 실적")
        sheet.write(2, 0, "회원")
        sheet.merge_range(2, 1, 2, 2, "승인")
        sheet.write_row(3, 1, ["건수", "금액\n(원)"])
        sheet.write_row(4, 0, ["a", 1, 1000])

    path = workbook(tmp_path / "f.xlsx", fill)
    rows, _ = read(path, format="excel", skip_rows=1, header_rows=2)
    assert rows == [{"회원": "a", "승인_건수": "1", "승인_금액 (원)": "1000", "_row": 1}]


def test_a_header_with_a_blank_or_twice_the_same_name_is_refused(tmp_path):
    def blank(book, sheet):
        sheet.write_row(0, 0, ["a", None, "c"])
        sheet.write_row(1, 0, [1, 2, 3])

    def twice(book, sheet):
        sheet.write_row(0, 0, ["a", "a"])

    with pytest.raises(SourceError, match="column 2 has no name"):
        read(workbook(tmp_path / "b.xlsx", blank), format="excel")
    with pytest.raises(SourceError, match="'a' stands in columns 1, 2"):
        read(workbook(tmp_path / "t.xlsx", twice), format="excel")


def test_a_sheet_is_chosen_by_name_or_number(tmp_path):
    def fill(book, sheet):
        sheet.write_row(0, 0, ["a"])
        sheet.write(1, 0, sheet.name)

    path = workbook(tmp_path / "f.xlsx", fill, ("첫째", "둘째"))
    assert values(read(path, format="excel", sheet="둘째")[0]) == [("둘째",)]
    assert values(read(path, format="excel", sheet=1)[0]) == [("첫째",)]
    for sheet, said in ((None, "has 2 sheets"), (3, "no number 3"), ("x", "no sheet 'x'")):
        with pytest.raises(SourceError, match=said):
            read(path, format="excel", sheet=sheet)


def test_batches_number_on(tmp_path):
    def fill(book, sheet):
        for row in range(100):
            sheet.write_row(row, 0, [f"v{row}", row])

    rows, _ = read(workbook(tmp_path / "f.xlsx", fill), 64, format="excel", header=False, columns=("a", "b"))
    assert [row["_row"] for row in rows] == list(range(1, 101))
    assert rows[99]["b"] == "99"


def test_an_empty_sheet_has_no_records(tmp_path):
    rows, bad = read(workbook(tmp_path / "f.xlsx", lambda book, sheet: None), format="excel")
    assert (rows, bad) == ([], [])
