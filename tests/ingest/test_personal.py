"""Personal values lie in clear nowhere in a home."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from hannun.ingest.engine import Engine
from hannun.ingest.mapping import parse_mapping
from hannun.workflows import quarantine
from tests.ingest.conftest import CUSTOMERS, Work

PEOPLE = "id,name,phone,email,rrn,birth,sex,region,joined"


def _people(count: int) -> tuple[list[str], list[str]]:
    """Lines of a file, some of them broken in every way, and every personal value in them."""
    lines, values = [], []
    for number in range(count):
        personal = [
            f"홍길동{chr(0xAC00 + number * 7)}{chr(0xB098 + number * 5)}",
            f"010-7{number:03d}-{9000 - number:04d}",
            f"person{number}x@secret-mail.kr",
            f"9{number % 10}0101-1{number:06d}",
        ]
        values += [*personal, personal[1].replace("-", ""), personal[3].replace("-", "")]
        fields = [f"P{number}", *personal, "1990-01-01", "M", "11110", "2020-01-01"]
        if number % 5 == 1:
            fields[6] = "X"
        if number % 5 == 2:
            fields.append("one too many")
        if number % 5 == 3:
            fields[5] = personal[1]
        if number % 10 == 4:
            fields[0] = "P0"
        if number % 10 == 9:
            fields = fields[:3]
        lines.append(",".join(fields))
    return lines, values


def _everything(home: Path) -> bytes:
    """Every byte of a home, and the values of its Parquet files as text."""
    found = bytearray()
    for folder, _, names in os.walk(home):
        for name in names:
            path = Path(folder) / name
            found += name.encode() + b"\n" + path.read_bytes()
            if name.endswith(".parquet"):
                table = pq.read_table(path, partitioning=None)
                found += str(table.to_pylist()).encode() + str(pq.read_metadata(path).to_dict()).encode()
    return bytes(found)


def test_no_byte_of_the_home_holds_a_personal_value(work: Work) -> None:
    lines, values = _people(60)
    path = work.file("people1.csv", PEOPLE, *lines)
    (report,) = work.load(CUSTOMERS, path)
    assert report.rows_read == 60 and 30 < report.rows_quarantined < 50
    second = work.file("people2.csv", PEOPLE, *[line.replace("11110", "26110") for line in lines])
    work.load(CUSTOMERS, second)
    (again,) = work.load(CUSTOMERS, path)
    quarantine.retry(work.home, "customers", mapping=work.mapping(CUSTOMERS))
    work.home.store.close()
    everything = _everything(work.home.settings.home)
    leaked = [value for value in values if value.encode() in everything or value.encode("cp949", "ignore") in everything]
    assert leaked == []
    assert not any(value in str((report, again, quarantine.rows(work.home, "customers", limit=1000))) for value in values)


def test_tokens_join_and_originals_come_back(work: Work) -> None:
    line = "P{0},홍길동,{1},hong@example.com,900101-1234567,1990-01-01,M,11110,2020-01-01"
    people = [line.format(1, "010-1234-5678"), line.format(2, "01012345678"), line.format(3, "")]
    work.load(CUSTOMERS, work.file("people.csv", PEOPLE, *people))
    rows = work.rows("core.customers")
    tokens = [row["phone"] for row in sorted(rows, key=lambda row: row["customer_id"])]
    assert tokens[0] == tokens[1] and tokens[0].startswith("tel_") and tokens[2] is None
    assert work.home.vault.reveal([rows[0]["name"], tokens[0]]) == {rows[0]["name"]: "홍길동", tokens[0]: "010-1234-5678"}
    snapshot = work.home.lake.snapshot("vault.tokens")
    assert snapshot.rows == 4 and all(not file.minimum and not file.maximum for file in snapshot.files)


def test_the_archive_gives_the_sealed_original_back(work: Work) -> None:
    from hannun.base.identifiers import fingerprint
    from hannun.ingest.archive import Archive

    lines, _ = _people(5)
    path = work.file("people.csv", PEOPLE, *lines)
    work.load(CUSTOMERS, path)
    archive = Archive(work.home.lake.files, lambda: work.home.vault.keys)
    with archive.as_file(fingerprint(path)) as original:
        assert original.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("columns", ["", ", columns: [id, name, phone, email, rrn, birth, sex, region, joined]"])
@pytest.mark.parametrize("sql", [True, False])
def test_a_file_without_its_header_is_refused_without_telling_whose_it_is(work: Work, columns: str, sql: bool) -> None:
    mapping = CUSTOMERS.replace('{files: ["people*.csv"]', '{files: ["people*.csv"]' + columns)
    lines, values = _people(3)
    path = work.file("people.csv", *lines)
    (report,) = work.load(mapping if sql else mapping.partition("    sql:")[0], path)
    assert report.error and report.rows_read == 0
    assert not [value for value in values if value in str(report)]


def test_sql_that_fails_on_a_derived_value_does_not_quote_it(work: Work) -> None:
    mapping = CUSTOMERS.replace("    from: people\n", "    derived: true\n").replace("birth AS", "strptime(name, '%Y') AS")
    lines, values = _people(1)
    (report,) = work.load(mapping, work.file("people.csv", PEOPLE, *lines))
    assert "SQL fails on a value" in report.error
    assert not [value for value in values if value in str(report)]


def test_what_spills_to_disk_is_encrypted(tmp_path: Path) -> None:
    with Engine(parse_mapping(CUSTOMERS, "x"), memory_limit="60MB", spill=tmp_path) as engine:
        rows = "SELECT '홍길동 010-1234-5678 ' || i AS x, hash(i) AS h FROM range(1500000) t(i)"
        engine.run(f"CREATE TEMP TABLE big AS {rows}")
        spilled = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert sum(path.stat().st_size for path in spilled) > 1 << 20
        assert not any(b"010-1234-5678" in path.read_bytes() for path in spilled)
    assert not list(tmp_path.iterdir())


def test_what_a_killed_process_has_spilled_is_removed(tmp_path: Path) -> None:
    for name, age in (("ingest-old", 3600), ("ingest-fresh", 0)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "spilled").write_bytes(b"x")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    with Engine(parse_mapping(CUSTOMERS, "x"), memory_limit="60MB", spill=tmp_path):
        (mine,) = {path.name for path in tmp_path.iterdir()} - {"ingest-fresh"}
        os.utime(tmp_path / mine, (0, 0))
        with Engine(parse_mapping(CUSTOMERS, "x"), memory_limit="60MB", spill=tmp_path):
            assert (tmp_path / mine).is_dir() and (tmp_path / "ingest-fresh").is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["ingest-fresh"]
