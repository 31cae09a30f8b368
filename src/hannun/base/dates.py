"""Business dates: days in Seoul. Instants are UTC; a day is what the calendar in Seoul says."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hannun.base.errors import HannunError

SEOUL = ZoneInfo("Asia/Seoul")
SEOUL_NAME = "Asia/Seoul"
FIRST_YEAR, LAST_YEAR = 1950, 2199


def business_date(instant: datetime) -> date:
    """The day in Seoul on which `instant` (with time zone) falls."""
    return instant.astimezone(SEOUL).date()


def day_end(as_of: date) -> datetime:
    """The first instant, in UTC, that is *not* part of the business date `as_of`.

    Known by the end of `as_of` means `known_at < day_end(as_of)`.
    """
    return datetime.combine(as_of + timedelta(days=1), time(), SEOUL).astimezone(UTC)


def day_start(as_of: date) -> datetime:
    """The first instant, in UTC, of the business date `as_of`."""
    return datetime.combine(as_of, time(), SEOUL).astimezone(UTC)


def month_of(day: date) -> str:
    """`2026-09` for any day of September 2026."""
    return f"{day:%Y-%m}"


def month_start(day: date, back: int = 0) -> date:
    """The first day of the month that lies `back` months before the month of `day`."""
    index = day.year * 12 + day.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return month_start(day, -1) - timedelta(days=1)


def parse_day(text: str) -> date:
    """A business date from `2026-09-30` or `20260930`, of the years that a card company's books can speak of.

    Raises:
        HannunError: the text is not such a date.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise HannunError(f"'{text}' is not a date", mend="write it as 2026-09-30") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise HannunError(f"'{text}' is not a business date", mend=f"years from {FIRST_YEAR} to {LAST_YEAR}")
    return day
