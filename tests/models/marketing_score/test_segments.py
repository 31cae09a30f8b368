"""Segments: the shipped thirty, overlays, and how they find a company's industries."""

from __future__ import annotations

from pathlib import Path

import pytest

from hannun.base.errors import HannunError, NotFound
from hannun.models.marketing_score import load_segments
from hannun.models.marketing_score.industries import Industries, Industry
from hannun.models.marketing_score.rules import rules_of

TREE = Industries(
    [
        Industry("07", "미용·패션", "Beauty and fashion", None),
        Industry("0701", "미용", "Beauty", "07"),
        Industry("070101", "헤어샵", "Barbers", "0701"),
        Industry("0702", "패션", "Fashion", "07"),
        Industry("070201", "의류", "Clothing", "0702"),
        Industry("1003", "반려동물", "Pets", None),
        Industry("100303", "반려동물 미용·호텔", "Pet grooming", "1003"),
        Industry("loop", "고리", "Loop", "loop"),
    ]
)


def test_thirty_segments_are_shipped_with_both_names() -> None:
    segments = load_segments()
    assert len(segments) == 30
    assert len({item.name_ko for item in segments.values()}) == 30
    assert segments["외모관리형"].id == "appearance"
    assert all(item.related for item in segments.values())


def test_what_lies_below_an_industry_fits_unless_its_name_holds_several_things() -> None:
    assert TREE.codes(["미용"], ["반려동물"]) == {"07", "0701", "070101"}
    assert TREE.codes(["fashion"]) == {"07", "0702", "070201"}
    assert TREE.codes(["07"]) == {"07", "0701", "070101", "0702", "070201"}
    assert TREE.codes(["bar"]) == frozenset()  # English goes by whole words
    assert TREE.codes(["고리"]) == {"loop"}


def test_a_segment_that_the_company_cannot_have_is_named() -> None:
    segments = load_segments()
    rules = rules_of(segments.values(), TREE)
    assert rules.found["appearance"] == ["07", "0701", "070101"]
    assert "golf" in rules.blind
    assert "overseas_travel" not in rules.blind  # purchases abroad need no industry
    assert len(rules.lines) == sum(len(item.match) + len(item.related) for item in segments.values())


def test_a_companys_own_segment_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    text = "segments:\n  - {id: golf, name_ko: 골프 모임, name_en: Golf club, match: [{brands: [그린]}]}\n"
    (tmp_path / "own.yaml").write_text(text, "utf-8")
    segments = load_segments(tmp_path)
    assert len(segments) == 30
    assert segments["golf"].name_ko == "골프 모임"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("segments: [", "own.yaml: not readable as YAML"),
        ("{}", "own.yaml: no list 'segments'"),
        ("segments: [{id: x, name_ko: 가, name_en: X, match: [{industry: [골프]}]}]", r"segment 1 \(x\): match.0.industry"),
        ("segments: [{id: x, name_ko: 가, name_en: X, match: [{}]}]", r"segment 1 \(x\): match.0: .*would fit every purchase"),
        ("segments: [{id: x, name_ko: 가, name_en: X, match: [{except: [a]}]}]", r"segment 1 \(x\): match.0: "),
        ("segments: [{id: X!, name_ko: 가, name_en: X, match: [{region: overseas}]}]", r"segment 1 \(X!\): id: "),
        (
            "segments: [" + "{id: x, name_ko: 가, name_en: X, match: [{region: overseas}]}, " * 2 + "]",
            "segment 'x' stands twice",
        ),
    ],
)
def test_a_wrong_segment_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "own.yaml").write_text(text, "utf-8")
    with pytest.raises(HannunError, match=message):
        load_segments(tmp_path)


def test_an_unknown_segment_is_named() -> None:
    with pytest.raises(NotFound, match="no segment 'x'"):
        load_segments()["x"]
