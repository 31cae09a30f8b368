"""Building feature sets in a home: right, exactly known, once."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hannun.base.dates import SEOUL, day_start
from hannun.base.errors import QueryError
from hannun.workflows.features import build
from tests.company import AS_OF, Company, Row, make, spending


@pytest.fixture(scope="module", params=["settled", "approved"])
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company with settlements, and one without."""
    made = make(tmp_path_factory.mktemp("home") / "h", settled=request.param == "settled")
    found = build(made.home, AS_OF)
    assert {item.status for item in found} == {"built"}
    assert {item.basis for item in found} == {request.param}
    return made


def stored(company: Company, name: str, as_of: date = AS_OF) -> list[Row]:
    with company.home.engine.session() as session:
        found = session.query(f"SELECT * EXCLUDE (_run) FROM feature.{name} WHERE as_of = $day ORDER BY ALL", {"day": as_of})
        rows: list[Row] = found.to_pylist()
    return rows


def test_spending_by_month_is_what_adding_up_gives(company: Company) -> None:
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in spending(company, AS_OF):
        cell = sums[row["customer_id"], row["industry"], f"{row['day']:%Y-%m}"]
        cell[0] += row["won"]
        cell[1] += row["won"] > 0
    found = stored(company, "spending")
    assert {(r["customer_id"], r["industry_code"], r["month"]): [r["amount_krw"], r["purchases"]] for r in found} == dict(sums)
    assert all(r["months_back"] == 9 - int(r["month"][5:]) and r["is_complete"] for r in found)


def test_recency_counts_days_and_windows(company: Company) -> None:
    by_customer: dict[str, list[Row]] = defaultdict(list)
    for row in spending(company, AS_OF):
        by_customer[row["customer_id"]].append(row)
    found = {row["customer_id"]: row for row in stored(company, "recency")}
    assert set(found) == set(by_customer)
    for name, slips in by_customer.items():
        bought = [row for row in slips if row["won"] > 0]
        recent = [row for row in slips if row["day"] > AS_OF - timedelta(days=30)]
        assert found[name]["last_purchase_on"] == max(row["day"] for row in bought)
        assert found[name]["days_since_purchase"] == (AS_OF - max(row["day"] for row in bought)).days
        assert found[name]["amount_30d_krw"] == sum(row["won"] for row in recent)
        assert found[name]["amount_365d_krw"] == sum(row["won"] for row in slips)
        assert found[name]["purchases_365d"] == len(bought)


def test_habits_are_shares_by_the_clock_in_seoul(company: Company) -> None:
    window = [row for row in spending(company, AS_OF) if row["won"] > 0 and row["day"] > AS_OF - timedelta(days=90)]
    found = {row["customer_id"]: row for row in stored(company, "habits")}
    assert set(found) == {row["customer_id"] for row in window}
    for name, row in found.items():
        own = [slip for slip in window if slip["customer_id"] == name]
        hours = [slip["approved_at"].astimezone(SEOUL).hour for slip in own]
        assert row["online_share"] == pytest.approx(sum(slip["channel"] == "online" for slip in own) / len(own))
        assert row["evening_share"] == pytest.approx(sum(18 <= hour < 22 for hour in hours) / len(own))
        parts = [row[f"{part}_share"] for part in ("dawn", "morning", "lunch", "afternoon", "evening", "night")]
        assert sum(parts) == pytest.approx(1)


def test_a_second_build_has_nothing_to_do(company: Company) -> None:
    before = {name: company.home.lake.snapshot(f"feature.{name}").version for name in company.home.features}
    again = build(company.home, AS_OF)
    assert {item.status for item in again} == {"unchanged"}
    assert all(item.rows > 0 for item in again)
    assert {name: company.home.lake.snapshot(f"feature.{name}").version for name in company.home.features} == before


def test_a_correction_that_came_later_changes_nothing_as_of_then_and_something_as_of_now(tmp_path: Path) -> None:
    company = make(tmp_path / "h", customers=8, settled=False)
    build(company.home, AS_OF, ["spending"])
    before = stored(company, "spending")
    late = datetime(2026, 10, 3, tzinfo=UTC)
    first = company.tables["transactions"][0]
    company.add("transactions", [first | {"amount_krw": 7, "op": "update", "known_at": late}])
    [rebuilt] = build(company.home, AS_OF, ["spending"])
    assert rebuilt.status == "built"
    assert stored(company, "spending") == before
    build(company.home, date(2026, 10, 5), ["spending"])
    changed = {**first, "amount_krw": 7}
    company.tables["transactions"][0] = changed
    truth = sum(row["won"] for row in spending(company, date(2026, 10, 5)))
    assert sum(row["amount_krw"] for row in stored(company, "spending", date(2026, 10, 5))) == truth
    assert stored(company, "spending") == before


