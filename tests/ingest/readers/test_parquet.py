"""Parquet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hannun.base.errors import SourceError
from hannun.ingest.readers import open_rows
from tests.ingest.readers.reading import read, spec


def test_values_keep_their_types_and_rows_are_numbered(tmp_path):
    table = pa.table(
        {
            "id": pa.array([1234567890123456789, 2, 3]),
            "amount": pa.array([Decimal("1.50"), None, Decimal("2.00")]),
            "day": [date(2026, 1, 1)] * 3,
            "kind": pa.array(["a", "b", "a"]).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "f", row_group_size=2)
    batches = list(open_rows(tmp_path / "f", spec(format="parquet"), block_bytes=64))
    rows = pa.concat_tables([batch.rows for batch in batches])
    assert rows.column("_row").to_pylist() == [1, 2, 3]
    assert rows.schema.field("amount").type == pa.decimal128(3, 2)
    assert rows.schema.field("kind").type == pa.string()
    assert rows.column("id")[0].as_py() == 1234567890123456789


def test_a_cut_or_damaged_file_is_refused(tmp_path):
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"a": list(range(10_000))}), path, compression="zstd", write_page_checksum=True)
    whole = path.read_bytes()
    for damaged in (whole[:-10], whole[: len(whole) // 2], whole[:200] + b"\0" * 500 + whole[700:]):
        path.write_bytes(damaged)
        with pytest.raises(SourceError, match="damaged"):
            read(path, format="parquet")


@pytest.mark.parametrize("columns", [("a", "c"), ("a",)])
def test_other_columns_than_expected_are_refused(tmp_path, columns):
    pq.write_table(pa.table({"a": [1], "b": [2]}), tmp_path / "f")
    with pytest.raises(SourceError, match="not expected: 'b'"):
        read(tmp_path / "f", format="parquet", columns=columns)


def test_no_rows_say_so(tmp_path):
    pq.write_table(pa.table({"a": pa.array([], pa.int64())}), tmp_path / "f")
    (batch,) = open_rows(tmp_path / "f", spec(format="parquet"))
    assert "no records" in batch.message
