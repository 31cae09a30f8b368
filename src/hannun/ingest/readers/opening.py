"""The first stage: a file on disk → the bytes in it, unpacked, in chunks.

What a file is, its first bytes say, not its name. A packed file that was cut off or does not match its checksum is refused.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO, Literal
from zipfile import BadZipFile, ZipFile, ZipInfo

import pyarrow as pa

from hannun.base.errors import SourceError
from hannun.ingest.filespec import Compression, FileSpec

Kind = Literal["gz", "zst", "zip", "xlsx", "xls", "parquet", "plain"]

_GZ_FEED = 1 << 18
_WINDOW = 1 << 16
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\x1f\x8b", "gz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"PAR1", "parquet"),
)
_NAMES = {"xlsx": "an Excel workbook", "xls": "an old Excel workbook", "parquet": "a Parquet file"}


@dataclass(frozen=True)
class Part:
    """One stream of bytes: the file itself, or a member of a zip. `name` stands in messages."""

    name: str
    chunks: Iterator[bytes]


def kind_of(file: BinaryIO) -> Kind:
    """What the first bytes say that the file is. The file is left at its start."""
    head = file.read(8)
    file.seek(0)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return "xlsx" if kind == "zip" and _is_workbook(file) else kind
    return "plain"


def parts(path: Path, file: BinaryIO, spec: FileSpec, size: int) -> Iterator[Part]:
    """The unpacked streams of a text file, one after another; each must be used up before the next is asked for.

    Args:
        size: bytes of a chunk; only the last of a stream is shorter.

    Raises:
        SourceError: the file is none of text, or its packing is damaged.
    """
    kind = kind_of(file)
    if kind in _NAMES:
        wanted = "excel" if kind.startswith("xls") else kind
        raise SourceError(f"{path}: is {_NAMES[kind]}, but the mapping says format: {spec.format}", mend=f"write format: {wanted}")
    packing: Compression = spec.compression
    if packing == "auto":
        packing = kind if kind in ("gz", "zst", "zip") else "none"
    elif packing not in ("none", kind):
        raise SourceError(f"{path}: is not {packing}, as its first bytes show", mend="write compression: auto")
    if packing == "zip":
        yield from _zip(path, file, spec, size)
    elif packing == "gz":
        yield Part(str(path), _gz(path, file, size))
    elif packing == "zst":
        yield Part(str(path), _zst(path, file, size))
    else:
        yield Part(str(path), _plain(path, file, size))


def _plain(path: Path, file: BinaryIO, size: int) -> Iterator[bytes]:
    """Chunks that end with a line end where there is one near, so that nobody needs to join them."""
    descriptor, at = file.fileno(), 0
    try:
        while True:
            wanted = size
            if size >= 2 * _WINDOW:
                tail = os.pread(descriptor, _WINDOW, at + size - _WINDOW)
                wanted = size - _WINDOW + tail.rfind(b"\n") + 1 if len(tail) == _WINDOW and b"\n" in tail else size
            chunk = _exactly(descriptor, wanted, at)
            if not chunk:
                return
            at += len(chunk)
            yield chunk
            del chunk
    except OSError as error:
        raise SourceError(f"{path}: reading stopped: {error.strerror or error}", mend="check the disk") from None


def _exactly(descriptor: int, size: int, at: int) -> bytes:
    """`size` bytes, less only at the end: the system may give less at once."""
    first = os.pread(descriptor, size, at)
    if not first or len(first) == size:
        return first
    rest = [first]
    have = len(first)
    while have < size and (more := os.pread(descriptor, size - have, at + have)):
        rest.append(more)
        have += len(more)
    return b"".join(rest)


def _gz(path: Path, file: BinaryIO, size: int) -> Iterator[bytes]:
    """Members of a gzip one after another, as `cat a.gz b.gz` makes them; zero bytes behind the last are padding."""
    fed = b""
    out: list[bytes] = []
    have = 0
    try:
        while fed := (fed or file.read(_GZ_FEED)):
            if not fed.strip(b"\0"):
                fed = b""
                continue
            member = zlib.decompressobj(wbits=31)
            while not member.eof:
                data = member.decompress(fed, size - have)
                fed = member.unconsumed_tail
                out.append(data)
                have += len(data)
                if have >= size:
                    yield b"".join(out)
                    out, have = [], 0
                if not member.eof and not fed and not (fed := file.read(_GZ_FEED)):
                    # what zlib still holds back comes out without more input
                    if data:
                        continue
                    raise SourceError(f"{path}: the gzip ends too early: it was cut off", mend="send the whole file again")
            fed = member.unused_data
    except zlib.error as error:
        raise SourceError(f"{path}: the gzip is damaged: {_short(error)}", mend="send the file again") from None
    except OSError as error:
        raise SourceError(f"{path}: reading stopped: {error.strerror or error}", mend="check the disk") from None
    if have:
        yield b"".join(out)


def _zst(path: Path, file: BinaryIO, size: int) -> Iterator[bytes]:
    try:
        with pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd") as stream:
            while chunk := stream.read(size):
                yield chunk
    except OSError as error:
        if "Truncated" in str(error):
            raise SourceError(f"{path}: the zst ends too early: it was cut off", mend="send the whole file again") from None
        raise SourceError(f"{path}: the zst is damaged: {_short(error)}", mend="send the file again") from None


def _zip(path: Path, file: BinaryIO, spec: FileSpec, size: int) -> Iterator[Part]:
    try:
        archive = ZipFile(file)
    except BadZipFile:
        raise SourceError(f"{path}: the zip is cut off or damaged: no list of members", mend="send the file again") from None
    with archive:
        members = [item for item in archive.infolist() if _is_data(item) and fnmatchcase(item.filename, spec.members)]
        if not members:
            raise SourceError(f"{path}: the zip has no member '{spec.members}'", mend="check members: in the mapping")
        for item in sorted(members, key=lambda item: item.filename):
            yield Part(f"{path}!{item.filename}", _member(path, archive, item, size))


def _member(path: Path, archive: ZipFile, item: ZipInfo, size: int) -> Iterator[bytes]:
    try:
        with archive.open(item) as file:
            while chunk := file.read(size):
                yield chunk
    except (BadZipFile, zlib.error, EOFError) as error:
        raise SourceError(f"{path}: member '{item.filename}' is damaged: {_short(error)}", mend="send the file again") from None
    except RuntimeError:
        raise SourceError(f"{path}: member '{item.filename}' needs a password", mend="unpack it first") from None
    except NotImplementedError as error:
        raise SourceError(f"{path}: member '{item.filename}': {_short(error)}", mend="unpack it first") from None


def _is_data(item: ZipInfo) -> bool:
    parts_of_name = item.filename.split("/")
    return not item.is_dir() and "__MACOSX" not in parts_of_name and not parts_of_name[-1].startswith(".")


def _is_workbook(file: BinaryIO) -> bool:
    try:
        with ZipFile(file) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except BadZipFile:
        return False
    finally:
        file.seek(0)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())