def test_what_became_known_after_the_day_is_never_read(tmp_path: Path) -> None:
    company = make(tmp_path / "h", customers=8)
    build(company.home, AS_OF)
    before = {name: stored(company, name) for name in company.home.features}
    end = day_start(AS_OF + timedelta(days=1))
    poison = [row | {"transaction_id": f"{row['transaction_id']}p", "known_at": end} for row in company.tables["transactions"]]
    company.add("transactions", poison)
    slips = [row | {"amount_krw": 10**9, "op": "update", "known_at": end} for row in company.tables["settlements"]]
    company.add("settlements", slips)
    company.add(
        "merchants", [row | {"industry_code": "0603", "op": "update", "known_at": end} for row in company.tables["merchants"]]
    )
    build(company.home, AS_OF)
    assert {name: stored(company, name) for name in company.home.features} == before


def test_a_companys_own_set_is_built_and_its_faults_are_named(tmp_path: Path) -> None:
    company = make(tmp_path / "h", customers=4)
    header = """-- name: own
-- entity: customer
-- grain: customer_id
-- as_of: all time
-- description_en: Own
-- description_ko: 자체
-- column customer_id: The customer / 고객번호
-- column total_krw: Won / 원
"""
    file = company.home.settings.conf / "features" / "own.sql"
    bodies = {
        "total_krw' is decimal128": "SELECT customer_id, sum(amount_krw) AS total_krw FROM spending GROUP BY customer_id",
        "total_krw' is double, and money": "SELECT customer_id, avg(amount_krw) AS total_krw FROM spending GROUP BY customer_id",
        "more than one row for {'customer_id'": "SELECT customer_id, amount_krw AS total_krw FROM spending",
        "'customer_id' of the grain is empty": "SELECT NULL::VARCHAR AS customer_id, 1::BIGINT AS total_krw",
        "own.sql: .*nothing": "SELECT customer_id, nothing AS total_krw FROM spending",
    }
    for message, body in bodies.items():
        file.write_text(header + body, "utf-8")
        with pytest.raises(QueryError, match=message):
            build(type(company.home)(company.home.settings, company.home.clock), AS_OF, ["own"])
    file.write_text(header + "SELECT customer_id, sum(amount_krw)::BIGINT AS total_krw FROM spending GROUP BY customer_id", "utf-8")
    home = type(company.home)(company.home.settings, company.home.clock)
    [built] = build(home, AS_OF, ["own"])
    assert built.status == "built"
    nobody = date(2020, 1, 31)
    [empty] = build(home, nobody, ["own"])
    assert (empty.status, empty.rows) == ("empty", 0)


def test_two_rows_of_one_grain_are_found_wherever_the_batches_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    company = make(tmp_path / "h", customers=3)
    header = "\n".join(
        [
            *("-- name: own", "-- entity: customer", "-- grain: customer_id", "-- as_of: all time"),
            *("-- description_en: Own", "-- description_ko: 자체", "-- column customer_id: The customer / 고객번호"),
        ]
    )
    file = company.home.settings.conf / "features" / "own.sql"
    monkeypatch.setattr("hannun.features.build.ROWS", 2048)
    for twice in (0, 2047, 4095, 4999):  # DuckDB cuts at 2,048
        sql = f"SELECT printf('%05d', r - (r > {twice})::INTEGER) AS customer_id FROM range(5001) t(r)"
        file.write_text(f"{header}\n{sql}", "utf-8")
        home = type(company.home)(company.home.settings, company.home.clock)
        with pytest.raises(QueryError, match=f"more than one row for .*{twice:05d}"):
            build(home, AS_OF, ["own"])


def test_the_rows_of_a_set_are_stored_in_the_order_of_its_grain(company: Company) -> None:
    for name, feature in company.home.features.items():
        found = company.home.lake.read(company.home.lake.snapshot(f"feature.{name}"), list(feature.grain)).read_all()
        assert found.num_rows > 1
        assert found.to_pylist() == sorted(found.to_pylist(), key=lambda row: tuple(row.values()))
