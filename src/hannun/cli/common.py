"""What every command shares: options, output, errors."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from hannun.features import Unseen
    from hannun.workflows.home import Home

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="The home to work in; else HANNUN_HOME, else ./hannun-home.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", help="Business date, such as 2026-09-30: everything known by its end in Seoul is used.", show_default=False
    ),
]

console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
progress_console = Console(stderr=True, highlight=False)


def home_of(path: Path | None) -> Home:
    """The home that a command works in."""
    from hannun.base.settings import Settings
    from hannun.workflows.home import open_home

    return open_home(Settings.load(path))


def as_of_day(home: Home, text: str | None) -> date:
    """The business date that `--as-of` says; today in Seoul when it says nothing.

    Raises:
        HannunError: it is no date, or has not come yet: what will be known by then cannot be said.
    """
    from hannun.base.dates import business_date, parse_day
    from hannun.base.errors import HannunError

    today = business_date(home.clock.now())
    day = parse_day(text) if text else today
    if day > today:
        raise HannunError(f"--as-of {day} has not come yet", mend=f"today in Seoul is {today}")
    return day


def plain(value: Any) -> Any:
    """A value as JSON can hold it: dates and instants in ISO 8601, decimals as text, paths as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def show(data: Any, json: bool, render: Callable[[], None]) -> None:
    """Print `data` as JSON, or call `render` to print it for people."""
    if json:
        sys.stdout.write(jsonlib.dumps(data, ensure_ascii=False, indent=2, default=plain) + "\n")
    else:
        render()


def say(text: str) -> None:
    """A line for people about what is going on: standard error."""
    progress_console.print(text, markup=False)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Sequence[str] = ()) -> None:
    """Print a table; columns named in `right` are aligned right."""
    grid = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        grid.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*("" if cell is None else f"{cell:,}" if type(cell) is int else str(cell) for cell in row))
    console.print(grid)


def unseen_lines(found: Unseen | None) -> list[str]:
    """What to tell people about money that spending does not hold."""
    lines = []
    if found and found.settlements:
        lines.append(f"not counted: {found.settlements:,} settlements of {found.settlements_krw:,}원 whose approval is not known")
    if found and found.approvals:
        lines.append(
            f"not counted: {found.approvals:,} purchases of {found.approvals_krw:,}원 approved before settlements begin "
            f"({found.settled_since})"
        )
    return lines
