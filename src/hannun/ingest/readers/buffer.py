"""The text that is being read: what is left of earlier pieces and the next ones, and the bad places in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from hannun.ingest.readers.decoding import BadSpan, Piece


class TextBuffer:
    """A window of UTF-8 over a stream of pieces; `data` begins at a record, `final` says that nothing comes behind it.

    The last line always gets a line end, so that no record ends without.
    """

    def __init__(self, pieces: Iterator[Piece]) -> None:
        self._pieces = pieces
        self._start = 0
        self._bad: list[BadSpan] = []
        self._at: list[int] = []
        self.data = b""
        self.final = False

    def fill(self) -> None:
        """Adds at least one piece, and as much again as is there already: a long record is not copied too often."""
        have = len(self.data)
        parts = [self.data] if have else []
        size = have
        while not self.final and (size == have or size < 2 * have):
            piece = next(self._pieces, None)
            if piece is None:
                self.final = True
            else:
                parts.append(piece.data)
                size += len(piece.data)
                self._bad.extend(piece.bad)
                self._at.extend(span.at for span in piece.bad)
        if self.final and parts and parts[-1][-1:] not in (b"\n", b"\r", b""):
            parts.append(b"\n")
        self.data = parts[0] if len(parts) == 1 else b"".join(parts)

    def drop(self, length: int) -> None:
        """Forgets the first bytes."""
        self.data = self.data[length:]
        self._start += length
        gone = bisect_left(self._at, self._start)
        del self._bad[:gone], self._at[:gone]

    def first_bad(self, position: int) -> int:
        """Where the first bad place at or behind `position` begins; the end of the data when there is none."""
        at = bisect_left(self._at, self._start + position)
        return self._at[at] - self._start if at < len(self._at) else len(self.data)

    def bad_within(self, start: int, end: int) -> list[BadSpan]:
        """The bad places of a record."""
        if not self._bad:
            return []
        low = bisect_left(self._at, self._start + start)
        return self._bad[low : bisect_left(self._at, self._start + end, low)]

    def raw(self, start: int, end: int) -> str:
        """A record as it stands in the file, with bad bytes as `\\xNN`."""
        out: list[str] = []
        at = start
        for span in self.bad_within(start, end):
            out.append(self.data[at : span.at - self._start].decode())
            out.append("".join(f"\\x{byte:02x}" for byte in span.raw))
            at = span.end - self._start
        out.append(self.data[at:end].decode())
        return "".join(out)

    def place(self, span: BadSpan) -> int:
        """Where a bad place stands in `data`."""
        return span.at - self._start
