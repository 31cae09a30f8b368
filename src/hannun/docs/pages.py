"""All reference pages: what they are called, and whether those on disk still tell the truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from hannun import contracts
from hannun.docs import commands, errors, settings, tables
from hannun.views import schema


def _cli() -> str:
    from hannun.cli.app import app

    return commands.render(app)


PAGES: dict[str, Callable[[], str]] = {
    "tables.md": lambda: tables.render(contracts.load()),
    "settings.md": settings.render,
    "cli.md": _cli,
    "errors.md": errors.render,
    "customer-view.schema.json": lambda: json.dumps(schema(), ensure_ascii=False, indent=2) + "\n",
}


def pages() -> dict[str, str]:
    """The text of every page by its file name."""
    return {name: render() for name, render in PAGES.items()}


def stale(folder: Path) -> list[str]:
    """The pages in `folder` that are missing or no longer what the code says."""
    return [name for name, text in pages().items() if not (folder / name).is_file() or (folder / name).read_text("utf-8") != text]


def write(folder: Path) -> list[str]:
    """Write every page that is stale into `folder`; returns their names."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = stale(folder)
    for name in changed:
        (folder / name).write_text(PAGES[name](), "utf-8")
    return changed
