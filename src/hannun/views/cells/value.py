"""Customer value and events 고객가치·이벤트."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from hannun.views.cells.part import Filled, Part


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
