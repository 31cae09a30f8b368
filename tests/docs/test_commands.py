"""Every command line that a page shows is one that Hannun takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from hannun.cli.app import app
from hannun.docs.commands import commands, parameters

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("README*.md"), *sorted((ROOT / "docs").glob("*.md"))]
KNOWN = dict(commands(typer.main.get_command(app)))


def shown(page: Path) -> Iterator[str]:
    """The command lines in a page's code blocks; the reference shows each command's usage in the same way."""
    for block in re.findall(r"```(?:sh)?\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("hannun "):
                yield line.split(" #")[0].strip()


LINES = [(page.name, line) for page in PAGES for line in shown(page)]


def fault(line: str) -> str:
    """What is wrong with a command line, or nothing. Brackets and ellipses of a usage are read as if all were given."""
    words = shlex.split(re.sub(r"[\[\]…]", "", line))
    name, rest = words[0], words[1:]
    while rest and f"{name} {rest[0]}" in KNOWN:
        name = f"{name} {rest.pop(0)}"
    command = KNOWN[name]
    if hasattr(command, "commands"):
        return f"{name} needs one of {', '.join(command.commands)}"
    options = {option: item for item in parameters(command) for option in (*item.opts, *item.secondary_opts)}
    arguments: list[str] = []
    given: set[str] = set()
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            arguments.append(word)
        elif word not in options:
            return f"{name} has no {word}"
        else:
            given.add(options[word].name)
            if not options[word].is_flag:
                rest = rest[1:]
    return _counted(name, parameters(command), arguments, given)


def _counted(name: str, known: list[Any], arguments: list[str], given: set[str]) -> str:
    places = [item for item in known if item.param_type_name == "argument"]
    missing = [item.name for item in known if item.required and item.param_type_name == "option" and item.name not in given]
    if missing:
        return f"{name} needs --{missing[0]}"
    if len(arguments) < sum(item.required for item in places):
        return f"{name} needs {' '.join(item.name for item in places)}"
    if len(arguments) > len(places) and not any(item.nargs == -1 for item in places):
        return f"{name} does not take '{arguments[-1]}'"
    return ""


@pytest.mark.parametrize(("page", "line"), [item for item in LINES if item[0] != "cli.md"])
def test_a_command_line_of_a_page_is_one_that_hannun_takes(page: str, line: str) -> None:
    assert fault(line) == ""


def test_pages_show_commands_at_all() -> None:
    assert {"README.md", "README.ko.md", "quickstart.md", "ingest.md", "backup.md", "real-data.md"} <= {page for page, _ in LINES}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("hannun quarantine retry", "needs name"),
        ("hannun quarantine", "needs one of"),
        ("hannun lake list --as-of 2026-09-30", "no --as-of"),
        ("hannun ingest FILE", "needs --mapping"),
        ("hannun doctor all", "does not take 'all'"),
    ],
)
def test_a_wrong_command_line_would_be_found(line: str, words: str) -> None:
    assert words in fault(line)
