"""The state query against a slow reference, over random histories."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hannun.base.dates import day_end
from hannun.compute import DuckEngine
from hannun.contracts import Contract, load
from tests.compute.conftest import commit, open_lake, rows

CONTRACTS = load()
START = datetime(2026, 1, 31, 12, tzinfo=UTC)
Row = dict[str, Any]
Add = Callable[..., None]

hours = st.integers(0, 96) | st.sampled_from([24, 48])
entity_row = st.fixed_dictionaries(
    {
        "customer_id": st.sampled_from("abcdefghij"),
        "household_size": st.integers(1, 99),
        "hour": hours,
        "op": st.sampled_from(["insert", "update", "delete"]),
        "is_placeholder": st.booleans(),
        "_source": st.sampled_from(["f1", "f2"]),
    }
)


def reference(history: list[Row], key: str, until: datetime) -> set[tuple[Any, ...]]:
    """Key and position of the rows that stand at `until`, one key at a time."""
    standing = set()
    for name in {row[key] for row in history}:
        seen = [row for row in history if row[key] == name and row["known_at"] < until]
        real = [row for row in seen if not row["is_placeholder"]] or seen
        if real:
            last = max(real, key=lambda row: (row["known_at"], row["op"] != "insert", row["_source"], row["_row"]))
            if last["op"] != "delete":
                standing.add((name, last["_source"], last["_row"]))
    return standing


def check(contract: Contract, key: str, batches: list[list[Row]]) -> None:
    history: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        lake = open_lake(f"{folder}/lake", Path(folder) / "locks")
        lake.ensure_contract(contract)
        for batch in batches:
            for row in batch:
                row["known_at"] = START + timedelta(hours=row.pop("hour"))
                row["_row"] = len(history) + 1
                history.append(row)
            if batch:
                commit(lake, contract.table, rows(contract, *batch))
        engine = DuckEngine(lake, CONTRACTS, memory_limit="200MB", spill=Path(folder) / "spill", threads=1)
        for day in [date(2026, 2, 1), date(2026, 2, 2), date(2026, 2, 9)]:
            with engine.session(as_of=day) as session:
                sql = f"SELECT {key}, _source, _row, known_at FROM core.{contract.name}"
                found = session.query(sql).to_pylist()
                assert {(row[key], row["_source"], row["_row"]) for row in found} == reference(history, key, day_end(day))
                assert len(found) == len({row[key] for row in found})
                seen = session.query(f"SELECT count(*) AS n FROM history.{contract.name}").to_pylist()[0]["n"]
                assert seen == sum(row["known_at"] < day_end(day) for row in history)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.lists(entity_row, max_size=25), min_size=1, max_size=4))
def test_the_state_of_entities_is_that_of_the_reference(batches: list[list[Row]]) -> None:
    check(CONTRACTS["customers"], "customer_id", [[dict(row) for row in batch] for batch in batches])


@st.composite
def event_histories(draw: st.DrawFn) -> list[list[Row]]:
    """Events come once; some are corrected or deleted later, some corrections come before their event."""
    batches: list[list[Row]] = []
    events = 0
    for _ in range(draw(st.integers(1, 4))):
        batch: list[Row] = []
        for _ in range(draw(st.integers(0, 25))):
            again = events > 0 and draw(st.booleans())
            number = draw(st.integers(0, events - 1)) if again else events
            events += not again
            day = date(2026, 1, 15) + timedelta(days=draw(st.integers(0, 60)))
            row: Row = {"transaction_id": f"t{number}", "hour": draw(hours), "business_date": day}
            row["_source"] = draw(st.sampled_from("fg"))
            batch.append(row | {"op": draw(st.sampled_from(["update", "delete"])) if again else "insert", "is_placeholder": False})
        batches.append(batch)
    return batches


@settings(max_examples=12, deadline=None)
@given(event_histories())
def test_the_state_of_events_is_that_of_the_reference(batches: list[list[Row]]) -> None:
    check(CONTRACTS["transactions"], "transaction_id", batches)


@pytest.mark.parametrize("sources", [("a", "b"), ("b", "a")])
def test_a_correction_follows_its_event_also_when_both_became_known_at_one_instant(
    engine: DuckEngine, add: Add, sources: tuple[str, str]
) -> None:
    first, later = ({"_source": source, "business_date": date(2026, 1, 5)} for source in sources)
    add("transactions", {"transaction_id": "t", "amount_krw": 5} | first, {"transaction_id": "u", "amount_krw": 6} | first)
    correction = {"transaction_id": "t", "amount_krw": 7, "op": "update"}
    add("transactions", correction | later, {"transaction_id": "u", "op": "delete"} | later)
    with engine.session() as session:
        state = session.query("SELECT transaction_id, amount_krw FROM core.transactions")
        assert state.to_pylist() == [{"transaction_id": "t", "amount_krw": 7}]
