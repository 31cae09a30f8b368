"""Whole files kept beside the tables: the originals as landed."""

from __future__ import annotations

import shutil
import uuid
from typing import Any, BinaryIO

from pyarrow import fs

from hannun.base.errors import LakeError
from hannun.lake.errors import explained
from hannun.lake.place import Place

BLOCK = 1 << 22
PART = "_part"


class FileArea:
    """A folder of files. A name is a relative path with forward slashes."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def put(self, name: str, source: BinaryIO) -> int:
        """Store a file, whole or not at all, in place of one of that name; returns its bytes.

        Raises:
            LakeError: it cannot be written; what was there before is untouched.
        """
        _check(name)
        part = f"{PART}/{uuid.uuid4().hex}"
        with explained(f"the file {self._place.path(name)} cannot be written"):
            try:
                self._place.make_folder(PART)
                with self._place.files.open_output_stream(part) as target:
                    shutil.copyfileobj(source, target, BLOCK)
                self._place.sync(part)
                size: int = self._place.info(part).size
                self._place.make_folder(name.rpartition("/")[0])
                self._place.files.move(part, name)
                self._place.sync(name)
            except BaseException:
                if self._place.info(part).type == fs.FileType.File:
                    self._place.files.delete_file(part)
                raise
        return size

    def open(self, name: str) -> Any:
        """A readable, seekable binary file.

        Raises:
            LakeError: there is none.
        """
        _check(name)
        if not self.exists(name):
            raise LakeError(f"the file {self._place.path(name)} is not there", mend="restore it from a backup")
        with explained(f"the file {self._place.path(name)} cannot be read"):
            return self._place.files.open_input_file(name)

    def exists(self, name: str) -> bool:
        """Whether the file is there."""
        _check(name)
        with explained(f"{self._place.path(name)} cannot be looked up"):
            return bool(self._place.info(name).type == fs.FileType.File)

    def list(self, prefix: str = "") -> list[str]:
        """The names that begin with `prefix`, in order."""
        folder = prefix.rpartition("/")[0]
        with explained(f"{self._place.path(prefix)} cannot be listed"):
            found = [item.path for item in self._place.list(folder) if item.type == fs.FileType.File]
        return sorted(name for name in found if name.startswith(prefix) and not name.startswith(f"{PART}/"))

    def delete(self, name: str) -> None:
        """Remove a file; one that is not there is gone already."""
        if self.exists(name):
            with explained(f"the file {self._place.path(name)} cannot be removed"):
                self._place.files.delete_file(name)


def _check(name: str) -> None:
    parts = name.split("/")
    if not name or "\\" in name or any(part in ("", ".", "..") for part in parts) or parts[0] == PART:
        raise LakeError(f"'{name}' is no name for a file of the lake", mend="use a relative path without '..'")
