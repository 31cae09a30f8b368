"""Generations of views: each build is a database of its own, and a pointer says which one is read.

Readers see a generation whole or not at all: it is written under a name that nothing points at, and the pointer moves
when it is complete. The generation before stays for readers that are still on it, and for going back; older ones go.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy.exc import SQLAlchemyError

from hannun.base.errors import StoreError
from hannun.store import Store
from hannun.views.packing import Packer, dictionary
from hannun.views.schema import VERSION

CURRENT, PREVIOUS = "views.current", "views.previous"

_TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE packing (dictionary BLOB NOT NULL);
CREATE TABLE documents (id INTEGER PRIMARY KEY, document BLOB NOT NULL);
CREATE TABLE customers (
  customer_id TEXT PRIMARY KEY, id INTEGER NOT NULL, membership TEXT, member_type TEXT, age_band TEXT,
  is_valid_member INTEGER NOT NULL, cards_held INTEGER NOT NULL, annual_krw INTEGER NOT NULL
) WITHOUT ROWID;
"""
LISTED = ("customer_id", "membership", "member_type", "age_band", "is_valid_member", "cards_held", "annual_krw")


def write(
    store: Store, generation: str, batches: Iterator[pa.RecordBatch], facts: dict[str, Any], at: Callable[[], datetime]
) -> int:
    """Write a generation and let the pointer move to it; the caller holds the lock `views`.

    Args:
        batches: the columns `LISTED` and `document`.
        facts: what holds for the whole generation, as JSON can hold it.
        at: the present instant.

    Returns:
        The number of customers.

    Raises:
        StoreError: the file cannot be written: the disk is full, or the folder read-only. Nothing is left of it.
    """
    path = store.views_path(generation)
    try:
        _remove(path)
        with _opened(store, generation) as connection:
            customers = _fill(connection, batches)
            facts = {**facts, "schema_version": VERSION, "customers": customers, "built_at": at().isoformat()}
            rows = [(name, json.dumps(value, ensure_ascii=False)) for name, value in facts.items()]
            connection.executemany("INSERT INTO facts VALUES (?, ?)", rows)
        _make_durable(path)
    except BaseException as error:
        with suppress(OSError):
            _remove(path)
        if isinstance(error, sqlite3.Error | SQLAlchemyError | OSError):
            raise StoreError(
                f"the views cannot be written to {path}: {error}",
                mend="make room, or give the folder back its rights; the views before still stand",
            ) from error
        raise
    before = store.pointer(CURRENT)
    if before is not None and before != generation:
        store.point(PREVIOUS, before, at())
    store.point(CURRENT, generation, at())
    clean(store)
    return customers


def clean(store: Store) -> list[str]:
    """Remove the generations that neither pointer names, and what a killed build left; returns their names."""
    kept = {store.pointer(CURRENT), store.pointer(PREVIOUS)}
    gone = []
    for path in sorted(store.views_path("x").parent.glob("views-*.sqlite")):
        name = path.name.removeprefix("views-").removesuffix(".sqlite")
        if name not in kept:
            _remove(path)
            gone.append(name)
    return gone


@contextmanager
def _opened(store: Store, generation: str) -> Iterator[sqlite3.Connection]:
    engine = store.views(generation, read_only=False)
    try:
        held = engine.raw_connection()
        connection = held.driver_connection
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - views are SQLite files in any home
        # Nobody reads this file before it is whole, and a killed build starts it anew: no journal is needed.
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.executescript(_TABLES)
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
        held.close()
    finally:
        engine.dispose()


def _fill(connection: sqlite3.Connection, batches: Iterator[pa.RecordBatch]) -> int:
    packer: Packer | None = None
    count = 0
    for batch in batches:
        texts = [text.as_buffer().to_pybytes() for text in batch.column("document")]
        if packer is None:
            shared = dictionary(texts)
            connection.execute("INSERT INTO packing VALUES (?)", (shared,))
            packer = Packer(shared)
        packed = [packer.pack(text) for text in texts]
        numbers = range(count, count + batch.num_rows)
        connection.executemany("INSERT INTO documents VALUES (?, ?)", zip(numbers, packed, strict=True))
        listed = [batch.column(name).to_pylist() for name in LISTED]
        connection.executemany(
            "INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", zip(listed[0], numbers, *listed[1:], strict=True)
        )
        count += batch.num_rows
    return count


def _make_durable(path: Path) -> None:
    for target in (path, path.parent):
        handle = os.open(target, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
