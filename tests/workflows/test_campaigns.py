"""Target lists: exactly N, in order, only those who agreed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hannun.base.dates import day_end, day_start
from hannun.base.errors import HannunError, NotFound
from hannun.workflows.campaigns import Plan, preview, segment_counts
from hannun.workflows.score import score
from tests.company import AS_OF, Company, known, make


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company whose credit cards are graded."""
    made = make(tmp_path_factory.mktemp("home") / "h", customers=120)
    score(made.home, AS_OF, ["credit"])
    return made


def agreed(company: Company, *, night: bool = False) -> set[str]:
    """Who agreed to be sent messages, worked out one by one."""
    end, since = day_end(AS_OF), day_end(date(2024, 9, 30))
    found = set()
    for row in company.tables["consents"]:
        confirmed = max(row["given_at"], row["reconfirmed_at"] or row["given_at"])
        stands = row["withdrawn_at"] is None or row["withdrawn_at"] >= end
        if stands and confirmed >= since and (row["night"] or not night):
            found.add(row["customer_id"])
    return found


@settings(max_examples=15, deadline=None)
@given(volume=st.integers(1, 90), night=st.booleans())
def test_a_list_is_exactly_as_long_as_asked_or_says_how_much_is_missing(company: Company, volume: int, night: bool) -> None:
    found = preview(company.home, Plan("coffee", "credit", volume, "sms", night), AS_OF)
    longer = preview(company.home, Plan("coffee", "credit", volume + 1, "sms", night), AS_OF)
    targets = found.selection.targets["customer_id"].to_pylist()
    assert len(targets) == min(volume, found.selection.available)
    assert found.selection.missing == volume - len(targets)
    assert longer.selection.targets["customer_id"].to_pylist()[:volume] == targets
    assert set(targets) <= agreed(company, night=night)
    ranks = found.selection.targets["rank"].to_pylist()
    assert ranks == sorted(ranks)
    assert sum(found.selection.excluded.values()) + found.selection.available == found.selection.graded
    assert all(count <= found.selection.excluded[name] for name, count in found.selection.passed_over.items())
    assert sum(found.grades.values()) == len(targets)


def test_all_who_agreed_and_stand_in_the_population_can_be_chosen(company: Company) -> None:
    found = preview(company.home, Plan("커피·디저트", "신용", 1000), AS_OF)
    everybody = set(found.selection.targets["customer_id"].to_pylist())
    with company.home.engine.session() as session:
        graded = session.query("SELECT DISTINCT customer_id FROM score.marketing_score")["customer_id"].to_pylist()
    assert everybody == agreed(company) & set(graded)


def test_who_left_or_was_suspended_since_the_grading_is_out(company: Company) -> None:
    later = AS_OF + timedelta(days=3)
    first, second, third = preview(company.home, Plan("golf", "credit", 3), AS_OF).selection.targets["customer_id"].to_pylist()
    change = {"op": "update", **known(AS_OF + timedelta(days=1))}
    people = {row["customer_id"]: row for row in company.tables["customers"]}
    company.add("customers", [people[first] | {"left_on": later} | change])
    cards = [row for row in company.tables["cards"] if row["holder_id"] in (second, third)]
    # Somebody with one suspended card and an open one may be contacted.
    fourth = preview(company.home, Plan("golf", "credit", 4), AS_OF).selection.targets["customer_id"].to_pylist()[3]
    spare = next(row for row in company.tables["cards"] if row["holder_id"] == fourth)
    company.add("cards", [spare | {"card_id": "spare", "suspended": True} | change])
    shut = [row | ({"suspended": True} if row["holder_id"] == second else {"closed_on": later}) | change for row in cards]
    company.add("cards", shut)
    found = preview(company.home, Plan("golf", "credit", 3), later)
    assert fourth in found.selection.targets["customer_id"].to_pylist()
    assert not {first, second, third} & set(found.selection.targets["customer_id"].to_pylist())
    assert {"left": 1, "no_open_card": 1, "suspended": 1}.items() <= found.selection.passed_over.items()
    assert found.graded_as_of == AS_OF
    as_of_then = preview(company.home, Plan("golf", "credit", 3), AS_OF).selection.targets["customer_id"].to_pylist()
    assert as_of_then == [first, second, third]


