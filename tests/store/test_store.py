"""The metadata databases, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from hannun.base.errors import SettingsError, StoreError
from hannun.base.settings import Settings
from hannun.store import FileLoad, Store, tables, write
from hannun.store.migrate import heads

AT = datetime(2026, 10, 1, 3, 0, 0, 123456, tzinfo=UTC)
LOAD = FileLoad("f" * 64, "cards", "core.cards", "cards", "카드.csv", 10, 9, 1, AT, {"message": "한글"})


def test_a_repeated_upgrade_changes_nothing_and_keeps_the_rows(store: Store) -> None:
    store.point("views", "7", AT)
    store.close()
    store.upgrade()
    assert store.pointer("views") == "7"


def test_the_migrations_make_exactly_the_declared_tables(store: Store) -> None:
    found = inspect(store.meta)
    for table in tables.meta.sorted_tables:
        assert [column["name"] for column in found.get_columns(table.name)] == [column.name for column in table.columns]


@pytest.mark.parametrize("name", tables.DATABASES)
def test_the_expected_revision_is_the_newest_migration(name: str) -> None:
    expected = tables.REVISIONS[name]
    assert heads(name) == ([expected] if expected else [])


def test_a_pointer_swaps_to_its_last_value(store: Store) -> None:
    assert store.pointer("views") is None
    store.point("views", "1", AT)
    store.point("views", "2", AT)
    assert store.pointer("views") == "2"


def test_a_file_load_comes_back_as_it_was_and_a_second_note_replaces_the_first(store: Store) -> None:
    store.record_file(LOAD)
    store.record_file(replace(LOAD, rows_loaded=10, rows_quarantined=0))
    assert store.files(name="카드.csv") == [replace(LOAD, rows_loaded=10, rows_quarantined=0)]
    assert store.files(fingerprint="0" * 64) == []


def test_a_run_is_noted_from_start_to_end(store: Store) -> None:
    run = store.start_run("score", AT)
    store.end_run(run, AT, status="done", versions={"core.cards": 3})
    with store.meta.connect() as connection:
        row = connection.execute(tables.runs.select().where(tables.runs.c.run_id == run)).mappings().one()
    assert (row["status"], row["versions"], row["started_at"]) == ("done", {"core.cards": 3}, AT)


def test_an_error_inside_a_write_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), write(store.meta) as connection:
        connection.execute(tables.pointers.insert().values(name="x", value="1", changed_at=AT))
        raise ZeroDivisionError
    assert store.pointer("x") is None


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises((ValueError, StoreError)):
        store.point("x", "1", datetime(2026, 10, 1))


def test_writers_that_read_first_do_not_fail_each_other(store: Store) -> None:
    store.point("count", "0", AT)

    def add() -> None:
        for _ in range(20):
            with write(store.meta) as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("LOCK TABLE pointers"))
                value = int(connection.execute(text("SELECT value FROM pointers WHERE name='count'")).scalar_one())
                connection.execute(text("UPDATE pointers SET value=:v WHERE name='count'"), {"v": str(value + 1)})

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.pointer("count") == "60"


def test_a_missing_database_names_itself_and_the_mend(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"meta\.sqlite is missing → .*hannun init"):
        _ = Store(Settings.of(tmp_path)).meta


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    store = Store(Settings.of(tmp_path))
    store.upgrade()
    with sqlite3.connect(tmp_path / "db" / "meta.sqlite") as connection:
        connection.execute("UPDATE meta_revision SET version_num = 'meta_9999'")
    connection.close()
    with pytest.raises(StoreError, match="revision meta_9999"):
        _ = store.meta
    with pytest.raises(StoreError, match="newer program"):
        store.upgrade()


def test_a_file_that_is_no_database_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "meta.sqlite").write_text("not a database, but longer than a header of one hundred bytes " * 9)
    with pytest.raises(StoreError, match=r"meta\.sqlite: file is not a database"):
        _ = Store(Settings.of(tmp_path)).meta


def test_sqlite_files_are_in_wal_mode_and_odd_folder_names_work(tmp_path: Path) -> None:
    home = tmp_path / "한눈 home?#"
    store = Store(Settings.of(home))
    store.upgrade()
    with store.live.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    store.close()
    assert (home / "db" / "live.sqlite").is_file()


def test_a_generation_of_views_is_read_only_once_it_stands(tmp_path: Path) -> None:
    store = Store(Settings.of(tmp_path))
    with pytest.raises(StoreError, match="generation 1 are missing"):
        store.views("1")
    with write(store.views("1", read_only=False)) as connection:
        connection.execute(text("CREATE TABLE t AS SELECT 1 AS x"))
    reader = store.views("1")
    with reader.connect() as connection:
        assert connection.execute(text("SELECT x FROM t")).scalar_one() == 1
    with pytest.raises(StoreError, match="readonly"), write(reader) as connection:
        connection.execute(text("DROP TABLE t"))


def test_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="mysql"):
        Store(Settings.of(tmp_path, meta_url="mysql://localhost/x"))
    with pytest.raises(SettingsError, match="not a database URL"):
        Store(Settings.of(tmp_path, meta_url="nonsense"))


def test_the_password_of_a_database_stands_in_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setenv("DB", "postgresql://u:s3cret@127.0.0.1:1/x")
    store = Store(Settings.of(tmp_path, meta_url="env:DB"))
    with pytest.raises(StoreError) as caught:
        _ = store.meta
    assert "s3cret" not in str(caught.value) and "127.0.0.1" in str(caught.value)


def test_another_tool_can_read_the_files(tmp_path: Path) -> None:
    store = Store(Settings.of(tmp_path))
    store.upgrade()
    store.point("a", "b", AT)
    engine = create_engine(f"sqlite:///{tmp_path}/db/meta.sqlite")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name, value FROM pointers")).all() == [("a", "b")]
    engine.dispose()
    store.close()
