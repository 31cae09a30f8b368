"""Grading a home's customers: against a slow reference, and once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from hannun.base.errors import NotFound
from hannun.models.marketing_score import POPULATIONS
from hannun.workflows.score import TABLE, score
from tests.company import AS_OF, Company, Row, known, make, spending

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


@pytest.fixture(scope="module")
def edges(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company of approvals only, with people who stand at the edges of the rules."""
    made = make(tmp_path_factory.mktemp("home") / "h", customers=5, settled=False)
    old = known(date(2025, 1, 1))
    next_day = AS_OF + timedelta(days=1)
    people = [
        ("leaves", AS_OF),
        ("stays", next_day),
        ("new", None),
        ("later", None),
        ("off", None),
        ("paid", None),
        ("stopped", None),
    ]
    made.add("customers", [{"customer_id": name, "member_type": "개인", "left_on": left, **old} for name, left in people])
    card = {"product_id": "credit", "issued_on": date(2025, 1, 1), "suspended": False, **old}
    changed = {"new": {"issued_on": AS_OF}, "later": {"issued_on": next_day}, "off": {"suspended": True}}
    made.add("cards", [card | {"card_id": f"k-{name}", "holder_id": name} | changed.get(name, {}) for name, _ in people])
    bought = made.tables["transactions"][0] | {"card_id": None, "product": "purchase", "wallet": "pay", "region": "domestic"}
    bought["amount_krw"] = 90_000
    buys = [("paid", date(2025, 10, 1)), ("stopped", date(2025, 9, 30)), ("stays", AS_OF)]
    for name, day in buys:
        made.add("transactions", [bought | {"transaction_id": name, "customer_id": name, "industry_code": "9999", **known(day)}])
    return made


def graded_ids(company: Company, population: str) -> set[str]:
    return {row["customer_id"] for row in graded(company, population, "coffee")}


def test_people_at_the_edges_of_days_are_in_or_out(edges: Company) -> None:
    score(edges.home, AS_OF, ["credit", "check", "wallet"])
    named = {"leaves", "stays", "new", "later", "off", "paid", "stopped"}
    assert graded_ids(edges, "credit") & named == {"stays", "new", "paid", "stopped"}
    assert graded_ids(edges, "wallet") & named == {"stays", "paid"}
    changed = edges.home.settings.model_copy(update={"count_suspended": True})
    score(type(edges.home)(changed, edges.home.clock), AS_OF, ["credit"])
    assert graded_ids(edges, "credit") & named == {"stays", "new", "paid", "stopped", "off"}


def test_an_industry_that_the_company_does_not_know_fits_no_industry(edges: Company) -> None:
    score(edges.home, AS_OF, ["credit"])
    for segment in RULES:
        [row] = [row for row in graded(edges, "credit", segment) if row["customer_id"] == "stays"]
        assert row["usage_krw"] == (
            30_000 if segment == "outdoor" and edges.tables["transactions"][0]["merchant_id"] in CAMPING else 0
        )


def test_a_purchase_without_a_known_card_counts_for_credit_and_for_check(edges: Company) -> None:
    day = known(date(2026, 8, 5))
    bought = edges.tables["transactions"][0] | {"product": "purchase", "wallet": None, "amount_krw": 90_000, "region": "domestic"}
    keys = {"transaction_id": "cardless", "customer_id": "new", "card_id": None, "industry_code": COFFEE}
    edges.add("transactions", [bought | keys | day])
    edges.add("cards", [{"card_id": "k2", "product_id": "check", "holder_id": "new", "issued_on": AS_OF, **day}])
    score(edges.home, AS_OF, ["credit", "check"])
    for population in ("credit", "check"):
        [row] = [row for row in graded(edges, population, "coffee") if row["customer_id"] == "new"]
        assert row["usage_krw"] == 30_000
