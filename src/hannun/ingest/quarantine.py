"""The quarantine: source rows that could not be loaded, one row each, with the reason and the text they had.

`quarantine.<table>` only grows: what becomes of a row later is another row with a later `_at` and another `_status`.
When a table with personal columns is fed, `_value` and `_raw` are sealed whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Named
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from hannun.base.identifiers import digest
from hannun.ingest.batches import Problem
from hannun.lake import Lake
from hannun.privacy.keys import Keys
from hannun.privacy.seal import is_sealed, open_text, seal_text

OPEN, LOADED = "open", "loaded"
SCHEMA = pa.schema(
    [
        ("_source", pa.string()),
        ("_row", pa.int64()),
        ("_file", pa.string()),
        ("_mapping", pa.string()),
        ("_from", pa.string()),
        ("_column", pa.string()),
        ("_reason", pa.string()),
        ("_detail", pa.string()),
        ("_value", pa.string()),
        ("_raw", pa.string()),
        ("_problems", pa.string()),
        ("_rules", pa.string()),
        ("_status", pa.string()),
        ("_at", pa.timestamp("us", tz="UTC")),
    ]
)
STATISTICS = ("_source", "_row", "_reason", "_at")
LONGEST = 10_000


def table_of(table: str) -> str:
    """The quarantine of a table: `quarantine.cards` of `core.cards`."""
    return f"quarantine.{table.rpartition('.')[2]}"


@dataclass(frozen=True)
class Origin:
    """Where quarantined rows come from.

    Attributes:
        rules: the versions of the mapping and the contract that refused them.
        sealed: their texts may be personal.
    """

    fingerprint: str
    file: str
    mapping: str
    source: str
    rules: str
    sealed: bool


def rows_of(origin: Origin, problems: Iterable[Problem], raw: Named[int, str], keys: Callable[[], Keys], now: datetime) -> pa.Table:
    """The quarantine's rows: one for each source row, its first problem in columns of their own, all of them in `_problems`."""
    by_row: dict[int, list[Problem]] = {}
    for problem in problems:
        by_row.setdefault(problem.row, []).append(problem)

    def kept(text: str | None) -> str | None:
        if text is None:
            return None
        short = text if len(text) <= LONGEST else text[:LONGEST] + "…"
        return seal_text(keys().quarantine, short) if origin.sealed else short

    records = []
    for row, found in sorted(by_row.items()):
        first = found[0]
        named = [{"column": item.column, "reason": item.reason, "detail": item.detail} for item in found]
        records.append(
            {
                "_source": origin.fingerprint,
                "_row": row,
                "_file": origin.file,
                "_mapping": origin.mapping,
                "_from": origin.source,
                "_column": first.column or None,
                "_reason": first.reason,
                "_detail": first.detail,
                "_value": kept(first.value),
                "_raw": kept(raw.get(row)),
                "_problems": json.dumps(named, ensure_ascii=False),
                "_rules": origin.rules,
                "_status": OPEN,
                "_at": now,
            }
        )
    return pa.Table.from_pylist(records, SCHEMA)


def ensure(lake: Lake, table: str) -> str:
    """Make the quarantine of a table if it is missing; its name."""
    name = table_of(table)
    lake.ensure(name, SCHEMA, statistics=STATISTICS, description=f"Rows that could not be loaded into {table}")
    return name


def content_name(rows: pa.Table) -> str:
    """A name for what is quarantined, the same when the same rows are refused for the same reasons."""
    parts = zip(rows["_row"].to_pylist(), rows["_column"].to_pylist(), rows["_reason"].to_pylist(), strict=True)
    return digest(*(str(item) for part in parts for item in part), length=16)


def current(lake: Lake, table: str, *, status: str | None = OPEN, source: str | None = None) -> pa.Table:
    """The rows of a table's quarantine as they stand now: of each source row the latest word; empty when there is none."""
    name = table_of(table)
    if not lake.exists(name):
        return SCHEMA.empty_table()
    snapshot = lake.snapshot(name)
    if source is not None:
        snapshot = snapshot.prune(_source=(source, source))
    rows = lake.read(snapshot, SCHEMA.names).read_all()
    latest: dict[tuple[str, str, int], tuple[datetime, bool, int]] = {}
    columns = (rows[column].to_pylist() for column in ("_source", "_from", "_row", "_at", "_status"))
    for index, (*place, at, state) in enumerate(zip(*columns, strict=True)):
        rank = (at, state == LOADED, index)
        if latest.get(tuple(place), rank) <= rank:
            latest[tuple(place)] = rank
    picked = rows.take(pa.array(sorted(rank[2] for rank in latest.values()), pa.int64()))
    mask = [
        (status is None or state == status) and (source is None or fingerprint == source)
        for state, fingerprint in zip(picked["_status"].to_pylist(), picked["_source"].to_pylist(), strict=True)
    ]
    return picked.filter(pa.array(mask, pa.bool_()))


def revealed(rows: pa.Table, keys: Keys) -> pa.Table:
    """The rows with sealed texts opened.

    Raises:
        SealBroken: they were sealed with another key.
    """
    for name in ("_value", "_raw"):
        texts = [
            open_text(keys.quarantine, text) if text is not None and is_sealed(text) else text for text in rows[name].to_pylist()
        ]
        rows = rows.set_column(rows.schema.get_field_index(name), name, pa.array(texts, pa.string()))
    return rows
