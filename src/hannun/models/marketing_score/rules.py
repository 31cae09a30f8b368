"""Segments as tables that the engine can join: rules, the industries each speaks of, the names it looks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from hannun.models.marketing_score.industries import Industries
from hannun.models.marketing_score.segments import Match, Segment

_RULES = pa.schema(
    [
        ("rule", pa.int64()),
        ("segment", pa.int64()),
        ("related", pa.bool_()),
        ("has_industries", pa.bool_()),
        ("has_names", pa.bool_()),
        ("region", pa.string()),
        ("channel", pa.string()),
    ]
)
_INDUSTRIES = pa.schema([("rule", pa.int64()), ("industry_code", pa.string())])
_NAMES = pa.schema([("rule", pa.int64()), ("wanted", pa.string()), ("is_brand", pa.bool_())])


@dataclass(frozen=True)
class Rules:
    """Three tables, and what each segment found.

    Attributes:
        found: by segment id, codes of the industries that its `match` speaks of.
        blind: ids of segments that speak of industries only, none of which the company has.
    """

    rules: pa.Table
    industries: pa.Table
    names: pa.Table
    found: dict[str, list[str]]
    blind: list[str]


def rules_of(segments: Iterable[Segment], industries: Industries) -> Rules:
    """The rules of segments in a company with these industries; segments are numbered in order."""
    rules: list[dict[str, Any]] = []
    codes: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    found: dict[str, list[str]] = {}
    blind = []
    for number, segment in enumerate(segments):
        own: set[str] = set()
        for related, lines in ((False, segment.match), (True, segment.related)):
            for line in lines:
                rule = len(rules)
                fitting = industries.codes(line.industries, line.excluded)
                rules.append(_rule(rule, number, related, line))
                codes += [{"rule": rule, "industry_code": code} for code in sorted(fitting)]
                names += [{"rule": rule, "wanted": name.lower(), "is_brand": True} for name in line.brands]
                names += [{"rule": rule, "wanted": name.lower(), "is_brand": False} for name in line.keywords]
                if not related:
                    own |= fitting
        found[segment.id] = sorted(own)
        if not own and all(line.industries for line in segment.match):
            blind.append(segment.id)
    tables = (
        pa.Table.from_pylist(rules, _RULES),
        pa.Table.from_pylist(codes, _INDUSTRIES),
        pa.Table.from_pylist(names, _NAMES),
    )
    return Rules(*tables, found, blind)


def _rule(rule: int, segment: int, related: bool, line: Match) -> dict[str, Any]:
    return {
        "rule": rule,
        "segment": segment,
        "related": related,
        "has_industries": bool(line.industries),
        "has_names": bool(line.brands or line.keywords),
        "region": line.region,
        "channel": line.channel,
    }
