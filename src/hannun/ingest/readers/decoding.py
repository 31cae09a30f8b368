"""The second stage: bytes in the file's encoding → UTF-8, with the places that are no text.

A bad place never stops the stream: in a transcoded text it becomes U+FFFD, in UTF-8 it stays as it is, and its span goes along, so
that the record around it, and no other, can be put aside.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from hannun.base.errors import SourceError
from hannun.ingest.filespec import Encoding

REPLACEMENT = "\ufffd".encode()
_BOMS: tuple[tuple[bytes, Encoding], ...] = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SAMPLE = 1 << 20
_NAMES: dict[str, str] = {"utf-8": "UTF-8", "cp949": "CP949", "utf-16-le": "UTF-16 LE", "utf-16-be": "UTF-16 BE"}


@dataclass(frozen=True, slots=True)
class BadSpan:
    """Bytes that are no text. `at`, `end`: their place in the UTF-8 stream; `offset`: in the unpacked file; `raw`: the bytes."""

    at: int
    end: int
    offset: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the UTF-8 stream, never cut within a character."""

    data: bytes
    bad: tuple[BadSpan, ...] = ()


def decode(name: str, chunks: Iterator[bytes], declared: Encoding) -> Iterator[Piece]:
    """Pieces of UTF-8, without the byte order mark.

    Args:
        name: the file, for messages.
        declared: the encoding that the mapping says; a byte order mark stands above it. UTF-16 without a mark is little endian.

    Raises:
        SourceError: the file is no text, or plainly text in another encoding.
    """
    first = next(chunks, b"")
    encoding: Encoding = "utf-16-le" if declared == "utf-16" else declared
    skip = 0
    for mark, meant in _BOMS:
        if first.startswith(mark):
            encoding, skip = meant, len(mark)
            break
    _check_sample(name, first[skip : skip + _SAMPLE], encoding)
    place = _Place(at=0, offset=skip)
    carry = first[skip:]
    for chunk in chunks:
        if carry:
            piece, carry = _step(carry, encoding, place, final=False)
            yield piece
        carry += chunk
    if carry:
        yield _step(carry, encoding, place, final=True)[0]


@dataclass
class _Place:
    at: int
    offset: int


def _step(data: bytes, encoding: Encoding, place: _Place, *, final: bool) -> tuple[Piece, bytes]:
    """One piece, and the bytes of a character that is not complete yet."""
    keep = 0 if final else _incomplete(data, encoding)
    if keep:
        data, carry = data[:-keep], data[-keep:]
    else:
        carry = b""
    piece = Piece(data) if encoding == "utf-8" and is_utf8(data) else _transcode(data, encoding, place)
    place.at += len(piece.data)
    place.offset += len(data)
    return piece, carry


def _transcode(data: bytes, encoding: Encoding, place: _Place) -> Piece:
    view = memoryview(data)
    out: list[bytes] = []
    bad: list[BadSpan] = []
    at, start = place.at, 0
    while start < len(view):
        try:
            text, stop, end = str(view[start:], encoding), len(view), len(view)
        except UnicodeDecodeError as error:
            stop, end = start + error.start, start + error.end
            text = str(view[start:stop], encoding)
        good = text.encode()
        out.append(good)
        at += len(good)
        if end > stop:
            raw = bytes(view[stop:end])
            shown = raw if encoding == "utf-8" else REPLACEMENT
            bad.append(BadSpan(at, at + len(shown), place.offset + stop, raw))
            out.append(shown)
            at += len(shown)
        start = end
    return Piece(b"".join(out), tuple(bad))


def is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8, at several GB/s."""
    if data.isascii():
        return True
    offsets = pa.py_buffer(struct.pack("<qq", 0, len(data)))
    try:
        pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _incomplete(data: bytes, encoding: Encoding) -> int:
    """How many bytes at the end may be the start of a character."""
    if encoding.startswith("utf-16"):
        odd = len(data) % 2
        unit = data[len(data) - odd - 2 : len(data) - odd]
        high = unit[1 if encoding == "utf-16-le" else 0] & 0xFC if len(unit) == 2 else 0
        return odd + (2 if high == 0xD8 else 0)
    if encoding == "utf-8":
        for back in range(1, min(3, len(data)) + 1):
            byte = data[-back]
            if byte >= 0xC0:
                return back if back < (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4) else 0
            if byte < 0x80:
                return 0
        return 0
    # In CP949 what stands before a run of high bytes is complete (a lower byte leads no pair): pairs are counted from there.
    run = len(data)
    while run and data[run - 1] >= 0x80:
        run -= 1
    return (len(data) - run) % 2


def _check_sample(name: str, sample: bytes, encoding: Encoding) -> None:
    """Refuses what is no text at all, and text that another encoding explains and the declared one does not."""
    if not sample:
        return
    narrow = not encoding.startswith("utf-16")
    if not narrow:
        _check_wide(name, sample, encoding)
    nuls = sample.count(0)
    if narrow and nuls * 4 > len(sample):
        which = "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
        raise SourceError(
            f"{name}: is no text in {_NAMES[encoding]}: {nuls} of its first {len(sample)} bytes are NUL",
            mend=f"if it is UTF-16, write encoding: {which}; else it is a binary file",
        )
    lines = [line for line in sample.split(b"\n") if not line.isascii()] if narrow else []
    if len(lines) > 1 and len(sample) == _SAMPLE:
        lines.pop()
    bad = [line for line in lines if not _reads(line, encoding)]
    if len(bad) < 2 or len(bad) * 2 <= len(lines):
        return
    other = "cp949" if encoding == "utf-8" else "utf-8"
    if all(_reads(line, other) for line in lines):
        raise SourceError(
            f"{name}: is not {_NAMES[encoding]}: {len(bad)} of its first {len(lines)} lines beyond ASCII cannot be read, "
            f"the first at byte {sample.find(bad[0])}; all of them are {_NAMES[other]}",
            mend=f"write encoding: {other}",
        )
    controls = len(sample) - len(sample.translate(None, bytes(range(9)) + bytes(range(14, 32))))
    if controls * 20 > len(sample):
        raise SourceError(f"{name}: is a binary file, not text", mend="check the file and the format in the mapping")


def _check_wide(name: str, sample: bytes, encoding: Encoding) -> None:
    """Refuses what is declared as UTF-16 and is not, which would else read as one long line: its line ends hold NULs."""
    halves = sample[::2].count(0), sample[1::2].count(0)
    if not any(halves):
        whole = sample[: sample.rfind(b"\n") + 1] or sample
        other = next((item for item in ("utf-8", "cp949") if _reads(whole, item)), None)
        if other is not None:
            raise SourceError(f"{name}: is not UTF-16: it can be read as {_NAMES[other]}", mend=f"write encoding: {other}")
    elif (halves[0] > halves[1]) is (encoding == "utf-16-le"):
        other = "utf-16-be" if encoding == "utf-16-le" else "utf-16-le"
        raise SourceError(
            f"{name}: is not {_NAMES[encoding]}: its bytes stand the other way round", mend=f"write encoding: {other}"
        )


def _reads(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
