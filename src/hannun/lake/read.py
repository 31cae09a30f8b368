"""Rows of a snapshot as Arrow batches, for engines that cannot open the files themselves, and for maintenance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from hannun.lake.errors import explained
from hannun.lake.model import DataFile
from hannun.lake.partition import typed
from hannun.lake.place import Place

BATCH = 65_536


def batches(
    place: Place, table: str, files: Sequence[DataFile], schema: pa.Schema, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows of some files, file by file; a column that a file does not have yet is NULL."""
    wanted = schema if columns is None else pa.schema([schema.field(name) for name in columns])
    for file in files:
        with explained(f"{table}: {file.path} cannot be read"), place.files.open_input_file(file.name) as source:
            parquet = pq.ParquetFile(source)
            stored = parquet.schema_arrow.names
            for batch in parquet.iter_batches(BATCH, columns=[name for name in wanted.names if name in stored]):
                yield _whole(batch, file, wanted)


def _whole(batch: pa.RecordBatch, file: DataFile, schema: pa.Schema) -> pa.RecordBatch:
    arrays = []
    for field in schema:
        if field.name in batch.schema.names:
            arrays.append(batch.column(field.name).cast(field.type))
        elif field.name in file.partition:
            value = pa.scalar(typed(file.partition[field.name], field.type), field.type)
            arrays.append(pa.repeat(value, batch.num_rows))
        else:
            arrays.append(pa.nulls(batch.num_rows, field.type))
    return pa.record_batch(arrays, schema=schema)