@pytest.fixture(scope="module")
def loner(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company of one customer who never agreed to anything."""
    made = make(tmp_path_factory.mktemp("home") / "h", customers=1, seed=12)
    made.add("consents", [row | {"op": "delete", **known(date(2026, 7, 3))} for row in made.tables["consents"]])
    score(made.home, AS_OF, ["credit"])
    return made


END = day_end(AS_OF)
GIVEN = datetime(2026, 1, 1, tzinfo=UTC)
LATER, OLD = GIVEN + timedelta(days=30), datetime(2020, 1, 1, tzinfo=UTC)
CASES = {
    "own consent": ([("sms", {})], None),
    "consent for all": ([("all", {})], None),
    "another channel": ([("email", {})], "no_consent"),
    "another purpose": ([("sms", {"purpose": "profiling"})], "no_consent"),
    "given after the day": ([("sms", {"given_at": END})], "no_consent"),
    "given at the day's last instant": ([("sms", {"given_at": END - timedelta(microseconds=1)})], None),
    "withdrawn": ([("sms", {"withdrawn_at": END - timedelta(seconds=1)})], "withdrawn"),
    "withdrawn after the day": ([("sms", {"withdrawn_at": END})], None),
    "own withdrawn, all stands": ([("sms", {"withdrawn_at": GIVEN}), ("all", {})], "withdrawn"),
    "all withdrawn after own was given": ([("sms", {}), ("all", {"withdrawn_at": GIVEN + timedelta(days=1)})], "withdrawn"),
    "own given after all was withdrawn": ([("sms", {}), ("all", {"withdrawn_at": GIVEN - timedelta(days=1)})], None),
    "own withdrawn, all given later": ([("sms", {"withdrawn_at": GIVEN}), ("all", {"given_at": LATER})], None),
    "own withdrawn after all was given": ([("sms", {"withdrawn_at": LATER}), ("all", {})], "withdrawn"),
    "given again, the old withdrawal still noted": ([("sms", {"given_at": LATER, "withdrawn_at": GIVEN})], None),
    "all withdrawn only after the day": ([("sms", {}), ("all", {"withdrawn_at": END})], None),
    "own too old, all fresh": ([("sms", {"given_at": OLD}), ("all", {})], None),
    "all too old, own fresh": ([("sms", {}), ("all", {"given_at": OLD})], None),
    "both too old": ([("sms", {"given_at": OLD}), ("all", {"given_at": OLD})], "not_reconfirmed"),
    "another channel withdrawn": ([("sms", {}), ("email", {"withdrawn_at": LATER})], None),
    "reconfirmed only after the day": ([("sms", {"given_at": OLD, "reconfirmed_at": END})], "not_reconfirmed"),
    "two years old": ([("sms", {"given_at": day_end(date(2024, 9, 30))})], None),
    "older than two years": ([("sms", {"given_at": day_start(date(2024, 9, 30))})], "not_reconfirmed"),
    "old but reconfirmed": ([("sms", {"given_at": datetime(2020, 1, 1, tzinfo=UTC), "reconfirmed_at": GIVEN})], None),
}


@pytest.mark.parametrize("case", list(CASES))
def test_each_rule_of_consent(loner: Company, case: str) -> None:
    items, reason = CASES[case]
    day = known(date(2026, 7, 4) + timedelta(days=list(CASES).index(case)))
    usual = {"customer_id": "c000", "purpose": "marketing", "night": False, "given_at": GIVEN}
    rows = [usual | {"channel": channel} | more for channel, more in items]
    loner.add("consents", [row | day for row in rows])
    found = preview(loner.home, Plan("coffee", "credit", 1), AS_OF).selection
    assert found.excluded == ({reason: 1} if reason else {})
    assert found.available == (0 if reason else 1)
    if not reason:
        assert preview(loner.home, Plan("coffee", "credit", 1, night=True), AS_OF).selection.excluded == {"no_night_consent": 1}
    loner.add("consents", [row | day | {"op": "delete", "known_at": day["known_at"] + timedelta(hours=1)} for row in rows])


NIGHTS = {
    "own says yes": ({"sms": {"night": True}, "all": {}}, True),
    "own says no": ({"sms": {}, "all": {"night": True}}, False),
    "own withdrawn, all says yes": ({"sms": {"withdrawn_at": GIVEN}, "all": {"given_at": LATER, "night": True}}, True),
    "own says yes but is too old": ({"sms": {"given_at": OLD, "night": True}, "all": {}}, False),
}


@pytest.mark.parametrize("case", list(NIGHTS))
def test_nights_are_those_of_the_consent_that_counts(loner: Company, case: str) -> None:
    items, allowed = NIGHTS[case]
    day = known(date(2026, 8, 10) + timedelta(days=list(NIGHTS).index(case)))
    usual = {"customer_id": "c000", "purpose": "marketing", "night": False, "given_at": GIVEN}
    rows = [usual | {"channel": channel} | more for channel, more in items.items()]
    loner.add("consents", [row | day for row in rows])
    found = preview(loner.home, Plan("coffee", "credit", 1, night=True), AS_OF).selection
    assert found.excluded == ({} if allowed else {"no_night_consent": 1})
    loner.add("consents", [row | day | {"op": "delete", "known_at": day["known_at"] + timedelta(hours=1)} for row in rows])


def test_a_deleted_customer_is_neither_listed_nor_graded_again_but_one_not_known_yet_is(tmp_path: Path) -> None:
    company = make(tmp_path / "h", customers=30)
    before = preview_ids(company, AS_OF)
    person = next(row for row in company.tables["customers"] if row["customer_id"] == before[0])
    company.add("customers", [person | {"op": "delete", **known(AS_OF + timedelta(days=1))}])
    company.add("cards", [company.tables["cards"][0] | {"card_id": "x", "product_id": "credit", "holder_id": "nobody"}])
    later = AS_OF + timedelta(days=1)
    found = preview(company.home, Plan("coffee", "credit", 999), later).selection
    assert found.excluded["deleted"] == 1
    assert preview_ids(company, AS_OF)[:1] == before[:1]
    score(company.home, later, ["credit"])
    with company.home.engine.session() as session:
        graded = session.query("SELECT DISTINCT customer_id FROM score.marketing_score WHERE as_of = $day", {"day": later})
    assert before[0] not in graded["customer_id"].to_pylist()
    assert "nobody" in graded["customer_id"].to_pylist()


def preview_ids(company: Company, as_of: date) -> list[str]:
    """Who is chosen for coffee, all of them."""
    score(company.home, as_of, ["credit"])
    found: list[str] = preview(company.home, Plan("coffee", "credit", 999), as_of).selection.targets["customer_id"].to_pylist()
    return found


def test_letters_and_mail_know_no_night(loner: Company) -> None:
    row = {
        "customer_id": "c000",
        "purpose": "marketing",
        "channel": "all",
        "night": False,
        "given_at": GIVEN,
        **known(date(2026, 8, 30)),
    }
    loner.add("consents", [row])
    for channel, allowed in (("email", 1), ("dm", 1), ("app", 0), ("phone", 0)):
        assert preview(loner.home, Plan("coffee", "credit", 1, channel, night=True), AS_OF).selection.available == allowed
    with pytest.raises(HannunError, match="no channel 'fax'"):
        preview(loner.home, Plan("coffee", "credit", 1, "fax"), AS_OF)


def test_what_was_never_graded_is_said(tmp_path: Path, loner: Company) -> None:
    with pytest.raises(NotFound, match=r"population 'check' by 2026-09-30.*models score"):
        preview(loner.home, Plan("coffee", "check", 1), AS_OF)
    with pytest.raises(NotFound, match="by 2026-09-29"):
        preview(loner.home, Plan("coffee", "credit", 1), AS_OF - timedelta(days=1))
    assert {row["segment_id"] for row in segment_counts(loner.home, AS_OF)} == set(loner.home.segments)
    assert segment_counts(loner.home, AS_OF - timedelta(days=1)) == []
    assert segment_counts(make(tmp_path / "h", customers=1).home, AS_OF) == []
