"""Money is integer won. Other currencies come in by a stated factor and a stated rounding."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def to_won(amount: Decimal | str | int, factor: Decimal | str | int = 1) -> int:
    """`amount × factor`, rounded half up to whole won."""
    return int((Decimal(str(amount)) * Decimal(str(factor))).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def won(amount: int) -> str:
    """`1,234,500원`, for people."""
    return f"{amount:,}원"


def won_short(amount: int) -> str:
    """An amount as people say it: `123만원`, `1.2억원`, `9,800원`."""
    size = abs(amount)
    if size >= 100_000_000:
        return f"{amount / 100_000_000:,.1f}억원"
    if size >= 100_000:
        return f"{round(amount / 10_000):,}만원"
    return won(amount)
