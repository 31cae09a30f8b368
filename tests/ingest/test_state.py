"""Which of two loads decides the state of a key, when both became known at the same instant."""

from __future__ import annotations

import pytest

from tests.ingest.conftest import CUSTOMERS, TRANSACTIONS, TX_HEADER, Work, tx

CORRECTIONS = TRANSACTIONS.replace("AS interest_free", "AS interest_free, op").replace("test_tx", "test_fix")


def amounts(work: Work) -> dict[str, int]:
    with work.home.engine.session() as session:
        found = session.query("SELECT transaction_id, amount_krw FROM core.transactions").to_pylist()
    return {row["transaction_id"]: row["amount_krw"] for row in found}


@pytest.mark.parametrize("salt", range(4))  # other bytes, other fingerprints: no order of files may matter
def test_a_correction_without_a_time_of_its_own_follows_its_event(work: Work, salt: int) -> None:
    work.load(TRANSACTIONS, work.file("tx1.csv", TX_HEADER, tx(1), tx(2), tx(3 + salt)))
    rows = [f"{tx(1, amount=5)},update", f"{tx(2)},delete", f"{tx(20 + salt)},insert"]
    (report,) = work.load(CORRECTIONS, work.file("tx2.csv", f"{TX_HEADER},op", *rows))
    assert report.rows_loaded == 3
    found = amounts(work)
    assert found["T0001"] == 5
    assert "T0002" not in found
    # A second correction of the same instant contradicts the first one: it is refused aloud, not drawn by lot.
    (report,) = work.load(CORRECTIONS, work.file("tx3.csv", f"{TX_HEADER},op", f"{tx(1, amount=6)},update", rows[2]))
    assert (report.rows_quarantined, amounts(work)["T0001"]) == (1, 5)


def test_two_histories_that_give_a_key_one_instant_do_not_overwrite_each_other_in_silence(work: Work) -> None:
    history = CUSTOMERS.replace("load: live", "load: history")
    header = "id,name,phone,email,rrn,birth,sex,region,joined"
    person = "P1,홍길동,010-1234-5678,a@example.com,900101-1234567,1990-01-01,{},11110,2020-01-01"
    work.load(history, work.file("people1.csv", header, person.format("M")))
    (report,) = work.load(history, work.file("people2.csv", header, person.format("F")))
    assert report.rows_quarantined == 1
    with work.home.engine.session() as session:
        assert session.query("SELECT sex FROM core.customers").to_pylist() == [{"sex": "M"}]
