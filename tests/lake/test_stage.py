"""Staging: what is written before anybody sees it."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hannun.base.errors import LakeError
from hannun.lake import Lake, Txn, stage
from tests.lake.conftest import SCHEMA, TABLE, numbers, rows


def test_staged_files_are_invisible_until_they_are_committed(any_lake: Lake) -> None:
    with any_lake.stage(TABLE) as stager:
        stager.write(rows())
        assert stager.rows == 10
        files = stager.files
        assert numbers(any_lake) == [] and any_lake.snapshot(TABLE).version == 0
    any_lake.commit(TABLE, files, Txn("x"))
    assert numbers(any_lake) == list(range(10))


def test_an_error_in_the_block_removes_the_files(any_lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), any_lake.stage(TABLE) as stager:
        stager.write(rows())
        assert stager.files
        stager.write(rows(10))
        raise ZeroDivisionError
    assert list(tmp_path.rglob("*.parquet")) == []


def test_rows_of_mixed_partitions_land_in_their_own_files(lake: Lake) -> None:
    mixed = pa.concat_tables([rows(0, 5, "2026-07"), rows(5, 5, None), rows(10, 5, "2026-09"), rows(15, 5, "2026-07")])
    lake.append(TABLE, mixed.take(random.Random(1).sample(range(20), 20)), Txn("x"))
    found = {file.partition["month"]: file.rows for file in lake.snapshot(TABLE).files}
    assert found == {"2026-07": 10, None: 5, "2026-09": 5}
    assert lake.read(lake.snapshot(TABLE)).read_all().sort_by("n").equals(mixed.sort_by("n"))


def test_another_engine_reads_the_files_with_their_partitions(lake: Lake) -> None:
    lake.append(TABLE, pa.concat_tables([rows(0, 5, "2026-07"), rows(5, 5, None)]), Txn("x"))
    files = [file.path for file in lake.snapshot(TABLE).files]
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT month, count(*), sum(n) FROM read_parquet(?, hive_partitioning=true, hive_types={'month': VARCHAR})"
            " GROUP BY 1 ORDER BY 1",
            [files],
        ).fetchall()
    assert found == [("2026-07", 5, 10), (None, 5, 35)]


def test_only_the_chosen_columns_have_statistics_in_log_and_file(lake: Lake, tmp_path: Path) -> None:
    schema = pa.schema([("key", pa.string()), ("name", pa.string()), ("at", pa.timestamp("us", "UTC")), ("day", pa.date32())])
    lake.ensure("core.p", schema, statistics=["key", "at", "day"])
    at = datetime(2026, 9, 30, 12, 0, 0, 123456, tzinfo=UTC)
    lake.append(
        "core.p",
        pa.table([["a", "b"], ["김철수", "박영희"], [at, None], [date(2026, 9, 1), date(2026, 9, 2)]], schema=schema),
        Txn("x"),
    )
    [file] = lake.snapshot("core.p").files
    assert file.minimum == {"key": "a", "at": at, "day": date(2026, 9, 1)}
    assert file.maximum == {"key": "b", "at": at, "day": date(2026, 9, 2)}
    assert file.nulls == {"key": 0, "at": 1, "day": 0}
    columns = [pq.ParquetFile(file.path).metadata.row_group(0).column(place) for place in range(4)]
    assert [column.path_in_schema for column in columns if column.is_stats_set] == ["key", "at", "day"]
    lake.maintain("core.p", keep_days=1)
    log = b"".join(path.read_bytes() for path in (tmp_path / "lake" / "core" / "p" / "_delta_log").iterdir())
    assert "김철수".encode() not in log and "박영희".encode() not in log


def test_long_text_in_statistics_is_cut_outwards(lake: Lake) -> None:
    low, high = "가" * 100, "힣" * 100
    lake.append(TABLE, pa.table([[low, high], [1, 2], ["m", "m"]], schema=SCHEMA), Txn("x"))
    [file] = lake.snapshot(TABLE).files
    assert file.minimum["key"] <= low and file.maximum["key"] >= high and len(file.maximum["key"]) < 70
    assert lake.snapshot(TABLE).prune(key=(high, high)).rows == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pa.table({"key": ["a"], "n": [1]}), "no column month"),
        (pa.table({"key": ["a"], "n": [1], "month": ["m"], "x": [1]}), "unknown column x"),
        (pa.table({"key": ["a"], "n": ["one"], "month": ["m"]}), "column 'n' of type string"),
        (pa.table({"key": ["a"], "n": [1.5], "month": ["m"]}), "column 'n' of type double"),
        (pa.table({"key": ["a"], "n": [1], "month": ["../m"]}), "cannot be the name of a partition"),
        (pa.table({"key": ["a"], "n": [1], "month": ["9월"]}), "cannot be the name of a partition"),
        (pa.table({"key": ["a"], "n": [1], "month": [""]}), "cannot be the name of a partition"),
    ],
)
def test_rows_that_do_not_fit_are_refused_by_column(lake: Lake, data: pa.Table, message: str, tmp_path: Path) -> None:
    with pytest.raises(LakeError, match=message):
        lake.append(TABLE, data, Txn("x"))
    assert numbers(lake) == [] and not lake.committed(TABLE, Txn("x"))


def test_columns_may_come_in_any_order_and_in_wider_text(lake: Lake) -> None:
    data = (
        rows()
        .select(["month", "n", "key"])
        .cast(pa.schema([("month", pa.large_string()), ("n", pa.int64()), ("key", pa.large_string())]))
    )
    lake.append(TABLE, data, Txn("x"))
    assert numbers(lake) == list(range(10))


def test_memory_stays_bounded_and_files_are_cut_at_their_size(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """100 MB of rows pass through: what waits in memory stays near the buffer's size."""
    monkeypatch.setattr(stage, "BUFFER_BYTES", 4 << 20)
    monkeypatch.setattr(stage, "TARGET_BYTES", 2 << 20)
    count = 100_000
    keys = [f"{random.Random(place).getrandbits(128):032x}" for place in range(count)]
    months = pa.array([f"2026-{place % 12 + 1:02d}" for place in range(count)])
    before = pa.total_allocated_bytes()
    most = 0
    with lake.stage(TABLE) as stager:
        part = pa.table([keys, pa.array(range(count)), months], schema=SCHEMA)
        one = part.nbytes
        for _ in range(20):
            stager.write(part)
            most = max(most, pa.total_allocated_bytes() - before)
        files = stager.files
    assert one * 20 > 95 << 20
    assert most < 64 << 20
    assert sum(file.rows for file in files) == 20 * count
    assert 12 <= len(files) < 120 and max(file.size for file in files) < 12 << 20


