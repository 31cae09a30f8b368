"""The one way in: `open_rows`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from hannun.base.errors import SourceError
from hannun.ingest.filespec import FileSpec
from hannun.ingest.readers.ahead import read_ahead
from hannun.ingest.readers.columns import empty
from hannun.ingest.readers.decoding import decode
from hannun.ingest.readers.delimited import DelimitedReader
from hannun.ingest.readers.excel import read_excel
from hannun.ingest.readers.fixed import FixedReader
from hannun.ingest.readers.jsonl import JsonLinesReader
from hannun.ingest.readers.model import RowBatch
from hannun.ingest.readers.opening import kind_of, parts
from hannun.ingest.readers.parquet import read_parquet
from hannun.ingest.readers.signature import check_unchanged, open_file

BLOCK_BYTES = 8 << 20
MIN_BLOCK_BYTES = 64


def open_rows(path: Path, spec: FileSpec, *, block_bytes: int = BLOCK_BYTES) -> Iterator[RowBatch]:
    """The records of a file, each in exactly one of `rows` or `bad`, in the order of the file.

    A file without records gives one batch without rows and a message. An error may come after many batches, at the very end of the
    file even: what was handed over before counts only when the iterator has ended without one.

    Args:
        path: the file.
        spec: how it is written.
        block_bytes: how much text is worked on at once; memory grows by ten to twenty times as much.

    Raises:
        SourceError: the file as a whole cannot be read as declared, or changed while it was read. Nothing of it may be loaded.
    """
    file, before = open_file(path)
    with file:
        nothing = True
        for batch in _batches(path, file, spec, max(block_bytes, MIN_BLOCK_BYTES)):
            nothing = False
            yield batch
            del batch
        check_unchanged(path, before)
    if nothing:
        yield RowBatch(empty(spec.columns), (), f"{path}: the file is empty" if not before.size else f"{path}: no records")


def _batches(path: Path, file: BinaryIO, spec: FileSpec, size: int) -> Iterator[RowBatch]:
    if spec.format in ("parquet", "excel"):
        kind = kind_of(file)
        fitting = ("parquet",) if spec.format == "parquet" else ("xlsx", "xls", "zip")
        if kind not in fitting and (kind != "plain" or file.read(1)):
            raise SourceError(
                f"{path}: is not {spec.format}, as its first bytes show ({kind})", mend="write the right format: in the mapping"
            )
        if kind in fitting:
            yield from read_parquet(path, spec, size) if spec.format == "parquet" else read_excel(path, spec, size)
        return
    text: DelimitedReader | JsonLinesReader = DelimitedReader(spec) if spec.format == "csv" else JsonLinesReader(spec)
    fixed = FixedReader(spec) if spec.format == "fixed" else None
    for part in parts(path, file, spec, size):
        if fixed:
            yield from fixed.read(part.name, read_ahead(part.chunks))
        else:
            yield from text.read(part.name, read_ahead(decode(part.name, part.chunks, spec.encoding)))
