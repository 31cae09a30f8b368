"""The little Markdown that the reference pages need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; `|` and line ends inside a cell are kept from breaking it."""
    lines = [_line(header), "|" + "---|" * len(header)]
    lines += [_line(row) for row in rows]
    return "\n".join(lines)


def code(text: str) -> str:
    """`text` as inline code; nothing for nothing."""
    return f"`{text}`" if text else ""


def page(made_from: str, *parts: str) -> str:
    """A page: a note for who would edit it, then its parts, a blank line between each two."""
    note = f"<!-- Made by `make docs` from {made_from}. Edit that, not this page. -->"
    return "\n\n".join(part for part in (note, *parts) if part) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
