"""Definitions: a SELECT under a name, and the versions of what a query reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from hannun.base.errors import QueryError
from hannun.compute import DuckEngine

Add = Callable[..., None]


def test_a_definition_is_a_table_and_its_files_are_never_pruned_by_other_bounds(engine: DuckEngine, add: Add) -> None:
    days = {"t": date(2026, 1, 5), "u": date(2026, 2, 5)}
    add("transactions", *({"transaction_id": key, "amount_krw": 1, "business_date": day} for key, day in days.items()))
    with engine.session() as session:
        session.define("spending", "SELECT transaction_id, business_month FROM core.transactions")
        one = "SELECT transaction_id FROM core.transactions WHERE business_month = '2026-01'"
        assert session.query(one).num_rows == 1
        assert session.query("SELECT * FROM spending").num_rows == 2
        both = f"SELECT * FROM spending s LEFT JOIN ({one}) t USING (transaction_id)"
        assert session.query(both).num_rows == 2
        assert session.query(f"SELECT * FROM ({one}) t, spending WHERE spending.business_month > '2026-01'").num_rows == 1
        with pytest.raises(QueryError, match="parameter"):
            session.define("x", "SELECT $a AS a")


def test_the_versions_of_a_query_can_be_fixed_before_it_runs(engine: DuckEngine, add: Add) -> None:
    add("customers", {"customer_id": "a"})
    with engine.session() as session:
        session.define("people", "SELECT customer_id FROM core.customers")
        sql = "SELECT count(*) AS n FROM people LEFT JOIN history.cards ON holder_id = customer_id"
        assert session.touch(sql) == {"core.customers": 1, "core.cards": -1}
        add("customers", {"customer_id": "b"})
        assert session.query(sql).to_pylist() == [{"n": 1}]


def test_what_is_kept_is_asked_once_and_read_by_its_name(engine: DuckEngine, add: Add) -> None:
    add("customers", {"customer_id": "a", "sex": "M"}, {"customer_id": "b", "sex": "F"})
    with engine.session() as session:
        session.keep("women", "SELECT customer_id FROM core.customers WHERE sex = $sex", {"sex": "F"})
        assert session.query("SELECT * FROM women").to_pylist() == [{"customer_id": "b"}]
        session.keep("women", "SELECT customer_id || '!' AS who FROM women")
        assert session.query("SELECT * FROM women").to_pylist() == [{"who": "b!"}]
        assert list(session.versions) == ["core.customers"]
        with pytest.raises(QueryError, match="SELECT"):
            session.keep("women", "DROP TABLE women")
