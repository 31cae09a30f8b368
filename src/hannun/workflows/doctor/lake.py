"""Looking at a home's lake: logs, files, loads, originals, leftovers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from hannun.base.errors import HannunError, LakeError
from hannun.ingest.archive import Archive
from hannun.ingest.context import Landed
from hannun.lake.lake import FILES
from hannun.lake.parts import Part, listed, missing_entry, newest, parts, sizes
from hannun.lake.place import Place
from hannun.store import FileLoad
from hannun.workflows.doctor.finding import Finding
from hannun.workflows.doctor.home import restore_line
from hannun.workflows.home import Home

OLD_SECONDS = 24 * 3600
SHOWN = 5
AGAIN = 3


def tables(home: Home, last: dict[str, Any]) -> Iterator[Finding]:
    """Every table: its log is whole and not older than it was, every file of its newest version is there in its length."""
    mend = restore_line(home, last)
    place = home.lake.place
    try:
        there = _by_table(listed(place))
    except LakeError as error:
        yield Finding("broken", error.message, place.root, error.mend)
        return
    before: dict[str, int] = last.get("tables", {})
    for name in sorted(there.keys() | before.keys()):
        folder = place.child(*name.split(".", 1))
        found = list(_table(name, folder, there.get(name, {}), before.get(name, -1)))
        for _ in range(AGAIN if found else 0):
            # A commit or maintenance may have come between one folder's listing and the next.
            found = list(_table(name, folder, listed(folder), before.get(name, -1)))
            if not found:
                break
        for text, where in found:
            yield Finding("broken", text, where, mend)
        if not found:
            yield Finding("ok", f"{name} is whole", folder.root)


def _table(name: str, place: Place, there: dict[str, Part], before: int) -> Iterator[tuple[str, str]]:
    """What is wrong with a table, and where."""
    if not there:
        yield f"{name} is gone", place.root
        return
    log = [file for file in there if file.startswith("_delta_log/")]
    version = newest(log)
    if version < 0:
        yield f"{name} has no log", place.path("_delta_log")
        return
    gap = missing_entry(log, version)
    if gap is not None:
        yield f"{name}: an entry of the log is gone", place.path(f"_delta_log/{gap:020d}.json")
        return
    if version < before:
        yield f"{name} stands at version {version}, the last backup has {before}", place.path(f"_delta_log/{version + 1:020d}.json")
    try:
        wanted = sizes(place, name, version)
    except LakeError as error:
        yield error.message, place.root
        return
    for file, size in wanted.items():
        if file not in there:
            yield f"{name}: a file of version {version} is gone", place.path(file)
        elif there[file].size != size:
            yield f"{name}: a file has {there[file].size:,} bytes instead of {size:,}", place.path(file)


def loads(home: Home, last: dict[str, Any]) -> Iterator[Finding]:
    """The ledger against the lake: what it says is loaded is in the table's log, and its original is kept."""
    mend = restore_line(home, last)
    noted = home.store.files()
    lost = [load for load in noted if load.table and _lost(home, load)]
    for load in lost[:SHOWN]:
        text = f"{load.name} was loaded into {load.table}, but the table's log does not have it"
        yield Finding("broken", text, load.table, f"load the file again, or: {mend}")
    archive = Archive(home.lake.files, lambda: home.vault.keys)
    originals = {load.fingerprint: load.name for load in noted}
    gone = [fingerprint for fingerprint in originals if not archive.exists(fingerprint)]
    for fingerprint in gone[:SHOWN]:
        where = home.lake.place.path(f"{FILES}/{fingerprint[:2]}/{fingerprint}")
        yield Finding("broken", f"the archived original of {originals[fingerprint]} is gone", where, mend)
    for what, all_of in (("loads that the lake does not have", lost), ("archived originals that are gone", gone)):
        if len(all_of) > SHOWN:
            yield Finding("broken", f"{len(all_of) - SHOWN:,} more {what}", home.lake.place.root, mend)
    if not lost and not gone:
        yield Finding("ok", f"{len(noted):,} loads of the ledger are in the lake, their originals are kept", home.lake.place.root)


def _lost(home: Home, load: FileLoad) -> bool:
    txn = Landed(load.name, load.source, load.mapping, load.fingerprint, False).txn
    try:
        return not home.lake.committed(load.table, txn)
    except HannunError:
        # The table itself cannot be read: that is told where the tables are.
        return False


def leftovers(home: Home) -> Iterator[Finding]:
    """What killed programs left behind: it harms nobody, but takes space."""
    place = home.lake.place
    try:
        there = listed(place)
        unseen = [part for name, files in _by_table(there).items() for part in _unnamed(place, name, files)]
    except LakeError:
        return
    halves = [part for part in there.values() if part.name.startswith(f"{FILES}/_part/") and _old(part.modified)]
    for files, what, mend in (
        (unseen, "files in tables that no version names", "hannun lake maintain"),
        (halves, "half-written originals", f"remove them from {place.path(f'{FILES}/_part')} while nothing is loaded"),
    ):
        if files:
            text = f"{len(files):,} {what}, {sum(part.size for part in files):,} bytes"
            yield Finding("note", text, place.root, mend)
    root = home.settings.home
    spill = home.settings.spill
    spilt = [path for path in spill.glob("*") if _old(path.stat().st_mtime_ns)] if spill.is_dir() else []
    if spilt:
        yield Finding("note", f"{len(spilt):,} folders of temporary files, older than a day", str(spill), "remove them")
    for path in (*root.parent.glob(f".{root.name}.restore-*"), *root.parent.glob(f"{root.name}.before-*")):
        what = "a restore that was interrupted" if path.name.startswith(".") else "the home as it was before a restore"
        yield Finding("note", what, str(path), "remove it when you need it no more")


def _unnamed(place: Place, name: str, files: dict[str, Part]) -> list[Part]:
    """The data files that are in no version which can be read; young ones may be a load's that is going on."""
    version = newest(files)
    data = [part for part in files.values() if not part.name.startswith("_delta_log/") and _old(part.modified)]
    if version < 0 or not data:
        return []
    named = {part.name for part in parts(place.child(*name.split(".", 1)), name, version)}
    return [part for part in data if part.name not in named]


def _by_table(there: dict[str, Part]) -> dict[str, dict[str, Part]]:
    """The files of each table, by their names in its folder."""
    found: dict[str, dict[str, Part]] = {}
    for part in there.values():
        area, _, rest = part.name.partition("/")
        name, _, file = rest.partition("/")
        if file and not area.startswith(("_", ".")) and not name.startswith(("_", ".")):
            found.setdefault(f"{area}.{name}", {})[file] = Part(file, part.size, part.modified)
    return found


def _old(nanoseconds: int) -> bool:
    return time.time() - nanoseconds / 1e9 > OLD_SECONDS
