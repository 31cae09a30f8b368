"""The files that a version of a table consists of: what a copy of it needs, and whether they are there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
from pyarrow import fs

from hannun.base.errors import LakeError
from hannun.lake import log
from hannun.lake.commit import open_table
from hannun.lake.errors import explained
from hannun.lake.place import Place

LAST = f"{log.FOLDER}/_last_checkpoint"
_CHECKPOINT = re.compile(r"(\d{20})\.checkpoint(?:\.\d{10}\.(\d{10}))?\.parquet")
_ENTRY = re.compile(r"(\d{20})\.json")
_MEND = "run: hannun doctor"


@dataclass(frozen=True, slots=True)
class Part:
    """A file: its name in the folder that was asked about, its bytes, when it was written (nanoseconds since 1970)."""

    name: str
    size: int
    modified: int


def listed(place: Place) -> dict[str, Part]:
    """Every file below a folder, by name."""
    with explained(f"{place.root} cannot be listed"):
        files = [item for item in place.list() if item.type == fs.FileType.File]
    return {item.path: Part(item.path, item.size, item.mtime_ns or 0) for item in files}


def parts(place: Place, table: str, version: int) -> list[Part]:
    """The files of a table up to a version: data files first, then its log.

    Of the versions before, all are among them that can be read now.

    Raises:
        LakeError: a file that the version needs is not there, or not whole.
    """
    there = listed(place)
    entries = [name for name in there if _number(name) is not None and (_number(name) or 0) <= version]
    gap = missing_entry(entries, version)
    if gap is not None:
        raise LakeError(f"{table}: the log entry {place.path(log.name(gap))} is gone", mend=_MEND)
    with explained(f"the log of {table} cannot be read"):
        now = sizes(place, table, version)
        for name, size in now.items():
            if name not in there or there[name].size != size:
                raise LakeError(f"{table}: the file {place.path(name)} is {'cut' if name in there else 'gone'}", mend=_MEND)
        before = _named(place, table, entries)
        last = [LAST] if LAST in there and _hinted(place) <= version else []
    data = sorted((before | now.keys()) & there.keys())
    return [there[name] for name in (*data, *sorted(entries), *last)]


def sizes(place: Place, table: str, version: int) -> dict[str, int]:
    """The data files of a version, with their bytes as the log has them.

    Raises:
        LakeError: the log does not have the version (any more).
    """
    handle = open_table(place, table, version)
    with explained(f"{table} cannot be read"):
        actions = pa.table(handle.get_add_actions())
        return dict(zip(actions["path"].to_pylist(), actions["size_bytes"].to_pylist(), strict=True))


def newest(names: Iterable[str]) -> int:
    """The highest version that the files of a log tell of; -1 when there is none."""
    return max((number for name in names if (number := _number(name)) is not None), default=-1)


def missing_entry(names: Iterable[str], version: int) -> int | None:
    """The first entry that a log lacks to be read at a version; None when it is whole.

    Args:
        names: the files of the log, as names in the table's folder.
    """
    names = list(names)
    entries = {int(match[1]) for name in names if (match := _ENTRY.fullmatch(_base(name)))}
    start = max((number for number in _checkpoints(names) if number <= version), default=-1)
    return next((number for number in range(start + 1, version + 1) if number not in entries), None)


def _checkpoints(names: Iterable[str]) -> list[int]:
    """The versions of which a whole checkpoint is among the files."""
    found: dict[tuple[int, int], int] = {}
    for name in names:
        if match := _CHECKPOINT.fullmatch(_base(name)):
            key = (int(match[1]), int(match[2] or 1))
            found[key] = found.get(key, 0) + 1
    return sorted({number for (number, pieces), count in found.items() if count >= pieces})


def _number(name: str) -> int | None:
    """The version that a file of the log belongs to; None for other files."""
    if not name.startswith(f"{log.FOLDER}/"):
        return None
    match = _CHECKPOINT.fullmatch(_base(name)) or _ENTRY.fullmatch(_base(name))
    return int(match[1]) if match else None


def _base(name: str) -> str:
    return name.rpartition("/")[2]


def _hinted(place: Place) -> int:
    """The version of the newest checkpoint, by the log's hint: a log is read without it, too."""
    with place.files.open_input_file(LAST) as file:
        return int(json.loads(file.read())["version"])


def _named(place: Place, table: str, names: list[str]) -> set[str]:
    """The data files of every version that the log tells of, there or not."""
    found: set[str] = set()
    for number in _checkpoints(names):
        if missing_entry(names, number) is None:
            found.update(sizes(place, table, number))
    for name in names:
        if name.endswith(".json"):
            with place.files.open_input_file(name) as file:
                actions = [json.loads(line) for line in file.read().splitlines()]
            found.update(action["add"]["path"] for action in actions if "add" in action)
    return found
