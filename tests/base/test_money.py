"""Won are whole, and halves go up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hannun.base.money import to_won, won, won_short


@pytest.mark.parametrize(
    ("amount", "factor", "expected"),
    [("3.86", 1130, 4362), ("0.5", 1, 1), ("-0.5", 1, -1), ("0.49", 1, 0), (1000, 1, 1000), ("1.005", "1000", 1005)],
)
def test_an_exchange_is_exact(amount: str | int, factor: int | str, expected: int) -> None:
    assert to_won(amount, factor) == expected


@given(st.decimals(-(10**9), 10**9, places=4), st.integers(1, 2000))
def test_no_amount_is_off_by_more_than_half_a_won(amount: Decimal, factor: int) -> None:
    assert abs(Decimal(to_won(amount, factor)) - amount * factor) <= Decimal("0.5")
    assert to_won(-amount, factor) == -to_won(amount, factor)


def test_people_read_won() -> None:
    assert won(1234500) == "1,234,500원"
    assert [won_short(amount) for amount in (9_800, 1_234_000, 123_456_789, -250_000)] == [
        "9,800원",
        "123만원",
        "1.2억원",
        "-25만원",
    ]
