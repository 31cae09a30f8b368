"""The archive of originals: every loaded file as it landed, named by its content, sealed when it holds personal data."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from hannun.base.errors import NotFound
from hannun.base.identifiers import BLOCK
from hannun.ingest.readers.signature import check_unchanged, open_file
from hannun.lake.files import FileArea
from hannun.privacy.keys import Keys
from hannun.privacy.seal import open_sealed, seal_blocks

PLAIN = "original"
SEALED = "original.sealed"


class _Blocks:
    """Blocks of bytes as a file to read from."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._rest) < size:
            block = next(self._blocks, None)
            if block is None:
                break
            self._rest += block
        taken, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return taken


class Archive:
    """Originals in the lake's file area. `keys` is asked for only where something is sealed."""

    def __init__(self, files: FileArea, keys: Callable[[], Keys]) -> None:
        self._files = files
        self._keys = keys

    def put(self, path: Path, fingerprint: str, *, sealed: bool) -> None:
        """Keep the file; one that is kept already stays as it is.

        Raises:
            SourceError: the file changed while it was copied.
            LakeError: the archive cannot be written.
        """
        name = self._name(fingerprint, sealed)
        if self._files.exists(name):
            return
        source, before = open_file(path)
        with source:
            readable = cast(BinaryIO, _Blocks(seal_blocks(self._keys().archive, source))) if sealed else source
            self._files.put(name, readable)
        try:
            check_unchanged(path, before)
        except BaseException:
            self._files.delete(name)
            raise

    def exists(self, fingerprint: str) -> bool:
        """Whether the original is kept."""
        return any(self._files.exists(self._name(fingerprint, sealed)) for sealed in (False, True))

    def open(self, fingerprint: str) -> BinaryIO:
        """The original, to read from front to back.

        Raises:
            NotFound: it is not kept.
            SealBroken: while reading: it was changed, or sealed with another key.
        """
        if self._files.exists(self._name(fingerprint, False)):
            return cast(BinaryIO, self._files.open(self._name(fingerprint, False)))
        name = self._name(fingerprint, True)
        if not self._files.exists(name):
            raise NotFound(f"the original with fingerprint {fingerprint} is not in the archive", mend="restore it from a backup")
        return open_sealed(self._keys().archive, self._files.open(name), f"the archived original {fingerprint}")

    @contextmanager
    def as_file(self, fingerprint: str) -> Iterator[Path]:
        """The original as a file that lives in memory only and is gone after the block."""
        number = os.memfd_create("hannun-original")
        try:
            with self.open(fingerprint) as source, os.fdopen(os.dup(number), "wb") as target:
                shutil.copyfileobj(source, target, BLOCK)
            yield Path(f"/proc/self/fd/{number}")
        finally:
            os.close(number)

    @staticmethod
    def _name(fingerprint: str, sealed: bool) -> str:
        return f"{fingerprint[:2]}/{fingerprint}/{SEALED if sealed else PLAIN}"
