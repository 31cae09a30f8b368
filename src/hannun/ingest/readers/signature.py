"""Is this still the same file? A file that changes while it is read is refused."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO, NamedTuple

from hannun.base.errors import SourceError


class Signature(NamedTuple):
    """What the file system says of a file; any change of content or place changes it."""

    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int


def signature(path: Path) -> Signature:
    """The signature of a file as it lies there now.

    Raises:
        SourceError: it is not there, not readable, or not a plain file.
    """
    try:
        return _of(path, path.stat())
    except OSError as error:
        raise unreadable(path, error) from None


def open_file(path: Path) -> tuple[BinaryIO, Signature]:
    """A plain file opened for reading, unbuffered, with the signature of what was opened.

    Raises:
        SourceError: it is not there, not readable, or not a plain file.
    """
    signature(path)  # a pipe would block open()
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        raise unreadable(path, error) from None
    return file, _of(path, os.fstat(file.fileno()))


def check_unchanged(path: Path, before: Signature) -> None:
    """Raises:
    SourceError: the file was replaced, written or removed since `before`.
    """
    try:
        now = _of(path, path.stat())
    except (OSError, SourceError):
        raise SourceError(f"{path}: was removed while it was read", mend="nothing was loaded; give it again") from None
    if now != before:
        how = "replaced" if now.inode != before.inode else "written to"
        raise SourceError(
            f"{path}: was {how} while it was read ({before.size} → {now.size} bytes)",
            mend="nothing was loaded; wait until it is complete, then give it again",
        )


def unreadable(path: Path, error: OSError) -> SourceError:
    """The error for a file that the system would not give us."""
    return SourceError(f"{path}: cannot be read: {error.strerror or error}", mend="check the path and its permissions")


def _of(path: Path, status: os.stat_result) -> Signature:
    if stat.S_ISDIR(status.st_mode):
        raise SourceError(f"{path}: is a folder, not a file", mend="give the files in it")
    if not stat.S_ISREG(status.st_mode):
        raise SourceError(f"{path}: is not a plain file", mend="give a plain file")
    return Signature(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
