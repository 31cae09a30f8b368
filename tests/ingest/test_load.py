"""Files into tables: counted to the row, once each, bad rows apart."""

from __future__ import annotations

from datetime import UTC, date, datetime

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
