"""Sessions: what `core`, `history` and plain tables mean in SQL, as of a date and at a version."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from hannun.base.errors import QueryError, TableNotFound
from hannun.compute import DuckEngine
from hannun.contracts import Contracts
from hannun.lake import Lake
from tests.compute.conftest import instant, open_lake, plain

Add = Callable[..., None]


def test_a_table_of_a_contract_that_the_lake_does_not_have_counts_as_empty(engine: DuckEngine) -> None:
    with engine.session() as session:
        found = session.query("SELECT customer_id, birth_date, known_at FROM core.customers")
        assert found.num_rows == 0
        assert found.schema.field("known_at").type == pa.timestamp("us", tz="UTC")
        assert session.versions == {"core.customers": -1}
        assert not session.has_rows("history.settlements")


def test_a_feature_that_was_never_built_is_an_error_with_its_command(engine: DuckEngine) -> None:
    with engine.session() as session, pytest.raises(TableNotFound, match=r"feature\.rfm.*hannun features build"):
        session.query("SELECT * FROM feature.rfm")


def test_the_state_is_the_newest_row_of_each_key_and_a_delete_ends_it(engine: DuckEngine, add: Add) -> None:
    add("customers", {"customer_id": "a", "sex": "M"}, {"customer_id": "b", "sex": "F"}, {"customer_id": "c"})
    add("customers", {"customer_id": "a", "sex": "F", "op": "update", "known_at": instant("2026-03-02 00:00")})
    add("customers", {"customer_id": "b", "op": "delete", "known_at": instant("2026-03-03 00:00")})
    with engine.session() as session:
        assert session.query("SELECT customer_id, sex FROM core.customers ORDER BY 1").to_pylist() == [
            {"customer_id": "a", "sex": "F"},
            {"customer_id": "c", "sex": None},
        ]
        assert session.query("SELECT count(*) AS n FROM history.customers").to_pylist() == [{"n": 5}]


def test_a_placeholder_never_hides_a_real_row(engine: DuckEngine, add: Add) -> None:
    add("customers", {"customer_id": "a", "sex": "M"})
    add("customers", {"customer_id": "a", "is_placeholder": True, "known_at": instant("2026-04-01 00:00")})
    with engine.session() as session:
        assert session.query("SELECT sex FROM core.customers").to_pylist() == [{"sex": "M"}]


def test_nothing_that_became_known_after_the_day_is_seen(engine: DuckEngine, add: Add) -> None:
    last, first = instant("2026-03-31 14:59:59.999999"), instant("2026-03-31 15:00:00")  # 15:00 UTC: midnight in Seoul
    add("customers", {"customer_id": "a", "sex": "M", "known_at": last}, {"customer_id": "b", "known_at": first})
    add("customers", {"customer_id": "a", "sex": "F", "op": "update", "known_at": first})
    with engine.session(as_of=date(2026, 3, 31)) as session:
        assert session.query("SELECT customer_id, sex FROM core.customers").to_pylist() == [{"customer_id": "a", "sex": "M"}]
        assert session.query("SELECT count(*) AS n FROM history.customers").to_pylist() == [{"n": 1}]
        assert session.query("SELECT $as_of AS day").to_pylist() == [{"day": date(2026, 3, 31)}]


def test_a_late_correction_may_move_an_event_to_another_month(engine: DuckEngine, add: Add) -> None:
    add("transactions", {"transaction_id": "t", "amount_krw": 5, "business_date": date(2026, 1, 5)})
    moved = {"transaction_id": "t", "amount_krw": 7, "business_date": date(2026, 2, 5), "op": "update"}
    known = instant("2026-03-09 00:00")
    add("transactions", moved | {"known_at": known}, {"transaction_id": "u", "business_date": date(2026, 1, 6), "known_at": known})
    january = "SELECT transaction_id FROM core.transactions WHERE business_month = '2026-01'"
    with engine.session(as_of=date(2026, 3, 5)) as session:
        assert session.query(january).to_pylist() == [{"transaction_id": "t"}]
    with engine.session() as session:
        assert session.query(january).to_pylist() == [{"transaction_id": "u"}]
        state = session.query("SELECT transaction_id, amount_krw FROM core.transactions ORDER BY 1")
        assert state.to_pylist() == [{"transaction_id": "t", "amount_krw": 7}, {"transaction_id": "u", "amount_krw": None}]


def test_months_that_the_query_excludes_are_not_opened(engine: DuckEngine, add: Add, lake: Lake) -> None:
    add(
        "transactions",
        {"transaction_id": "t", "business_date": date(2026, 1, 5)},
        {"transaction_id": "u", "business_date": date(2026, 2, 5)},
    )
    [january] = [file for file in lake.snapshot("core.transactions").files if file.partition["business_month"] == "2026-01"]
    Path(january.path).unlink()
    with engine.session() as session:
        sql = "SELECT transaction_id FROM core.transactions t WHERE t.business_month >= $first AND 1 = 1"
        assert session.query(sql, {"first": "2026-02"}).to_pylist() == [{"transaction_id": "u"}]
        with pytest.raises(QueryError, match=r"No files found|No such file"):
            session.query(sql, {"first": "2026-01"})


def test_a_new_column_is_null_in_old_files_and_never_vanishes(engine: DuckEngine, lake: Lake) -> None:
    plain(lake, pa.table({"a": [1]}))
    wide = pa.schema([("a", pa.int64()), ("b", pa.string()), ("c", pa.decimal128(9, 2))])
    lake.ensure("feature.x", wide, contract_version="1.1.0")
    with engine.session() as session:
        found = session.query("SELECT * FROM feature.x")
        assert (found.schema.names, found.schema.field("c").type) == (["a", "b", "c"], pa.decimal128(9, 2))
    plain(lake, pa.table({"a": [2], "b": ["new"], "c": [None]}, schema=wide), "1.1.0")
    with engine.session() as session:
        assert session.query("SELECT * FROM feature.x ORDER BY a").to_pylist() == [
            {"a": 1, "b": None, "c": None},
            {"a": 2, "b": "new", "c": None},
        ]


def test_a_session_keeps_the_version_that_it_read_first_and_can_be_given_one(engine: DuckEngine, add: Add) -> None:
    add("customers", {"customer_id": "a"})
    with engine.session() as session:
        assert session.query("SELECT customer_id FROM core.customers").num_rows == 1
        add("customers", {"customer_id": "b"})
        assert session.query("SELECT customer_id FROM core.customers").num_rows == 1
    with engine.session(versions=session.versions) as again:
        assert again.query("SELECT customer_id FROM core.customers").num_rows == 1
        assert again.versions == session.versions == {"core.customers": 1}
    with engine.session() as newer:
        assert newer.query("SELECT customer_id FROM core.customers").num_rows == 2


@pytest.mark.parametrize("kind", ["pattern", "quote", "url"])
def test_a_lake_is_read_wherever_it_lies(shipped: Contracts, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / {"pattern": "a*c", "quote": "o'neil k=v", "url": "a lake"}[kind]
    folder.mkdir()
    lake = open_lake(folder.as_uri() if kind == "url" else str(folder), tmp_path / "locks")
    days = pa.array([date(2026, 1, 31), None], pa.date32())
    plain(lake, pa.table({"a": [1, 2], "m": ["x-1", None], "d": days}), partition_by=("m", "d"))
    with DuckEngine(lake, shipped, memory_limit="100MB", spill=tmp_path / "spill", threads=1).session() as session:
        everything = session.query("SELECT a, m, d FROM feature.x ORDER BY a").to_pylist()
        assert everything == [{"a": 1, "m": "x-1", "d": date(2026, 1, 31)}, {"a": 2, "m": None, "d": None}]
        assert session.query("SELECT a FROM feature.x WHERE m = 'x-1'").to_pylist() == [{"a": 1}]
        assert session.query("SELECT a FROM feature.x WHERE d = $day", {"day": date(2026, 1, 31)}).to_pylist() == [{"a": 1}]
        assert session.query("SELECT a FROM feature.x WHERE m IS NULL").to_pylist() == [{"a": 2}]


def test_registered_tables_join_with_the_lake(engine: DuckEngine, add: Add) -> None:
    add("customers", {"customer_id": "a"}, {"customer_id": "b"})
    with engine.session() as session:
        session.register("wanted", pa.table({"customer_id": ["b", "z"]}))
        assert session.query("SELECT customer_id FROM core.customers JOIN wanted USING (customer_id)").to_pylist() == [
            {"customer_id": "b"}
        ]


def test_streams_come_in_batches_and_other_queries_may_run_meanwhile(engine: DuckEngine) -> None:
    with engine.session() as session:
        reader = session.stream("SELECT r AS n, TIMESTAMPTZ '2026-01-01' AS t FROM range($n) x(r)", {"n": 10_000}, rows=1_000)
        first = reader.read_next_batch()
        assert session.query("SELECT 1 AS one").to_pylist() == [{"one": 1}]
        assert first.schema.field("t").type == pa.timestamp("us", tz="UTC")
        assert first.num_rows + reader.read_all().num_rows == 10_000


def test_sums_of_won_stay_exact(engine: DuckEngine) -> None:
    with engine.session() as session:
        big = 9_007_199_254_740_993  # one more than a double can hold
        assert session.query("SELECT CAST(sum(x) AS BIGINT) AS s FROM (VALUES ($a), (0)) v(x)", {"a": big}).to_pylist() == [
            {"s": big}
        ]
        assert session.query("SELECT CAST(1.10 AS DECIMAL(9, 2)) AS d").to_pylist() == [{"d": Decimal("1.10")}]


@pytest.mark.parametrize(
    ("sql", "params", "message"),
    [
        ("SELEC 1", None, "SQL"),
        ("SELECT 1 FROM core.customers WHERE", None, "SQL"),
        ("SELECT nothing FROM core.customers", None, "nothing"),
        ("SELECT 1; SELECT 2", None, "2 statements"),
        ("DELETE FROM core.customers", None, "DELETE is not a query"),
        ("COPY (SELECT 1) TO '/tmp/x'", None, "COPY is not a query"),
        ("INSERT INTO core.customers SELECT 1", None, "INSERT is not a query"),
        ("PRAGMA version", None, "PRAGMA is not a query"),
        ("SELECT * FROM secret.customers", None, "secret.customers.*schemas"),
        ("SELECT $x", None, r"no value for \$x"),
        ("SELECT 1", {"y": 1}, r"no parameter \$y"),
    ],
)
def test_wrong_sql_is_refused_with_its_reason(engine: DuckEngine, sql: str, params: dict[str, int] | None, message: str) -> None:
    with engine.session() as session, pytest.raises(QueryError, match=message):
        session.query(sql, params)


def test_a_parameter_is_a_value_and_never_sql(engine: DuckEngine, add: Add) -> None:
    add("customers", {"customer_id": "a"})
    with engine.session() as session:
        assert session.query("SELECT 1 FROM core.customers WHERE customer_id = $id", {"id": "' OR 1 = 1 --"}).num_rows == 0


def test_extensions_are_never_fetched(engine: DuckEngine) -> None:
    with engine.session() as session:
        found = session.query(
            "SELECT name, value FROM duckdb_settings() WHERE name LIKE 'auto%known_extensions' ORDER BY 1"
        ).to_pylist()
        assert [row["value"] for row in found] == ["false", "false"]


def test_a_query_that_needs_more_memory_spills_or_says_so(shipped: Contracts, lake: Lake, tmp_path: Path) -> None:
    small = DuckEngine(lake, shipped, memory_limit="60MB", spill=tmp_path / "spill", threads=1)
    with small.session() as session:
        sql = (
            "SELECT count(*) AS n FROM (SELECT r, row_number() OVER (ORDER BY hash(r)) AS k FROM range(3_000_000) t(r)) WHERE k > 0"
        )
        assert session.query(sql).to_pylist() == [{"n": 3_000_000}]
        with pytest.raises(QueryError, match="memory_limit"):
            session.query("SELECT list(r) AS all_of_them FROM range(30_000_000) t(r)")
    assert list((tmp_path / "spill").iterdir()) == []


def test_another_thread_can_cancel(engine: DuckEngine) -> None:
    with engine.session() as session:
        timer = threading.Timer(0.3, session.cancel)
        timer.start()
        start = time.monotonic()
        with pytest.raises(QueryError, match="cancelled"):
            session.query("SELECT count(*) FROM range(100_000_000_000) a(x) WHERE hash(x) = 1")
        assert time.monotonic() - start < 10
