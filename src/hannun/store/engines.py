"""Engines: SQLite files in the home, or schemas of one PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from hannun.base.errors import MissingExtra, SettingsError
from hannun.base.settings import Settings

BUSY_SECONDS = 30
WRITES = "hannun_writes"


def sqlite(path: Path, *, read_only: bool = False) -> Engine:
    """An SQLite database in WAL mode, each commit durable. `read_only` never makes the file."""
    mode = "ro" if read_only else "rwc"
    url = URL.create("sqlite", database=f"file:{quote(str(path))}", query={"mode": mode, "uri": "true"})
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver would open transactions by its own rules; `_begin` opens them.
        connection.isolation_level = None
        cursor = connection.cursor()
        if not read_only:
            cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails under WAL when another writer came between.
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def place(engine: Engine) -> str:
    """Where a database lies, for messages: its file, or its URL without the password."""
    if engine.url.get_backend_name() == "sqlite":
        return unquote((engine.url.database or "").removeprefix("file:"))
    return engine.url.render_as_string(hide_password=True)


def postgresql(url: URL, schema: str) -> Engine:
    """One schema of a PostgreSQL database, through psycopg 3."""
    try:
        import psycopg  # noqa: F401
    except ModuleNotFoundError:
        raise MissingExtra("a metadata database in PostgreSQL", "databases") from None
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"options": f"-csearch_path={schema} -ctimezone=UTC"},
        pool_pre_ping=True,
    )


def meta_url(settings: Settings) -> URL | None:
    """The URL of the PostgreSQL that holds the metadata; None for SQLite files in the home.

    Raises:
        SettingsError: the setting is no URL, or names another kind of database.
    """
    value = settings.meta_url
    if not value:
        return None
    if value.startswith(("env:", "file:")):
        value = settings.secret(value).decode()
    try:
        url = make_url(value)
    except ArgumentError:
        raise SettingsError("meta_url is not a database URL", mend="write it as postgresql://user@host/name, or env:NAME") from None
    if url.get_backend_name() != "postgresql":
        raise SettingsError(f"meta_url: '{url.get_backend_name()}' is not PostgreSQL", mend="leave it empty for SQLite files")
    return url
