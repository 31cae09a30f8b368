"""Named locks between processes: one holder at a time, gone when its process is gone.

A lock is held by an open file (`flock`), or by a session of PostgreSQL, so that a killed holder never leaves one behind.
A thread may take a lock that it holds already.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from hannun.base.errors import StoreError
from hannun.base.identifiers import digest

TIMEOUT = 60.0
FIRST_PAUSE = 0.002
LONGEST_PAUSE = 0.1


class Locks:
    """Locks as files of one folder, which all processes of a home share. Making the object does nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held = threading.local()

    @contextmanager
    def hold(self, name: str, *, timeout: float = TIMEOUT) -> Iterator[None]:
        """Hold the lock `name` while the block runs.

        Args:
            name: such as `lake:core.cards`.
            timeout: seconds to wait for another holder.

        Raises:
            StoreError: another process held it for the whole time, or the lock cannot be made.
        """
        depth: dict[str, int] = self._held.__dict__.setdefault("depth", {})
        if depth.get(name):
            depth[name] += 1
            try:
                yield
            finally:
                depth[name] -= 1
            return
        with self._take(name, time.monotonic() + timeout):
            depth[name] = 1
            try:
                yield
            finally:
                del depth[name]

    def _take(self, name: str, deadline: float) -> AbstractContextManager[None]:
        return self._take_file(name, deadline)

    @contextmanager
    def _take_file(self, name: str, deadline: float) -> Iterator[None]:
        path = self._folder / (re.sub(r"[^A-Za-z0-9._-]", "_", name) + ".lock")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"the lock {path} cannot be made: {error.strerror}", mend="give the home a writable folder") from None
        try:
            pause = FIRST_PAUSE
            while not _flock(file, path):
                if time.monotonic() >= deadline:
                    holder = os.pread(file, 32, 0).decode("ascii", "replace").strip() or "unknown"
                    raise _busy(name, f"process {holder}")
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            os.pwrite(file, f"{os.getpid():<31}\n".encode(), 0)
            yield
        finally:
            os.close(file)


def _flock(file: int, path: Path) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
            raise StoreError(
                f"{path}: this file system has no locks: {error.strerror}", mend="put the home on a local disk, or set meta_url"
            ) from None
        raise
    return True


def _busy(name: str, holder: str) -> StoreError:
    return StoreError(f"'{name}' is held by {holder}", mend="wait until it is done, or end it, and repeat")


class DatabaseLocks(Locks):
    """Locks as advisory locks of PostgreSQL, for homes whose processes run on several machines.

    Each held lock keeps one connection; the server frees the lock when the connection ends.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(Path())
        self._engine = engine

    def _take(self, name: str, deadline: float) -> AbstractContextManager[None]:
        return self._take_advisory(name, deadline)

    @contextmanager
    def _take_advisory(self, name: str, deadline: float) -> Iterator[None]:
        number = int(digest("lock", name, length=16), 16) - (1 << 63)
        try:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        except SQLAlchemyError as error:
            raise StoreError(f"no lock '{name}': {_first_line(error)}", mend="check meta_url and that PostgreSQL runs") from None
        with connection:
            pause = FIRST_PAUSE
            while not connection.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": number}).scalar_one():
                if time.monotonic() >= deadline:
                    raise _busy(name, "another process")
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            try:
                yield
            finally:
                # Not only unlocked but closed: a pooled connection must never carry a lock into its next life.
                connection.invalidate()


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
