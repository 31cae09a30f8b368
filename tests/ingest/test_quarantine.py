"""Quarantined rows are told with their reasons, and load once when they pass."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from hannun.base.errors import NotFound
from hannun.workflows import quarantine
from tests.ingest.conftest import CUSTOMERS, TRANSACTIONS, TX_HEADER, Work, tx

PEOPLE = "id,name,phone,email,rrn,birth,sex,region,joined"


def test_rows_are_listed_and_shown_with_file_row_column_text_and_reason(work: Work) -> None:
    work.load(TRANSACTIONS, work.file("tx1.csv", TX_HEADER, tx(1), tx(2, amount="12x"), tx(3, amount="13x"), tx(4, months=99)))
    assert [(item["column"], item["reason"], item["rows"]) for item in quarantine.summary(work.home)] == [
        ("amount_krw", "not_a_number", 2),
        ("installment_months", "above_maximum", 1),
    ]
    first = quarantine.rows(work.home, "transactions")[0]
    assert (first["_file"], first["_row"], first["_column"], first["_value"]) == ("tx1.csv", 2, "amount_krw", "12x")
    assert json.loads(first["_raw"])["id"] == "T0002"
    with pytest.raises(NotFound, match="cards"):
        quarantine.rows(work.home, "cards")


def test_a_retry_loads_what_passes_now_and_only_once(work: Work) -> None:
    path = work.file("tx1.csv", TX_HEADER, tx(1), tx(2, channel="phone"), tx(3, amount="x"))
    work.load(TRANSACTIONS, path)
    path.unlink()
    mended = TRANSACTIONS.replace("channel,\n", "CASE channel WHEN 'phone' THEN 'online' ELSE channel END AS channel,\n")
    assert quarantine.retry(work.home, "transactions", mapping=work.mapping(TRANSACTIONS))[0].rows_loaded == 0
    (done,) = quarantine.retry(work.home, "transactions", mapping=work.mapping(mended))
    assert (done.rows_retried, done.rows_loaded, done.rows_quarantined) == (2, 1, 1)
    assert work.quarantined("transactions") == {3: ("amount_krw", "not_a_number")}
    rows = work.rows("core.transactions", "transaction_id", "channel", "_row")
    assert [(row["transaction_id"], row["channel"], row["_row"]) for row in rows] == [
        ("T0001", "offline", 1),
        ("T0002", "online", 2),
    ]
    work.clock.at += timedelta(hours=1)
    (again,) = quarantine.retry(work.home, "transactions", mapping=work.mapping(mended))
    assert (again.rows_retried, again.rows_loaded) == (1, 0)
    assert len(work.rows("core.transactions")) == 2


def test_a_retry_that_died_before_its_mark_loads_nothing_twice(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    work.load(TRANSACTIONS, work.file("tx1.csv", TX_HEADER, tx(1), tx(2, channel="phone")))
    mended = work.mapping(TRANSACTIONS.replace("channel,\n", "'online' AS channel,\n"))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("hannun.ingest.retry._mark", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        quarantine.retry(work.home, "transactions", mapping=mended)
    assert len(work.rows("core.transactions")) == 2
    work.clock.at += timedelta(hours=1)
    (done,) = quarantine.retry(work.home, "transactions", mapping=mended)
    assert done.rows_loaded == 1
    assert len(work.rows("core.transactions")) == 2 and not work.quarantined("transactions")


def test_a_sealed_original_is_retried_too(work: Work) -> None:
    line = "P1,홍길동,010-1234-5678,hong@example.com,900101-1234567,1990-01-01,여,11110,2020-01-01"
    work.load(CUSTOMERS, work.file("people.csv", PEOPLE, line))
    assert work.quarantined("customers") == {1: ("sex", "not_allowed")}
    (shown,) = quarantine.rows(work.home, "customers", reveal=True)
    assert shown["_value"] == "여" and json.loads(shown["_raw"])["name"] == "홍길동"
    mended = work.mapping(CUSTOMERS.replace(" sex,", " CASE sex WHEN '여' THEN 'F' ELSE sex END AS sex,"))
    (done,) = quarantine.retry(work.home, "customers", mapping=mended)
    assert done.rows_loaded == 1
    (row,) = work.rows("core.customers")
    assert row["sex"] == "F" and work.home.vault.reveal([row["phone"]]) == {row["phone"]: "010-1234-5678"}


def test_a_row_that_passes_late_does_not_stand_above_a_newer_state(work: Work) -> None:
    line = "P{0},홍길동,,,,1990-01-01,{1},{2},2020-01-01"
    work.load(CUSTOMERS, work.file("people1.csv", PEOPLE, line.format(1, "여", 11110), line.format(2, "F", 11110)))
    landed = work.clock.at
    work.clock.at += timedelta(days=1)
    work.load(CUSTOMERS, work.file("people2.csv", PEOPLE, line.format(1, "F", 26110)))
    work.clock.at += timedelta(days=1)
    mended = work.mapping(CUSTOMERS.replace(" sex,", " CASE sex WHEN '여' THEN 'F' ELSE sex END AS sex,"))
    (done,) = quarantine.retry(work.home, "customers", mapping=mended)
    assert done.rows_loaded == 1 and not work.quarantined("customers")
    states = sorted((row["known_at"], row["region_code"]) for row in work.rows("core.customers") if row["customer_id"] == "P1")
    assert states == [(landed, "11110"), (landed + timedelta(days=1), "26110")]
