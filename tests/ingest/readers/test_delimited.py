"""Delimited text, against Python's csv module and against hand-made trouble."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hannun.base.errors import SourceError
from hannun.ingest.readers import open_rows
from tests.ingest.readers.reading import read, spec, values, write

LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
BLOCKS = st.sampled_from([64, 65, 77, 128, 1000, 1 << 20])
TEXT = st.text(alphabet=st.sampled_from('ab,;|\t"\n\r 가각힣0\\'), max_size=12)
RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@RELAXED
@given(
    table=st.integers(1, 5).flatmap(lambda n: st.lists(st.lists(TEXT, min_size=n, max_size=n), max_size=40)),
    delimiter=st.sampled_from([",", "\t", ";", "|"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    line_end=LINE_ENDS,
    block=BLOCKS,
    last_line_end=st.booleans(),
)
def test_whatever_the_csv_module_writes_is_read_back(tmp_path, table, delimiter, quoting, line_end, block, last_line_end):
    if quoting == csv.QUOTE_MINIMAL:  # the csv module leaves a foreign line end in a value unquoted
        table = [[re.sub(r"[\r\n]", line_end, value) for value in row] for row in table]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end).writerows(table)
    text = out.getvalue()
    if not last_line_end:
        text = text.removesuffix(line_end)
    names = [f"c{index}" for index in range(len(table[0]) if table else 1)]
    rows, bad = read(write(tmp_path, text), block, delimiter=delimiter, header=False, columns=names, null_values=())
    assert bad == []
    assert values(rows) == [tuple(row) for row in table]
    assert [row["_row"] for row in rows] == list(range(1, len(table) + 1))


@RELAXED
@given(text=st.text(alphabet=st.sampled_from(list('ab,"\n\r 가')), max_size=300), block=BLOCKS, fields=st.integers(1, 3))
def test_every_record_of_any_text_is_in_rows_or_in_bad_whatever_the_block(tmp_path, text, block, fields):
    path = write(tmp_path, text)
    names = [f"c{index}" for index in range(fields)]
    rows, bad = read(path, block, header=False, columns=names, null_values=())
    numbers = sorted([row["_row"] for row in rows] + [row.row for row in bad])
    assert numbers == list(range(1, len(numbers) + 1))
    again = read(path, 1 << 20, header=False, columns=names, null_values=())
    assert (rows, sorted(bad, key=lambda row: row.row)) == (again[0], sorted(again[1], key=lambda row: row.row))
    if not any(row.reason == "quote_not_closed" for row in bad):
        records = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
        assert values(rows) == [tuple(row) for row in records if len(row) == fields]
        assert len(numbers) == len(records)


@RELAXED
@given(
    rows=st.lists(
        st.lists(st.text(alphabet="ab|\x1f 가", max_size=6).map(lambda s: s.strip("|")), min_size=2, max_size=2), max_size=30
    ),
    block=BLOCKS,
)
def test_a_delimiter_may_have_several_characters(tmp_path, rows, block):
    rows = [[re.sub(r"\|+", "|", value) for value in row] for row in rows]
    text = "".join(f"{a}||{b}\n" for a, b in rows)
    found, bad = read(write(tmp_path, text), block, delimiter="||", header=False, columns=("a", "b"), null_values=())
    assert bad == []
    assert values(found) == [tuple(row) for row in rows]


def test_several_characters_and_quotes_go_together(tmp_path):
    path = write(tmp_path, 'a¦¦b\n"x¦¦y"¦¦"1\n2"\n')
    assert values(read(path, delimiter="¦¦")[0]) == [("x¦¦y", "1\n2")]


@RELAXED
@given(rows=st.lists(st.lists(st.text(alphabet='ab,\\"\n 가', max_size=8), min_size=2, max_size=2), max_size=30), block=BLOCKS)
def test_escapes_are_read_as_the_csv_module_writes_them(tmp_path, rows, block):
    out = io.StringIO()
    csv.writer(out, escapechar="\\", doublequote=False, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    found, bad = read(write(tmp_path, out.getvalue()), block, escape="\\", header=False, columns=("a", "b"), null_values=())
    assert bad == []
    assert values(found) == [tuple(row) for row in rows]


@pytest.mark.parametrize("block", [64, 1 << 20])
def test_a_quote_that_never_closes_costs_one_line(tmp_path, block):
    lines = [f'{number},"text {number}"' for number in range(1, 200)]
    lines[49] = '50,"never closed'
    rows, bad = read(write(tmp_path, "\n".join(["n,text", *lines])), block)
    assert [(row.row, row.reason, row.raw) for row in bad] == [(50, "quote_not_closed", '50,"never closed')]
    assert len(rows) == 198
    assert rows[-1] == {"n": "199", "text": "text 199", "_row": 199}


def test_a_lone_carriage_return_does_not_hide_an_open_quote(tmp_path):
    rows, bad = read(write(tmp_path, 'a\r"\n\na'), 64, header=False, columns=("x",))
    assert values(rows) == [("a",), ("a",)]
    assert [(row.row, row.reason) for row in bad] == [(2, "quote_not_closed")]


def test_a_quote_that_never_closes_in_a_file_without_other_quotes_costs_one_line(tmp_path):
    rows, bad = read(write(tmp_path, 'a,b\n1,"x\n2,y\n3,z\n'))
    assert values(rows) == [("2", "y"), ("3", "z")]
    assert [row.row for row in bad] == [1]


def test_a_record_with_another_number_of_fields_is_bad_and_counted(tmp_path):
    rows, bad = read(write(tmp_path, "a,b\n1,2\n3\n\n4,5,6\n7,8\n"))
    assert rows == [{"a": "1", "b": "2", "_row": 1}, {"a": "7", "b": "8", "_row": 4}]
    assert [(row.row, row.reason, row.detail, row.raw) for row in bad] == [
        (2, "field_count", "expected 2 fields, found 1", "3"),
        (3, "field_count", "expected 2 fields, found 3", "4,5,6"),
    ]


def test_ten_thousand_columns_are_read_and_ten_thousand_too_many_are_bad(tmp_path):
    wide = ",".join(f"c{index}" for index in range(10_000))
    rows, bad = read(write(tmp_path, f"{wide}\n{wide}\n"))
    assert len(rows[0]) == 10_001
    assert bad == []
    rows, bad = read(write(tmp_path, f"a,b\n1,2\n{wide}\n"))
    assert len(rows) == 1
    assert bad[0].detail == "expected 2 fields, found 10000"
    assert bad[0].raw == wide


def test_a_nul_byte_is_bad_and_names_its_column(tmp_path):
    rows, bad = read(write(tmp_path, b"a,b\n1,x\0y\n2,z\n"))
    assert values(rows) == [("2", "z")]
    assert [(row.row, row.column, row.reason) for row in bad] == [(1, "b", "nul_byte")]


def test_empty_values_are_null_and_leading_zeros_stay(tmp_path):
    rows, _ = read(write(tmp_path, 'a,b,c\n007,,""\n NA ,1.0,12345678901234567890\n'), null_values=("", "NA"), trim=True)
    assert values(rows) == [("007", None, None), (None, "1.0", "12345678901234567890")]


def test_comments_and_skipped_lines_are_no_records(tmp_path):
    text = "made by X\n\n# note\na,b\n#c,d\n1,2\n# 3,4\n5,#6\n"
    rows, bad = read(write(tmp_path, text), skip_rows=2, comment="#")
    assert bad == []
    assert rows == [{"a": "1", "b": "2", "_row": 1}, {"a": "5", "b": "#6", "_row": 2}]


def test_quotes_mean_nothing_when_they_are_switched_off(tmp_path):
    assert values(read(write(tmp_path, 'a,b\n"1,2"\n'), quote=None)[0]) == [('"1', '2"')]


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("a,a\n1,2\n", {}, "'a' stands in columns 1, 2"),
        ("a,,b\n1,2,3\n", {}, "column 2 has no name"),
        ("a,_row\n1,2\n", {}, "belongs to the system"),
        ("a,x\n1,2\n", {"columns": ("a", "b")}, "missing: 'b'; not expected: 'x'"),
        ('a,"b\n1,2\n', {}, "a quote is opened and not closed"),
    ],
)
def test_a_wrong_header_refuses_the_file(tmp_path, text, values, said):
    with pytest.raises(SourceError, match=said):
        read(write(tmp_path, text), **values)


def test_a_header_may_stand_in_another_order(tmp_path):
    assert read(write(tmp_path, "b,a\n1,2\n"), columns=("a", "b"))[0] == [{"b": "1", "a": "2", "_row": 1}]


@pytest.mark.parametrize(("text", "message"), [("", "the file is empty"), ("a,b\n", "no records"), ("\n\n", "no records")])
def test_a_file_without_records_says_so(tmp_path: Path, text, message):
    (batch,) = open_rows(write(tmp_path, text), spec(columns=("a", "b")))
    assert batch.rows.num_rows == 0
    assert batch.rows.column_names == ["a", "b", "_row"]
    assert message in batch.message


def test_a_line_longer_than_a_record_can_be_refuses_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr("hannun.ingest.readers.delimited.MAX_RECORD", 1000)
    with pytest.raises(SourceError, match="record 2 is longer"):
        read(write(tmp_path, "a,b\n1,2\n" + "x" * 5000), 64)
