"""How the tests of the readers read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hannun.ingest.filespec import FileSpec
from hannun.ingest.readers import BadRow, open_rows


def spec(**values: Any) -> FileSpec:
    """A FileSpec for any file."""
    return FileSpec(files=("*",), **values)


def read(path: Path, /, block_bytes: int = 1 << 20, **values: Any) -> tuple[list[dict[str, Any]], list[BadRow]]:
    """All rows and all bad rows of a file."""
    rows: list[dict[str, Any]] = []
    bad: list[BadRow] = []
    for batch in open_rows(path, spec(**values), block_bytes=block_bytes):
        rows.extend(batch.rows.to_pylist())
        bad.extend(batch.bad)
    return rows, bad


def values(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows without their numbers."""
    return [tuple(value for name, value in row.items() if name != "_row") for row in rows]


def write(folder: Path, data: bytes | str, name: str = "file.csv") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path
