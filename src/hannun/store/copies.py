"""Copies of SQLite databases that are in use, and whether a database is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from hannun.base.errors import StoreError
from hannun.store.engines import BUSY_SECONDS


def copy(source: Path, target: Path) -> None:
    """Copy a database as it stands at one instant, while others may write to it.

    Raises:
        StoreError: it is not there or no database, or the copy cannot be written.
    """
    try:
        with closing(_opened(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
            # One file, without a log beside it: programs that open it switch the log on again.
            new.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise StoreError(f"{source} cannot be copied: {error}", mend="run: hannun doctor") from error


def fault(path: Path) -> str:
    """What is wrong with a database; empty when it is whole. Reads all of it."""
    try:
        with closing(_opened(path)) as connection:
            [first, *_] = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return "" if first == "ok" else str(first)


def _opened(path: Path) -> sqlite3.Connection:
    # Not read-only: a reader of a database with a log beside it may have to make the shared memory of that log.
    return sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=BUSY_SECONDS)
