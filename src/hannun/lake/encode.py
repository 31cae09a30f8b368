"""How a column is written to Parquet, decided by looking at its first rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

SAMPLE = 10_000
MOSTLY_DISTINCT = 0.5
ROW_GROUP = 131_072


def options(sample: pa.Table, statistics: Sequence[str]) -> dict[str, Any]:
    """Options of `ParquetWriter`: a dictionary where values repeat, differences of integers where they do not.

    Statistics are written for the chosen columns only, so that a file's footer tells no more than the log does.
    """
    dictionary = []
    encoding = {}
    for field in sample.schema:
        if pa.types.is_nested(field.type) or pa.types.is_boolean(field.type):
            continue
        column = sample[field.name].slice(0, SAMPLE)
        if len(column) == 0 or pc.count_distinct(column).as_py() <= MOSTLY_DISTINCT * len(column):
            dictionary.append(field.name)
        elif pa.types.is_int64(field.type) or pa.types.is_timestamp(field.type) or pa.types.is_date32(field.type):
            encoding[field.name] = "DELTA_BINARY_PACKED"
        elif pa.types.is_string(field.type):
            encoding[field.name] = "DELTA_LENGTH_BYTE_ARRAY"
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": dictionary or False,
        "column_encoding": encoding or None,
        "write_statistics": [name for name in statistics if name in sample.schema.names] or False,
        "version": "2.6",
    }
