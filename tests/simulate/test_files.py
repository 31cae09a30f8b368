"""The files fit the contracts, fit each other, and never tell what has not happened."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from hannun.contracts import Contract, Contracts
from tests.simulate.conftest import PLAN, Read

END = datetime(2026, 9, 30, 15, tzinfo=UTC)
CHANGING = (
    "customers",
    "cards",
    "card_products",
    "card_benefits",
    "merchants",
    "consents",
    "card_loans",
    "delinquencies",
    "statements",
)


def test_there_is_a_file_for_every_core_table_and_its_columns_are_those_of_the_contract(read: Read, shipped: Contracts) -> None:
    for contract in shipped.values():
        table = read(contract.name)
        assert table.num_rows > 0, contract.table
        extra = ["known_at", "op"] if "known_at" in table.column_names else []
        assert table.column_names == [*contract.column_names, *extra]
        for column in contract.columns:
            assert table.schema.field(column.name).type == column.arrow_type, (contract.table, column.name)
            if column.required:
                assert table[column.name].null_count == 0, (contract.table, column.name)
            if column.allowed:
                assert set(pc.unique(table[column.name].drop_null()).to_pylist()) <= set(column.allowed), (
                    contract.table,
                    column.name,
                )
            if column.minimum is not None and table.num_rows > table[column.name].null_count:
                assert pc.min(table[column.name]).as_py() >= column.minimum, (contract.table, column.name)


def _keys(contract: Contract, table: pa.Table) -> int:
    return table.select(list(contract.key)).group_by(list(contract.key)).aggregate([]).num_rows


def test_the_key_of_an_event_comes_once_and_a_state_of_an_entity_once_a_moment(read: Read, shipped: Contracts) -> None:
    for contract in shipped.values():
        table = read(contract.name)
        columns = [*contract.key, *(["known_at"] if contract.name in CHANGING else [])]
        assert table.group_by(columns).aggregate([]).num_rows == table.num_rows, contract.table


def test_an_entity_begins_with_one_insert_and_goes_on_with_updates(read: Read, shipped: Contracts) -> None:
    for name in CHANGING:
        contract, table = shipped[name], read(name)
        first = table.filter(pc.equal(table["op"], "insert"))
        assert first.num_rows == _keys(contract, table), name
        earliest = table.group_by(list(contract.key)).aggregate([("known_at", "min")])
        joined = first.join(earliest, keys=list(contract.key))
        assert pc.all(pc.equal(joined["known_at"], joined["known_at_min"])).as_py(), name


def test_every_foreign_key_is_there_but_for_the_late_merchants_and_customers(read: Read, shipped: Contracts) -> None:
    for contract in shipped.values():
        table = read(contract.name)
        for column in contract.columns:
            if column.reference is None:
                continue
            target = pc.unique(read(column.reference.table.partition(".")[2])[column.reference.column])
            given = table[column.name].drop_null()
            missing = len(given) - pc.sum(pc.is_in(given, target)).as_py() if len(given) else 0
            late = contract.name == "transactions" and column.name in ("merchant_id", "customer_id")
            assert missing <= (0.002 * len(given) if late else 0), (contract.table, column.name, missing)
            assert not late or missing > 0 or column.name == "customer_id"


def test_originals_of_cancels_and_settlements_are_approvals(read: Read) -> None:
    approvals = read("transactions")
    cancels = approvals.filter(pc.is_valid(approvals["original_transaction_id"]))
    assert 0.005 < cancels.num_rows / approvals.num_rows < 0.04
    assert pc.all(pc.less(cancels["amount_krw"], 0)).as_py()
    origin = approvals.select(["transaction_id", "amount_krw", "approved_at"]).rename_columns(
        ["original_transaction_id", "won", "at"]
    )
    both = cancels.join(origin, keys="original_transaction_id", join_type="inner")
    assert both.num_rows == cancels.num_rows
    assert pc.all(pc.less_equal(pc.negate(both["amount_krw"]), both["won"])).as_py()
    assert pc.all(pc.greater(both["approved_at"], both["at"])).as_py()
    partial = pc.sum(pc.less(pc.negate(both["amount_krw"]), both["won"])).as_py()
    assert 0.1 < partial / both.num_rows < 0.4
    posted = read("settlements")["transaction_id"]
    assert pc.all(pc.is_in(posted, approvals["transaction_id"])).as_py()
    assert 0.9 < len(posted) / approvals.num_rows < 0.99


@pytest.mark.parametrize("name", CHANGING)
def test_nothing_is_known_after_the_last_day_or_before_it_happened(read: Read, name: str) -> None:
    table = read(name)
    assert pc.max(table["known_at"]).as_py() < END
    days = pc.add(pc.cast(table["known_at"], pa.int64()), 9 * 3600 * 10**6)
    day = pc.divide(days, 86400 * 10**6).to_numpy()
    for field in table.schema:
        if pa.types.is_date(field.type) and field.name not in ("birth_date", "due_on"):
            told = table[field.name].cast(pa.int32()).to_numpy()
            here = ~np.isnan(told.astype(float))
            assert (told[here] <= day[here]).all(), field.name


def test_events_lie_within_the_months_and_in_their_files(company: Path, read: Read) -> None:
    import pyarrow.parquet as pq

    for name, column in (("transactions", "approved_at"), ("app_events", "occurred_at"), ("voc", "received_at")):
        times = read(name)[column]
        assert pc.max(times).as_py() < END
        assert pc.min(times).as_py() >= datetime(2026, 4, 30, 15, tzinfo=UTC)
    august = pq.read_table(company / "transactions-2026-08.parquet")["approved_at"]
    assert pc.min(august).as_py() >= datetime(2026, 7, 31, 15, tzinfo=UTC)
    assert pc.max(august).as_py() < datetime(2026, 8, 31, 15, tzinfo=UTC)


def test_a_customer_buys_with_an_open_card_of_an_own_between_joining_and_leaving(read: Read) -> None:
    approvals = read("transactions")
    buys = approvals.filter(pc.and_(pc.greater(approvals["amount_krw"], 0), pc.is_valid(approvals["card_id"])))
    cards = read("cards").group_by("card_id").aggregate([("issued_on", "min"), ("closed_on", "max"), ("holder_id", "max")])
    both = buys.join(cards, keys="card_id")
    day = pc.cast(
        pc.assume_timezone(pc.local_timestamp(pc.cast(both["approved_at"], pa.timestamp("us", "Asia/Seoul"))), "UTC"), pa.date32()
    )
    assert pc.all(pc.equal(both["holder_id_max"], both["customer_id"])).as_py()
    assert pc.all(pc.greater(day, both["issued_on_min"])).as_py()
    closed = pc.is_valid(both["closed_on_max"])
    assert pc.all(pc.less(day.filter(closed), both["closed_on_max"].filter(closed))).as_py()
    assert PLAN.customers > len(pc.unique(buys["customer_id"])) > 0.5 * PLAN.customers
