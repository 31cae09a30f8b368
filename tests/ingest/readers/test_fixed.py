"""Fixed-width records by bytes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hannun.base.errors import SourceError
from tests.ingest.readers.reading import read, values, write

LAYOUT = {"id": (1, 4), "name": (5, 10), "amount": (15, 6)}


def record(number: int, name: str, amount: int, encoding: str = "cp949") -> bytes:
    return f"{number:04d}".encode() + name.encode(encoding).ljust(10) + f"{amount:06d}".encode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.text(alphabet="가힣홍길동ab 1", max_size=5).map(str.strip), max_size=30),
    block=st.sampled_from([64, 100, 1 << 20]),
    line_end=st.sampled_from([b"\n", b"\r\n", b""]),
    encoding=st.sampled_from(["cp949", "utf-8"]),
)
def test_columns_are_cut_by_bytes(tmp_path, names, block, line_end, encoding):
    names = [name.encode(encoding)[:10].decode(encoding, "ignore").strip() for name in names]
    data = b"".join(record(number, name, number * 10, encoding) + line_end for number, name in enumerate(names, 1))
    sized = {"record_bytes": 20} if not line_end else {}
    rows, bad = read(write(tmp_path, data), block, format="fixed", encoding=encoding, widths=LAYOUT, **sized)
    assert bad == []
    expected = [(f"{number:04d}", name or None, f"{number * 10:06d}") for number, name in enumerate(names, 1)]
    assert values(rows) == expected
    assert [row["_row"] for row in rows] == list(range(1, len(names) + 1))


@pytest.mark.parametrize("block", [64, 1 << 20])
def test_bad_bytes_and_short_records_are_bad_rows_with_their_place(tmp_path, block):
    lines = [record(1, "홍길동", 5), b"0002\xb0\xff\xb0\xa1      000007", b"0003", record(4, "가\0", 9), record(5, "나", 6)]
    rows, bad = read(write(tmp_path, b"\r\n".join(lines)), block, format="fixed", encoding="euc-kr", widths=LAYOUT)
    assert [row["_row"] for row in rows] == [1, 5]
    assert [(row.row, row.column, row.reason) for row in bad] == [
        (2, "name", "undecodable"),
        (3, "", "record_length"),
        (4, "name", "nul_byte"),
    ]
    assert "byte 26 of the file (b0)" in bad[0].detail
    assert bad[0].raw == "0002\\xb0\\xff가      000007"
    assert bad[1].detail == "the record has 4 bytes, the layout needs 20"


def test_a_column_that_cuts_a_letter_is_bad(tmp_path):
    rows, bad = read(write(tmp_path, "가나".encode("cp949")), format="fixed", encoding="cp949", widths={"a": (1, 3)})
    assert rows == []
    assert bad[0].reason == "undecodable"


def test_filler_behind_the_layout_blank_lines_and_the_end_mark_of_dos_are_no_matter(tmp_path):
    rows, bad = read(write(tmp_path, b"0001x\n\n0002yyyy\n\x1a"), format="fixed", widths={"id": (1, 4)})
    assert (values(rows), bad) == ([("0001",), ("0002",)], [])


CONTROL = {"header": "H", "detail": "D", "trailer": "T", "count": (2, 3), "sums": {"amount": (5, 6)}}


def controlled(trailer: bytes = b"T002000030", details: tuple[bytes, ...] = (b"Dab000010", b"Dcd000020")) -> bytes:
    return b"\n".join([b"H20260930", *details, trailer, b""])


@pytest.mark.parametrize("block", [64, 1 << 20])
def test_control_records_are_checked_and_not_counted(tmp_path, block):
    layout = {"name": (2, 2), "amount": (4, 6)}
    rows, bad = read(write(tmp_path, controlled()), block, format="fixed", widths=layout, control=CONTROL)
    assert bad == []
    assert rows == [{"name": "ab", "amount": "000010", "_row": 1}, {"name": "cd", "amount": "000020", "_row": 2}]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (controlled(b"T003000030"), "announces 3 records, but holds 2"),
        (controlled(b"T002000031"), "announces 31 as the sum of amount, but holds 30"),
        (controlled(b"Dzz000001"), "trailer record 'T' is missing"),
        (controlled() + b"Dzz000001\n", "records stand behind the trailer"),
        (controlled(b"T00x000030"), "the count in the trailer record at .* is '00x', no number"),
        (controlled()[10:], "the first record is of kind 'D', not the header record 'H'"),
        (controlled(details=(b"Dab000010", b"Dcd0000xx")), "announces 30 as the sum of amount, but holds 10 .*records 2"),
    ],
)
def test_control_records_that_do_not_fit_refuse_the_file(tmp_path, data, said):
    with pytest.raises(SourceError, match=said):
        read(write(tmp_path, data), format="fixed", widths={"name": (2, 2), "amount": (4, 6)}, control=CONTROL)


def test_a_bad_record_still_counts_towards_count_and_sum(tmp_path):
    data = controlled(details=(b"Dab000010", b"D\xff\xff000020"))
    rows, bad = read(write(tmp_path, data), format="fixed", widths={"name": (2, 2), "amount": (4, 6)}, control=CONTROL)
    assert (len(rows), [row.reason for row in bad]) == (1, ["undecodable"])
