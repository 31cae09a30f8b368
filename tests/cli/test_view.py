"""`hannun view` as a user sees it."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console

from hannun.cli.view_panels import panels
from hannun.views import COLUMNS
from hannun.views.words import Language, Words
from tests.views.conftest import built, one  # noqa: F401 - fixtures


def printed(words: Words, document: dict[str, Any], width: int) -> str:
    console = Console(width=width, highlight=False)
    with console.capture() as capture:
        console.print(panels(words, document, width))
    return capture.get()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("width", [80, 110, 160])
def test_the_six_panels_fit_the_terminal(one: dict[str, Any], language: Language, width: int) -> None:  # noqa: F811
    words = Words(language)
    text = printed(words, one, width)
    for column in COLUMNS:
        assert words(f"column.{column}") in text
    assert "C1" in text and "▁" in text and "█" in text
    assert max(Console().measure(line).maximum for line in text.splitlines()) <= width


def test_cells_without_values_say_why(one: dict[str, Any]) -> None:  # noqa: F811
    text = printed(Words("ko"), one, 160)
    assert "이탈 가능성  준비 중 (voc)" in text
    assert "core.revolving" in text
