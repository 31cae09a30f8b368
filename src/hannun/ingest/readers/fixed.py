"""Fixed-width records, cut by bytes: in CP949 a Korean letter fills two, and a column begins at a byte, not at a letter."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hannun.base.errors import SourceError
from hannun.ingest.filespec import Control, FileSpec, Place
from hannun.ingest.readers.columns import text_table
from hannun.ingest.readers.control import ControlCheck
from hannun.ingest.readers.model import BadRow, RowBatch
from hannun.ingest.readers.scan import MAX_RECORD

_BOM = b"\xef\xbb\xbf"
_DOS_END = b"\x1a"
_Line = tuple[int, bytes]
"""Where a record begins in the unpacked file, and its bytes without the line end."""


class FixedReader:
    """Reads the streams of one file; records are counted through all of them. A record longer than the layout is fine (filler)."""

    def __init__(self, spec: FileSpec) -> None:
        self._spec = spec
        self._encoding = spec.encoding
        self._needed = spec.record_bytes or max(start + length - 1 for start, length in spec.widths.values())
        self.records = 0

    def read(self, name: str, chunks: Iterator[bytes]) -> Iterator[RowBatch]:
        """The batches of one stream of bytes.

        Raises:
            SourceError: a line is longer than any record can be, or control records do not fit.
        """
        control = self._spec.control
        check = ControlCheck(name, control) if control else None
        skip, first = self._spec.skip_rows, True
        for block in self._blocks(name, chunks):
            skipped = min(skip, len(block))
            skip -= skipped
            lines = [(at, line) for at, line in block[skipped:] if line and line != _DOS_END]
            last: bytes | None = None
            behind = False
            if check and control and lines:
                check.not_ended()
                if first and control.header is not None:
                    self._check_header(lines.pop(0)[1], control.header, check)
                first = False
                lines, last, behind = self._until_trailer(lines, control)
            batch = self._batch(lines, check)
            if check and last is not None:
                self._check_trailer(last, check, behind=behind)
            if batch.rows.num_rows or batch.bad:
                yield batch
        if check:
            check.finish()

    def _blocks(self, name: str, chunks: Iterator[bytes]) -> Iterator[list[_Line]]:
        carry, offset, size = b"", 0, self._spec.record_bytes
        for chunk in chunks:
            data = carry + chunk
            if offset == 0:
                if data.startswith(_BOM):
                    data, offset = data[len(_BOM) :], len(_BOM)
                if size and data[size : size + 1] in (b"\r", b"\n"):
                    size = None  # a file with line ends after all: records are lines, their length is checked
            end = len(data) - len(data) % size if size else data.rfind(b"\n") + 1
            if not end and len(data) > MAX_RECORD:
                raise SourceError(f"{name}: a line is longer than {MAX_RECORD >> 20} MiB", mend="give record_bytes in the mapping")
            if end:
                yield _lines(data[:end], offset, size)
            carry, offset = data[end:], offset + end
        if carry:
            yield _lines(carry, offset, size)

    def _batch(self, lines: list[_Line], check: ControlCheck | None) -> RowBatch:
        """Rows and bad rows of detail records."""
        first = self.records + 1
        self.records += len(lines)
        bad: dict[int, BadRow] = {}
        for index, (_, line) in enumerate(lines):
            if len(line) < self._needed:
                detail = f"the record has {len(line)} bytes, the layout needs {self._needed}"
                bad[index] = BadRow(first + index, "", "record_length", detail, self._raw(line))
            elif self._stranger(line):
                bad[index] = BadRow(first + index, "", "unknown_kind", "the record is no detail", self._raw(line))
        short = set(bad)
        whole = [index for index in range(len(lines)) if index not in bad] if bad else range(len(lines))
        records = pa.array([lines[index][1] for index in whole], pa.binary())
        columns: list[Any] = []
        for column, (start, length) in self._spec.widths.items():
            values = pc.binary_slice(records, start - 1, start - 1 + length)
            texts = _decoded(values, self._encoding)
            if isinstance(texts, list):
                for at, trouble in _untextual(values, texts, self._encoding):
                    index = whole[at]
                    reason, place, detail = trouble
                    where = f"byte {lines[index][0] + start - 1 + place} of the file {detail}"
                    bad.setdefault(index, BadRow(first + index, column, reason, where, self._raw(lines[index][1])))
            columns.append(pa.array(texts, pa.string()))
        numbers = pa.array([first + index for index in whole], pa.int64())
        if len(bad) > len(short):
            keep = pa.array([at for at, index in enumerate(whole) if index not in bad], pa.int64())
            columns, numbers = [column.take(keep) for column in columns], numbers.take(keep)
        table = text_table(columns, list(self._spec.widths), numbers, self._spec)
        if check:
            check.details(table)
            for index, row in bad.items():
                spans = {} if index in short else self._spec.widths
                check.bad_detail(row.row, {name: self._cut(lines[index][1], span) for name, span in spans.items()})
        return RowBatch(table, tuple(bad[index] for index in sorted(bad)))

    def _check_header(self, line: bytes, kind: str, check: ControlCheck) -> None:
        check.header(self._kind(line, kind), lambda place: self._cut(line, place))

    def _check_trailer(self, line: bytes, check: ControlCheck, *, behind: bool) -> None:
        check.trailer(lambda place: self._cut(line, place))
        if behind:
            check.not_ended()

    def _until_trailer(self, lines: list[_Line], control: Control) -> tuple[list[_Line], bytes | None, bool]:
        """The details, the trailer record, and whether records stand behind it."""
        kind = control.trailer
        if kind is not None:
            for at, (_, line) in enumerate(lines):
                if self._kind(line, kind) == kind:
                    return lines[:at], line, at + 1 < len(lines)
        return lines, None, False

    def _stranger(self, line: bytes) -> bool:
        detail = self._spec.control.detail if self._spec.control else None
        return detail is not None and self._kind(line, detail) != detail

    def _kind(self, line: bytes, like: str) -> str | None:
        control = self._spec.control
        place = control.kind if control else 1
        return self._cut(line, place if isinstance(place, tuple) else (place, len(like.encode(self._encoding))))

    def _cut(self, line: bytes, place: Place) -> str | None:
        start, length = place if isinstance(place, tuple) else (place, 1)
        return line[start - 1 : start - 1 + length].decode(self._encoding, "replace").strip() or None

    def _raw(self, line: bytes) -> str:
        out: list[str] = []
        while line:
            try:
                out.append(line.decode(self._encoding))
                break
            except UnicodeDecodeError as error:
                out.append(line[: error.start].decode(self._encoding))
                out.append("".join(f"\\x{byte:02x}" for byte in line[error.start : error.end]))
                line = line[error.end :]
        return "".join(out)


def _lines(data: bytes, offset: int, size: int | None) -> list[_Line]:
    if size:
        return [(offset + at, data[at : at + size]) for at in range(0, len(data), size)]
    lines = data.removesuffix(b"\n").split(b"\n")
    starts = accumulate((len(line) + 1 for line in lines), initial=offset)
    if b"\r" in data:
        lines = [line.removesuffix(b"\r") for line in lines]
    return list(zip(starts, lines, strict=False))


def _decoded(values: Any, encoding: str) -> Any:
    """Binary values as an Arrow string array; as a list with None for what is no text, when there is such or a NUL."""
    parts = values.to_pylist()
    joined = b"\n".join(parts)
    if b"\0" not in joined:
        try:
            texts = joined.decode(encoding).split("\n")
        except UnicodeDecodeError:
            return [_or_none(part, encoding) for part in parts]
        if len(texts) == len(parts):
            return pa.array(texts, pa.string())
    return [_or_none(part, encoding) for part in parts]


def _or_none(value: bytes, encoding: str) -> str | None:
    try:
        return value.decode(encoding)
    except UnicodeDecodeError:
        return None


def _untextual(values: Any, texts: list[str | None], encoding: str) -> Iterator[tuple[int, tuple[str, int, str]]]:
    """The values that are no text: (which, (reason, byte in the value, in words))."""
    for at, text in enumerate(texts):
        if text is not None:
            if "\0" in text:
                yield at, ("nul_byte", values[at].as_py().index(0), "is NUL")
            continue
        raw = values[at].as_py()
        try:
            raw.decode(encoding)
        except UnicodeDecodeError as error:
            shown = " ".join(f"{byte:02x}" for byte in raw[error.start : error.end])
            yield at, ("undecodable", error.start, f"({shown}) is no text in this encoding, or the column cuts a letter")
