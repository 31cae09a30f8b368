"""Segments as conditions on a place: an industry, at home or abroad, online or offline, at a merchant of some name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from hannun.models.marketing_score.industries import Industries
from hannun.models.marketing_score.segments import Match, Segment

REGIONS = ("domestic", "overseas", None)
CHANNELS = ("offline", "online", None)
"""As `usage.sql` numbers them; None: any other value, which fits no condition on it."""

NAMED = """
    SELECT m.merchant_id, list(DISTINCT n.line ORDER BY n.line) AS lines
    FROM core.merchants m
    JOIN line_names n ON CASE WHEN n.is_brand THEN lower(m.brand) = n.wanted ELSE contains(lower(m.name), n.wanted) END
    GROUP BY m.merchant_id"""
"""The lines that each merchant fits by its name; merchants that fit none are not in it."""

_NAMES = pa.schema([("line", pa.int64()), ("wanted", pa.string()), ("is_brand", pa.bool_())])
_CLASSES = pa.schema([("merchant_id", pa.string()), ("class", pa.int64())])


@dataclass(frozen=True)
class Line:
    """A line of a segment's `match` or `related`; `codes` None: of any industry."""

    segment: int
    related: bool
    codes: frozenset[str] | None
    has_names: bool
    region: str | None
    channel: str | None


@dataclass(frozen=True)
class Rules:
    """The lines of all segments in a company with its industries; segments are numbered in order.

    Attributes:
        names: what merchants may be called, by line: columns line, wanted (in small letters), is_brand.
        industries: codes of the company's industries, in order.
        found: by segment id, codes of the industries that its `match` speaks of.
        blind: ids of segments that speak of industries only, none of which the company has.
    """

    lines: tuple[Line, ...]
    names: pa.Table
    industries: tuple[str, ...]
    found: dict[str, list[str]]
    blind: list[str]


@dataclass(frozen=True)
class Places:
    """All kinds of places, and which segments each fits. A pattern is a set of segments that some places fit alike.

    Attributes:
        classes: how many sorts of merchants the names tell apart; 0 are those that no line names.
        merchants: the class of each merchant of another class than 0: columns merchant_id, class.
        table: the pattern of each place that fits a segment: columns place, pattern.
        patterns: how many there are.
        own: by segment, the patterns of its `match`; related: those of its `related` that do not fit its `match` as well.
    """

    classes: int
    merchants: pa.Table
    table: pa.Table
    patterns: int
    own: Sequence[Sequence[int]]
    related: Sequence[Sequence[int]]


def rules_of(segments: Iterable[Segment], industries: Industries) -> Rules:
    """The rules of segments in a company with these industries."""
    lines: list[Line] = []
    names: list[dict[str, Any]] = []
    found: dict[str, list[str]] = {}
    blind = []
    for number, segment in enumerate(segments):
        own: set[str] = set()
        for related, matches in ((False, segment.match), (True, segment.related)):
            for match in matches:
                names += [{"line": len(lines), "wanted": name.lower(), "is_brand": True} for name in match.brands]
                names += [{"line": len(lines), "wanted": name.lower(), "is_brand": False} for name in match.keywords]
                lines.append(_line(number, related, match, industries))
                if not related:
                    own |= lines[-1].codes or set()
        found[segment.id] = sorted(own)
        if not own and all(match.industries for match in segment.match):
            blind.append(segment.id)
    return Rules(tuple(lines), pa.Table.from_pylist(names, _NAMES), tuple(sorted(industries)), found, blind)


def _line(number: int, related: bool, match: Match, industries: Industries) -> Line:
    codes = industries.codes(match.industries, match.excluded) if match.industries else None
    return Line(number, related, codes, bool(match.brands or match.keywords), match.region, match.channel)


def places_of(rules: Rules, named: Iterable[Mapping[str, Any]]) -> Places:
    """Number the places and find the segments of each.

    A place's number is ((industry * 3 + region) * 3 + channel) * classes + class; industry 0 is one that the company's
    table does not have, the others are counted from 1 in the order of `rules.industries`.

    Args:
        named: merchants with the numbers of the lines that they fit by name, as `NAMED` gives them.
    """
    merchants = [(str(row["merchant_id"]), frozenset[int](row["lines"])) for row in named]
    sorts = [frozenset[int](), *sorted({lines for _, lines in merchants}, key=sorted)]
    segments = 1 + max((line.segment for line in rules.lines), default=0)
    shape = (1 + len(rules.industries), len(REGIONS), len(CHANNELS), len(sorts))
    own, related = (np.zeros((segments, *shape), np.bool_) for _ in range(2))
    for number, line in enumerate(rules.lines):
        codes = [line.codes is None or code in line.codes for code in (None, *rules.industries)]
        regions = [line.region in (None, region) for region in REGIONS]
        channels = [line.channel in (None, channel) for channel in CHANNELS]
        names = [not line.has_names or number in lines for lines in sorts]
        (related if line.related else own)[line.segment][np.ix_(codes, regions, channels, names)] = True
    fits = np.stack([own, related & ~own]).reshape(2 * segments, -1)
    places = np.flatnonzero(fits.any(axis=0))
    patterns, of_place = np.unique(fits[:, places], axis=1, return_inverse=True)
    class_of = {lines: number for number, lines in enumerate(sorts)}
    classes = [{"merchant_id": name, "class": class_of[lines]} for name, lines in merchants]
    return Places(
        len(sorts),
        pa.Table.from_pylist(classes, _CLASSES),
        pa.table({"place": pa.array(places, pa.int64()), "pattern": pa.array(of_place.reshape(-1), pa.int64())}),
        patterns.shape[1],
        [np.flatnonzero(row).tolist() for row in patterns[:segments]],
        [np.flatnonzero(row).tolist() for row in patterns[segments:]],
    )
