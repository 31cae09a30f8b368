"""Delimited text (CSV, TSV and their kin): header, then blocks, fast where they are clean and careful where they are not."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from hannun.base.errors import SourceError
from hannun.ingest.filespec import FileSpec
from hannun.ingest.readers.announced import AnnouncedRecords
from hannun.ingest.readers.buffer import TextBuffer
from hannun.ingest.readers.clean import CleanParser, Parsed
from hannun.ingest.readers.columns import checked_names, empty, text_table
from hannun.ingest.readers.decoding import Piece
from hannun.ingest.readers.model import ROW, BadRow, RowBatch
from hannun.ingest.readers.scan import MAX_RECORD, Record, Scanner, after_line

_CAREFUL = 1 << 14
_FEW = 16
_REASONS = {
    "quote_not_closed": "a quote is opened and not closed properly; only this line is put aside, reading went on at the next",
    "escape_at_end": "the escape character is the last of the file",
}


class DelimitedReader:
    """Reads the streams of one file; records are counted through all of them."""

    def __init__(self, spec: FileSpec) -> None:
        self._spec = spec
        self._scanner = Scanner(spec)
        self.names: list[str] = [] if spec.header else list(spec.columns)
        self.records = 0

    def read(self, name: str, pieces: Iterator[Piece]) -> Iterator[RowBatch]:
        """The batches of one stream.

        Args:
            name: the stream, for messages.
            pieces: its text.

        Raises:
            SourceError: the header is wrong, or a record is longer than any record can be.
        """
        buffer = TextBuffer(pieces)
        buffer.fill()
        self._skip_lines(buffer)
        control = self._spec.control
        announced = AnnouncedRecords(name, control, self._scanner) if control else None
        if announced and control and control.header:
            first = self.first_record(buffer)
            announced.header([field.decode(errors="replace") for field in first.fields] if first else [])
            buffer.drop(first.after if first else 0)
        if self._spec.header and not self._read_header(name, buffer):
            if announced:
                yield from announced.details(iter(()), self.names)
            return
        batches = self._batches(name, buffer)
        yield from announced.details(batches, self.names) if announced else batches

    def _batches(self, name: str, buffer: TextBuffer) -> Iterator[RowBatch]:
        parser = CleanParser(self._spec, self.names)
        while True:
            batch, used = self._block(buffer, parser)
            if batch.rows.num_rows or batch.bad:
                yield batch
            del batch
            buffer.drop(used)
            if buffer.final:
                return
            if not used and len(buffer.data) > MAX_RECORD:
                raise SourceError(
                    f"{name}: record {self.records + 1} is longer than {MAX_RECORD >> 20} MiB", mend="check delimiter and line ends"
                )
            buffer.fill()

    def _skip_lines(self, buffer: TextBuffer) -> None:
        for _ in range(self._spec.skip_rows):
            while not (ends := [at for at in (buffer.data.find(b"\n"), buffer.data.find(b"\r", 0, -1)) if at >= 0]):
                if buffer.final:
                    buffer.drop(len(buffer.data))
                    return
                buffer.fill()
            buffer.drop(after_line(buffer.data, min(ends)))

    def first_record(self, buffer: TextBuffer) -> Record | None:
        """The next record of the buffer, however many pieces it takes; None at the end of the text."""
        while True:
            for record in self._scanner.records(buffer.data, 0, len(buffer.data), final=buffer.final):
                if record.fields or record.bad:
                    return record
            if buffer.final:
                return None
            buffer.fill()

    def _read_header(self, name: str, buffer: TextBuffer) -> bool:
        record = self.first_record(buffer)
        if record is None:
            return False
        if record.bad or buffer.bad_within(record.start, record.end):
            why = _REASONS.get(record.bad, "it holds bytes that are no text in this encoding")
            raise SourceError(f"{name}: header: {why}", mend="check encoding, quote and delimiter in the mapping")
        names = checked_names(name, [field.decode() for field in record.fields], self._spec.columns)
        if self.names and names != self.names:
            raise SourceError(f"{name}: header differs from that of the members before it", mend="give the members one header")
        self.names = names
        buffer.drop(record.after)
        return True

    def _block(self, buffer: TextBuffer, parser: CleanParser) -> tuple[RowBatch, int]:
        """All complete records of the buffer, and where they end."""
        tables: list[pa.Table] = []
        bad: list[BadRow] = []
        position, stretch = 0, _CAREFUL
        parser.new_block()
        while position < len(buffer.data):
            stop = self._clean_stop(buffer, position)
            parsed, end = parser.parse(buffer.data, position, stop) if stop > position else (None, position)
            if parsed is not None:
                tables.append(self._numbered(parsed, bad))
                stretch = max(_CAREFUL, stretch // 4) if end - position > stretch else stretch
                position = end
                if position == stop and stop == self._last_line(buffer, len(buffer.data), position):
                    break
                continue
            end = self._careful(buffer, position, position + stretch, tables, bad)
            if end == position:
                break
            position, stretch = end, stretch * 2
        rows = pa.concat_tables(tables) if tables else empty(self.names)
        if len(tables) > _FEW:
            rows = rows.combine_chunks()
        return RowBatch(rows, tuple(bad)), position

    def _clean_stop(self, buffer: TextBuffer, position: int) -> int:
        """The last line end before anything that only the careful way understands."""
        data = buffer.data
        limit = buffer.first_bad(position)
        comment = self._scanner.comment
        if comment and data.startswith(comment, position):
            return position
        marks = (b"\0", self._scanner.escape, b"\n" + comment if comment else None, b"\r" + comment if comment else None)
        for mark in marks:
            at = data.find(mark, position, limit) if mark else -1
            limit = at if at >= 0 else limit
        return self._last_line(buffer, limit, position)

    @staticmethod
    def _last_line(buffer: TextBuffer, limit: int, position: int) -> int:
        """Behind the last line end in `data[position:limit]`; `position` when there is none."""
        data = buffer.data
        at = data.rfind(b"\n", position, limit)
        if at < 0:  # a lone CR ends a line too, unless its LF has not come yet
            at = data.rfind(b"\r", position, limit if buffer.final and limit == len(data) else limit - 1)
        return at + 1 if at >= 0 else position

    def _numbered(self, parsed: Parsed, bad: list[BadRow]) -> pa.Table:
        """The rows with their numbers; the misfits go to `bad`."""
        first = self.records + 1
        self.records += parsed.records
        if not parsed.misfits:
            return parsed.table.append_column(ROW, pa.arange(first, first + parsed.table.num_rows))
        numbers: list[int] = []
        at = 1
        for number, fields, text in parsed.misfits:
            numbers.extend(range(first + at - 1, first + number - 1))
            at = number + 1
            bad.append(self._misfit(first + number - 1, fields, text))
        numbers.extend(range(first + at - 1, first + parsed.records))
        return parsed.table.append_column(ROW, pa.array(numbers, pa.int64()))

    def _misfit(self, row: int, fields: int, text: str) -> BadRow:
        return BadRow(row, "", "field_count", f"expected {len(self.names)} fields, found {fields}", text)

    def _careful(self, buffer: TextBuffer, start: int, stop: int, tables: list[pa.Table], bad: list[BadRow]) -> int:
        """The records that begin in `data[start:stop]`, one after another; where they end."""
        rows: list[list[bytes]] = []
        numbers: list[int] = []
        position = start
        for record in self._scanner.records(buffer.data, start, min(stop, len(buffer.data)), final=buffer.final):
            position = record.after
            if not record.fields and not record.bad:
                continue
            self.records += 1
            trouble = self._trouble(buffer, record)
            if trouble is None:
                rows.append(record.fields)
                numbers.append(self.records)
            else:
                bad.append(trouble)
        if rows:
            columns = [pa.array(column, pa.binary()).cast(pa.string()) for column in zip(*rows, strict=True)]
            tables.append(text_table(columns, self.names, pa.array(numbers, pa.int64()), self._spec))
        return position

    def _trouble(self, buffer: TextBuffer, record: Record) -> BadRow | None:
        start, end = record.start, record.end
        spans = buffer.bad_within(start, end)
        if spans:
            column = self._column_at(buffer.data[start : buffer.place(spans[0])])
            shown = " ".join(f"{byte:02x}" for byte in spans[0].raw)
            detail = f"byte {spans[0].offset} of the file ({shown}) is no text in this encoding"
            return BadRow(self.records, column, "undecodable", detail, buffer.raw(start, end))
        if record.bad:
            return BadRow(self.records, "", record.bad, _REASONS[record.bad], buffer.raw(start, end))
        if len(record.fields) != len(self.names):
            return self._misfit(self.records, len(record.fields), buffer.raw(start, end))
        if buffer.data.find(b"\0", start, end) >= 0:
            at = next(index for index, field in enumerate(record.fields) if b"\0" in field)
            return BadRow(self.records, self.names[at], "nul_byte", "a NUL byte is no text", buffer.raw(start, end))
        return None

    def _column_at(self, before: bytes) -> str:
        """The column of a record whose first bytes are `before`; empty when its quotes leave it open."""
        fields = 0
        for record in self._scanner.records(before + b"\n", 0, len(before) + 1, final=True):
            fields = 0 if record.bad else len(record.fields)
        return self.names[fields - 1] if 0 < fields <= len(self.names) else ""
