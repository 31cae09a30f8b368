"""Numbers and days as people read them, in either language."""

from __future__ import annotations

from hannun.base.money import won, won_short
from hannun.views.words import Words


def money(words: Words, amount: int | None, *, short: bool = True) -> str:
    """An amount in won: `123만원` / `₩1.23M`; exact when not short: `1,234,567원` / `₩1,234,567`."""
    if amount is None:
        return "–"
    if words.language == "ko":
        return won_short(amount) if short else won(amount)
    size = abs(amount)
    if short and size >= 999_500_000:
        return f"₩{amount / 1_000_000_000:,.2f}B"
    if short and size >= 999_500:
        return f"₩{amount / 1_000_000:,.1f}M"
    if short and size >= 100_000:
        return f"₩{round(amount / 1_000):,}K"
    return f"₩{amount:,}"


def percent(value: float | None, *, signed: bool = False) -> str:
    """`12.3%`, `+12.3%`; a dash for nothing."""
    if value is None:
        return "–"
    return f"{value:+,.1f}%" if signed else f"{value:,.1f}%"


def tenure(words: Words, months: int | None) -> str:
    """`3년 2개월`; below a year in months only."""
    if months is None:
        return "–"
    if months < 12:
        return words("value.months", n=months)
    return words("value.years_months", y=months // 12, m=months % 12)


def day(value: str | None) -> str:
    """`2026-09-30` as `2026.09.30`; a dash for nothing."""
    return value.replace("-", ".") if value else "–"


def spark(values: list[int]) -> str:
    """Bars of one character each, the largest value highest; negative values count as zero."""
    bars = "▁▂▃▄▅▆▇█"
    top = max([0, *values])
    return "".join(bars[min(7, max(0, value) * 7 // top)] if top else bars[0] for value in values)


def bar(share: float, width: int) -> str:
    """A horizontal bar: `share` (0 to 1) of `width` characters, to an eighth of one."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    full, rest = divmod(eighths, 8)
    return "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")
