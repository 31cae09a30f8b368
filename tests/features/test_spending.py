"""What spending holds, and that what it cannot hold is told to the won."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from hannun.base.dates import day_start
from hannun.features import Unseen, define_spending, unseen
from hannun.workflows.features import build
from hannun.workflows.score import score
from tests.company import AS_OF, Company, known, make

DAY = date(2026, 8, 20)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company with settlements that no approval stands behind."""
    made = make(tmp_path_factory.mktemp("home") / "h", customers=20)
    slip = {"posted_on": DAY, **known(DAY)}
    late, gone = made.tables["transactions"][0], made.tables["transactions"][1]
    made.add("settlements", [slip | {"transaction_id": name, "amount_krw": 10**n} for n, name in enumerate(["no", "late", "gone"])])
    made.add("settlements", [slip | {"transaction_id": "no", "posted_on": AS_OF, "amount_krw": -5000, **known(AS_OF)}])
    made.add("transactions", [late | {"transaction_id": "late", "known_at": day_start(AS_OF + timedelta(days=1))}])
    made.add("transactions", [gone | {"transaction_id": "gone", **known(DAY)}])
    made.add("transactions", [gone | {"transaction_id": "gone", "op": "delete", **known(DAY + timedelta(days=2))}])
    return made


def seen(company: Company, as_of: date, since: date) -> Unseen:
    with company.home.engine.session(as_of=as_of) as session:
        return unseen(session, define_spending(session), since, as_of)


def test_settlements_without_a_known_approval_are_counted_in_number_and_won(company: Company) -> None:
    found = seen(company, AS_OF, date(2026, 7, 1))
    assert (found.settlements, found.settlements_krw) == (4, 111 - 5000)
    later = AS_OF + timedelta(days=1)
    found = seen(company, later, date(2026, 7, 1))
    assert (found.settlements, found.settlements_krw) == (3, 101 - 5000)
    before = DAY + timedelta(days=1)
    assert seen(company, before, date(2026, 7, 1)).settlements == 2
    assert seen(company, AS_OF, date(2026, 9, 1)).settlements_krw == -5000
    assert seen(company, DAY - timedelta(days=1), date(2026, 7, 1)).settlements == 0


def test_all_settled_won_are_in_spending_or_told(company: Company) -> None:
    with company.home.engine.session(as_of=AS_OF) as session:
        lost = unseen(session, define_spending(session), date(2026, 1, 1), AS_OF)
        question = """SELECT sum(amount_krw)::BIGINT AS won FROM core.settlements s WHERE business_date <= $as_of
            AND transaction_id NOT IN (SELECT transaction_id FROM core.transactions WHERE product <> 'purchase')"""
        [settled] = session.query(question).to_pylist()
        [spent] = session.query("SELECT sum(amount_krw)::BIGINT AS won FROM spending WHERE business_date <= $as_of").to_pylist()
    assert settled["won"] == spent["won"] + lost.settlements_krw


def test_building_and_grading_tell_it(company: Company) -> None:
    built = build(company.home, AS_OF)
    assert all(item.unseen and item.unseen.settlements == 4 for item in built)
    assert all(item.unseen is None for item in build(company.home, AS_OF))
    [graded] = score(company.home, AS_OF, ["credit"])
    assert graded.unseen and (graded.unseen.settlements, graded.unseen.settlements_krw) == (4, 111 - 5000)


def test_purchases_before_settlements_begin_are_told(tmp_path: Path) -> None:
    company = make(tmp_path / "h", customers=10, settled=False)
    assert seen(company, AS_OF, date(2026, 1, 1)) == Unseen()
    first = next(row for row in company.tables["transactions"] if row["business_date"].month == 7)
    company.add("settlements", [{"transaction_id": first["transaction_id"], "posted_on": DAY, "amount_krw": 1, **known(DAY)}])
    bought = [
        row["amount_krw"]
        for row in company.tables["transactions"]
        if row["product"] == "purchase" and date(2026, 5, 1) <= row["business_date"] < date(2026, 8, 1)
    ]
    found = seen(company, AS_OF, date(2026, 5, 1))
    assert (found.approvals, found.approvals_krw, found.settled_since) == (len(bought), sum(bought), "2026-08")
    assert found.settlements == 0
