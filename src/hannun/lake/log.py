"""A table's log, read directly: which versions it still tells of, and what each commit says of itself.

delta-rs's own `history()` numbers the newest entries from the handle's version downwards, so that its numbers are wrong
on a handle of an older version, or when another commit lands meanwhile.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hannun.lake.place import Place

FOLDER = "_delta_log"


def name(version: int) -> str:
    """The log file of a version, inside the table's folder."""
    return f"{FOLDER}/{version:020d}.json"


def versions(place: Place) -> list[int]:
    """The versions whose log files are there, oldest first."""
    names = (item.path.rpartition("/")[2] for item in place.list(FOLDER, recursive=False))
    return sorted(int(name[:20]) for name in names if len(name) == 25 and name.endswith(".json") and name[:20].isdigit())


def info(place: Place, version: int) -> dict[str, Any] | None:
    """What a commit says of itself; None when its log file is gone.

    Raises:
        OSError: the log cannot be read.
    """
    try:
        with place.files.open_input_file(name(version)) as file:
            content: bytes = file.read()
    except FileNotFoundError:
        return None
    for line in content.splitlines():
        entry = json.loads(line)
        if "commitInfo" in entry:
            found: dict[str, Any] = entry["commitInfo"]
            return found
    return {}


def moment(entry: dict[str, Any]) -> datetime:
    """When a commit was written."""
    return datetime.fromtimestamp(entry.get("timestamp", 0) / 1000, UTC)
