"""Looking at the lake's tables as stored, and maintaining them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from hannun.lake.maintain import Maintained
from hannun.workflows.home import Home


def full_name(table: str) -> str:
    """`core.cards` for `cards`; a name with its schema as it is."""
    return table if "." in table else f"core.{table}"


def overview(home: Home) -> list[dict[str, Any]]:
    """Every table: version, rows, files, bytes, contract version."""
    found = []
    for table in home.lake.tables():
        now = home.lake.snapshot(table)
        found.append(
            {
                "table": table,
                "version": now.version,
                "rows": now.rows,
                "files": len(now.files),
                "bytes": now.size,
                "partition_by": list(now.partition_by),
                "contract_version": now.contract_version,
            }
        )
    return found


def describe(home: Home, table: str, version: int | None = None, at: datetime | None = None) -> dict[str, Any]:
    """One version of a table: columns, partitions, what its log keeps."""
    now = home.lake.snapshot(full_name(table), version=version, at=at)
    parts: dict[tuple[str | None, ...], list[int]] = {}
    for file in now.files:
        count = parts.setdefault(tuple(file.partition[name] for name in now.partition_by), [0, 0, 0])
        for place, value in enumerate((file.rows, 1, file.size)):
            count[place] += value
    return {
        "table": now.table,
        "version": now.version,
        "description": now.description,
        "contract_version": now.contract_version,
        "rows": now.rows,
        "files": len(now.files),
        "bytes": now.size,
        "hot": now.hot,
        "partition_by": list(now.partition_by),
        "statistics": list(now.statistics),
        "columns": [{"name": field.name, "type": str(field.type)} for field in now.schema],
        "partitions": [
            {"values": dict(zip(now.partition_by, values, strict=True)), "rows": rows, "files": files, "bytes": size}
            for values, (rows, files, size) in sorted(parts.items(), key=lambda item: tuple(value or "" for value in item[0]))
        ],
    }


def history(home: Home, table: str, limit: int | None = None) -> list[dict[str, Any]]:
    """The commits that the table's log still tells of, newest first."""
    return [asdict(item) for item in home.lake.history(full_name(table), limit)]


def maintain(home: Home, tables: Sequence[str], keep_days: int | None, progress: Callable[[str], None]) -> list[Maintained]:
    """Maintain the named tables, or all.

    Args:
        keep_days: days of time travel to keep; None: as the settings say.
    """
    days = home.settings.keep_history_days if keep_days is None else keep_days
    done = []
    for table in [full_name(name) for name in tables] or home.lake.tables():
        progress(f"{table} …")
        done.append(home.lake.maintain(table, keep_days=days))
    return done
