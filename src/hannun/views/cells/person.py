"""Status 고객현황 and life stage 라이프스테이지."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from hannun.views.cells.part import Filled, Part


class Membership(Filled):
    """Whether and since when somebody is a member."""

    state: Literal["member", "left", "prospect", "unknown"]
    member_type: str | None = Field(description="개인, 개인사업자 or 법인")
    joined_on: date | None
    left_on: date | None
    tenure_months: int | None


class Demographics(Filled):
    """Who the customer is, in bands; no name, no address, no date of birth."""

    age_band: str | None = Field(description="ten years, such as 30-39; or as the source gives it")
    sex: Literal["M", "F"] | None
    region: str | None = Field(description="first two digits of the legal district code: province or metropolitan city")
    occupation: str | None
    marital_status: str | None
    home_ownership: str | None
    income_band: str | None


class Card(Part):
    """A card held now or before."""

    card_id: str
    product_id: str | None
    product_name: str | None
    product_name_en: str | None
    kind: Literal["credit", "check"] | None
    relation: str | None = Field(description="본인, 가족 or 법인")
    issued_on: date | None
    closed_on: date | None
    state: Literal["open", "suspended", "closed"]


class Cards(Filled):
    """The cards; at most twelve are listed, open ones first."""

    is_valid_member: bool = Field(description="유효회원: holds an open, unsuspended card")
    held: int = Field(description="cards not closed")
    ever: int
    items: list[Card]


class Consent(Part):
    """One agreement."""

    purpose: str
    channel: str
    night: bool | None = Field(description="may be contacted between 21:00 and 08:00")
    given_on: date | None
    withdrawn_on: date | None
    is_active: bool
    reconfirm_by: date | None = Field(description="two years after it was given or last reconfirmed")


class Consents(Filled):
    """Agreements by purpose and channel."""

    items: list[Consent]


class Stage(Filled):
    """The life stage, given by the company's own systems or derived by the rule in `views/sql/profile.sql`."""

    source: Literal["given", "derived", "unknown"]
    code: Literal["young", "single", "couple", "raising_children", "grown_children", "mature", "retired"] | None
    given: str | None


class Household(Filled):
    """The household, in bands."""

    age_band: str | None
    size_band: str | None = Field(description="1 to 4, or 5+")
    children_band: str | None = Field(description="0 to 2, or 3+")
