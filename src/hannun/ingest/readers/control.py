"""Control records: what the header and the trailer of a file say must have come, held against what came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

import pyarrow as pa
import pyarrow.compute as pc

from hannun.base.errors import SourceError
from hannun.ingest.filespec import Control, Place
from hannun.ingest.readers.model import ROW

Get = Callable[[Place], str | None]
"""The value that stands at a place of a record; None when the record has no such place."""


class ControlCheck:
    """Follows the records of one file and refuses it when they are not those that were announced."""

    def __init__(self, name: str, control: Control) -> None:
        self._name = name
        self._control = control
        self._count = 0
        self._sums = {column: Decimal(0) for column in control.sums}
        self._said: dict[str, Decimal] = {}
        self._unread: list[int] = []
        self._ended = False

    def header(self, kind: str | None, get: Get) -> None:
        """The first record of the file.

        Raises:
            SourceError: it is not the header record.
        """
        if kind != self._control.header:
            raise self._refused(f"the first record is of kind '{kind}', not the header record '{self._control.header}'")
        if self._control.inside == "header":
            self._read(get)

    def trailer(self, get: Get) -> None:
        """The trailer record.

        Raises:
            SourceError: there was one before.
        """
        self.not_ended()
        self._ended = True
        if self._control.inside == "trailer":
            self._read(get)

    def not_ended(self) -> None:
        """Raises:
        SourceError: the trailer was read already, and here is another record.
        """
        if self._ended:
            raise self._refused(f"records stand behind the trailer record '{self._control.trailer}'")

    def details(self, table: pa.Table) -> None:
        """Detail records that were read."""
        if table.num_rows:
            self.not_ended()
        self._count += table.num_rows
        for column in self._sums:
            self._sums[column] += self._sum(table, column)

    def bad_detail(self, row: int, values: Mapping[str, str | None]) -> None:
        """A detail record that is a bad row; its sums are taken as far as they can be read."""
        self.not_ended()
        self._count += 1
        for column in self._sums:
            try:
                self._sums[column] += _number(values.get(column) or "")
            except InvalidOperation:
                self._unread.append(row)

    def finish(self) -> None:
        """Raises:
        SourceError: the trailer is missing, or the count or a sum is another than announced.
        """
        if self._control.trailer is not None and not self._ended:
            raise self._refused(f"the trailer record '{self._control.trailer}' is missing: the file is not complete")
        extra = (self._control.header is not None) + (self._control.trailer is not None) if self._control.count_all else 0
        if self._control.count is not None and self._said["count"] != self._count + extra:
            raise self._refused(f"it announces {self._said['count']} records, but holds {self._count + extra}")
        for column, total in self._sums.items():
            said = self._said[f"sum of {column}"]
            if said != total:
                unread = f" (not readable in records {', '.join(map(str, self._unread[:5]))})" if self._unread else ""
                raise self._refused(f"it announces {said} as the sum of {column}, but holds {total}{unread}")

    def _read(self, get: Get) -> None:
        places: dict[str, Place] = {f"sum of {column}": place for column, place in self._control.sums.items()}
        if self._control.count is not None:
            places["count"] = self._control.count
        for what, place in places.items():
            text = get(place)
            try:
                self._said[what] = _number(text or "")
            except InvalidOperation:
                raise self._refused(f"the {what} in the {self._control.inside} record at {place} is '{text}', no number") from None

    def _sum(self, table: pa.Table, column: str) -> Decimal:
        values = table.column(column)
        try:
            total = pc.sum(pc.cast(values, pa.decimal128(38, 6))).as_py()
        except pa.ArrowInvalid:
            total = Decimal(0)
            for row, value in zip(table.column(ROW).to_pylist(), values.to_pylist(), strict=True):
                try:
                    total += _number(value or "0")
                except InvalidOperation:
                    self._unread.append(row)
        return Decimal(total or 0)

    def _refused(self, why: str) -> SourceError:
        return SourceError(f"{self._name}: control records: {why}", mend="nothing was loaded; ask the sender for the file again")


def _number(text: str) -> Decimal:
    value = Decimal(text.strip().replace(",", ""))
    if not value.is_finite():
        raise InvalidOperation
    return value
