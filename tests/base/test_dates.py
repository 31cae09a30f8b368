"""Days in Seoul, against the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hannun.base.dates import business_date, day_end, day_start, month_end, month_of, month_start, parse_day
from hannun.base.errors import HannunError

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 1))


def test_a_day_in_seoul_begins_at_fifteen_hundred_utc_of_the_day_before() -> None:
    assert day_start(date(2026, 9, 30)) == datetime(2026, 9, 29, 15, tzinfo=UTC)
    assert day_end(date(2026, 9, 30)) == datetime(2026, 9, 30, 15, tzinfo=UTC)
    assert business_date(datetime(2026, 9, 30, 14, 59, 59, tzinfo=UTC)) == date(2026, 9, 30)
    assert business_date(datetime(2026, 9, 30, 15, tzinfo=UTC)) == date(2026, 10, 1)


@given(DAYS)
def test_an_instant_belongs_to_exactly_one_day(day: date) -> None:
    assert business_date(day_start(day)) == day
    assert business_date(day_end(day) - timedelta(microseconds=1)) == day
    assert day_end(day) == day_start(day + timedelta(days=1))


@given(DAYS, st.integers(0, 40))
def test_months_follow_each_other(day: date, back: int) -> None:
    first = month_start(day, back)
    assert first.day == 1
    assert (day.year * 12 + day.month) - (first.year * 12 + first.month) == back
    assert month_start(day) <= day <= month_end(day)
    assert month_end(day) + timedelta(days=1) == month_start(day, -1)
    assert month_of(day) == f"{day.year:04}-{day.month:02}"


def test_a_day_is_read_in_two_spellings_and_others_are_refused() -> None:
    assert parse_day("2026-09-30") == parse_day("20260930") == date(2026, 9, 30)
    for wrong in ("2026-02-30", "yesterday", "30.09.2026", ""):
        with pytest.raises(HannunError, match="2026-09-30"):
            parse_day(wrong)