def test_many_partitions_do_not_need_many_open_files(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "OPEN_FILES", 4)
    monkeypatch.setattr(stage, "BUFFER_BYTES", 0)
    for_each = pa.table([[f"k{n}" for n in range(40)], list(range(40)), [f"m{n:02d}" for n in range(40)]], schema=SCHEMA)
    with lake.stage(TABLE) as stager:
        stager.write(for_each)
        stager.write(for_each)
        lake.commit(TABLE, stager.files, Txn("x"))
    assert numbers(lake) == sorted([*range(40), *range(40)])


def test_a_reader_of_batches_is_appended_without_being_held_whole(lake: Lake) -> None:
    reader = pa.RecordBatchReader.from_batches(SCHEMA, (batch for start in range(5) for batch in rows(start * 10).to_batches()))
    lake.append(TABLE, reader, Txn("x"))
    assert numbers(lake) == list(range(50))


def test_repeating_text_and_unique_text_both_come_back_as_they_were(lake: Lake) -> None:
    count = 20_000
    schema = pa.schema(
        [
            ("u", pa.string()),
            ("r", pa.string()),
            ("n", pa.int64()),
            ("d", pa.date32()),
            ("b", pa.bool_()),
            ("m", pa.decimal128(18, 2)),
        ]
    )
    lake.ensure("core.e", schema)
    data = pa.table(
        {
            "u": pa.array([f"고객{n}" if n % 7 else None for n in range(count)]),
            "r": pa.array([f"업종{n % 5}" for n in range(count)]),
            "n": pa.array([n * 1_000_003 * (-1) ** n for n in range(count)]),
            "d": pa.array([date.fromordinal(730_000 + n) for n in range(count)]),
            "b": pa.array([None if n % 3 else True for n in range(count)]),
            "m": pa.array([Decimal(n) / 4 for n in range(count)], pa.decimal128(18, 2)),
        },
        schema=schema,
    )
    lake.append("core.e", data, Txn("x"))
    assert lake.read(lake.snapshot("core.e")).read_all().equals(data)
