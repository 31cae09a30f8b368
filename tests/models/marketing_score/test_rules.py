"""Places and patterns, against the segments' own words read one purchase at a time."""

from __future__ import annotations

from itertools import product
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from hannun.models.marketing_score.industries import Industries, Industry
from hannun.models.marketing_score.rules import CHANNELS, REGIONS, places_of, rules_of
from hannun.models.marketing_score.score import Usage
from hannun.models.marketing_score.segments import Match, Segment

CODES = ["a", "b", "c"]
INDUSTRIES = Industries([Industry(code, code, code, None) for code in CODES])
MERCHANTS = {"m0": ("Plain", None), "m1": ("산 캠핑장", "Peak"), "m2": ("캠핑 용품", None), "m3": ("Shop", "PEAK")}

lines = st.builds(
    Match,
    industries=st.lists(st.sampled_from([*CODES, "none"]), max_size=2).map(tuple),
    brands=st.lists(st.just("Peak"), max_size=1).map(tuple),
    keywords=st.lists(st.sampled_from(["캠핑", "shop"]), max_size=1).map(tuple),
    region=st.sampled_from([None, "domestic", "overseas"]),
    channel=st.sampled_from(["online", "offline"]),
)
segments = st.lists(st.tuples(st.lists(lines, min_size=1, max_size=3), st.lists(lines, max_size=2)), min_size=1, max_size=5)


def fits(line: Match, code: str | None, region: str | None, channel: str | None, merchant: str) -> bool:
    """Whether a purchase fits a line, condition by condition."""
    if line.industries and code not in line.industries:
        return False
    if line.region and region != line.region:
        return False
    if line.channel and channel != line.channel:
        return False
    return not (line.brands or line.keywords) or named(line, merchant)


def named(line: Match, merchant: str) -> bool:
    name, brand = (text.lower() if text else "" for text in MERCHANTS[merchant])
    return any(item.lower() == brand for item in line.brands) or any(item.lower() in name for item in line.keywords)


@settings(max_examples=60, deadline=None)
@given(segments)
def test_every_place_fits_the_segments_that_its_purchases_fit(drawn: list[tuple[list[Match], list[Match]]]) -> None:
    made = [
        Segment(id=f"s{number}", name_ko="가", name_en="S", match=tuple(match), related=tuple(related))
        for number, (match, related) in enumerate(drawn)
    ]
    rules = rules_of(made, INDUSTRIES)
    every = [line for match, related in drawn for line in (*match, *related)]
    found: list[dict[str, Any]] = []
    for merchant in MERCHANTS:
        fitting = [n for n, line in enumerate(every) if (line.brands or line.keywords) and named(line, merchant)]
        if fitting:
            found.append({"merchant_id": merchant, "lines": fitting})
    places = places_of(rules, found)
    classes = {row["merchant_id"]: row["class"] for row in places.merchants.to_pylist()}
    patterns = {row["place"]: row["pattern"] for row in places.table.to_pylist()}
    assert set(patterns.values()) == set(range(places.patterns))
    for (i, code), (r, region), (c, channel) in product(enumerate([None, *CODES]), enumerate(REGIONS), enumerate(CHANNELS)):
        for merchant in MERCHANTS:
            pattern = patterns.get(((i * 3 + r) * 3 + c) * places.classes + classes.get(merchant, 0))
            for number, (match, related) in enumerate(drawn):
                own = any(fits(line, code, region, channel, merchant) for line in match)
                near = any(fits(line, code, region, channel, merchant) for line in related)
                assert (pattern in places.own[number]) == own
                assert (pattern in places.related[number]) == (near and not own)


def test_rows_of_usage_are_found_by_pattern() -> None:
    columns = {
        "pattern": [2, 0, 2, 300],
        "position": [5, 6, 7, 8],
        "kind": [0, 1, 2, 3],
        "won": [1, 2, 3, 4],
        "times": [1, 1, 1, 1],
    }
    usage = Usage.of(pa.table(columns), 301)
    assert [usage.won[rows].tolist() for rows in usage.rows([0, 1, 2, 300])] == [[2], [], [1, 3], [4]]
    empty = Usage.of(pa.table({name: pa.array([], pa.int32()) for name in columns}), 0)
    assert (len(empty.won), empty.rows([])) == (0, [])
