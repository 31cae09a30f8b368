"""JSON lines: one object a line; numbers keep their digits, nested values stay JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import pyarrow as pa

from hannun.base.errors import SourceError
from hannun.ingest.filespec import FileSpec
from hannun.ingest.readers.buffer import TextBuffer
from hannun.ingest.readers.columns import empty, text_table
from hannun.ingest.readers.decoding import Piece
from hannun.ingest.readers.model import ROW, BadRow, RowBatch
from hannun.ingest.readers.scan import MAX_RECORD

_KEYS = 10_000


class _Number(str):
    """A number as it is written: neither digits nor a `.0` are lost or won."""

    __slots__ = ()


class _Trouble(Exception):
    def __init__(self, column: str, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.column, self.reason, self.detail = column, reason, detail


class JsonLinesReader:
    """Reads the streams of one file; records are counted through all of them.

    With `columns` in the mapping, batches have exactly these (a missing key is NULL, other keys are left out); without, each batch
    has all keys that were met so far, so that nothing is lost.
    """

    def __init__(self, spec: FileSpec) -> None:
        self._spec = spec
        self._names: dict[str, None] = dict.fromkeys(spec.columns)
        self._decoder = json.JSONDecoder(
            parse_int=_Number, parse_float=_Number, parse_constant=_refuse_constant, object_pairs_hook=_object
        )
        self.records = 0

    def read(self, name: str, pieces: Iterator[Piece]) -> Iterator[RowBatch]:
        """The batches of one stream.

        Raises:
            SourceError: the file is one JSON array, or a line is longer than any record can be.
        """
        buffer = TextBuffer(pieces)
        buffer.fill()
        if buffer.data.lstrip()[:1] == b"[":
            raise SourceError(f"{name}: is one JSON array, not JSON lines", mend="write one object a line: jq -c '.[]'")
        skip = self._spec.skip_rows
        while True:
            end = buffer.data.rfind(b"\n") + 1
            if buffer.final:
                end = len(buffer.data)
            lines = buffer.data[:end].split(b"\n") if end else []
            batch = self._batch(name, buffer, lines, skip)
            skip = max(0, skip - len(lines) + 1) if lines else skip
            if batch.rows.num_rows or batch.bad:
                yield batch
            buffer.drop(end)
            if buffer.final:
                return
            if len(buffer.data) > MAX_RECORD:
                raise SourceError(
                    f"{name}: record {self.records + 1} is longer than {MAX_RECORD >> 20} MiB", mend="write one object a line"
                )
            buffer.fill()

    def _batch(self, name: str, buffer: TextBuffer, lines: list[bytes], skip: int) -> RowBatch:
        found: list[dict[str, Any]] = []
        numbers: list[int] = []
        bad: list[BadRow] = []
        for start, line in zip(accumulate((len(line) + 1 for line in lines), initial=0), lines, strict=False):
            if skip > 0:
                skip -= 1
                continue
            if not line.strip():
                continue
            self.records += 1
            try:
                found.append(self._record(buffer, start, line))
                numbers.append(self.records)
            except _Trouble as trouble:
                raw = buffer.raw(start, start + len(line)).rstrip("\r")
                bad.append(BadRow(self.records, trouble.column, trouble.reason, trouble.detail, raw))
        if not self._spec.columns:
            for record in found:
                if not record.keys() <= self._names.keys():
                    self._names.update(dict.fromkeys(record))
            if len(self._names) > _KEYS:
                raise SourceError(f"{name}: has more than {_KEYS} different keys", mend="list those that matter in columns:")
        names = list(self._names)
        if not found:
            return RowBatch(empty(names), tuple(bad))
        columns = [pa.array([record.get(key) for record in found], pa.string()) for key in names]
        return RowBatch(text_table(columns, names, pa.array(numbers, pa.int64()), self._spec), tuple(bad))

    def _record(self, buffer: TextBuffer, start: int, line: bytes) -> dict[str, str | None]:
        spans = buffer.bad_within(start, start + len(line))
        if spans:
            shown = " ".join(f"{byte:02x}" for byte in spans[0].raw)
            raise _Trouble("", "undecodable", f"byte {spans[0].offset} of the file ({shown}) is no text in this encoding")
        try:
            value = self._decoder.decode(line.decode())
        except json.JSONDecodeError as error:
            raise _Trouble("", "not_json", f"{error.msg} at character {error.colno}") from None
        except RecursionError:
            raise _Trouble("", "not_json", "nested too deeply") from None
        if not isinstance(value, dict):
            raise _Trouble("", "not_an_object", "a record is a JSON object")
        if ROW in value:
            raise _Trouble(ROW, "reserved_name", f"the name {ROW} belongs to the system")
        record = {key: _text(item) for key, item in value.items()}
        if b"\\u" in line:
            _check_escapes(record)
        return record


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _Trouble(twice, "duplicate_key", f"the key '{twice}' stands twice")
    return found


def _refuse_constant(word: str) -> Any:
    raise _Trouble("", "not_json", f"{word} is no JSON")


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return _json(value)


def _json(value: Any) -> str:
    """JSON text of a parsed value, with numbers as they were written."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json(key)}:{_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_json(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _check_escapes(record: dict[str, str | None]) -> None:
    for key, value in record.items():
        for text in (key, value or ""):
            if "\0" in text:
                raise _Trouble(key, "nul_byte", "a NUL is no text")
            try:
                text.encode()
            except UnicodeEncodeError:
                raise _Trouble("", "undecodable", "an escape stands for half a letter (a lone surrogate)") from None
