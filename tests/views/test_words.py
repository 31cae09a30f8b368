"""The catalogue of texts: both languages everywhere, and every text that the program asks for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import hannun
from hannun.base.errors import HannunError
from hannun.views import COLUMNS, View, amounts
from hannun.views.words import LANGUAGES, Words, catalogue, language_of

NAMES = re.compile(r"{(\w*)[^}]*}")
HANGUL = re.compile(r"[가-힣]")


def test_every_text_is_there_in_both_languages() -> None:
    for key, texts in catalogue().items():
        assert set(texts) == set(LANGUAGES), key
        assert all(isinstance(text, str) and text.strip() for text in texts.values()), key


def test_both_languages_fill_in_the_same_values() -> None:
    for key, texts in catalogue().items():
        assert NAMES.findall(texts["ko"]) == NAMES.findall(texts["en"]) or set(NAMES.findall(texts["ko"])) == set(
            NAMES.findall(texts["en"])
        ), key


def test_english_texts_are_english() -> None:
    korean = {key for key, texts in catalogue().items() if HANGUL.search(texts["en"])}
    assert korean <= {"app.language", "app.language_hint"}


def test_every_text_that_the_program_names_exists() -> None:
    asked = set()
    for path in Path(hannun.__file__).parent.rglob("*.py"):
        if path.parent.name in ("views", "portal", "cli"):
            asked |= set(re.findall(r"""words\(\s*"([a-z_]+\.[a-z_0-9]+)\"""", path.read_text("utf-8")))
    assert len(asked) > 40
    assert asked <= set(catalogue()), asked - set(catalogue())


def test_every_column_and_cell_of_the_document_has_a_name() -> None:
    for column in COLUMNS:
        assert f"column.{column}" in catalogue()
        part = View.model_fields[column].annotation
        assert part is not None
        for cell in part.model_fields:
            assert f"cell.{cell}" in catalogue()


def test_a_value_without_a_text_is_shown_as_it_is() -> None:
    words = Words("en")
    assert words.of("marital_status", "기혼") == "Married"
    assert words.of("marital_status", "비공개") == "비공개"
    assert words.of("marital_status", None) == "–"


def test_an_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(HannunError, match="ko, en"):
        language_of("fr")


def test_amounts_as_people_read_them() -> None:
    ko, en = Words("ko"), Words("en")
    assert amounts.money(ko, 1_234_567) == "123만원" and amounts.money(en, 1_234_567) == "₩1.2M"
    assert amounts.money(ko, -250_000_000) == "-2.5억원" and amounts.money(en, 2_500_000_000) == "₩2.50B"
    assert amounts.money(ko, 9_800) == "9,800원" and amounts.money(en, 120_400) == "₩120K"
    assert amounts.money(ko, 1_234_567, short=False) == "1,234,567원"
    assert amounts.tenure(ko, 38) == "3년 2개월" and amounts.tenure(en, 5) == "5 months"
    assert amounts.percent(12.34) == "12.3%" and amounts.percent(-3.0, signed=True) == "-3.0%"


def test_small_charts_of_characters() -> None:
    assert amounts.spark([0, 50, 100, -5]) == "▁▄█▁"
    assert amounts.spark([0, 0]) == "▁▁"
    assert amounts.bar(0.5, 4) == "██" and amounts.bar(2, 3) == "███" and amounts.bar(0, 3) == ""
