"""Control records in delimited text."""

from __future__ import annotations

import pytest

from hannun.base.errors import SourceError
from tests.ingest.readers.reading import read, values, write

CONTROL = {"header": "H", "detail": "D", "trailer": "T", "count": 2, "sums": {"amount": 3}}
COLUMNS = ("kind", "name", "amount")
GOOD = 'H,20260930\nD,"a,b",1000\nD,나,"2,500.50"\nT,2,3500.50\n'


def load(folder, text, block=1 << 20, **changes):
    values = {"header": False, "columns": COLUMNS, "control": CONTROL, **changes}
    return read(write(folder, text), block, **values)


@pytest.mark.parametrize("block", [64, 1 << 20])
def test_count_and_sums_are_checked(tmp_path, block):
    rows, bad = load(tmp_path, GOOD, block)
    assert (values(rows), bad) == ([("D", "a,b", "1000"), ("D", "나", "2,500.50")], [])
    assert [row["_row"] for row in rows] == [1, 2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("T,2", "T,3"), "announces 3 records, but holds 2"),
        (GOOD.replace("3500.50", "3500.51"), "announces 3500.51 as the sum of amount, but holds 3500.50"),
        (GOOD.replace("T,", "X,"), "trailer record 'T' is missing"),
        (GOOD + "D,c,1\n", "records stand behind the trailer"),
        (GOOD + GOOD, "records stand behind the trailer"),
        (GOOD.removeprefix("H,20260930\n"), "the first record is of kind 'D'"),
        ("", "first record is of kind 'None'"),
    ],
)
def test_a_mismatch_refuses_the_file(tmp_path, text, said):
    with pytest.raises(SourceError, match=said):
        load(tmp_path, text)


def test_bad_details_count_and_other_kinds_are_bad(tmp_path):
    text = b"H,x\nD,a,10\nD,\xff,20\nX,c,30\nT,2,30\n"
    rows, bad = read(write(tmp_path, text), header=False, columns=COLUMNS, control=CONTROL)
    assert values(rows) == [("D", "a", "10")]
    assert [(row.row, row.reason, row.raw) for row in bad] == [(2, "undecodable", "D,\\xff,20"), (3, "unknown_kind", "X,c,30")]


def test_the_names_may_stand_behind_the_header_record(tmp_path):
    text = "H|2026|2|30\nkind|name|amount\nD|a|10\nD|b|20\n"
    control = {"header": "H", "count": 3, "sums": {"amount": 4}, "inside": "header"}
    rows, _ = load(tmp_path, text, header=True, delimiter="|", control=control)
    assert len(rows) == 2
