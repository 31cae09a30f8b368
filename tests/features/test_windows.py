"""The shipped sets at the edges of their windows: days, hours, months, and industries that a purchase knows better."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from hannun.base.dates import SEOUL
from hannun.workflows.features import build
from tests.company import AS_OF, Company, known, make

DAYS = [0, 29, 30, 89, 90, 364, 365]
"""How long before as_of the customer `days` bought, for 1, 10, 100 … won."""

TIMES = ["00:00", "05:59", "06:00", "10:59", "11:00", "13:59", "14:00", "17:59", "18:00", "21:59", "22:00", "23:59"]
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 9, day) for day in (18, 19, 20, 21))


@pytest.fixture(scope="module", params=["settled", "approved"])
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company with two customers whose purchases stand at the edges."""
    made = make(tmp_path_factory.mktemp("home") / "h", customers=1, settled=request.param == "settled")
    usual = {"merchant_id": "m0", "product": "purchase", "region": "domestic", "channel": "offline", "installment_months": 0}
    bought: list[dict[str, Any]] = []

    def buy(who: str, day: date, clock: str, **other: Any) -> None:
        at = datetime.combine(day, time.fromisoformat(clock), SEOUL)
        row = usual | {"transaction_id": f"e{len(bought)}", "customer_id": who, "approved_at": at, "amount_krw": 1}
        bought.append(row | known(day) | {"industry_code": None} | other)

    for number, back in enumerate(DAYS):
        buy("days", AS_OF - timedelta(days=back), "12:00", amount_krw=10**number, industry_code=["0401", None][number % 2])
    buy("days", AS_OF + timedelta(days=1), "12:00", amount_krw=10**9, **{"known_at": known(AS_OF)["known_at"]})
    for clock in TIMES:
        buy("hours", FRIDAY, clock)
    buy("hours", SATURDAY, "00:00", installment_months=1)
    buy("hours", SUNDAY, "23:59", installment_months=2)
    buy("hours", MONDAY, "00:00", wallet="pay", region="overseas")
    made.add("transactions", bought)
    if request.param == "settled":
        made.add("settlements", [row | {"posted_on": row["business_date"]} for row in bought])
    build(made.home, AS_OF)
    return made


def rows(company: Company, name: str, who: str) -> list[dict[str, Any]]:
    with company.home.engine.session() as session:
        question = f"SELECT * FROM feature.{name} WHERE as_of = $day AND customer_id = $who ORDER BY ALL"
        found: list[dict[str, Any]] = session.query(question, {"day": AS_OF, "who": who}).to_pylist()
    return found


def test_windows_end_with_the_day_and_are_as_long_as_they_say(company: Company) -> None:
    [row] = rows(company, "recency", "days")
    assert row["last_purchase_on"] == AS_OF
    assert row["days_since_purchase"] == 0
    assert [row[f"purchases_{days}d"] for days in (30, 90, 365)] == [2, 4, 6]
    assert [row[f"amount_{days}d_krw"] for days in (30, 90, 365)] == [11, 1111, 111_111]
    assert row["active_days_90d"] == 4
    assert row["industries_90d"] == 2


def test_months_go_back_a_year_and_the_days_to_come_are_not_spent(company: Company) -> None:
    found = {(row["month"], row["industry_code"]): row["amount_krw"] for row in rows(company, "spending", "days")}
    # m0 sells coffee (0102); where the purchase says otherwise, the purchase is right.
    assert found == {
        ("2026-09", "0401"): 1,
        ("2026-09", "0102"): 10,
        ("2026-08", "0401"): 100,
        ("2026-07", "0102"): 1000,
        ("2026-07", "0401"): 10_000,
        ("2025-10", "0102"): 100_000,
        ("2025-09", "0401"): 1_000_000,
    }


def test_parts_of_the_day_begin_on_the_hour_and_the_week_ends_with_saturday_and_sunday(company: Company) -> None:
    [row] = rows(company, "habits", "hours")
    assert row["purchases"] == 15
    parts = {name: round(row[f"{name}_share"] * 15, 9) for name in ("dawn", "morning", "lunch", "afternoon", "evening", "night")}
    assert parts == {"dawn": 4, "morning": 2, "lunch": 2, "afternoon": 2, "evening": 2, "night": 3}
    others = {name: round(row[f"{name}_share"] * 15, 9) for name in ("weekend", "installment", "wallet", "overseas", "online")}
    assert others == {"weekend": 2, "installment": 1, "wallet": 1, "overseas": 1, "online": 0}


def test_habits_look_back_ninety_days(company: Company) -> None:
    [row] = rows(company, "habits", "days")
    assert row["purchases"] == 4
