"""Packed files, encodings and files that are not what they are called."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import zstandard

from hannun.base.errors import SourceError
from hannun.ingest.readers import open_rows, signature
from tests.ingest.readers.reading import read, spec, values, write

TEXT = b"a,b\n" + b"".join(b"%d,%s\n" % (number, b"x" * (number % 50)) for number in range(3000))
ROWS = 3000


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


PACKED = {
    "gz": gzip.compress(TEXT),
    "gz of two": gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]),
    "gz with padding": gzip.compress(TEXT) + b"\0" * 1000,
    "zst": zstandard.compress(TEXT),
    "zst of two": zstandard.compress(TEXT[:1000]) + zstandard.compress(TEXT[1000:]),
    "zip": zipped({"x.csv": TEXT}),
}


@pytest.mark.parametrize("block", [64, 1000, 1 << 20])
@pytest.mark.parametrize("data", PACKED.values(), ids=PACKED)
def test_packing_is_seen_by_the_first_bytes(tmp_path, data, block):
    rows, bad = read(write(tmp_path, data, "misnamed.csv"), block)
    assert (len(rows), bad) == (ROWS, [])
    assert rows[-1] == {"a": "2999", "b": "x" * 49, "_row": ROWS}


@pytest.mark.parametrize("name", ["gz", "zst", "zip"])
@pytest.mark.parametrize("cut", [20, -1, -10])
def test_a_cut_file_is_refused(tmp_path, name, cut):
    with pytest.raises(SourceError, match=r"cut off|damaged"):
        read(write(tmp_path, PACKED[name][:cut]))


@pytest.mark.parametrize("name", ["gz", "zst", "zip"])
def test_a_damaged_file_is_refused(tmp_path, name):
    data = bytearray(zstandard.ZstdCompressor(write_checksum=True).compress(TEXT) if name == "zst" else PACKED[name])
    middle = len(data) // 2
    data[middle : middle + 20] = bytes(byte ^ 0x55 for byte in data[middle : middle + 20])
    with pytest.raises(SourceError, match=r"damaged|cut off"):
        read(write(tmp_path, bytes(data)))


def test_garbage_behind_a_gzip_is_refused(tmp_path):
    with pytest.raises(SourceError, match="gzip is damaged"):
        read(write(tmp_path, gzip.compress(TEXT) + b"garbage"))


def test_members_of_a_zip_are_read_by_name_and_counted_on(tmp_path):
    data = zipped({"b.csv": b"a\n3\n", "a.csv": b"a\n1\n2\n", "__MACOSX/._a.csv": b"\0\0", "d/": b"", "notes.txt": b"no"})
    rows, _ = read(write(tmp_path, data), members="*.csv")
    assert rows == [{"a": "1", "_row": 1}, {"a": "2", "_row": 2}, {"a": "3", "_row": 3}]
    with pytest.raises(SourceError, match=r"no member '\*\.dat'"):
        read(write(tmp_path, data), members="*.dat")
    with pytest.raises(SourceError, match="header differs"):
        read(write(tmp_path, data))


def test_a_declared_packing_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SourceError, match="is not gz"):
        read(write(tmp_path, TEXT), compression="gz")


CP949 = "이름,값\n홍길동,1\n뷁펲,2\n".encode("cp949")


@pytest.mark.parametrize("block", [64, 1 << 20])
@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (CP949, "cp949"),
        (CP949, "EUC-KR"),
        (CP949.decode("cp949").encode("utf-8-sig"), "utf-8"),
        (CP949.decode("cp949").encode("utf-8-sig"), "cp949"),
        (CP949.decode("cp949").encode("utf-16"), "utf-8"),
        (CP949.decode("cp949").encode("utf-16-le"), "utf-16"),
        (b"\xfe\xff" + CP949.decode("cp949").encode("utf-16-be"), "utf-16"),
        (CP949.decode("cp949").encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_encodings_are_read(tmp_path, data, encoding, block):
    rows, bad = read(write(tmp_path, data), block, encoding=encoding)
    assert (rows[0], bad) == ({"이름": "홍길동", "값": "1", "_row": 1}, [])
    assert rows[1]["이름"] == "뷁펲"


@pytest.mark.parametrize("block", [64, 65, 66, 67, 1 << 20])
@pytest.mark.parametrize(
    ("encoding", "bad_bytes", "shown"),
    [("utf-8", b"\xff", "\\xff"), ("cp949", b"\xb0", "\\xb0"), ("utf-16-le", b"\x00\xdc", "\\x00\\xdc")],
)
def test_bad_bytes_cost_one_record_and_tell_their_place(tmp_path, encoding, bad_bytes, shown, block):
    lines = [f"{number},가나{number}다\n".encode(encoding) for number in range(1, 60)]
    comma, end = ",".encode(encoding), "\n".encode(encoding)
    lines[29] = "30".encode(encoding) + comma + "가".encode(encoding) + bad_bytes + comma.replace(b",", b"!") + end
    data = "a,b\n".encode(encoding) + b"".join(lines)
    rows, bad = read(write(tmp_path, data), block, encoding=encoding)
    assert [row["_row"] for row in rows] == [*range(1, 30), *range(31, 60)]
    assert [(row.row, row.column, row.reason) for row in bad] == [(30, "b", "undecodable")]
    assert bad[0].raw == f"30,가{shown}!"
    assert f"byte {data.index(b'!') - len(bad_bytes)} of the file" in bad[0].detail


def test_a_wrong_encoding_is_refused_with_the_right_one(tmp_path):
    text = "이름,값\n" + "".join(f"홍길동{number},서울\n" for number in range(5))
    with pytest.raises(SourceError, match=r"is not UTF-8.*all of them are CP949 → write encoding: cp949"):
        read(write(tmp_path, text.encode("cp949")))
    with pytest.raises(SourceError, match=r"is not CP949.*→ write encoding: utf-8"):
        read(write(tmp_path, text.encode()), encoding="cp949")
    with pytest.raises(SourceError, match="if it is UTF-16, write encoding: utf-16-le"):
        read(write(tmp_path, "abc,def\n1,2\n".encode("utf-16-le")))


def test_binary_garbage_is_refused(tmp_path):
    with pytest.raises(SourceError, match="binary"):
        read(write(tmp_path, bytes((number * 7919 + number // 256) % 256 for number in range(10_000))))
    with pytest.raises(SourceError, match="binary"):
        read(write(tmp_path, b"\x7fELF" + b"\0" * 1000))


def test_a_file_of_another_format_says_which(tmp_path):
    book = tmp_path / "book.csv"
    workbook = xlsxwriter.Workbook(book)
    workbook.add_worksheet().write(0, 0, "a")
    workbook.close()
    with pytest.raises(SourceError, match=r"is an Excel workbook.*format: excel"):
        read(book)
    pq.write_table(pa.table({"a": [1]}), tmp_path / "table.csv")
    with pytest.raises(SourceError, match=r"is a Parquet file.*format: parquet"):
        read(tmp_path / "table.csv")
    for declared in ("excel", "parquet"):
        with pytest.raises(SourceError, match=f"is not {declared}"):
            read(write(tmp_path, TEXT, "text.xlsx"), format=declared)
    with pytest.raises(SourceError, match="cannot be read as an Excel workbook"):
        read(write(tmp_path, book.read_bytes()[:500], "cut.xlsx"), format="excel")


def test_a_folder_a_missing_file_and_a_pipe_are_refused(tmp_path):
    with pytest.raises(SourceError, match="is a folder"):
        read(tmp_path)
    with pytest.raises(SourceError, match="No such file"):
        read(tmp_path / "missing")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="not a plain file"):
        read(tmp_path / "pipe")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path):
    path = write(tmp_path, TEXT)
    path.chmod(0)
    with pytest.raises(SourceError, match="Permission denied"):
        read(path)


def change_by_replacing(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


def change_by_appending(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"1,2\n")


def change_by_truncating(path: Path) -> None:
    os.truncate(path, 5000)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (change_by_replacing, "replaced"),
        (change_by_appending, "written to"),
        (change_by_truncating, "written to"),
        (Path.unlink, "removed"),
    ],
)
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, change, said):
    path = write(tmp_path, TEXT)
    batches = open_rows(path, spec(), block_bytes=1000)
    next(batches)
    change(path)
    with pytest.raises(SourceError, match=f"was {said} while it was read"):
        list(batches)


def test_a_signature_tells_a_rewritten_file(tmp_path):
    path = write(tmp_path, TEXT)
    before = signature(path)
    assert signature(path) == before
    change_by_replacing(path)
    assert signature(path) != before


def test_closing_early_ends_the_reading_thread(tmp_path):
    import threading

    path = write(tmp_path, TEXT)
    batches = open_rows(path, spec(), block_bytes=64)
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert not [thread for thread in threading.enumerate() if thread.name == "read-ahead"]


def test_the_values_of_a_big_block_and_of_small_ones_are_the_same(tmp_path):
    path = write(tmp_path, TEXT)
    assert values(read(path, 64)[0]) == values(read(path)[0])
