"""Bringing a home back from a backup: checked whole, made ready beside its place, then swapped in."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hannun.base.clock import SystemClock
from hannun.base.errors import HannunError, SettingsError, StoreError
from hannun.base.settings import Settings
from hannun.privacy.keys import check_value
from hannun.store import Locks, Store
from hannun.workflows.backup.filling import fill
from hannun.workflows.backup.folder import BackupFolder, Manifest
from hannun.workflows.backup.last import remember
from hannun.workflows.init import FOLDERS

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """A home that is back.

    Attributes:
        before: where the home that was there lies now; None when there was none.
        notes: what cannot be read yet, and why.
    """

    home: Path
    backup: Manifest
    before: Path | None
    notes: tuple[str, ...]


def restore(
    source: Path,
    place: Path,
    *,
    name: str | None = None,
    key: Path | None = None,
    replace: bool = False,
    lake_url: str | None = None,
    progress: Progress = lambda _: None,
) -> Restored:
    """Bring a home back.

    Args:
        name: which backup; None: the newest.
        key: a copy of the master key; without, that of the home which is replaced is taken.
        replace: the place may hold a home, which is moved aside.
        lake_url: where the lake goes, when it does not lie in the home; it must be empty. None: where it lay.

    Raises:
        NotFound: there is no such backup.
        HannunError: a file of the backup is not what it was, or the place is taken; nothing was replaced.
    """
    folder = BackupFolder(source)
    manifest = folder.manifest(name)
    place = place.absolute()
    _check_place(place, replace)
    with ExitStack() as stack:
        _hold_all(stack, place)
        ready = place.with_name(f".{place.name}.restore-{uuid.uuid4().hex[:8]}")
        with _made(ready, place):
            settings = fill(folder, manifest, ready, lake_url, progress)
            notes = [*_key(manifest, settings, place, key), *_notes(manifest, settings)]
            if not settings.meta_url:
                _remember(folder, manifest, settings)
            before = _swap(ready, place)
    return Restored(place, manifest, before, tuple(notes))


def _check_place(place: Path, replace: bool) -> None:
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise HannunError(f"{place} is no folder", mend="name the folder that the home shall be")
    if not replace and place.exists() and any(place.iterdir()):
        raise HannunError(f"{place} is not empty", mend="choose another folder, or say --replace: what is there is moved aside")


def _hold_all(stack: ExitStack, place: Path) -> None:
    """Nobody may be writing to the home that is replaced."""
    locks = Locks(place / "locks")
    for path in sorted((place / "locks").glob("*.lock")):
        try:
            stack.enter_context(locks.hold(path.stem, timeout=0))
        except StoreError as error:
            raise StoreError(f"{place} is in use: {error.message}", mend="end what works on it, then restore") from None


@contextmanager
def _made(ready: Path, place: Path) -> Iterator[None]:
    """A folder beside the place, gone again when anything goes wrong."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        ready.mkdir(mode=0o700)
        try:
            for name in FOLDERS:
                (ready / name).mkdir(parents=True)
            (ready / "keys").chmod(0o700)
            yield
        except BaseException:
            shutil.rmtree(ready, ignore_errors=True)
            raise
    except OSError as error:
        raise HannunError(
            f"the home {place} cannot be restored: {error.filename or ready}: {error.strerror}",
            mend="free space or mend the rights; what was there is untouched",
        ) from error


def _key(manifest: Manifest, settings: Settings, place: Path, key: Path | None) -> Iterator[str]:
    """Put the master key where the settings say, if there is one that fits; else say what cannot be read."""
    kind, _, rest = settings.key.partition(":")
    inside = kind == "file" and not Path(rest).is_absolute()
    source = key or (place / rest if inside else None)
    if key is not None:
        try:
            fits = not manifest.key_check or check_value(key.read_bytes().strip()) == manifest.key_check
        except OSError as error:
            raise SettingsError(f"the key {key} cannot be read: {error.strerror}", mend="name the file of the master key") from None
        if not fits:
            raise SettingsError(f"{key} is not the key of this backup", mend="name the right one, or none")
    if inside and source is not None and source.is_file():
        target = settings.home / rest
        target.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(source.read_bytes())
    try:
        fits = not manifest.key_check or check_value(settings.secret(settings.key)) == manifest.key_check
        problem = "" if fits else f"the master key at {settings.key} is not the one that this home was made with"
    except SettingsError:
        problem = f"the master key ({settings.key}) is not there"
    if problem:
        yield (
            f"{problem}: the originals in the vault, sealed originals of files, and the texts of quarantined rows of personal "
            f"tables cannot be read, and no personal data can be loaded, until the right one is put there"
        )


def _notes(manifest: Manifest, settings: Settings) -> Iterator[str]:
    if manifest.database == "postgresql":
        yield "the metadata is not part of this backup: bring it back with pg_restore, from the dump made at the same time"
    for name, value in sorted(settings.lake_options.items()):
        if value.startswith("file:"):
            yield f"the secret lake_options.{name} ({value}) is not part of this backup: put it back"


def _remember(folder: BackupFolder, manifest: Manifest, settings: Settings) -> None:
    """A home knows which backup it came from: what is lost of it later can be told. Databases of an older program are upgraded."""
    store = Store(settings)
    try:
        store.upgrade()
        remember(store, folder, manifest, SystemClock().now())
    finally:
        store.close()


def _swap(ready: Path, place: Path) -> Path | None:
    """Let the new home take the place; what was there is kept beside it."""
    if not place.exists() or not any(place.iterdir()):
        ready.rename(place)
        return None
    before = place.with_name(f"{place.name}.before-{uuid.uuid4().hex[:8]}")
    place.rename(before)
    try:
        ready.rename(place)
    except OSError:
        before.rename(place)
        raise
    return before
