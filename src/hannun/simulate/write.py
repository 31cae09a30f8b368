"""Files of a simulated company: written in order, into a folder that takes its name only when it is complete."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from hannun.base.errors import HannunError

Format = Literal["csv", "parquet"]
MANIFEST = "simulation.json"
_SEOUL = 9 * 3600
QUOTED = ("voc", "documents")
"""Tables with free text: their text is quoted in CSV. No other table holds a comma, a quote or a line end."""

Encoded = tuple[str, bytes | pa.Table, int]
"""A file's name without its ending, its bytes or table, its rows."""


def encode(name: str, table: pa.Table, form: Format) -> Encoded:
    """Bring rows into their form; CSV keeps the clock of Seoul, Parquet holds instants."""
    if form == "parquet":
        return name, _instants(table), table.num_rows
    out = pa.BufferOutputStream()
    style = "needed" if name.partition("-")[0] in QUOTED else "none"
    pcsv.write_csv(table, out, pcsv.WriteOptions(include_header=False, quoting_style=style))
    return name, out.getvalue().to_pybytes(), table.num_rows


def _instants(table: pa.Table) -> pa.Table:
    columns = []
    for field, column in zip(table.schema, table.columns, strict=True):
        if pa.types.is_timestamp(field.type):
            seconds = pc.subtract(column.cast(pa.int64()), _SEOUL)
            columns.append(pc.multiply(seconds, 1_000_000).cast(pa.timestamp("us", tz="UTC")))
        else:
            columns.append(column)
    return pa.table(columns, names=table.column_names)


class Folder:
    """A folder that is being written. Each file's rows come in order; files without rows have a header."""

    def __init__(self, place: Path, form: Format) -> None:
        self.place, self.form = place, form
        self.rows: dict[str, int] = {}
        self._partial = place.with_name(f".{place.name}.partial")
        self._open: dict[str, Any] = {}

    def __enter__(self) -> Folder:
        shutil.rmtree(self._partial, ignore_errors=True)
        try:
            self._partial.mkdir(parents=True)
        except OSError as error:
            raise HannunError(
                f"{self.place} cannot be written: {error.strerror}", mend="choose another folder with --out"
            ) from None
        return self

    def begin(self, name: str, schema: pa.Schema) -> None:
        """Open a file, if it is not open: CSV with its header."""
        if name in self._open:
            return
        path = self._partial / f"{name}.{self.form}"
        empty = pa.table([pa.nulls(0, field.type) for field in schema], schema=schema)
        self.rows[name] = 0
        if self.form == "csv":
            self._open[name] = path.open("wb")
            self._open[name].write((",".join(schema.names) + "\n").encode())
        else:
            self._open[name] = pq.ParquetWriter(path, _instants(empty).schema, compression="snappy", use_dictionary=True)

    def add(self, encoded: Encoded) -> None:
        """Append rows to an open file."""
        name, content, rows = encoded
        if rows == 0:
            return
        self.rows[name] += rows
        if isinstance(content, bytes):
            self._open[name].write(content)
        else:
            self._open[name].write_table(content, row_group_size=1 << 20)

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Close all files, write the manifest, give the folder its name."""
        for file in self._open.values():
            file.close()
        self._open.clear()
        text = json.dumps({**manifest, "rows": dict(sorted(self.rows.items()))}, ensure_ascii=False, indent=2)
        (self._partial / MANIFEST).write_text(text + "\n", "utf-8")
        if self.place.exists():
            self.place.rmdir()
        self._partial.replace(self.place)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for file in self._open.values():
            file.close()
        shutil.rmtree(self._partial, ignore_errors=True)


def already(place: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether the folder holds this very simulation.

    Raises:
        HannunError: it holds something else.
    """
    if not place.exists() or (place.is_dir() and not any(place.iterdir())):
        return False
    try:
        found = json.loads((place / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        raise HannunError(f"{place} is not empty and holds no simulation", mend="choose another folder") from None
    if {key: found.get(key) for key in manifest} != dict(manifest):
        raise HannunError(f"{place} holds another simulation: {found}"[:300], mend="choose another folder, or delete it") from None
    return True
