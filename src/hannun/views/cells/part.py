"""What all cells are made of: a cell is filled, or says why it is not."""

from __future__ import annotations

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
