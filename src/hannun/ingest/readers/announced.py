"""Control records among delimited text: the trailer is taken out, details are held against it, other kinds are bad rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from hannun.ingest.filespec import Control, Place
from hannun.ingest.readers.control import ControlCheck, Get
from hannun.ingest.readers.model import ROW, BadRow, RowBatch
from hannun.ingest.readers.scan import Scanner


class AnnouncedRecords:
    """Sorts the batches of one stream by the kind of their records."""

    def __init__(self, name: str, control: Control, scanner: Scanner) -> None:
        self._check = ControlCheck(name, control)
        self._control = control
        self._scanner = scanner
        self._kind = control.kind if isinstance(control.kind, int) else control.kind[0]

    def header(self, fields: Sequence[str]) -> None:
        """The first record of the stream.

        Raises:
            SourceError: it is not the header record.
        """
        get = _getter(fields)
        self._check.header(get(self._kind), get)

    def details(self, batches: Iterator[RowBatch], names: Sequence[str]) -> Iterator[RowBatch]:
        """The batches with nothing but details.

        Raises:
            SourceError: the trailer is missing or not the last, or its count or sums are not those of the details.
        """
        for batch in batches:
            left = self._sort(batch, names)
            if left.rows.num_rows or left.bad:
                yield left
        self._check.finish()

    def _sort(self, batch: RowBatch, names: Sequence[str]) -> RowBatch:
        fields = {row.row: self._fields(row.raw) for row in batch.bad}
        trailer, rows = self._take_trailer(batch.rows)
        bad: list[BadRow] = []
        for row in batch.bad:
            if self._control.trailer is not None and _getter(fields[row.row])(self._kind) == self._control.trailer:
                trailer = (row.row, fields[row.row])
            else:
                bad.append(row)
        rows, strangers = self._take_strangers(rows)
        self._check.details(rows)
        for row in bad:
            found = fields[row.row]
            self._check.bad_detail(row.row, dict(zip(names, found, strict=True)) if len(found) == len(names) else {})
        if trailer is not None:
            self._check.trailer(_getter(trailer[1]))
            if any(row.row > trailer[0] for row in bad) or _last(rows) > trailer[0] or _last(strangers) > trailer[0]:
                self._check.not_ended()
        bad.extend(self._stranger(record) for record in strangers.to_pylist())
        return RowBatch(rows, tuple(sorted(bad, key=lambda row: row.row)), batch.message)

    def _take_trailer(self, rows: pa.Table) -> tuple[tuple[int, list[str]] | None, pa.Table]:
        if self._control.trailer is None or not rows.num_rows:
            return None, rows
        mask = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(rows.column(self._kind - 1)), self._control.trailer), False)
        found = rows.filter(mask)
        if not found.num_rows:
            return None, rows
        record = list(found.slice(0, 1).to_pylist()[0].values())
        rest = rows.filter(pc.or_(pc.invert(mask), pc.not_equal(rows.column(ROW), record[-1])))
        return (record[-1], [value or "" for value in record[:-1]]), rest

    def _take_strangers(self, rows: pa.Table) -> tuple[pa.Table, pa.Table]:
        if self._control.detail is None or not rows.num_rows:
            return rows, rows.slice(0, 0)
        kinds = pc.utf8_trim_whitespace(rows.column(self._kind - 1))
        mask = pc.fill_null(pc.equal(kinds, self._control.detail), False)
        return rows.filter(mask), rows.filter(pc.invert(mask))

    def _stranger(self, record: dict[str, str | int | None]) -> BadRow:
        values = [str(value or "") for name, value in record.items() if name != ROW]
        detail = f"the record is of kind '{values[self._kind - 1]}', a detail of kind '{self._control.detail}'"
        column = next(name for at, name in enumerate(record, 1) if at == self._kind)
        return BadRow(int(record[ROW] or 0), column, "unknown_kind", detail, self._scanner.delimiter.decode().join(values))

    def _fields(self, raw: str) -> list[str]:
        data = raw.encode() + b"\n"
        record = next(self._scanner.records(data, 0, len(data), final=True), None)
        return [field.decode(errors="replace") for field in record.fields] if record else []


def _getter(fields: Sequence[str]) -> Get:
    def get(place: Place) -> str | None:
        at = place if isinstance(place, int) else place[0]
        return fields[at - 1].strip() if 0 < at <= len(fields) else None

    return get


def _last(rows: pa.Table) -> int:
    return int(pc.max(rows.column(ROW)).as_py()) if rows.num_rows else 0
