"""Main spending industries 주요 소비업종 and usage trend 이용추이."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from hannun.views.cells.part import Filled, Part


class Industry(Part):
    """Spending in one industry."""

    industry_code: str
    name_ko: str | None
    name_en: str | None
    krw: int
    purchases: int
    share_percent: float | None


class Industries(Filled):
    """The eight largest industries of a window; `other_krw` is the rest, so that all add up to `total_krw`."""

    total_krw: int
    other_krw: int
    items: list[Industry]


class Merchant(Part):
    """Spending at one merchant in 12 months."""

    merchant_id: str
    name: str | None
    industry_ko: str | None
    industry_en: str | None
    krw: int
    purchases: int
    last_on: date | None


class Merchants(Filled):
    """The five largest merchants by won."""

    items: list[Merchant]


class Month(Part):
    """Spending in one calendar month."""

    month: str
    krw: int
    purchases: int
    online_krw: int
    offline_krw: int
    overseas_krw: int
    installment_krw: int
    cash_advance_krw: int = Field(description="cash advances, not part of krw")


class Months(Filled):
    """The 13 calendar months that end with the month of as_of, which may be partial."""

    active_months: int
    items: list[Month] = Field(min_length=13, max_length=13)


class Change(Filled):
    """The last three months against the three before; shares are of the 13 months."""

    last_3_krw: int
    before_3_krw: int
    change_percent: float | None
    online_percent: float | None
    overseas_percent: float | None
    installment_percent: float | None
    last_on: date | None
