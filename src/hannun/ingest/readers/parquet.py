"""Parquet: values keep their types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from hannun.base.errors import SourceError
from hannun.ingest.filespec import FileSpec
from hannun.ingest.readers.columns import checked_names
from hannun.ingest.readers.model import ROW, RowBatch

_MAX_ROWS = 1 << 20


def read_parquet(path: Path, spec: FileSpec, block_bytes: int) -> Iterator[RowBatch]:
    """Batches of about `block_bytes`; columns that are dictionaries become plain.

    Raises:
        SourceError: the file is cut off, damaged or encrypted.
    """
    records = 0
    try:
        with (
            pa.OSFile(str(path)) as source,
            pq.ParquetFile(source, pre_buffer=False, buffer_size=1 << 20, page_checksum_verification=True) as file,
        ):
            names = checked_names(str(path), file.schema_arrow.names, spec.columns)
            size = sum(file.metadata.row_group(group).total_byte_size for group in range(file.num_row_groups))
            rows = max(1, min(_MAX_ROWS, block_bytes * file.metadata.num_rows // max(size, 1)))
            for batch in file.iter_batches(batch_size=rows):
                table = pa.table([_plain(column) for column in batch.columns], names=names)
                numbers = pa.arange(records + 1, records + table.num_rows + 1)
                records += table.num_rows
                if table.num_rows:
                    yield RowBatch(table.append_column(ROW, numbers))
    except (pa.ArrowException, OSError) as error:
        reason = " ".join(str(error).split())
        raise SourceError(
            f"{path}: the Parquet file is cut off or damaged, seen after record {records}: {reason}", mend="send it again"
        ) from None


def _plain(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
