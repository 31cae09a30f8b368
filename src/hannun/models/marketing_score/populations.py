"""The populations that are graded, each on its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from hannun.base.dates import month_end, month_start
from hannun.base.errors import NotFound

# How the engine's answer codes the kind of card of a purchase; a purchase without a known card counts for either kind.
CREDIT, CHECK, UNKNOWN_KIND = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Population:
    """Who is graded, and which of their purchases count.

    Attributes:
        holds: column of `members.sql` that says who belongs to it.
        kinds: kinds of card whose purchases count.
        wallet_only: only purchases paid with a wallet count.
        every: how often it is graded.
    """

    id: str
    name_ko: str
    name_en: str
    holds: str
    kinds: tuple[int, ...]
    wallet_only: bool = False
    every: Literal["month", "quarter"] = "month"

    def graded_as_of(self, as_of: date) -> date:
        """The business date that this population is graded as of: quarterly ones at the last quarter's end."""
        if self.every == "month":
            return as_of
        end = month_end(as_of)
        if as_of == end and as_of.month % 3 == 0:
            return as_of
        return month_start(as_of, (as_of.month - 1) % 3) - timedelta(days=1)


_CREDIT, _CHECK, _ALL = (CREDIT, UNKNOWN_KIND), (CHECK, UNKNOWN_KIND), (CREDIT, CHECK, UNKNOWN_KIND)

POPULATIONS: dict[str, Population] = {
    item.id: item
    for item in (
        Population("credit", "신용", "Credit cards", "has_credit", _CREDIT),
        Population("check", "체크", "Check cards", "has_check", _CHECK),
        Population("wallet", "간편결제", "Wallets", "uses_wallet", _ALL, wallet_only=True),
        Population("business", "개인사업자", "Sole proprietors", "is_business", _ALL),
        Population("life_stage_credit", "Life Stage 신용", "Life stage, credit", "life_stage_credit", _CREDIT, every="quarter"),
        Population("life_stage_check", "Life Stage 체크", "Life stage, check", "life_stage_check", _CHECK, every="quarter"),
    )
}


def population(name: str) -> Population:
    """The population of that id or Korean name.

    Raises:
        NotFound: there is none.
    """
    for item in POPULATIONS.values():
        if name in (item.id, item.name_ko):
            return item
    raise NotFound(f"there is no population '{name}'", mend=f"one of {', '.join(POPULATIONS)}")
