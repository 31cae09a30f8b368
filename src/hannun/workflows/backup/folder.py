"""A folder of backups: contents by their SHA-256 in `objects/`, one manifest a backup in `backups/`.

A manifest is written last and in one step, so that half a backup is never taken for one. Contents that several backups
share lie there once.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from hannun.base.errors import HannunError, NotFound
from hannun.base.identifiers import BLOCK
from hannun.store import Locks

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a backup.

    Attributes:
        path: inside the home, with forward slashes; a lake elsewhere counts as `lake/`.
        modified: when it was written, in nanoseconds since 1970.
    """

    path: str
    sha256: str
    size: int
    modified: int


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Attributes:
        hannun: the version of the program that made it.
        home, lake: where they lay.
        tables: the version of each table.
        database: `sqlite` (its files are in the backup) or `postgresql` (its own tools back it up).
        key_check: which master key it needs; see `hannun.privacy.keys.check_value`.
        notes: what is not in it, and what to do about that.
    """

    id: str
    made_at: str
    hannun: str
    home: str
    lake: str
    tables: dict[str, int]
    database: str
    key_check: str
    files: tuple[Kept, ...]
    notes: tuple[str, ...] = ()
    new_bytes: int = 0
    new_files: int = 0
    format: int = field(default=FORMAT)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


class BackupFolder:
    """Where backups lie. Making the object does nothing on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._manifests = self.root / "backups"
        self._part = self.root / "_part"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder, and be the only one who writes to it; what an interrupted backup left half-written goes.

        Raises:
            HannunError: it cannot be written.
            StoreError: another backup is being made into it.
        """
        with _writing(self.root):
            for folder in (self.root, self._manifests, self._part, self.root / "objects"):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with Locks(self.root).hold("backup", timeout=0):
            for path in self._part.iterdir():
                path.unlink()
            yield

    def put(self, source: BinaryIO) -> tuple[str, int, bool]:
        """Keep a content; returns its SHA-256, its bytes, and whether it is new here."""
        part = self._part / uuid.uuid4().hex
        seen, size = hashlib.sha256(), 0
        with _writing(self.root):
            number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number, "wb") as target:
                while block := source.read(BLOCK):
                    seen.update(block)
                    target.write(block)
                    size += len(block)
                target.flush()
                os.fsync(target.fileno())
            name = seen.hexdigest()
            if self.has(name, size):
                part.unlink()
                return name, size, False
            place = self.content(name)
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part.replace(place)
            _durable(place.parent)
        return name, size, True

    def content(self, sha256: str) -> Path:
        """Where a content lies."""
        return self.root / "objects" / sha256[:2] / sha256

    def has(self, sha256: str, size: int) -> bool:
        """Whether a content is here, in its length."""
        place = self.content(sha256)
        return place.is_file() and place.stat().st_size == size

    def spare(self) -> Path:
        """A name for a temporary file; what is left of it goes with the next backup."""
        return self._part / uuid.uuid4().hex

    def finish(self, manifest: Manifest) -> None:
        """Let a backup be: from now on it is one."""
        body = asdict(manifest)
        text = json.dumps({"sha256": _digest(body), "backup": body}, ensure_ascii=False, indent=1)
        part = self.spare()
        with _writing(self.root):
            with part.open("x", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            part.chmod(0o600)
            part.replace(self._manifests / f"{manifest.id}.json")
            _durable(self._manifests)

    def ids(self) -> list[str]:
        """The names of the backups, oldest first."""
        return sorted(path.stem for path in self._manifests.glob("*.json"))

    def manifest(self, name: str | None = None) -> Manifest:
        """A backup by its name; the newest without.

        Raises:
            NotFound: there is none.
            HannunError: its manifest was changed, or made by a newer program.
        """
        names = self.ids()
        if not names or (name is not None and name not in names):
            what = f"no backup '{name}'" if name is not None else "no backup"
            raise NotFound(f"{self.root} holds {what}", mend=f"it has: {', '.join(names)}" if names else "check the folder")
        path = self._manifests / f"{name or names[-1]}.json"
        try:
            document = json.loads(path.read_text("utf-8"))
            body: dict[str, Any] = document["backup"]
            whole = _digest(body) == document["sha256"]
            form = body["format"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise HannunError(f"the manifest {path} cannot be read: {error}", mend="use another backup: --backup ID") from None
        if not whole:
            raise HannunError(f"the manifest {path} was changed after it was written", mend="use another backup: --backup ID")
        if form > FORMAT:
            raise HannunError(f"the backup {path} was made by Hannun {body.get('hannun')}", mend="install that or a newer version")
        files = tuple(Kept(**file) for file in body.pop("files"))
        return Manifest(files=files, notes=tuple(body.pop("notes")), **body)


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _durable(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _writing(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        free = f" ({shutil.disk_usage(root).free:,} bytes are free)" if root.exists() else ""
        raise HannunError(
            f"the backup folder {root} cannot be written: {error.strerror or error}{free}",
            mend="free space or choose another folder; the backups before are whole",
        ) from error
