"""Rows that could not be loaded: what they are, and loading them after all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hannun.base.errors import NotFound
from hannun.ingest import quarantine
from hannun.ingest.mapping import find_mapping
from hannun.ingest.retry import Retried, retry_file
from hannun.workflows.home import Home
from hannun.workflows.ingest import context_of, engine_of


def tables(home: Home) -> list[str]:
    """The tables that have a quarantine."""
    return [name for name in home.lake.tables() if name.startswith("quarantine.")]


def summary(home: Home) -> list[dict[str, Any]]:
    """Open rows by table, file and reason: table, file, source, column, reason, rows, since."""
    found: list[dict[str, Any]] = []
    for table in tables(home):
        rows = quarantine.current(home.lake, table)
        groups = rows.group_by(["_file", "_source", "_column", "_reason"]).aggregate([("_row", "count"), ("_at", "min")])
        for group in groups.sort_by([("_row_count", "descending"), ("_reason", "ascending")]).to_pylist():
            found.append(
                {
                    "table": table,
                    "file": group["_file"],
                    "source": group["_source"],
                    "column": group["_column"],
                    "reason": group["_reason"],
                    "rows": group["_row_count"],
                    "since": group["_at_min"],
                }
            )
    return found


def rows(home: Home, table: str, *, file: str | None = None, limit: int = 100, reveal: bool = False) -> list[dict[str, Any]]:
    """Open rows of a table's quarantine, in the order of the files and their rows.

    Args:
        file: only of this file: its name, or the beginning of its fingerprint.
        reveal: open the sealed texts.

    Raises:
        NotFound: the table has no quarantine.
    """
    found = _open_rows(home, table, file).sort_by([("_source", "ascending"), ("_row", "ascending")]).slice(0, limit)
    return list((quarantine.revealed(found, home.vault.keys) if reveal else found).to_pylist())


def retry(home: Home, table: str, *, file: str | None = None, mapping: str | None = None) -> list[Retried]:
    """Load the open rows of a table's quarantine that pass now.

    Args:
        file: only those of this file: its name, or the beginning of its fingerprint.
        mapping: in place of the mapping by whose name they were refused.

    Raises:
        NotFound: the table has no quarantine, or an original is not in the archive.
        MappingError: the mapping is wrong or missing.
    """
    found = _open_rows(home, table, file)
    return [item for name in sorted(set(found["_mapping"].to_pylist())) for item in _by_mapping(home, table, found, name, mapping)]


def _by_mapping(home: Home, table: str, found: pa.Table, name: str, other: str | None) -> Iterator[Retried]:
    chosen = find_mapping(other or name, home.settings.conf / "mappings")
    mine = found.filter(pc.equal(found["_mapping"], name))
    places = sorted(set(zip(mine["_source"].to_pylist(), mine["_from"].to_pylist(), strict=True)))
    for source, origin in places:
        rows = mine.filter(pc.and_(pc.equal(mine["_source"], source), pc.equal(mine["_from"], origin)))
        with engine_of(home, chosen) as engine:
            yield retry_file(context_of(home, chosen), engine, f"core.{table.rpartition('.')[2]}", rows)


def _open_rows(home: Home, table: str, file: str | None) -> pa.Table:
    name = quarantine.table_of(table)
    if not home.lake.exists(name):
        known = ", ".join(tables(home)) or "none"
        raise NotFound(f"there is no {name}", mend=f"tables with quarantined rows: {known}")
    found = quarantine.current(home.lake, name)
    if file is None:
        return found
    return found.filter(pc.or_(pc.equal(found["_file"], file), pc.starts_with(found["_source"], file)))
