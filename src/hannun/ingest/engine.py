"""The DuckDB that ingestion works in: in memory, limited, spilling sealed, the mapping's time zone set."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Mapping as Named
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from hannun.base.errors import HannunError, LakeError
from hannun.ingest.casts import TO_KRW, TRY_TO_KRW
from hannun.ingest.mapping import Mapping
from hannun.ingest.typing_rules import literal, quoted

# What a row's own value can make fail; anything else is a fault of the mapping or of the machine.
ROW_ERRORS = (
    duckdb.ConversionException,
    duckdb.OutOfRangeException,
    duckdb.InvalidInputException,
    duckdb.DataError,
)
PREFIX = "ingest-"


class Engine:
    """A DuckDB of one run of a mapping; closing it removes what it has spilled.

    Temporary files are encrypted with a key that lives in memory only: the rows of sources may be personal.
    """

    def __init__(self, mapping: Mapping, *, memory_limit: str, spill: Path, threads: int = 0) -> None:
        spill.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(spill)
        self._spill = Path(tempfile.mkdtemp(prefix=PREFIX, dir=spill))
        self._alive = os.open(self._spill, os.O_RDONLY)
        fcntl.flock(self._alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
        config: dict[str, Any] = {
            "memory_limit": memory_limit,
            "temp_directory": str(self._spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if threads:
            config["threads"] = threads
        self.connection = duckdb.connect(config=config)
        self._numbers = itertools.count()
        # Without this DuckDB, which has no random source of its own, refuses to write encrypted files, and fails where it spills.
        # The key is of this process and written nowhere; what is left on the disk cannot be searched for names.
        self.connection.execute("SET force_mbedtls_unsafe = true")
        self.connection.execute("SET temp_file_encryption = true")
        self.connection.execute("SET enable_progress_bar = false")
        self.connection.execute(f"SET TimeZone = {literal(mapping.timezone)}")
        self.connection.execute((files("hannun.ingest") / "sql" / "parsing.sql").read_text("utf-8"))
        if mapping.currency is not None:
            self._define_currency(mapping)

    def _define_currency(self, mapping: Mapping) -> None:
        assert mapping.currency is not None  # noqa: S101
        text = "CAST(x AS VARCHAR)"
        number = (
            f"coalesce(TRY_CAST(clean_number({text}) AS DECIMAL(28, 10)), "
            f"TRY_CAST(CASE WHEN contains(lower({text}), 'e') THEN finite(TRY_CAST({text} AS DOUBLE)) END AS DECIMAL(28, 10)))"
        )
        won = f"TRY_CAST(round({number} * CAST({mapping.currency.factor} AS DECIMAL(10, 6))) AS BIGINT)"
        self.connection.execute(f"CREATE TEMP MACRO {TRY_TO_KRW}(x) AS {won}")
        self.connection.execute(
            f"CREATE TEMP MACRO {TO_KRW}(x) AS CASE WHEN x IS NULL OR CAST(x AS VARCHAR) = '' THEN NULL "
            f"ELSE coalesce({won}, CAST(error('not a number') AS BIGINT)) END"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give back memory and disk."""
        self.connection.close()
        shutil.rmtree(self._spill, ignore_errors=True)
        os.close(self._alive)

    def query(self, sql: str, parameters: Named[str, Any] | None = None) -> pa.Table:
        """The rows of a query.

        Raises:
            duckdb.Error: one of `ROW_ERRORS` where a value is to blame.
            LakeError: the disk for temporary files is full, or the memory does not suffice.
        """
        try:
            return self.connection.sql(sql, params=_used(sql, parameters)).to_arrow_table()
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise _no_room(error) from error

    def run(self, sql: str, parameters: Named[str, Any] | None = None) -> None:
        """Run a statement without a result."""
        try:
            self.connection.execute(sql, _used(sql, parameters)).fetchall()
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise _no_room(error) from error

    def outputs(self, sql: str) -> dict[str, str]:
        """The columns that a query gives and their types; the query is not run.

        Raises:
            duckdb.Error: the query cannot be bound.
        """
        rows = self.connection.execute(f"DESCRIBE {sql}").fetchall()
        return {str(row[0]): str(row[1]) for row in rows}

    def see(self, name: str, rows: pa.Table) -> None:
        """Let SQL see an Arrow table under a name, without a copy."""
        self.connection.register(name, rows)

    def keep(self, name: str, rows: pa.Table, columns: frozenset[str] | None) -> None:
        """Add rows to a temporary table, made when it is missing; only the columns that are used."""
        names = [column for column in rows.schema.names if columns is None or column.lower() in columns]
        self.see("__kept", rows.select(names or rows.schema.names[:1]))
        if self.has(name):
            self.run(f"INSERT INTO {quoted(name)} BY NAME SELECT * FROM __kept")
        else:
            self.run(f"CREATE TEMP TABLE {quoted(name)} AS SELECT * FROM __kept")
        self.connection.unregister("__kept")

    def fresh(self, prefix: str) -> str:
        """A name for a temporary table that no other has."""
        return f"{prefix}{next(self._numbers)}"

    def has(self, name: str) -> bool:
        """Whether there is a temporary table of that name."""
        query = "SELECT count(*) FROM duckdb_tables() WHERE table_name = ? AND temporary"
        return bool(self.connection.execute(query, [name]).fetchall()[0][0])

    def drop(self, name: str) -> None:
        """Forget a temporary table."""
        self.run(f"DROP TABLE IF EXISTS {quoted(name)}")


def _sweep(spill: Path) -> None:
    """Remove what killed processes have left: folders that are a minute old and that no process holds."""
    for folder in spill.glob(f"{PREFIX}*"):
        try:
            if time.time() - folder.stat().st_mtime < 60:
                continue
            number = os.open(folder, os.O_RDONLY)
        except OSError:
            continue
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
        finally:
            os.close(number)


def _used(sql: str, parameters: Named[str, Any] | None) -> dict[str, Any] | None:
    """The parameters that occur in the SQL: DuckDB refuses others."""
    return {name: value for name, value in (parameters or {}).items() if f"${name}" in sql} or None


def _no_room(error: duckdb.Error) -> HannunError:
    first = str(error).splitlines()[0]
    return LakeError(f"the engine has no room: {first}", mend="free space in temp_dir, or raise ingest_memory_limit in hannun.toml")
