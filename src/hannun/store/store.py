"""The store of a home: its metadata databases, its locks, and the small ledger in them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, inspect, select, text, update
from sqlalchemy.dialects import postgresql as pg_dialect
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import SQLAlchemyError

from hannun.base.errors import StoreError
from hannun.base.settings import Settings
from hannun.store import engines, tables
from hannun.store.locks import DatabaseLocks, Locks


@dataclass(frozen=True, slots=True)
class FileLoad:
    """What became of one file in one table."""

    fingerprint: str
    mapping: str
    table: str
    source: str
    name: str
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    loaded_at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: committed at the end of the block, rolled back on an error.

    Raises:
        StoreError: the database is locked, read-only or full.
    """
    try:
        with engine.execution_options(**{engines.WRITES: True}).begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise _broken(engine, error) from error


class Store:
    """The metadata databases of a home. Making the object opens nothing.

    Attributes:
        locks: the locks between the processes of the home.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._url = engines.meta_url(settings)

    @cached_property
    def locks(self) -> Locks:
        """Locks between processes: files in the home, or PostgreSQL's when the metadata lies there."""
        return Locks(self._settings.home / "locks") if self._url is None else DatabaseLocks(self._engine("meta"))

    @cached_property
    def meta(self) -> Engine:
        """Files, runs, pointers."""
        return self._checked("meta")

    @cached_property
    def audit(self) -> Engine:
        """The chained audit log."""
        return self._checked("audit")

    @cached_property
    def live(self) -> Engine:
        """Live totals, trigger states and cursors."""
        return self._checked("live")

    def views_path(self, generation: str) -> Path:
        """The file of one generation of views."""
        return self._settings.home / "db" / f"views-{generation}.sqlite"

    def views(self, generation: str, *, read_only: bool = True) -> Engine:
        """The database of one generation of views: an SQLite file in any home. Dispose of it when done.

        Raises:
            StoreError: it is to be read, and is not there.
        """
        path = self.views_path(generation)
        if read_only and not path.is_file():
            raise StoreError(f"the views of generation {generation} are missing: {path}", mend="run: hannun views build")
        path.parent.mkdir(parents=True, exist_ok=True)
        return engines.sqlite(path, read_only=read_only)

    def upgrade(self) -> None:
        """Make the databases, or bring them to this program's revision. Safe to repeat, and from several processes."""
        from hannun.store.migrate import upgrade

        if self._url is None:
            (self._settings.home / "db").mkdir(parents=True, exist_ok=True)
        with self.locks.hold("store:upgrade"):
            for name in tables.DATABASES:
                engine = self._engine(name)
                try:
                    if self._url is not None:
                        with engine.begin() as connection:
                            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {name}"))
                    upgrade(engine, name)
                except SQLAlchemyError as error:
                    raise _broken(engine, error) from error
                finally:
                    engine.dispose()

    def close(self) -> None:
        """Give back every connection that is open."""
        for name in tables.DATABASES:
            if name in self.__dict__:
                self.__dict__.pop(name).dispose()

    def pointer(self, name: str) -> str | None:
        """What a pointer points at; None when it was never set."""
        with self.meta.connect() as connection:
            query = select(tables.pointers.c.value).where(tables.pointers.c.name == name)
            return connection.execute(query).scalar_one_or_none()

    def point(self, name: str, value: str, at: datetime) -> None:
        """Let a pointer point at `value` from now on, in one step."""
        with write(self.meta) as connection:
            self._upsert(connection, tables.pointers, {"name": name, "value": value, "changed_at": at}, ["name"])

    def record_file(self, load: FileLoad) -> None:
        """Note a file's load; noting it again replaces the note."""
        with write(self.meta) as connection:
            self._upsert(connection, tables.files, asdict(load), ["fingerprint", "mapping", "table"])

    def files(self, *, name: str | None = None, fingerprint: str | None = None) -> list[FileLoad]:
        """The loads noted so far, oldest first; of one file name or fingerprint if given."""
        query = select(tables.files).order_by(tables.files.c.loaded_at, tables.files.c.fingerprint, tables.files.c["table"])
        if name is not None:
            query = query.where(tables.files.c.name == name)
        if fingerprint is not None:
            query = query.where(tables.files.c.fingerprint == fingerprint)
        with self.meta.connect() as connection:
            return [FileLoad(**row) for row in connection.execute(query).mappings()]

    def start_run(self, verb: str, at: datetime, details: Mapping[str, Any] | None = None) -> str:
        """Note that a verb began; returns the run's identifier."""
        run_id = uuid.uuid4().hex
        values = {"run_id": run_id, "verb": verb, "started_at": at, "status": "running", "versions": {}, "details": details or {}}
        with write(self.meta) as connection:
            connection.execute(insert(tables.runs).values(**values))
        return run_id

    def end_run(
        self, run_id: str, at: datetime, *, status: str, versions: Mapping[str, int], details: Mapping[str, Any] | None = None
    ) -> None:
        """Note how a run ended and which table versions it read or made."""
        values: dict[str, Any] = {"ended_at": at, "status": status, "versions": dict(versions)}
        if details is not None:
            values["details"] = dict(details)
        with write(self.meta) as connection:
            connection.execute(update(tables.runs).where(tables.runs.c.run_id == run_id).values(**values))

    def _upsert(self, connection: Connection, table: Any, values: dict[str, Any], key: list[str]) -> None:
        dialect = sqlite_dialect if self._url is None else pg_dialect
        statement: Any = dialect.insert(table).values(**values)
        changes = {name: statement.excluded[name] for name in values if name not in key}
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changes))

    def _engine(self, name: str) -> Engine:
        if self._url is not None:
            return engines.postgresql(self._url, name)
        return engines.sqlite(self._settings.home / "db" / f"{name}.sqlite")

    def _checked(self, name: str) -> Engine:
        path = self._settings.home / "db" / f"{name}.sqlite"
        mend = f"run: hannun init --home {self._settings.home}"
        if self._url is None and not path.is_file():
            raise StoreError(f"the database {path} is missing", mend=f"restore a backup, or {mend}")
        engine = self._engine(name)
        try:
            with engine.connect() as connection:
                table = f"{name}_revision"
                found = (
                    connection.execute(text(f"SELECT version_num FROM {table}")).scalar()
                    if inspect(connection).has_table(table)
                    else None
                )
        except SQLAlchemyError as error:
            raise _broken(engine, error) from error
        if found != tables.REVISIONS[name]:
            engine.dispose()
            raise StoreError(
                f"the database '{name}' is of revision {found}, this program expects {tables.REVISIONS[name]}",
                mend=f"{mend} to bring it up to date, or install the newer program",
            )
        return engine


def _broken(engine: Engine, error: SQLAlchemyError) -> StoreError:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    mends = {
        "locked": "another process writes for long: wait and repeat",
        "readonly": "make it writable for this user",
        "read-only": "make it writable for this user",
        "full": "free space on the disk and repeat",
        "unable to open": "check that the folder is there and writable",
    }
    mend = next((mend for key, mend in mends.items() if key in reason), "check the database and repeat")
    return StoreError(f"{engines.place(engine)}: {reason}", mend=mend)
