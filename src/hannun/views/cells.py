"""The cells of the Customer Single View as typed values.

A cell is filled (`status: ok`) or says why it is not: `no_data` names the tables that the company lacks,
`not_yet` the model that will fill it. Amounts are won, shares are per cent, days are business dates.
The document that they make up is in `hannun.views.schema`.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """What all parts of the document share: nothing unknown is let in, nothing is changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Filled(Part):
    """A cell that holds its values."""

    status: Literal["ok"]


class Message(Part):
    """A sentence in both languages."""

    ko: str
    en: str


class Gap(Part):
    """A cell without values, and why."""

    status: Literal["no_data", "not_yet"] = Field(description="no_data: the company lacks the tables; not_yet: no model fills it")
    filled_by: str | None = Field(default=None, description="the model that will fill it")
    needs: list[str] = Field(default=[], description="the tables that are missing or empty")
    message: Message


# 1 · status 고객현황


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


# 2 · life stage 라이프스테이지


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


# 3 · main spending industries 주요 소비업종


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


# 4 · customer value and events 고객가치·이벤트


class Spending(Filled):
    """Spending of 12 months, net of cancels."""

    annual_krw: int
    monthly_average_krw: int = Field(description="annual_krw / 12, won below one dropped")
    purchases: int = Field(description="purchases but those cancelled in full by as_of; a cancel is no purchase")
    top_percent: int | None = Field(description="1: among the top 1 % of the customers who spent; empty: did not spend")
    compared_customers: int


class Event(Part):
    """Something that happened."""

    on: date
    kind: Literal["joined", "left", "card_issued", "card_closed", "campaign_contact", "campaign_response"]
    name: str | None = Field(description="of the card product or campaign; its identifier where it has no name")
    name_en: str | None
    detail: str | None


class Events(Filled):
    """The ten latest events of 12 months."""

    contacts_12: int
    responses_12: int
    items: list[Event]


class PopulationGrade(Part):
    """The grade in one segment among the customers of one population."""

    population: str
    scored_as_of: date
    grade: int = Field(ge=1, le=7, description="1 best … 7")
    points: int
    usage_krw: int = Field(description="mean monthly won of the segment, as the population counts it")


class Grade(Part):
    """One segment: the best grade, and where the customer is a member also that of each population."""

    segment_id: str
    name_ko: str | None
    name_en: str | None
    is_member: bool = Field(description="uses the segment as much as its members do: grades 1 to 5")
    grade: int = Field(ge=1, le=7, description="1 best … 7")
    points: int
    usage_krw: int = Field(description="mean monthly won of the segment")
    related_usage_krw: int | None = Field(
        description="mean monthly won of related industries; what orders those who are no members"
    )
    populations: list[PopulationGrade] = Field(description="best first; empty where the customer is no member")


class Grades(Filled):
    """Each segment once: those of which the customer is a member, then the four nearest of the others, where usage ordered them.

    Grades 6 and 7 that only the draw decided say nothing and are left out.
    """

    scored_as_of: date | None = Field(description="the latest scoring; empty: not in any population, so not graded")
    model_version: str | None
    member_of: int = Field(description="segments of which the customer is a member")
    items: list[Grade]


# 5 · usage trend 이용추이


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


# 6 · finance and VOC 금융·VOC


class Limits(Filled):
    """Credit limits; used: statements not paid, what is carried over (리볼빙), and credit approvals that no statement has billed
    yet, with the instalments to come."""

    total_krw: int | None
    cash_advance_krw: int | None
    card_loan_krw: int | None
    changed_on: date | None
    used_krw: int | None
    used_percent: float | None


class Statement(Part):
    """A monthly statement."""

    statement_on: date
    due_on: date
    billed_krw: int
    paid_krw: int = Field(description="by as_of")
    paid_on: date | None
    state: Literal["open", "paid", "carried", "unpaid"] = Field(
        description="open: not due yet; carried: at least the minimum was paid and the rest carried over (리볼빙)"
    )


class Statements(Filled):
    """The six latest statements; unpaid: of those that are due and of which less than the minimum was paid."""

    unpaid_krw: int
    items: list[Statement]


class Delinquency(Filled):
    """Amounts overdue."""

    open_count: int
    open_krw: int
    open_days: int
    times_12: int
    last_from: date | None


class CardLoans(Filled):
    """Card loans 카드론."""

    open_count: int
    balance_krw: int
    opened_12: int
    last_opened_on: date | None


class Revolving(Filled):
    """The balance carried over at the last month's end."""

    closed_on: date | None
    balance_krw: int
    rate_percent: float | None


class VocKind(Part):
    """Contacts of one kind in 12 months."""

    kind: str
    contacts: int


class VocContact(Part):
    """One contact; its text stays in the lake."""

    on: date
    channel: str
    kind: str


class Voc(Filled):
    """Contacts of 12 months."""

    contacts_12: int
    contacts_3: int
    complaints_12: int = Field(description="불만, 민원 and 악성")
    kinds: list[VocKind]
    latest: list[VocContact]
