"""A session: one DuckDB in memory, with the lake's tables as views."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from hannun.base.errors import QueryError
from hannun.compute.analysis import SCHEMAS, Bound, Reading, read
from hannun.compute.relations import quoted
from hannun.compute.source import Source
from hannun.compute.tables import Tables
from hannun.contracts import Contracts

_UTC = pa.timestamp("us", tz="UTC")


class Session:
    """Queries over one set of table versions.

    In SQL `core.t` is the state known by the end of `as_of`, `history.t` are all rows of `core.t` known by then, and
    `feature.x`, `score.x`, `decision.x`, `quarantine.x` are those tables as they are. Parameters are `$name`;
    `$as_of` is the session's own date when the caller gives none. The time zone is UTC: days are in `business_date`.
    """

    def __init__(
        self,
        lake: Source,
        contracts: Contracts,
        *,
        as_of: date | None,
        versions: Mapping[str, int],
        memory_limit: str,
        spill: Path,
        threads: int,
    ) -> None:
        self.as_of = as_of
        self._spill = spill / uuid.uuid4().hex
        self._spill.mkdir(parents=True)
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit,
            "temp_directory": str(self._spill),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "false",
        }
        if threads:
            config["threads"] = threads
        try:
            self._connection = duckdb.connect(":memory:", config=config)
        except duckdb.Error as error:
            shutil.rmtree(self._spill, ignore_errors=True)
            raise _query_error(error) from None
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.execute("SET enable_progress_bar = false")
        for schema in SCHEMAS:
            self._connection.execute(f"CREATE SCHEMA {schema}")
        self._tables = Tables(lake, contracts, as_of=as_of, versions=versions)
        self._registered: dict[str, Any] = {}
        self._running: set[duckdb.DuckDBPyConnection] = set()
        self._views: dict[str, str] = {}
        self._definitions: dict[str, Reading] = {}

    @property
    def versions(self) -> dict[str, int]:
        """The version of each lake table read so far; -1: the lake did not have the table, and it counted as empty."""
        return self._tables.versions

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> pa.Table:
        """The whole answer of one SELECT. Instants come as UTC microseconds.

        Raises:
            QueryError: the SQL is wrong, was cancelled, or needs more memory than it may use.
            TableNotFound: it reads a table that the lake does not have.
        """
        with self._prepared(sql, params) as (cursor, values):
            return _utc(cursor.sql(sql, params=values).to_arrow_table())

    def stream(self, sql: str, params: Mapping[str, Any] | None = None, *, rows: int = 100_000) -> pa.RecordBatchReader:
        """The answer of one SELECT in batches of about `rows`; memory stays bounded. Errors as for `query`."""
        with self._prepared(sql, params) as (cursor, values):
            reader = cursor.sql(sql, params=values).to_arrow_reader(rows)
        schema = pa.schema([item.with_type(_utc_type(item.type)) for item in reader.schema])

        def batches() -> Iterator[pa.RecordBatch]:
            self._running.add(cursor)
            try:
                yield from (batch.cast(schema) for batch in reader)
            except (duckdb.Error, pa.ArrowException, OSError) as error:
                raise _query_error(error) from None
            finally:
                self._running.discard(cursor)

        return pa.RecordBatchReader.from_batches(schema, batches())

    def register(self, name: str, table: pa.Table) -> None:
        """Give queries of this session the Arrow table under a plain name."""
        self._registered[name] = table

    def define(self, name: str, sql: str) -> None:
        """Give a SELECT a plain name for the queries of this session. It takes no parameters.

        Raises:
            QueryError: the SQL is wrong or has parameters.
        """
        reading = read(sql)
        if reading.parameters:
            raise QueryError(f"the definition of '{name}' has a parameter", mend="filter where it is used")
        self._definitions[name.lower()] = reading
        with self._prepared(f"SELECT * FROM ({sql})", None) as (cursor, _):
            cursor.execute(f'CREATE OR REPLACE VIEW "{name.lower()}" AS {sql}')

    def keep(self, name: str, sql: str, params: Mapping[str, Any] | None = None) -> None:
        """Run a SELECT once and give its answer a plain name for the queries of this session, in place of one of that name.

        The engine holds the rows in its own form and spills them where memory is short. Errors as for `query`.
        """
        with self._prepared(sql, params) as (cursor, values):
            cursor.execute(f"CREATE OR REPLACE TABLE {quoted(name.lower())} AS {sql}", values)

    def touch(self, sql: str) -> dict[str, int]:
        """Fix the versions of the tables that a SELECT reads, without running it; -1: the lake does not have the table."""
        tables, _ = self._reads(read(sql))
        return {stored: self._tables.version(stored) for stored in map(self._tables.stored, tables)}

    def parameters(self, sql: str) -> frozenset[str]:
        """The names of the `$parameters` of a SELECT."""
        return read(sql).parameters

    def has_rows(self, table: str) -> bool:
        """Whether `schema.table` has at least one row in this session."""
        return bool(self.query(f"SELECT 1 FROM {table} LIMIT 1").num_rows)

    def cancel(self) -> None:
        """Stop what runs now; may be called from another thread."""
        for cursor in tuple(self._running):
            cursor.interrupt()

    def close(self) -> None:
        """Free memory and temporary files."""
        self._registered.clear()
        self._connection.close()
        shutil.rmtree(self._spill, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def _prepared(
        self, sql: str, params: Mapping[str, Any] | None
    ) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Any] | None]]:
        reading = read(sql)
        values = self._values(reading, params or {})
        # A cursor a query: an answer that is still being read does not stand in the way of the next question.
        cursor = self._connection.cursor()
        self._running.add(cursor)
        try:
            for name, data in self._registered.items():
                cursor.register(name, data)
            tables, whole = self._reads(reading)
            for table in tables:
                self._view(cursor, table, () if table in whole else reading.bounds.get(table, ()), values)
            yield cursor, values or None
        except duckdb.Error as error:
            raise _query_error(error) from None
        finally:
            self._running.discard(cursor)

    def _reads(self, reading: Reading) -> tuple[list[str], set[str]]:
        """All tables that a statement reads, and those that a definition reads: their files are never pruned by its bounds."""
        whole: set[str] = set()
        names, seen = set(reading.plain), set[str]()
        while names:
            name = names.pop()
            if name in self._definitions and name not in seen:
                seen.add(name)
                whole.update(self._definitions[name].tables)
                names |= self._definitions[name].plain
        return list(dict.fromkeys([*reading.tables, *sorted(whole)])), whole

    def _view(self, cursor: duckdb.DuckDBPyConnection, table: str, bounds: Sequence[Bound], values: Mapping[str, Any]) -> None:
        body = self._tables.sql(table, bounds, values)
        for name, dataset in self._tables.datasets.items():
            cursor.register(name, dataset)
        if self._views.get(table) != body:
            schema, _, name = table.partition(".")
            cursor.execute(f'CREATE OR REPLACE VIEW {schema}."{name}" AS {body}')
            self._views[table] = body

    def _values(self, reading: Reading, params: Mapping[str, Any]) -> dict[str, Any]:
        values = {"as_of": self.as_of, **params} if self.as_of else dict(params)
        missing = sorted(reading.parameters - set(values))
        if missing:
            raise QueryError(f"no value for ${missing[0]}", mend="give it with the query")
        unknown = sorted(set(params) - reading.parameters - {"as_of"})
        if unknown:
            raise QueryError(f"the SQL has no parameter ${unknown[0]}", mend="remove the value, or use it")
        return {name: values[name] for name in reading.parameters}


def _utc_type(kind: pa.DataType) -> pa.DataType:
    return _UTC if pa.types.is_timestamp(kind) and kind.tz else kind


def _utc(table: pa.Table) -> pa.Table:
    return table.cast(pa.schema([item.with_type(_utc_type(item.type)) for item in table.schema]))


def _query_error(error: Exception) -> QueryError:
    line = " ".join(str(error).split("\n\n")[0].split())
    if isinstance(error, duckdb.InterruptException):
        return QueryError("the query was cancelled")
    if isinstance(error, duckdb.OutOfMemoryException):
        return QueryError(line, mend="raise memory_limit in hannun.toml, or ask for less")
    return QueryError(line)
