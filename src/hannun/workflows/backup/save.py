"""Making a backup while others write to the home.

The databases come first, then the tables: the ledger never tells of a load that the backed-up lake lacks. The versions
of all tables are read at one instant, so that no table misses what another one's rows need. The master key stays out:
whoever holds a backup must not hold the key as well.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hannun import __version__
from hannun.base.errors import HannunError, LakeError, SettingsError, StoreError
from hannun.base.settings import FILE_NAME
from hannun.lake.lake import FILES
from hannun.lake.parts import Part, listed, parts
from hannun.lake.place import Place
from hannun.privacy.keys import check_value
from hannun.store.copies import copy
from hannun.store.tables import DATABASES
from hannun.views.generations import CURRENT, PREVIOUS
from hannun.workflows.backup.folder import BackupFolder, Kept, Manifest
from hannun.workflows.backup.last import remember
from hannun.workflows.home import Home
from hannun.workflows.init import KEY_CHECK

ATTEMPTS = 3
WAIT = 600.0
OWN = {FILE_NAME, "conf", "keys", "lake", "db", "locks"}
Progress = Callable[[str], None]


def backup(home: Home, out: Path, *, keys: Path | None = None, progress: Progress = lambda _: None) -> Manifest:
    """Back a home up into a folder; only what is not there yet is copied.

    Args:
        keys: a file to write the master key to; it must not lie in the home or in `out`.

    Raises:
        HannunError: the folder cannot be written, or is part of the home.
        LakeError: the lake is not whole: `hannun doctor` says what it lacks.
        StoreError: another backup is being made into the folder, or views are being built for very long.
    """
    folder = BackupFolder(out)
    _apart(home, folder.root, keys)
    with folder.held():
        for attempt in range(1, ATTEMPTS + 1):
            try:
                saved = _Saving(home, folder, progress)
                tables = saved.everything()
                break
            except LakeError:
                # Maintenance may have taken a file away under our hands; what was copied stays copied.
                if attempt == ATTEMPTS:
                    raise
                progress("the lake has changed meanwhile; once more")
        now = home.clock.now()
        manifest = Manifest(
            id=_name(folder, f"{now:%Y%m%dT%H%M%SZ}"),
            made_at=now.isoformat(),
            hannun=__version__,
            home=str(home.settings.home),
            lake=home.settings.lake_root,
            tables=tables,
            database="postgresql" if home.settings.meta_url else "sqlite",
            key_check=_key_check(home),
            files=tuple(sorted(saved.files, key=lambda file: file.path)),
            notes=tuple(_notes(home, keys)),
            new_bytes=saved.new_bytes,
            new_files=saved.new_files,
        )
        folder.finish(manifest)
    if keys is not None:
        _write_key(home, keys)
    remember(home.store, folder, manifest, now)
    return manifest


class _Saving:
    """One attempt: what has been kept so far."""

    def __init__(self, home: Home, folder: BackupFolder, progress: Progress) -> None:
        self._home, self._folder, self._progress = home, folder, progress
        self.files: list[Kept] = []
        self.new_files = self.new_bytes = 0
        self._known: dict[str, Kept] = {}
        if folder.ids():
            before = folder.manifest()
            if before.lake == home.settings.lake_root:
                self._known = {file.path: file for file in before.files}

    def everything(self) -> dict[str, int]:
        """Keep all of the home; returns the version of each table."""
        home = self._home
        self._progress("databases")
        with home.store.locks.hold("views", timeout=WAIT):
            for path in _databases(home):
                self._database(path)
        versions = home.lake.versions()
        lake = home.lake.place
        for table, version in versions.items():
            self._progress(f"{table}, version {version}")
            place = lake.child(*table.split(".", 1))
            for part in parts(place, table, version):
                self._part(place, f"lake/{table.replace('.', '/', 1)}", part)
        self._progress("archived originals")
        place = lake.child(FILES)
        for part in listed(place).values():
            if not part.name.startswith("_part/"):
                self._part(place, f"lake/{FILES}", part)
        self._progress("settings")
        root = home.settings.home
        for path in (root / FILE_NAME, *_conf(home.settings.conf)):
            with path.open("rb") as source:
                self._keep(path.relative_to(root).as_posix(), source, path.stat().st_mtime_ns)
        return versions

    def _database(self, path: Path) -> None:
        spare = self._folder.spare()
        try:
            copy(path, spare)
            with spare.open("rb") as source:
                self._keep(f"db/{path.name}", source, path.stat().st_mtime_ns)
        finally:
            spare.unlink(missing_ok=True)

    def _part(self, place: Place, under: str, part: Part) -> None:
        """Keep a file of the lake. They never change once written: one that the last backup has is not read again."""
        path = f"{under}/{part.name}"
        old = self._known.get(path)
        if (
            old is not None
            and part.modified
            and (old.size, old.modified) == (part.size, part.modified)
            and self._folder.has(old.sha256, old.size)
        ):
            self.files.append(old)
            return
        try:
            source = place.files.open_input_file(part.name)
        except OSError as error:
            raise LakeError(f"{place.path(part.name)} cannot be read: {error}", mend="run: hannun doctor") from error
        with source:
            self._keep(path, source, part.modified, part.size)

    def _keep(self, path: str, source: Any, modified: int, size: int | None = None) -> None:
        sha256, found, new = self._folder.put(source)
        if size is not None and found != size:
            raise LakeError(f"{path} changed while it was read", mend="repeat the backup")
        self.new_files += new
        self.new_bytes += found * new
        self.files.append(Kept(path, sha256, found, modified))


def _databases(home: Home) -> Iterator[Path]:
    """The database files; the caller holds the lock `views`, so that no generation comes or goes."""
    store = home.store
    if not home.settings.meta_url:
        for name in DATABASES:
            yield home.settings.home / "db" / f"{name}.sqlite"
    for pointer in (CURRENT, PREVIOUS):
        generation = store.pointer(pointer)
        if generation is None:
            continue
        path = store.views_path(generation)
        if path.is_file():
            yield path
        elif pointer == CURRENT:
            raise StoreError(f"the views {path} are gone", mend="run: hannun doctor")


def _conf(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder, followlinks=True):
        for name in sorted(names):
            yield Path(place, name)


def _apart(home: Home, out: Path, keys: Path | None) -> None:
    """Refuse places that would be lost, or read, together with what they must be kept apart from."""
    root = home.settings.home.resolve()
    if out.resolve().is_relative_to(root):
        raise HannunError(
            f"a backup in {out} would be lost together with the home", mend="choose a folder outside, on another disk"
        )
    if keys is not None:
        for place in (root, out.resolve()):
            if keys.resolve().is_relative_to(place):
                raise HannunError(f"a copy of the key in {place} would lie beside what it opens", mend="choose a place apart")
        if not keys.parent.is_dir():
            raise HannunError(f"the folder {keys.parent} for the copy of the key is not there", mend=f"mkdir -p {keys.parent}")
        if keys.exists() and keys.read_bytes().strip() != home.settings.secret(home.settings.key):
            raise HannunError(f"{keys} is there already, with another content", mend="choose another name")


def _write_key(home: Home, place: Path) -> None:
    if place.exists():
        return
    try:
        number = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as file:
            file.write(home.settings.secret(home.settings.key) + b"\n")
            os.fsync(file.fileno())
    except OSError as error:
        raise HannunError(f"the key cannot be written to {place}: {error.strerror}", mend="the backup itself is whole") from None


def _key_check(home: Home) -> str:
    """Which key the home was made with; a home that does not say it goes by the key it has. Empty: it has none, either."""
    said = home.store.pointer(KEY_CHECK)
    if said is not None:
        return said
    try:
        return check_value(home.settings.secret(home.settings.key))
    except SettingsError:
        return ""


def _name(folder: BackupFolder, stem: str) -> str:
    """A name that sorts by time, also when two backups are made within a second."""
    return stem if stem not in folder.ids() else f"{stem}-{sum(name.startswith(stem) for name in folder.ids()):03d}"


def _notes(home: Home, keys: Path | None) -> Iterator[str]:
    settings = home.settings
    yield (
        f"The master key ({settings.key}) is not in this backup"
        + (f"; a copy was written to {keys}. Keep it apart from this folder." if keys else ". Keep a copy of it apart.")
    )
    if settings.meta_url:
        yield (
            "The metadata lies in PostgreSQL and is not in this backup: back it up with its own tools at the same time, "
            "pg_dump -Fc -n meta -n audit -n live."
        )
    for name, value in sorted(settings.lake_options.items()):
        if value.startswith("file:"):
            yield f"The secret lake_options.{name} ({value}) is not in this backup."
    for path in sorted(settings.home.iterdir()):
        if path.name not in OWN:
            yield f"{path.name} is no part of a home and not in this backup."
