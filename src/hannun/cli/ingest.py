"""`hannun ingest`: files into the lake, once each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hannun.cli.common import HomeOption, JsonOption, console, home_of, progress_console, say, show, table

if TYPE_CHECKING:
    from hannun.ingest.context import FileReport, Progress

EVERY = 10.0


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders or wildcards.", show_default=False)],
    *,
    mapping: Annotated[str, typer.Option("--mapping", help="A mapping's name, or its file.", show_default=False)],
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 when rows were quarantined.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and load what lands in the folders. Ends with Ctrl-C.")] = False,
    every: Annotated[float, typer.Option("--every", help="Seconds between two looks of --watch.", min=0.1)] = EVERY,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Load files into the lake, once each; bad rows go to quarantine with the reason."""
    from hannun.workflows.ingest import ingest_each, watch_each

    opened = home_of(home)
    reports: list[FileReport] = []
    with _progress(json) as progress:
        each = (
            watch_each(opened, paths, mapping, every=every, progress=progress)
            if watch
            else ingest_each(opened, paths, mapping, progress=progress)
        )
        try:
            for report in each:
                reports.append(report)
                if watch:
                    _line(report, json)
        except KeyboardInterrupt:
            if not watch:
                raise
    for report in reports if json else []:
        if not report.table and report.message:
            say(f"{report.file}: {report.message}")
    if not watch:
        show([report.as_dict() for report in reports], json, lambda: _print(reports))
    if any(report.error for report in reports):
        raise typer.Exit(1)
    if strict and any(report.rows_quarantined or report.derived_quarantined for report in reports):
        raise typer.Exit(3)


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress | None]:
    """A bar a file, on standard error; none where nobody watches."""
    from rich.progress import Progress as Bars
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    if quiet and not progress_console.is_terminal:
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,} rows"), TimeElapsedColumn())
    with Bars(*columns, console=progress_console, transient=True) as bars:
        tasks: dict[str, int] = {}

        def step(name: str, rows: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=None)
            bars.update(tasks[name], completed=rows)  # type: ignore[arg-type]

        yield step


def _line(report: FileReport, json: bool) -> None:
    """One report as it comes: a JSON document a line, or a line for people."""
    import json as jsonlib
    import sys

    if json:
        sys.stdout.write(jsonlib.dumps(report.as_dict(), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    else:
        words = (
            report.error
            or f"{report.table}: {report.rows_loaded:,} loaded, {report.rows_quarantined:,} quarantined {report.message}"
        )
        console.print(f"{report.file}: {words}", markup=False)


def _print(reports: list[FileReport]) -> None:
    from hannun.ingest.ledger import LOADED_BEFORE

    if not reports:
        console.print("no file matches a source of the mapping")
        return
    rows = [
        (
            Path(report.file).name,
            _status(report),
            report.table.removeprefix("core."),
            report.rows_read,
            report.rows_loaded,
            report.rows_quarantined,
            report.rows_unchanged,
            _counts(report.derived),
            _counts(report.placeholders),
            report.error or ("" if report.message == LOADED_BEFORE else report.message),
        )
        for report in reports
    ]
    names = ["file", "status", "table", "read", "loaded", "quarantined", "unchanged", "derived rows", "placeholders", "said"]
    table("", names, rows, right=names[3:7])
    console.print(_total(reports))


def _status(report: FileReport) -> str:
    if report.error:
        return "refused"
    if report.already_loaded:
        return "loaded before"
    if not report.table:
        return "not read"
    return "loaded" if report.rows_read else "empty"


def _total(reports: list[FileReport]) -> str:
    """One line: how many files of each status, and their rows."""
    files = Counter(_status(report) for report in reports)
    fresh = [report for report in reports if not report.already_loaded]
    read, loaded, kept = (sum(getattr(item, name) for item in fresh) for name in ("rows_read", "rows_loaded", "rows_quarantined"))
    counts = ", ".join(f"{number:,} {status}" for status, number in files.items())
    return f"{len(reports):,} files: {counts}. New: {read:,} rows read, {loaded:,} loaded, {kept:,} quarantined"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name.removeprefix('core.')} {number:,}" for name, number in counts.items())
