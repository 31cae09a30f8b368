"""How a source file is written: the `FileSpec` that a mapping gives for each of its sources."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Format = Literal["csv", "fixed", "jsonl", "parquet", "excel"]
Encoding = Literal["utf-8", "cp949", "utf-16", "utf-16-le", "utf-16-be"]
Compression = Literal["auto", "none", "gz", "zst", "zip"]
Span = tuple[int, int]
"""Start (the first byte is 1) and length, in bytes."""
Place = int | Span
"""Where a value stands in a record: the number of a field from 1 (csv), or a Span (fixed)."""

_SPELLINGS = {
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "euc-kr": "cp949",
    "euckr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ms949": "cp949",
    "uhc": "cp949",
    "utf16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_LINE_ENDS = frozenset("\r\n\0")


def _encoding(value: object) -> object:
    if not isinstance(value, str):
        return value
    name = value.strip().lower()
    return _SPELLINGS.get(name, name)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Control(_Strict):
    """Control records around the data: a header record (H), details (D) and a trailer (T) that says what must have come.

    `header` and `trailer` are the kinds as written in the file; a kind that is None does not occur. The header record is the first
    of the file, the trailer the last; neither is counted by `_row`. With `detail`, a record of another kind is a bad row.
    """

    header: str | None = Field(default=None, min_length=1)
    detail: str | None = Field(default=None, min_length=1)
    trailer: str | None = Field(default=None, min_length=1)
    kind: Place = Field(default=1, description="where the kind stands; fixed: a number is the first byte, the length is its own")
    count: Place | None = Field(default=None, description="where the number of records stands")
    count_all: bool = Field(default=False, description="the number includes the header and the trailer record")
    sums: dict[str, Place] = Field(default_factory=dict, description="column → where its sum over all details stands")
    inside: Literal["header", "trailer"] = Field(default="trailer", description="the record that holds the count and the sums")

    @model_validator(mode="after")
    def _has_its_record(self) -> Self:
        if self.header is None and self.trailer is None:
            raise ValueError("give the kind of the header record, of the trailer record, or both")
        if (self.count is not None or self.sums) and getattr(self, self.inside) is None:
            raise ValueError(f"count and sums stand in the {self.inside} record, but its kind is not given")
        return self


class FileSpec(_Strict):
    """How the files of one source are written.

    Every format but Parquet gives its values as text. A value that equals one of `null_values` is NULL, quoted or not.
    """

    files: tuple[str, ...] = Field(min_length=1, description="patterns of file names")
    format: Format = "csv"
    encoding: Annotated[Encoding, BeforeValidator(_encoding)] = Field(
        default="utf-8", description="a byte order mark stands above it; EUC-KR is read as its superset CP949"
    )
    compression: Compression = Field(default="auto", description="auto: by the first bytes of the file, never by its name")
    members: str = Field(default="*", description="pattern of the members of a zip that are read, in the order of their names")
    delimiter: str = Field(default=",", min_length=1, description="csv: one or more characters")
    quote: str | None = Field(default='"', min_length=1, max_length=1, description="csv: None when quotes mean nothing")
    escape: str | None = Field(default=None, min_length=1, max_length=1, description="csv: the next character has no meaning")
    comment: str | None = Field(default=None, min_length=1, description="csv: lines that start so are no records")
    skip_rows: int = Field(default=0, ge=0, description="lines (Excel: rows) before the header or the first record")
    header: bool = Field(default=True, description="csv, excel: the first record holds the names of the columns")
    header_rows: int = Field(default=1, ge=1, le=5, description="excel: blanks of upper rows take the name at their left")
    columns: tuple[str, ...] = Field(default=(), description="the names; with a header: those that it must hold, in any order")
    widths: dict[str, Span] = Field(default_factory=dict, description="fixed: column → (start from 1, length) in bytes")
    record_bytes: int | None = Field(default=None, ge=1, description="fixed: length of a record in a file without line ends")
    sheet: str | int | None = Field(default=None, description="excel: name, or number from 1; None: the only sheet")
    null_values: tuple[str, ...] = ("",)
    trim: bool | None = Field(default=None, description="remove white space around values; None: yes for fixed, else no")
    control: Control | None = None

    @property
    def trims(self) -> bool:
        """Whether white space around values is removed."""
        return self.format == "fixed" if self.trim is None else self.trim

    @model_validator(mode="before")
    @classmethod
    def _one_pattern(cls, data: object) -> object:
        if isinstance(data, dict) and isinstance(data.get("files"), str):
            return {**data, "files": [data["files"]]}
        return data

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len(set(self.columns)) < len(self.columns):
            raise ValueError("columns: a name stands twice")
        if self.format == "csv":
            self._check_csv()
        if self.format == "fixed":
            self._check_fixed()
        elif self.widths or self.record_bytes:
            raise ValueError(f"widths and record_bytes belong to format fixed, not to {self.format}")
        if self.format in ("csv", "excel") and not self.header and not self.columns:
            raise ValueError("columns: a file without a header needs the names of its columns")
        self._check_control()
        return self

    def _check_csv(self) -> None:
        marks = [mark for mark in (self.quote, self.escape) if mark]
        if _LINE_ENDS & set(self.delimiter + "".join(marks)):
            raise ValueError("delimiter, quote and escape cannot be a line end or NUL")
        if any(not mark.isascii() for mark in marks):
            raise ValueError("quote and escape must be ASCII characters")
        if any(mark in self.delimiter for mark in marks) or (self.quote == self.escape and self.quote is not None):
            raise ValueError("delimiter, quote and escape must differ (a doubled quote needs no escape)")

    def _check_fixed(self) -> None:
        if not self.widths:
            raise ValueError("widths: a fixed-width file needs the start and length of its columns")
        for name, (start, length) in self.widths.items():
            if start < 1 or length < 1:
                raise ValueError(f"widths: {name}: start is counted from 1 and length is at least 1")
            if self.record_bytes is not None and start + length - 1 > self.record_bytes:
                raise ValueError(f"widths: {name}: ends behind the record of {self.record_bytes} bytes")
        if self.encoding.startswith("utf-16"):
            raise ValueError("encoding: fixed-width records by bytes are read in utf-8 or cp949")

    def _check_control(self) -> None:
        if self.control is None:
            return
        if self.format not in ("csv", "fixed"):
            raise ValueError(f"control: records of control belong to csv and fixed files, not to {self.format}")
        places = [place for place in (self.control.count, *self.control.sums.values()) if place is not None]
        if self.format == "csv" and (not isinstance(self.control.kind, int) or not all(isinstance(place, int) for place in places)):
            raise ValueError("control: in a csv file a place is the number of a field, from 1")
        if self.format == "fixed" and not all(isinstance(place, tuple) for place in places):
            raise ValueError("control: in a fixed-width file a place is [start, length] in bytes")
        known = self.widths if self.format == "fixed" else self.columns
        for name in self.control.sums:
            if known and name not in known:
                raise ValueError(f"control: sums: there is no column '{name}'")
