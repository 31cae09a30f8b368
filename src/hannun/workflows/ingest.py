"""Files into the lake: what `hannun ingest` does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from hannun.ingest.context import Context, FileReport, Progress
from hannun.ingest.engine import Engine
from hannun.ingest.landing import found_files
from hannun.ingest.mapping import Mapping, find_mapping
from hannun.ingest.runner import Runner
from hannun.workflows.home import Home


def ingest(home: Home, paths: Iterable[Path], mapping: str, *, progress: Progress | None = None) -> list[FileReport]:
    """Load files, once each.

    Args:
        paths: files, folders, wildcards.
        mapping: the name of a mapping, or its file.
        progress: called with a file's name and the rows read so far.

    Returns:
        One report a file. A file that is wrong has an `error`; the others are loaded all the same.

    Raises:
        MappingError: the mapping is wrong, or does not fit the files.
        LakeError: the lake cannot be written; the load can be repeated.
    """
    return list(ingest_each(home, paths, mapping, progress=progress))


def ingest_each(home: Home, paths: Iterable[Path], mapping: str, *, progress: Progress | None = None) -> Iterator[FileReport]:
    """As `ingest`, with each report as soon as its file is done."""
    chosen = find_mapping(mapping, home.settings.conf / "mappings")
    with engine_of(home, chosen) as engine:
        yield from Runner(context_of(home, chosen), engine, progress).run(paths)


def context_of(home: Home, mapping: Mapping) -> Context:
    """The parts of a home that ingestion uses."""
    return Context(home.lake, home.store, home.contracts, lambda: home.vault, home.clock, mapping)


def engine_of(home: Home, mapping: Mapping) -> Engine:
    """The engine that a mapping's SQL runs in."""
    settings = home.settings
    return Engine(mapping, memory_limit=settings.ingest_memory_limit, spill=settings.spill, threads=settings.threads)


def watch_each(
    home: Home,
    paths: Iterable[Path],
    mapping: str,
    *,
    every: float,
    progress: Progress | None = None,
    wait: Callable[[float], object] = time.sleep,
) -> Iterator[FileReport]:
    """Load what lies in the paths, and then, for ever, what lands there.

    A file is taken when its size and time have not changed between two looks; a file that was refused is taken again
    when it changes.
    """
    watched = list(paths)
    chosen = find_mapping(mapping, home.settings.conf / "mappings")
    done: dict[Path, tuple[int, int]] = {}
    seen: dict[Path, tuple[int, int]] = {}
    while True:
        now = {path: state for path in found_files(watched)[0] if (state := _state(path)) is not None}
        ready = [path for path, state in now.items() if seen.get(path) == state and done.get(path) != state]
        if ready:
            with engine_of(home, chosen) as engine:
                yield from Runner(context_of(home, chosen), engine, progress).run(ready)
            done |= {path: now[path] for path in ready}
        seen = now
        wait(every)


def _state(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
