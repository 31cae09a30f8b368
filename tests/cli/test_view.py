"""`hannun view` as a user sees it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from hannun.cli.view_panels import panels
from hannun.contracts import Contracts
from hannun.views import COLUMNS
from hannun.views.words import Language, Words
from tests.cli.test_contracts import PROGRAM
from tests.views.conftest import Company, built, one  # noqa: F401 - fixtures


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


def test_views_are_built_once_and_one_is_printed(tmp_path: Path, shipped: Contracts) -> None:
    (tmp_path / "hannun.toml").write_text("", "utf-8")
    company = Company(tmp_path, shipped)
    company.fill()
    company.close()

    def hannun(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*PROGRAM, *words, "--home", str(tmp_path)], capture_output=True, text=True, check=False)

    build = ("views", "build", "--as-of", "2026-09-30", "--json")
    first, second = json.loads(hannun(*build).stdout), json.loads(hannun(*build).stdout)
    assert (first["customers"], first["already_built"], second["already_built"]) == (4, False, True)
    document = json.loads(hannun("view", "C1", "--json").stdout)
    assert document["generation"] == first["generation"] and document["value"]["spending"]["annual_krw"] == 310_000
    english = hannun("view", "C1", "--lang", "en").stdout
    assert "Main spending industries" in english and "Department store" in english
    unknown = hannun("view", "C404")
    assert unknown.returncode == 1 and "C404" in unknown.stderr and "Traceback" not in unknown.stderr
