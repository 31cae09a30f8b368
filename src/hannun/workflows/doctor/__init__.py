"""A look at the machine and a home: what is there, what is missing, what is broken, and how each is mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from hannun.base.clock import Clock
from hannun.base.errors import HannunError
from hannun.base.settings import Settings
from hannun.workflows.doctor import home as homes
from hannun.workflows.doctor import lake, machine
from hannun.workflows.doctor.finding import LEVELS, Finding, Level
from hannun.workflows.home import Home, open_home

__all__ = ["LEVELS", "Finding", "Level", "examine"]


def examine(place: Path, *, clock: Clock | None = None, progress: Callable[[str], None] = lambda _: None) -> list[Finding]:
    """Look at the machine and, where there is one, at the home. Nothing is changed.

    Returns:
        What was found, in the order of looking.
    """
    place = place.absolute()
    progress("machine")
    if not place.exists():
        found = [Finding("note", "there is no home here yet", str(place), f"hannun init --home {place}")]
        return [*machine.look(Settings.of(place)), *found]
    settings, found = homes.settings(place)
    found = [*machine.look(settings or Settings.of(place)), *found]
    if settings is None:
        return found
    home = open_home(settings, clock)
    try:
        return found + list(_home(home, progress))
    finally:
        home.store.close()


def _home(home: Home, progress: Callable[[str], None]) -> Iterator[Finding]:
    progress("databases")
    databases = list(homes.store(home, homes.last_backup(home)))
    yield from databases
    told = not any(finding.level == "broken" and "meta" in finding.where for finding in databases)
    last = homes.last_backup(home)
    looks: list[tuple[str, Callable[[], Iterator[Finding]], bool]] = [
        ("conf", lambda: homes.conf(home, last), True),
        ("lake", lambda: lake.tables(home, last), True),
        ("key", lambda: homes.key(home, last), True),
        ("loads", lambda: lake.loads(home, last), told),
        ("views", lambda: homes.views(home, last), told),
        ("leftovers", lambda: lake.leftovers(home), True),
        ("backup", lambda: iter([homes.backups(last)]), told),
    ]
    for name, look, possible in looks:
        if not possible:
            yield Finding("note", "not looked at, because the database 'meta' is broken", name)
            continue
        progress(name)
        try:
            yield from look()
        except HannunError as error:
            yield Finding("broken", error.message, name, error.mend)
