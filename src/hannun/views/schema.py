"""The Customer Single View, one document a customer: six columns, as the staff of a card company read them.

`docs/customer-view.schema.json` is made from here (`schema()`); a change of meaning raises `VERSION`.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from hannun.views import cells
from hannun.views.cells import Gap, Part

VERSION = "2.0"


class Status(Part):
    """1 고객현황."""

    membership: cells.Membership | Gap = Field(discriminator="status")
    demographics: cells.Demographics | Gap = Field(discriminator="status")
    cards: cells.Cards | Gap = Field(discriminator="status")
    consents: cells.Consents | Gap = Field(discriminator="status")


class LifeStage(Part):
    """2 라이프스테이지."""

    stage: cells.Stage | Gap = Field(discriminator="status")
    household: cells.Household | Gap = Field(discriminator="status")
    coming_change: Gap = Field(description="a life event that is likely soon")


class MainIndustries(Part):
    """3 주요 소비업종."""

    months_3: cells.Industries | Gap = Field(discriminator="status")
    months_12: cells.Industries | Gap = Field(discriminator="status")
    merchants: cells.Merchants | Gap = Field(discriminator="status")
    next_merchants: Gap = Field(description="merchants that the customer is likely to take up")


class Value(Part):
    """4 고객가치·이벤트."""

    spending: cells.Spending | Gap = Field(discriminator="status")
    events: cells.Events | Gap = Field(discriminator="status")
    grades: cells.Grades | Gap = Field(discriminator="status")
    preferences: Gap = Field(description="what the customer prefers")
    next_card: Gap = Field(description="the card product that suits the customer best")


class Trend(Part):
    """5 이용추이."""

    months: cells.Months | Gap = Field(discriminator="status")
    change: cells.Change | Gap = Field(discriminator="status")
    shift: Gap = Field(description="a change of behaviour that a detector found")


class Finance(Part):
    """6 금융·VOC."""

    limits: cells.Limits | Gap = Field(discriminator="status")
    statements: cells.Statements | Gap = Field(discriminator="status")
    delinquency: cells.Delinquency | Gap = Field(discriminator="status")
    card_loans: cells.CardLoans | Gap = Field(discriminator="status")
    revolving: cells.Revolving | Gap = Field(discriminator="status")
    voc: cells.Voc | Gap = Field(discriminator="status")
    churn: Gap = Field(description="how likely the customer is to leave")
    complaint: Gap = Field(description="how likely the customer is to complain")


class View(Part):
    """The Customer Single View of one customer."""

    schema_version: str = Field(description="version of this document's meaning")
    generation: str = Field(description="the build that the document comes from")
    as_of: date = Field(description="business date; everything known by its end in Seoul was used")
    basis: Literal["settled", "approved"] = Field(description="what spending was read from: settlements (매입) or approvals (승인)")
    versions: dict[str, int] = Field(description="the version of each lake table that was read")
    customer_id: str
    status: Status
    life_stage: LifeStage
    industries: MainIndustries
    value: Value
    trend: Trend
    finance: Finance


COLUMNS = ("status", "life_stage", "industries", "value", "trend", "finance")


def schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of the document."""
    made = View.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:hannun:customer-view:{VERSION}", **made}
