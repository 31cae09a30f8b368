"""Feature files: what they must say, and the message when they do not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hannun.base.errors import NotFound, QueryError
from hannun.features import load, parse

GOOD = """-- name: visits
-- entity: customer
-- grain: customer_id
-- as_of: the last two months
-- months: 2
-- description_en: Visits
-- description_ko: 방문
-- column customer_id: The customer / 고객번호
-- column visits: Days with a purchase / 이용일수
SELECT customer_id, count(DISTINCT business_date) AS visits
FROM spending
WHERE business_month >= $since_month
GROUP BY customer_id
"""


def test_a_file_says_what_it_gives() -> None:
    feature = parse(GOOD, "visits.sql")
    assert (feature.table, feature.grain, feature.months, feature.version) == ("feature.visits", ("customer_id",), 2, "1.0.0")
    assert feature.columns[1].description_ko == "이용일수"
    assert feature.parameters(date(2026, 1, 15)) == {
        "as_of": date(2026, 1, 15),
        "since": date(2025, 12, 1),
        "since_month": "2025-12",
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("-- entity: customer\n", "", "visits.sql, line 1: the header has no 'entity'"),
        ("-- months: 2", "-- months: two", "visits.sql, line 5: months 'two'"),
        ("-- months: 2", "-- moons: 2", "visits.sql, line 5: unknown key 'moons'"),
        ("-- months: 2", "-- a remark", "visits.sql, line 5: '-- a remark' is not a header line"),
        ("-- name: visits", "-- name: Visits", "visits.sql, line 1: name 'Visits'"),
        ("Days with a purchase / 이용일수", "Days", "visits.sql, line 9: column 'visits' needs two descriptions"),
        ("-- column visits", "-- column as_of", "visits.sql, line 9: column 'as_of' is added by the builder"),
        ("-- grain: customer_id", "-- grain: who", "no column 'who' is described"),
        ("AS visits", "AS days", "'days' stands where the header has 'visits'"),
        ("SELECT customer_id, ", "SELECT customer_id, 1 AS one, ", "differ"),
        ("FROM spending", "FROM spending JOIN ON", r"visits.sql, line 1\d"),
        ("GROUP BY customer_id\n", "GROUP BY customer_id;\nSELECT 2", "exactly one SELECT"),
    ],
)
def test_a_wrong_file_is_refused_with_file_and_line(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(QueryError, match=message):
        parse(GOOD.replace(old, new, 1), "visits.sql")


def test_a_companys_own_sets_are_laid_over_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "visits.sql").write_text(GOOD, "utf-8")
    (tmp_path / "habits.sql").write_text(GOOD.replace("-- name: visits", "-- name: habits"), "utf-8")
    sets = load(tmp_path)
    assert list(sets) == ["habits", "recency", "spending", "visits"]
    assert [column.name for column in sets["habits"].columns] == ["customer_id", "visits"]
    with pytest.raises(NotFound, match=r"no feature set 'x'.*recency"):
        sets["x"]


def test_every_shipped_set_describes_its_columns_in_both_languages() -> None:
    for feature in load().values():
        assert feature.description and feature.description_ko
        assert all(column.description and column.description_ko for column in feature.columns)
