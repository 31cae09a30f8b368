"""Files into tables: counted to the row, once each, bad rows apart."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hannun.base.money import to_won
from tests.ingest.conftest import TRANSACTIONS, TX_HEADER, Work, tx


def test_good_rows_are_stored_typed_and_bad_ones_quarantined(work: Work) -> None:
    path = work.file(
        "tx1.csv",
        TX_HEADER,
        tx(1, amount='"1,234원"', at="20260930101112"),
        tx(2, amount="abc"),
        tx(3, channel="fax"),
        tx(4, months=99),
        tx(5, at="1800-01-01 00:00:00"),
        tx(6, customer=""),
        tx(7, amount="9999999999999999999"),
        tx(8) + ",extra",
        tx(9, amount="-500"),
    )
    (report,) = work.load(TRANSACTIONS, path)
    assert (report.rows_read, report.rows_loaded, report.rows_quarantined) == (9, 2, 7)
    assert work.quarantined("transactions") == {
        2: ("amount_krw", "not_a_number"),
        3: ("channel", "not_allowed"),
        4: ("installment_months", "above_maximum"),
        5: ("approved_at", "date_out_of_range"),
        6: ("customer_id", "missing"),
        7: ("amount_krw", "out_of_range"),
        8: (None, work.quarantined("transactions")[8][1]),
    }
    first, second = work.rows("core.transactions")
    assert first["amount_krw"] == 1234 and second["amount_krw"] == -500
    assert first["approved_at"] == first["known_at"] == datetime(2026, 9, 30, 1, 11, 12, tzinfo=UTC)
    assert first["business_date"] == date(2026, 9, 30) and first["business_month"] == "2026-09"
    assert (first["op"], first["is_placeholder"], first["_row"], first["interest_free"]) == ("insert", False, 1, False)


def test_a_file_is_loaded_once_and_another_content_under_its_name_is_told(work: Work) -> None:
    path = work.file("tx1.csv", TX_HEADER, tx(1), tx(2, amount="x"))
    (first,) = work.load(TRANSACTIONS, path)
    before = work.rows("core.transactions")
    (again,) = work.load(TRANSACTIONS, path)
    assert again.already_loaded and (again.rows_read, again.rows_loaded, again.rows_quarantined) == (2, 1, 1)
    assert work.rows("core.transactions") == before and not first.already_loaded
    work.file("tx1.csv", TX_HEADER, tx(3))
    (other,) = work.load(TRANSACTIONS, path)
    assert other.rows_loaded == 1 and "another content" in other.message
    assert len(work.rows("core.transactions")) == 2


def test_unknown_keys_become_placeholders_once(work: Work) -> None:
    (report,) = work.load(TRANSACTIONS, work.file("tx1.csv", TX_HEADER, tx(3), tx(8), tx(13)))
    assert report.placeholders == {"core.cards": 1, "core.customers": 1, "core.merchants": 3}
    (customer,) = work.rows("core.customers")
    assert customer["is_placeholder"] and customer["customer_id"] == "P3" and customer["name"] is None
    assert customer["known_at"] == datetime(2026, 9, 4, 1, 0, tzinfo=UTC)
    (report,) = work.load(TRANSACTIONS, work.file("tx2.csv", TX_HEADER, tx(18), tx(19)))
    assert report.placeholders == {"core.cards": 1, "core.customers": 1}
    # Referred to earlier than known so far: the placeholder must stand from that time on.
    (earlier,) = work.load(TRANSACTIONS, work.file("tx3.csv", TX_HEADER, tx(28, at="2026-01-01")))
    assert earlier.placeholders == {"core.cards": 1, "core.customers": 1, "core.merchants": 1}


def test_keys_within_a_file_and_against_the_table(work: Work) -> None:
    (report,) = work.load(TRANSACTIONS, work.file("tx1.csv", TX_HEADER, tx(1), tx(2), tx(1), tx(2, amount=1)))
    assert (report.rows_loaded, report.rows_quarantined, report.rows_unchanged) == (3, 1, 1)
    assert work.quarantined("transactions") == {4: ("transaction_id", "conflicting_key")}
    (report,) = work.load(TRANSACTIONS, work.file("tx2.csv", TX_HEADER, tx(1), tx(2, amount=5), tx(3)))
    assert (report.rows_loaded, report.rows_quarantined, report.rows_unchanged) == (2, 1, 1)
    assert [row["transaction_id"] for row in work.rows("core.transactions", "transaction_id")] == ["T0001", "T0002", "T0003"]


def test_files_of_a_folder_that_belong_to_no_source_are_named(work: Work) -> None:
    folder = work.folder / "in"
    folder.mkdir()
    for name in ("tx1.csv", "coupons.csv"):
        work.file(f"in/{name}", TX_HEADER, tx(1))
    stranger, report = work.load(TRANSACTIONS, folder)
    assert (stranger.file, stranger.error, stranger.rows_read) == (str(folder / "coupons.csv"), "", 0)
    assert "matches no source of the mapping test_tx" in stranger.message and report.rows_loaded == 1
    (named,) = work.load(TRANSACTIONS, folder / "coupons.csv")
    assert "matches no source" in named.error


def test_one_bad_value_leaves_the_other_rows_of_its_batch_as_they_are(work: Work) -> None:
    lines = [tx(number) for number in range(50)]
    lines[7], lines[20], lines[33] = tx(7, amount="x"), tx(20, amount='"1,000원"'), tx(33, at="2026-02-30 10:00:00")
    (report,) = work.load(TRANSACTIONS, work.file("tx1.csv", TX_HEADER, *lines))
    assert (report.rows_loaded, report.rows_quarantined) == (48, 2)
    found = {row["_row"]: row["amount_krw"] for row in work.rows("core.transactions", "_row", "amount_krw")}
    assert found == {number + 1: 1000 + number for number in range(50) if number not in (7, 20, 33)} | {21: 1000}
    assert set(work.quarantined("transactions")) == {8, 34}


def test_amounts_as_people_and_old_hosts_write_them(work: Work) -> None:
    good = {
        "(1,234)": -1234, "1,234-": -1234, "△500": -500, "−1,000원": -1000, "１，２３４": 1234, "₩1,234": 1234, "W500": 500,
        "1,234.00원": 1234, "0012": 12, " 7 ": 7, "+5": 5,
    }  # fmt: skip
    bad = [
        "1,234.50원",
        "-1,234-",
        "(-5)",
        "1,23",
        "12,34,567",
        "1e3",
        "0x10",
        "1_000",
        "삼천원",
        "9223372036854775808",
        "5-원",
        "1 2",
    ]
    lines = [tx(number, amount=f'"{text}"') for number, text in enumerate([*good, *bad])]
    work.load(TRANSACTIONS, work.file("tx1.csv", TX_HEADER, *lines))
    found = {row["_row"]: row["amount_krw"] for row in work.rows("core.transactions", "_row", "amount_krw")}
    assert found == dict(enumerate(good.values(), 1))
    assert len(work.quarantined("transactions")) == len(bad)


def test_times_as_people_and_old_hosts_write_them(work: Work) -> None:
    good = {
        "20260903": "2026-09-02 15:00:00", "2026.9.3": "2026-09-02 15:00:00", "2026년 9월 3일": "2026-09-02 15:00:00",
        "20260903101112": "2026-09-03 01:11:12", "2026-09-03 24:00:00": "2026-09-03 15:00:00",
        "2026-09-03T01:00:00Z": "2026-09-03 01:00:00",
        "2026-09-03 10:00:00+0900": "2026-09-03 01:00:00", "２０２６０９０３": "2026-09-02 15:00:00",
    }  # fmt: skip
    bad = ["20260230", "2026-02-30 10:00:00", "2026-09-03 25:00:00", "2026-13-01", "03/09/2026", "today", "infinity", "00000000"]
    lines = [tx(number, at=text) for number, text in enumerate([*good, *bad])]
    work.load(TRANSACTIONS, work.file("tx1.csv", TX_HEADER, *lines))
    found = {
        row["_row"]: f"{row['approved_at']:%Y-%m-%d %H:%M:%S}" for row in work.rows("core.transactions", "_row", "approved_at")
    }
    assert found == dict(enumerate(good.values(), 1))
    assert len(work.quarantined("transactions")) == len(bad)


def test_foreign_money_is_rounded_half_up_whatever_its_sign_and_form(work: Work) -> None:
    mapping = TRANSACTIONS.replace("sources:", "currency: {from: USD, factor: 1130.5}\nsources:")
    mapping = mapping.replace("amount AS amount_krw", "to_krw(amount) AS amount_krw")
    texts = ["0.5", "-0.5", "1.001", "1.000442", "4.440892e-16", "1e3", "(3.5)", "3.5-", "1,234.50", "-0.000443"]
    lines = [tx(number, amount=f'"{text}"') for number, text in enumerate([*texts, "1e30", "9999999999999999", "NaN"])]
    work.load(mapping, work.file("tx1.csv", TX_HEADER, *lines))
    found = {row["_row"]: row["amount_krw"] for row in work.rows("core.transactions", "_row", "amount_krw")}
    plain = [text.strip("()-").replace(",", "") for text in texts]
    signs = [-1 if text.strip("0123456789.,e").startswith(("-", "(")) and "e" not in text else 1 for text in texts]
    assert found == {row: sign * to_won(text, "1130.5") for row, (sign, text) in enumerate(zip(signs, plain, strict=True), 1)}
    assert set(work.quarantined("transactions")) == {11, 12, 13}


@pytest.mark.parametrize(
    ("declared", "real"), [("utf-8", "cp949"), ("cp949", "utf-8"), ("utf-16", "cp949"), ("utf-16-be", "utf-16-le")]
)
def test_a_file_in_another_encoding_than_declared_is_refused_with_the_right_one(work: Work, declared: str, real: str) -> None:
    mapping = TRANSACTIONS.replace('["tx*.csv"]', f'["tx*.csv"], encoding: {declared}')
    lines = [tx(number, merchant=f"가맹점{number}") for number in range(20)]
    (report,) = work.load(mapping, work.file("tx1.csv", TX_HEADER, *lines, encoding=real))
    assert f"write encoding: {real}" in report.error and not work.rows("core.transactions")
