"""Grading a home's customers: against a slow reference, and once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from hannun.base.errors import NotFound
from hannun.models.marketing_score import POPULATIONS
from hannun.workflows.score import TABLE, score
from tests.company import AS_OF, Company, Row, make, spending

COFFEE, FUEL, GOLF, STORE = "0102", "0401", "0603", "0201"
CAMPING = {"m3", "m7"}  # by their names
Fits = Callable[[Row], bool]


def sells(*industries: str) -> Fits:
    return lambda row: row["industry"] in industries


def nothing(_: Row) -> bool:
    return False


RULES: dict[str, tuple[Fits, Fits, int, int]] = {  # segment: what fits it, what is related, won a month, times
    "coffee": (sells(COFFEE), sells(STORE), 10_000, 4),
    "driving": (sells(FUEL), nothing, 40_000, 2),
    "golf": (sells(GOLF), sells(FUEL), 30_000, 1),
    "solo_living": (sells(STORE), nothing, 15_000, 4),
    "overseas_travel": (lambda row: row["region"] == "overseas" and row["channel"] == "offline", nothing, 30_000, 1),
    "online_shopping": (nothing, lambda row: row["channel"] == "online", 40_000, 3),
    "outdoor": (lambda row: row["merchant_id"] in CAMPING, sells(FUEL), 15_000, 1),
}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company, graded."""
    made = make(tmp_path_factory.mktemp("home") / "h", customers=120)
    found = score(made.home, AS_OF)
    assert [item.population for item in found] == list(POPULATIONS)
    assert {item.status for item in found} == {"scored"}
    assert "pets" not in found[0].blind and "hotel" in found[0].blind
    return made


def graded(company: Company, population: str, segment: str) -> list[Row]:
    with company.home.engine.session() as session:
        where = "as_of = $day AND population = $population AND segment_id = $segment ORDER BY rank"
        values = {"day": AS_OF, "population": population, "segment": segment}
        rows: list[Row] = session.query(f"SELECT * FROM {TABLE} WHERE {where}", values).to_pylist()
    return rows


def belongs(company: Company, population: str) -> set[str]:
    """Who belongs to a population, worked out one by one."""
    wallets = {row["customer_id"] for row in spending(company, AS_OF) if row["wallet"] and row["won"] > 0}
    people = {row["customer_id"]: row for row in company.tables["customers"]}
    kinds: dict[str, set[str]] = defaultdict(set)
    for card in company.tables["cards"]:
        if not card["suspended"] and card["closed_on"] is None:
            kinds[card["holder_id"]].add(card["product_id"])
    found = set()
    for name, held in kinds.items():
        person = people[name]
        if person["member_type"] == "법인" or (person["left_on"] and person["left_on"] <= AS_OF):
            continue
        stage = person["life_stage"] and person["member_type"] == "개인"
        fits = {
            "credit": "credit" in held,
            "check": "check" in held,
            "wallet": name in wallets,
            "business": person["member_type"] == "개인사업자",
            "life_stage_credit": stage and "credit" in held,
            "life_stage_check": stage and "check" in held,
        }
        if fits[population]:
            found.add(name)
    return found


@pytest.mark.parametrize("population", list(POPULATIONS))
@pytest.mark.parametrize("segment", list(RULES))
def test_grades_are_those_of_the_slow_reference(company: Company, population: str, segment: str) -> None:
    own, related, least, times = RULES[segment]
    usage: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in spending(company, AS_OF):
        kind = row["card_id"].partition("-")[0]
        counts = row["wallet"] if population == "wallet" else population == "business" or population.endswith(kind)
        if counts and row["day"] >= date(2026, 7, 1):
            cell = usage[row["customer_id"]]
            cell[0] += row["won"] * own(row)
            cell[1] += (row["won"] > 0) * own(row)
            cell[2] += row["won"] * (related(row) and not own(row))
    rows = graded(company, population, segment)
    assert {row["customer_id"] for row in rows} == belongs(company, population)
    for row in rows:
        total, count, near = usage[row["customer_id"]]
        assert row["is_member"] == (total >= least * 3 and count >= times)
        assert abs(row["usage_krw"] * 3 - total) * 2 <= 3
        assert abs(row["related_usage_krw"] * 3 - near) * 2 <= 3
    keys = [
        (row["is_member"], usage[row["customer_id"]][0], 0 if row["is_member"] else usage[row["customer_id"]][2]) for row in rows
    ]
    assert keys == sorted(keys, reverse=True)
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    sizes = [sum(row["grade"] == grade for row in rows) for grade in range(1, 8)]
    assert sum(sizes[:5]) == sum(row["is_member"] for row in rows)
    assert max(sizes[:5]) - min(sizes[:5]) <= 1
    assert abs(sizes[5] - sizes[6]) <= 1
    assert [row["points"] for row in rows] == [[100, 80, 60, 40, 20, 10, 5][row["grade"] - 1] for row in rows]


def test_a_second_scoring_has_nothing_to_do_and_a_changed_setting_has(company: Company) -> None:
    before = company.home.lake.snapshot(TABLE).version
    assert {item.status for item in score(company.home, AS_OF)} == {"unchanged"}
    assert company.home.lake.snapshot(TABLE).version == before
    changed = company.home.settings.model_copy(update={"usage_months": 2})
    home = type(company.home)(changed, company.home.clock)
    [again] = score(home, AS_OF - timedelta(days=30), ["credit"])
    assert again.status == "scored"
    [again] = score(company.home, AS_OF - timedelta(days=30), ["credit"])
    assert again.status == "scored"
    [again] = score(company.home, AS_OF - timedelta(days=30), ["신용"])
    assert again.status == "unchanged"


def test_quarterly_populations_are_graded_as_of_the_quarters_end(company: Company) -> None:
    found = score(company.home, date(2026, 10, 2), ["life_stage_credit", "check"])
    assert [(item.population, item.as_of, item.status) for item in found] == [
        ("life_stage_credit", AS_OF, "unchanged"),
        ("check", date(2026, 10, 2), "scored"),
    ]


def test_a_population_of_nobody_is_said_to_be_empty(company: Company) -> None:
    [found] = score(company.home, date(2020, 1, 31), ["credit"])
    assert (found.status, found.customers) == ("empty", 0)
    with pytest.raises(NotFound, match="no population"):
        score(company.home, AS_OF, ["x"])
