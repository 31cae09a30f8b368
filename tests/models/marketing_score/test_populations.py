"""When populations are graded, over which months."""

from __future__ import annotations

from datetime import date

import pytest

from hannun.base.errors import NotFound
from hannun.models.marketing_score.populations import POPULATIONS, population
from hannun.models.marketing_score.score import window


@pytest.mark.parametrize(
    ("as_of", "quarter"),
    [
        (date(2026, 9, 30), date(2026, 9, 30)),
        (date(2026, 9, 29), date(2026, 6, 30)),
        (date(2026, 10, 31), date(2026, 9, 30)),
        (date(2026, 1, 1), date(2025, 12, 31)),
        (date(2025, 12, 31), date(2025, 12, 31)),
        (date(2026, 3, 30), date(2025, 12, 31)),
    ],
)
def test_life_stage_is_graded_as_of_the_last_quarters_end(as_of: date, quarter: date) -> None:
    assert POPULATIONS["life_stage_credit"].graded_as_of(as_of) == quarter
    assert POPULATIONS["credit"].graded_as_of(as_of) == as_of


def test_only_months_that_have_ended_are_averaged() -> None:
    assert window(date(2026, 9, 30), 3) == (date(2026, 7, 1), date(2026, 9, 30))
    assert window(date(2026, 9, 29), 3) == (date(2026, 6, 1), date(2026, 8, 31))
    assert window(date(2026, 1, 1), 1) == (date(2025, 12, 1), date(2025, 12, 31))
    assert window(date(2024, 2, 29), 2) == (date(2024, 1, 1), date(2024, 2, 29))


def test_populations_are_known_by_both_names() -> None:
    assert population("간편결제") is POPULATIONS["wallet"]
    with pytest.raises(NotFound, match="no population 'x'"):
        population("x")
