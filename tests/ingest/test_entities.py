"""Entities have states, derived tables find rows inside others, and lookups are remembered."""

from __future__ import annotations

from datetime import timedelta

from tests.ingest.conftest import CUSTOMERS, TX_HEADER, Work, tx

PEOPLE = "id,name,phone,email,rrn,birth,sex,region,joined"
MERCHANTS = """
name: m
load: history
sources:
  tx: {files: ["tx*.csv"]}
  shops: {files: ["shops*.csv"]}
tables:
  - table: merchants
    derived: true
    sql: |
      SELECT merchant AS merchant_id, coalesce(s.title, 'unknown') AS name, coalesce(s.industry, 'I0') AS industry_code,
             min(CAST(at AS DATE)) AS opened_on
      FROM tx LEFT JOIN shops s ON s.id = merchant GROUP BY ALL
  - table: transactions
    from: tx
    sql: |
      SELECT tx.id AS transaction_id, at AS approved_at, customer AS customer_id, merchant AS merchant_id, amount AS amount_krw,
             'KRW' AS currency, 'purchase' AS product, 'domestic' AS region, channel, months AS installment_months,
             'N' AS interest_free
      FROM tx
"""


def person(number: int, region: str = "11110") -> str:
    return f"P{number},이름{number},010-0000-{number:04d},,,1990-01-01,M,{region},2020-01-01"


def test_a_daily_full_dump_stores_only_what_changed(work: Work) -> None:
    work.load(CUSTOMERS, work.file("people1.csv", PEOPLE, person(1), person(2)))
    work.clock.at += timedelta(days=1)
    (report,) = work.load(CUSTOMERS, work.file("people2.csv", PEOPLE, person(1), person(2, "26110"), person(3)))
    assert (report.rows_loaded, report.rows_unchanged) == (3, 1)
    rows = sorted(work.rows("core.customers"), key=lambda row: (row["customer_id"], row["known_at"]))
    assert [(row["customer_id"], row["op"], row["region_code"]) for row in rows] == [
        ("P1", "insert", "11110"),
        ("P2", "insert", "11110"),
        ("P2", "update", "26110"),
        ("P3", "insert", "11110"),
    ]
    work.clock.at += timedelta(days=1)
    (back,) = work.load(CUSTOMERS, work.file("people3.csv", PEOPLE, person(2), person(2, "99999")))
    assert (back.rows_loaded, back.rows_quarantined, back.rows_unchanged) == (1, 1, 0)
    assert work.quarantined("customers") == {2: ("customer_id", "conflicting_key")}


def test_states_of_a_history_are_told_apart_by_when_they_were_known(work: Work) -> None:
    mapping = CUSTOMERS.replace("load: live", "load: history").replace(
        "joined AS joined_on", "joined AS joined_on, since AS known_at, op"
    )
    header = PEOPLE + ",since,op"
    lines = [person(1) + ",2020-01-01,", person(1, "26110") + ",2021-01-01,", person(1, "26110") + ",2022-01-01,delete"]
    (report,) = work.load(mapping, work.file("people1.csv", header, *lines, person(1, "5") + ",2021-01-01,"))
    assert (report.rows_loaded, report.rows_quarantined) == (3, 1)
    assert [row["op"] for row in sorted(work.rows("core.customers"), key=lambda row: row["known_at"])] == [
        "insert",
        "update",
        "delete",
    ]
    (again,) = work.load(mapping, work.file("people2.csv", header, *lines, person(2) + ",2020-01-01,"))
    assert (again.rows_loaded, again.rows_unchanged) == (4, 3)


def test_merchants_found_inside_transactions_become_rows(work: Work) -> None:
    shops = work.file("shops.csv", "id,title,industry", "M1,카페,I1", "M2,서점,I2")
    reports = work.load(
        MERCHANTS, shops, work.file("tx1.csv", TX_HEADER, tx(1), tx(2), tx(3), tx(4, at="junk"), tx(5, merchant="M9", amount="x"))
    )
    by_name = {report.file.rpartition("/")[2]: report for report in reports}
    assert by_name["shops.csv"].rows_read == 2 and "joined" in by_name["shops.csv"].message
    report = by_name["tx1.csv"]
    assert report.derived == {"core.merchants": 3} and report.rows_quarantined == 2
    assert report.placeholders == {"core.customers": 3, "core.industries": 3}
    names = {row["merchant_id"]: row["name"] for row in work.rows("core.merchants")}
    assert names == {"M0": "unknown", "M1": "카페", "M2": "서점"}
    # The next day's file comes alone: the shops of yesterday are in the archive.
    (report,) = work.load(MERCHANTS, work.file("tx2.csv", TX_HEADER, tx(7, merchant="M1"), tx(8, merchant="M7")))
    assert report.derived == {"core.merchants": 1} and not report.error
    assert len(work.rows("core.merchants")) == 4


def test_a_joined_source_without_any_file_refuses_the_file(work: Work) -> None:
    (report,) = work.load(MERCHANTS, work.file("tx1.csv", TX_HEADER, tx(1)))
    assert "shops" in report.error and not work.home.lake.exists("core.transactions")


def test_the_companys_own_mapping_stands_above_the_shipped_one(work: Work) -> None:
    from hannun.workflows.ingest import ingest

    folder = work.home.settings.conf / "mappings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "people.yaml").write_text(CUSTOMERS.replace("test_customers", "people"), "utf-8")
    (report,) = ingest(work.home, [work.file("people.csv", PEOPLE, person(1))], "people")
    assert report.rows_loaded == 1


def test_a_deletion_in_a_file_of_its_own_stays_a_deletion(work: Work) -> None:
    mapping = CUSTOMERS.replace("joined AS joined_on", "joined AS joined_on, op")
    header = PEOPLE + ",op"
    work.load(mapping, work.file("people1.csv", header, person(1) + ",", person(2) + ",insert"))
    work.clock.at += timedelta(days=1)
    work.load(
        mapping, work.file("people2.csv", header, person(1) + ",delete", person(2, "26110") + ",update", person(3) + ",insert")
    )
    rows = sorted(work.rows("core.customers"), key=lambda row: (row["customer_id"], row["known_at"]))
    found = [(row["customer_id"], row["op"]) for row in rows]
    assert found == [("P1", "insert"), ("P1", "delete"), ("P2", "insert"), ("P2", "update"), ("P3", "insert")]
    with work.home.engine.session() as session:
        assert session.query("SELECT customer_id FROM core.customers ORDER BY 1")["customer_id"].to_pylist() == ["P2", "P3"]
