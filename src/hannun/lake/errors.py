"""Turns what delta-rs and the file system say into errors with a mend."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
from deltalake.exceptions import DeltaError, TableNotFoundError

from hannun.base.errors import LakeError, TableNotFound

RAISED = (OSError, DeltaError, pa.ArrowException, ValueError, RuntimeError, TypeError)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_MENDS = (
    (("No space left", "os error 28", "Errno 28", "errno: 28"), "free space on the disk and repeat: nothing of it was committed"),
    (("Disk quota", "os error 122"), "raise the quota and repeat: nothing of it was committed"),
    (
        ("Read-only file system", "os error 30", "Errno 30", "errno: 30"),
        "the lake is read-only: mount it for writing, or use another",
    ),
    (("Permission denied", "os error 13", "os error 1)"), "the lake is read-only for this user: give it write access"),
    (("Too many open files",), "raise the limit of open files (ulimit -n)"),
    (("403", "Forbidden", "AccessDenied", "InvalidAccessKey", "credentials"), "check the credentials in lake_options"),
    (("timed out", "dns error", "Connection refused", "error sending request"), "check the network and lake_url, and repeat"),
)


def reason(error: BaseException) -> str:
    """What went wrong, as one line without colours."""
    lines = [_COLOUR.sub("", line).strip(" ↳\t") for line in str(error).splitlines()]
    return ": ".join(dict.fromkeys(line.rstrip(":") for line in lines if line)) or type(error).__name__


def lake_error(what: str, error: BaseException) -> LakeError:
    """The error `what: reason`, with the mend that fits."""
    text = reason(error)
    mend = next((mend for marks, mend in _MENDS if any(mark in text for mark in marks)), "")
    return LakeError(f"{what}: {text}", mend=mend)


@contextmanager
def explained(what: str, table: str = "") -> Iterator[None]:
    """Errors of the block as `LakeError`; `what` says what was being done."""
    try:
        yield
    except TableNotFoundError as error:
        if not table:
            raise lake_error(what, error) from error
        raise TableNotFound(f"the lake has no table '{table}'", mend="hannun lake list shows the tables") from None
    except RAISED as error:
        raise lake_error(what, error) from error
