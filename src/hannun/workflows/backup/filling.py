"""Copying the files of a backup into a home that nobody sees yet, each checked while it is read."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from hannun.base.clock import SystemClock
from hannun.base.errors import HannunError
from hannun.base.identifiers import BLOCK
from hannun.base.settings import FILE_NAME, Settings
from hannun.lake.errors import explained
from hannun.lake.place import Place
from hannun.workflows.backup.folder import BackupFolder, Kept, Manifest
from hannun.workflows.home import open_home

SHOWN = 5


def fill(folder: BackupFolder, manifest: Manifest, ready: Path, lake_url: str | None, progress: Callable[[str], None]) -> Settings:
    """Copy every file into the new home; a lake that lies elsewhere comes last, when all of it is checked.

    Raises:
        HannunError: a file of the backup is not what it was, or the place of a lake elsewhere is not empty.
    """
    own: list[Kept] = []
    lake: list[Kept] = []
    for file in manifest.files:
        (lake if file.path.startswith("lake/") else own).append(file)
    progress(f"{len(own)} files of the home")
    _copy_all(folder, manifest, own, ready)
    if lake_url is not None:
        _set_lake_url(ready / FILE_NAME, lake_url)
    settings = Settings.load(ready)
    progress(f"{len(lake)} files of the lake, {sum(file.size for file in lake):,} bytes")
    if settings.lake_url:
        bad = [file.path for file in lake if not _whole(folder, file)]
        if bad:
            raise _damaged(folder, manifest, bad, "; nothing was restored")
        _elsewhere(folder, lake, open_home(settings, SystemClock()).lake.place)
    else:
        (ready / "lake").mkdir()
        _copy_all(folder, manifest, lake, ready)
    return settings


def _copy_all(folder: BackupFolder, manifest: Manifest, files: list[Kept], ready: Path) -> None:
    bad = [file.path for file in files if not _copied(folder, file, ready)]
    if bad:
        raise _damaged(folder, manifest, bad, "; nothing was restored")


def _copied(folder: BackupFolder, file: Kept, ready: Path) -> bool:
    """Whether the file came over as it was backed up."""
    target = ready / file.path
    if not target.resolve().is_relative_to(ready.resolve()):
        return False
    content = folder.content(file.sha256)
    if not content.is_file():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    seen = hashlib.sha256()
    number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with content.open("rb") as source, os.fdopen(number, "wb") as out:
        while block := source.read(BLOCK):
            seen.update(block)
            out.write(block)
        out.flush()
        os.fsync(number)
    # Maintenance, and the next backup, go by when a file was written.
    os.utime(target, ns=(file.modified, file.modified))
    return seen.hexdigest() == file.sha256


def _elsewhere(folder: BackupFolder, files: list[Kept], place: Place) -> None:
    """Copy a lake to where it lay; it can be seen table by table, each as soon as its log is there."""
    if place.list(recursive=False):
        raise HannunError(
            f"the lake's place {place.root} is not empty, and there is no moving it aside; nothing was restored",
            mend="empty it, or name an empty one: --lake-url URL",
        )
    with explained(f"the lake cannot be restored to {place.root}"):
        for file in sorted(files, key=lambda file: "/_delta_log/" in file.path):
            name = file.path.removeprefix("lake/")
            place.make_folder(name.rpartition("/")[0])
            with folder.content(file.sha256).open("rb") as source, place.files.open_output_stream(name) as target:
                shutil.copyfileobj(source, target, BLOCK)
            place.sync(name)


def _set_lake_url(file: Path, url: str) -> None:
    text = file.read_text("utf-8")
    line = "lake_url = '" + url.replace("'", "%27") + "'"
    text, found = re.subn(r"(?m)^\s*lake_url\s*=.*$", lambda _: line, text)
    # At the top: further down the line could fall into a section.
    file.write_text(text if found else f"{line}\n{text}", "utf-8")


def check(folder: BackupFolder, manifest: Manifest) -> None:
    """Read every file of a backup.

    Raises:
        HannunError: some are not what they were, by name.
    """
    bad = [file.path for file in manifest.files if not _whole(folder, file)]
    if bad:
        raise _damaged(folder, manifest, bad, "")


def _whole(folder: BackupFolder, file: Kept) -> bool:
    try:
        with folder.content(file.sha256).open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest() == file.sha256
    except OSError:
        return False


def _damaged(folder: BackupFolder, manifest: Manifest, names: list[str], outcome: str) -> HannunError:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    first = next(folder.content(file.sha256) for file in manifest.files if file.path == names[0])
    return HannunError(
        f"backup {manifest.id}: {', '.join(names[:SHOWN])}{more}: the content is gone or was changed{outcome}",
        mend=f"use another backup (--backup ID); or remove what is damaged, such as {first}: the next backup copies it again",
    )
