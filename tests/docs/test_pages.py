"""The reference pages say what the code says, and leave nothing out."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from hannun.base.errors import HannunError
from hannun.base.settings import Settings
from hannun.cli.app import app
from hannun.contracts import Contracts
from hannun.docs import PAGES, pages, stale, write
from hannun.docs.commands import commands, parameters
from hannun.docs.errors import tree
from hannun.docs.markdown import table

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS = list(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_says(name: str) -> None:
    assert name not in stale(DOCS), f"docs/{name} is stale: run make docs"


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_and_option_says_what_it_does(name: str, command: Any) -> None:
    assert command.help, f"{name} has no docstring"
    for item in parameters(command):
        assert item.help, f"{name}: {item.name} has no help text"
    assert f"## {name}\n" in (DOCS / "cli.md").read_text("utf-8")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_means(name: str) -> None:
    assert Settings.model_fields[name].description
    assert f"| `{name}` | `HANNUN_{name.upper()}` |" in (DOCS / "settings.md").read_text("utf-8")


def test_every_error_stands_in_the_reference_and_in_the_tree_of_the_module() -> None:
    from hannun.base import errors

    page = (DOCS / "errors.md").read_text("utf-8")
    named = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, HannunError)}
    assert {error for _, error in tree()} == named
    for error in named:
        assert f"`{error.__name__}`" in page
        assert error.__name__ in (errors.__doc__ or ""), f"{error.__name__} is missing in the module's tree"


def test_every_table_and_column_stands_in_the_reference(shipped: Contracts) -> None:
    page = (DOCS / "tables.md").read_text("utf-8")
    for contract in shipped.values():
        section = page.split(f"## {contract.table} · ")[1].split("\n## ")[0]
        for column in contract.columns:
            assert f"| `{column.name}` | {column.name_ko} | {column.type} |" in section


def test_every_link_inside_a_page_leads_somewhere() -> None:
    for name, text in pages().items():
        for target in re.findall(r"\]\(#([^)]+)\)", text):
            assert f'<a id="{target}"></a>' in text, f"{name}: #{target}"


def test_a_stale_page_is_named_and_mended(tmp_path: Path) -> None:
    assert write(tmp_path) == list(PAGES)
    (tmp_path / "cli.md").write_text("old", "utf-8")
    assert stale(tmp_path) == ["cli.md"]
    run = [sys.executable, "-m", "hannun.docs", str(tmp_path)]
    checked = subprocess.run([*run, "--check"], capture_output=True, text=True, check=False)
    assert checked.returncode == 1
    assert "cli.md is stale: run make docs" in checked.stderr
    assert "written: cli.md" in subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert "nothing to do" in subprocess.run(run, capture_output=True, text=True, check=True).stdout


def test_a_cell_cannot_break_its_table() -> None:
    assert table(("a",), [("x | y\nz",)]).splitlines()[2] == "| x \\| y z |"
