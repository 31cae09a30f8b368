"""The careful way through delimited text: one record after another, as Python's csv module reads it, and stricter in one thing.

A quoted value that goes over a line end must close properly: a delimiter or a line end follows its closing quote. If not, or if it
never closes, only the *first line* of that record is bad and reading goes on at the next line, so that a forgotten quote never
swallows the records behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from hannun.ingest.filespec import FileSpec

MAX_RECORD = 16 << 20
"""Bytes of the longest record."""


class Record(NamedTuple):
    """A record in a buffer: `data[start:end]` without its line end, the next one starts at `after`. `bad`: why it is none."""

    start: int
    end: int
    after: int
    fields: list[bytes]
    bad: str = ""


class Scanner:
    """Records of delimited UTF-8 text."""

    def __init__(self, spec: FileSpec) -> None:
        self.delimiter = spec.delimiter.encode()
        self.quote = spec.quote.encode() if spec.quote else None
        self.escape = spec.escape.encode() if spec.escape else None
        self.comment = spec.comment.encode() if spec.comment else None
        stops = [re.escape(self.delimiter), rb"\r", rb"\n", *([re.escape(self.escape)] if self.escape else [])]
        self._stop = re.compile(b"|".join(stops))
        self._close = re.compile(b"|".join(re.escape(mark) for mark in (self.quote, self.escape) if mark))
        self._line = re.compile(rb"[\r\n]")

    def records(self, data: bytes, start: int, stop: int, *, final: bool) -> Iterator[Record]:
        """The records that begin in `data[start:stop]`; empty lines and comments are none.

        Ends early, before a record that is not complete in `data`, unless `final` (then `data` ends with a line end).
        """
        position = start
        while position < stop:
            line = self._line.search(data, position)
            if line is None:
                return
            eol = line.start()
            after = after_line(data, eol)
            if eol == position or (self.comment and data.startswith(self.comment, position)):
                yield Record(position, position, after, [])
                position = after
                continue
            text = data[position:eol]
            if (self.quote and self.quote in text) or (self.escape and self.escape in text):
                record = self._record(data, position, eol, after, final=final)
                if record is None:
                    return
            else:
                record = Record(position, eol, after, text.split(self.delimiter))
            yield record
            position = record.after

    def _record(self, data: bytes, start: int, eol: int, after: int, *, final: bool) -> Record | None:
        """One record with quotes or escapes; None when it is not complete yet."""
        fields: list[bytes] = []
        position = start
        limit = min(len(data), start + MAX_RECORD)
        whole = final or len(data) > start + MAX_RECORD
        while True:
            value: list[bytes] = []
            if self.quote and data.startswith(self.quote, position):
                closed = self._quoted(data, position + 1, limit, value)
                if closed is None:
                    return Record(start, eol, after, [], "quote_not_closed") if whole else None
                if closed > eol and not self._ends_well(data, closed):
                    return Record(start, eol, after, [], "quote_not_closed")
                position = closed
            end = self._plain(data, position, value)
            if end is None:
                return Record(start, eol, after, [], "escape_at_end") if final else None
            fields.append(b"".join(value))
            if not data.startswith(self.delimiter, end):
                return Record(start, end, after_line(data, end), fields)
            position = end + len(self.delimiter)

    def _quoted(self, data: bytes, position: int, limit: int, value: list[bytes]) -> int | None:
        """Reads a quoted value into `value`; the place behind its closing quote, None when it does not close."""
        while mark := self._close.search(data, position, limit):
            at = mark.start()
            value.append(data[position:at])
            if at + 1 >= len(data):
                return None
            if mark.group() == self.quote and not data.startswith(mark.group(), at + 1):
                return at + 1
            value.append(data[at + 1 : at + 2])
            position = at + 2
        return None

    def _plain(self, data: bytes, position: int, value: list[bytes]) -> int | None:
        """Reads what stands up to the next delimiter or line end into `value`; its place, None when there is none."""
        while mark := self._stop.search(data, position):
            at = mark.start()
            value.append(data[position:at])
            if mark.group() != self.escape:
                return at
            if at + 1 >= len(data):
                return None
            value.append(data[at + 1 : at + 2])
            position = at + 2
        return None

    def _ends_well(self, data: bytes, position: int) -> bool:
        return data.startswith((self.delimiter, b"\n", b"\r"), position)


def after_line(data: bytes, eol: int) -> int:
    """The place behind the line end that stands at `eol`."""
    return eol + 2 if data.startswith(b"\r\n", eol) else eol + 1
