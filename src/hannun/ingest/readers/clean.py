"""The fast way through delimited text: stretches whose record ends are beyond doubt, parsed by Arrow.

Arrow reads values as Python's csv module does. What is left to find out is where records end, and that no quote swallows a line:
when a stretch has as many records as line ends, no value goes over a line end; else a strict grammar says how far it is sound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.csv as pv

from hannun.ingest.filespec import FileSpec
from hannun.ingest.readers.columns import finish
from hannun.ingest.readers.scan import Scanner

_ARROW_BLOCK = 1 << 20
_STAND_IN = b"\x1f"


@dataclass
class Parsed:
    """Rows of a stretch, and the records with another number of fields: (record in the stretch from 1, fields, text)."""

    table: pa.Table
    misfits: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def records(self) -> int:
        return int(self.table.num_rows) + len(self.misfits)


class CleanParser:
    """Parses clean stretches of delimited UTF-8 text into text columns."""

    def __init__(self, spec: FileSpec, names: list[str]) -> None:
        self._spec = spec
        self._names = names
        self._scanner = Scanner(spec)
        self._delimiter = self._scanner.delimiter
        self._mark = _STAND_IN if len(self._delimiter) > 1 else self._delimiter
        self._doubtful = False
        self._multiline = False
        nulls = [] if spec.trims else list(spec.null_values)
        self._convert = pv.ConvertOptions(
            column_types={name: pa.string() for name in names},
            check_utf8=False,
            null_values=nulls,
            strings_can_be_null=bool(nulls),
            quoted_strings_can_be_null=True,
        )
        self._sound = self._sound_quotes()
        self._grammar = self._record_grammar()

    def new_block(self) -> None:
        """Before the stretches of the next block: what the last one was like tells how to begin."""
        self._doubtful, self._multiline = self._multiline, False

    def parse(self, data: bytes, start: int, stop: int) -> tuple[Parsed | None, int]:
        """As much as is clean of `data[start:stop]`, which begins with a record and ends with a line end.

        Returns:
            The rows and where they end; (None, start) when not even the first record is clean.
        """
        quote = self._scanner.quote
        quoted = quote is not None and data.find(quote, start, stop) >= 0
        if len(self._delimiter) > 1 and (quoted or data.find(_STAND_IN, start, stop) >= 0):
            return None, start
        if not quoted:
            return self._arrow(data, start, stop, quoted=False), stop
        if not self._doubtful and self._last_line_ends(data, start, stop):
            parsed = self._arrow(data, start, stop, quoted=True)
            if parsed.records == _line_ends(data, start, stop):
                return parsed, stop
        self._doubtful = True
        end = self._sound_until(data, start, stop)
        if end == start:
            return None, start
        parsed = self._arrow(data, start, end, quoted=True)
        self._multiline = self._multiline or parsed.records < _line_ends(data, start, end)
        return parsed, end

    def _sound_until(self, data: bytes, start: int, stop: int) -> int:
        """Behind the last record before anything that is not well formed."""
        match = self._sound.match(data, start, stop)
        reached = match.end() if match else start
        odd = data.find(self._scanner.quote or b"", reached, stop)
        line = data.rfind(b"\n", reached, odd if odd >= 0 else stop)
        if line >= 0:
            return line + 1
        match = self._grammar.match(data, start, stop)
        return match.end() if match else start

    def _last_line_ends(self, data: bytes, start: int, stop: int) -> bool:
        """Whether the last line, taken for a record, is complete."""
        line = max(data.rfind(b"\n", start, stop - 1) + 1, start)
        last = next(self._scanner.records(data[line:stop], 0, stop - line, final=True), None)
        return last is not None and not last.bad and last.after == stop - line

    def _arrow(self, data: bytes, start: int, stop: int, *, quoted: bool) -> Parsed:
        stretch: Any = memoryview(data)[start:stop]
        if len(self._delimiter) > 1:
            stretch = bytes(stretch).replace(self._delimiter, _STAND_IN)
        found: list[tuple[int, int, str]] = []

        def note(row: Any) -> str:
            found.append((row.number or 0, row.actual_columns, row.text))
            return "skip"

        table = self._read(stretch, quoted, note, threads=True, block=_ARROW_BLOCK)
        if found:  # Arrow numbers records only when one thread reads them
            found.clear()
            table = self._read(stretch, quoted, note, threads=False, block=_ARROW_BLOCK)
        if self._spec.trims:
            table = pa.table([finish(column, self._spec) for column in table.columns], names=self._names)
        if len(self._delimiter) > 1:
            shown = self._spec.delimiter
            found = [(number, fields, text.replace("\x1f", shown)) for number, fields, text in found]
        return Parsed(table, found)

    def _read(self, stretch: Any, quoted: bool, note: Any, *, threads: bool, block: int) -> pa.Table:
        parse = pv.ParseOptions(
            delimiter=self._mark.decode(),
            quote_char=self._spec.quote if quoted else False,
            double_quote=True,
            escape_char=False,
            newlines_in_values=quoted,
            invalid_row_handler=note,
        )
        read = pv.ReadOptions(column_names=self._names, use_threads=threads, block_size=block)
        try:
            return pv.read_csv(pa.BufferReader(pa.py_buffer(stretch)), read, parse, self._convert)
        except pa.ArrowInvalid as error:
            if not bytes(stretch).strip(b"\r\n"):
                return pa.table({name: pa.array([], pa.string()) for name in self._names})
            if "straddling" in str(error) and block <= len(stretch):
                return self._read(stretch, quoted, note, threads=threads, block=len(stretch) + 1)
            raise

    def _sound_quotes(self) -> re.Pattern[bytes]:
        """Text and quoted values in turn, as long as every quote opens behind a delimiter and closes before one. A doubled quote is
        one that closes and one that opens."""
        quoted = rb"(?:[^Q]*+(?:(?<=[DQ\r\n])|\A)Q[^Q]*+Q(?=[DQ\r\n]))*+"
        return re.compile(quoted.replace(b"Q", re.escape(self._spec.quote or '"').encode()).replace(b"D", re.escape(self._mark)))

    def _record_grammar(self) -> re.Pattern[bytes]:
        quote, mark = re.escape(self._spec.quote or '"').encode(), re.escape(self._mark)
        value = rb"(?:Q[^Q]*+(?:QQ[^Q]*+)*+Q(?=[D\r\n])|[^QD\r\n]*+)".replace(b"Q", quote).replace(b"D", mark)
        return re.compile(rb"(?:(?:" + value + mark + rb")*+" + value + rb"(?:\r\n|\r|\n))*+")


def _line_ends(data: bytes, start: int, stop: int) -> int:
    ends = data.count(b"\n", start, stop)
    if data.find(b"\r", start, stop) >= 0:
        ends += data.count(b"\r", start, stop) - data.count(b"\r\n", start, stop)
    return ends
