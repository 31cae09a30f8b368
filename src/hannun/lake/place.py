"""Where a lake lies: a local folder, or any URL that delta-rs takes."""

from __future__ import annotations

import io
import os
import posixpath
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake.fs import DeltaStorageHandler
from pyarrow import fs

from hannun.lake.errors import explained


class Place:
    """A folder of the lake, with its file system. Making the object does no I/O.

    Attributes:
        root: absolute path or URL, without a slash at its end.
        options: storage options of a URL, as delta-rs takes them.
        local: the files are ordinary files of this machine.
    """

    def __init__(self, root: str, options: Mapping[str, str] | None = None, inside: str = "") -> None:
        self.local = "://" not in root
        self._top = str(Path(root).absolute()) if self.local else root.rstrip("/")
        self._inside = inside
        self.root = f"{self._top}/{inside}" if inside else self._top
        self.options = dict(options or {}) or None

    def child(self, *names: str) -> Place:
        """A folder inside this one."""
        return Place(self._top, self.options, posixpath.join(self._inside, *names))

    def path(self, name: str) -> str:
        """Absolute path or URL of a file."""
        return f"{self.root}/{name}"

    @cached_property
    def files(self) -> Any:
        """The place as a `pyarrow` file system; names are relative to the root, with forward slashes."""
        if self.local:
            return fs.SubTreeFileSystem(self.root, fs.LocalFileSystem())
        with explained(f"{self._top} cannot be opened"):
            whole = fs.PyFileSystem(_Handler(self._top, self.options))
        return fs.SubTreeFileSystem(self._inside, whole) if self._inside else whole

    def make_folder(self, name: str) -> None:
        """Make a folder where folders are things of their own."""
        if self.local:
            Path(self.root, name).mkdir(parents=True, exist_ok=True)

    def info(self, name: str) -> Any:
        """`FileInfo` of one file; its type is NotFound when it is not there."""
        return self.files.get_file_info(name)

    def list(self, name: str = "", *, recursive: bool = True) -> list[Any]:
        """`FileInfo` of what lies below a folder; nothing when it is not there."""
        return list(self.files.get_file_info(fs.FileSelector(name, allow_not_found=True, recursive=recursive)))

    def sync(self, name: str) -> None:
        """Let a file, and its name, outlive a power cut. A URL's store has seen to that already."""
        if self.local:
            path = Path(self.root, name)
            for item in (path, path.parent):
                number = os.open(item, os.O_RDONLY)
                try:
                    os.fsync(number)
                finally:
                    os.close(number)


class _Handler(DeltaStorageHandler):
    """delta-rs's storage, writable from `pyarrow`: it hands over buffers where delta-rs wants bytes."""

    def open_output_stream(self, path: str, metadata: Any = None) -> Any:
        return pa.PythonFile(_Output(self._handler.open_output_stream(path, metadata)), mode="w")


class _Output(io.RawIOBase):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        content = bytes(data)
        self._stream.write(content)
        return len(content)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
