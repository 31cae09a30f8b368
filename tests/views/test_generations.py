"""Generations: whole or not at all, swapped under readers, the same again from the same versions."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hannun.base.clock import FixedClock
from hannun.base.errors import NotFound, StoreError
from hannun.store import Store
from hannun.views import Views, generations
from tests.views.conftest import Company


@pytest.fixture
def store(empty: Company) -> Store:
    return empty.store


@pytest.fixture
def views(empty: Company) -> Views:
    return empty.views


def batch(generation: str, customers: int) -> pa.RecordBatch:
    """Documents that name their generation, as the SQL would give them."""
    return pa.RecordBatch.from_pylist(
        [
            {
                "customer_id": f"C{number:04}",
                "membership": "member",
                "member_type": "개인",
                "age_band": "30-39",
                "is_valid_member": True,
                "cards_held": 1,
                "annual_krw": number,
                "document": f'{{"customer_id":"C{number:04}","made_by":"{generation}"}}',
            }
            for number in range(customers)
        ]
    )


def facts() -> dict[str, Any]:
    return {"as_of": "2026-09-30", "basis": "approved", "versions": {}, "gaps": {}}


def write(store: Store, clock: FixedClock, name: str, customers: int = 50) -> None:
    generations.write(store, name, iter([batch(name, customers)]), facts(), clock.now)


def files(store: Store) -> list[str]:
    return sorted(path.name for path in store.views_path("x").parent.glob("views-*"))


def test_reading_before_anything_was_built_says_what_to_do(views: Views) -> None:
    with pytest.raises(NotFound, match="hannun views build"):
        views.get("C1")


def test_the_previous_generation_is_kept_and_older_ones_go(store: Store, clock: FixedClock) -> None:
    for name in ("a", "b", "c"):
        write(store, clock, name)
    assert files(store) == ["views-b.sqlite", "views-c.sqlite"]
    assert (store.pointer(generations.CURRENT), store.pointer(generations.PREVIOUS)) == ("c", "b")


def test_readers_see_one_generation_whole_while_others_are_built(store: Store, clock: FixedClock) -> None:
    write(store, clock, "g0")
    stop = threading.Event()
    broken: list[str] = []
    seen: set[str] = set()

    def read() -> None:
        views = Views(store)
        while not stop.is_set():
            document = views.get("C0049")
            if document is None or document["made_by"] != document["generation"]:
                broken.append(str(document))
            else:
                seen.add(document["generation"])
        views.close()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 9):
        write(store, clock, f"g{number}")
    stop.set()
    for reader in readers:
        reader.join()
    assert not broken
    assert len(seen) > 1


def test_a_killed_build_leaves_the_old_generation_serving(store: Store, clock: FixedClock, views: Views, tmp_path: Path) -> None:
    write(store, clock, "old")
    program = f"""
        import sys, time
        from pathlib import Path
        from datetime import UTC, datetime
        from hannun.base.settings import Settings
        from hannun.store import Store
        from hannun.views import generations
        from tests.views.test_generations import batch, facts
        def batches():
            yield batch("new", 50)
            print("half", flush=True)
            time.sleep(60)
        store = Store(Settings.of(Path({str(tmp_path)!r})))
        with store.locks.hold("views"):
            generations.write(store, "new", batches(), facts(), lambda: datetime.now(UTC))
    """
    build = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE)
    assert build.stdout is not None and build.stdout.readline() == b"half\n"
    build.send_signal(signal.SIGKILL)
    build.wait()
    build.stdout.close()
    assert store.views_path("new").is_file()
    document = views.get("C0001")
    assert document is not None and document["generation"] == "old"
    with store.locks.hold("views", timeout=1):
        write(store, clock, "new")
    document = views.get("C0001")
    assert document is not None and document["generation"] == "new"


def test_a_build_that_fails_leaves_the_old_generation_serving(store: Store, clock: FixedClock, views: Views) -> None:
    write(store, clock, "old")

    def batches() -> Iterator[pa.RecordBatch]:
        yield batch("new", 10)
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        generations.write(store, "new", batches(), facts(), clock.now)
    document = views.get("C0001")
    assert document is not None and document["generation"] == "old"


def test_a_full_disk_is_an_error_with_a_mend_and_leaves_nothing(
    store: Store, clock: FixedClock, views: Views, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(store, clock, "old")
    # A file that may grow no further is to SQLite what a full disk is.
    monkeypatch.setattr(generations, "_TABLES", "PRAGMA max_page_count = 8;" + generations._TABLES)
    with pytest.raises(StoreError, match=r"full.*make room"):
        write(store, clock, "new", 5000)
    assert files(store) == ["views-old.sqlite"]
    document = views.get("C0001")
    assert document is not None and document["generation"] == "old"


def test_views_of_another_version_of_the_document_are_not_read(
    store: Store, clock: FixedClock, views: Views, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "VERSION", "0.9")
    write(store, clock, "old")
    with pytest.raises(StoreError, match=r"another version.*hannun views build"):
        views.get("C0001")


def test_a_broken_file_is_an_error_with_a_mend_and_the_next_build_replaces_it(empty: Company) -> None:
    empty.fill()
    generation = empty.build().generation
    path = empty.store.views_path(generation)
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match="hannun views build"):
        empty.views.get("C1")
    again = empty.build()
    assert (again.generation, again.already_built) == (generation, False)
    assert empty.view("C1")["generation"] == generation


def test_two_builds_at_once_give_one_generation(empty: Company) -> None:
    empty.fill()
    with ThreadPoolExecutor(2) as pool:
        built = [future.result() for future in [pool.submit(empty.build) for _ in range(2)]]
    assert sorted(one.already_built for one in built) == [False, True]
    assert len(files(empty.store)) == 1


def test_a_lost_file_is_an_error_with_a_mend(store: Store, clock: FixedClock, views: Views) -> None:
    write(store, clock, "a")
    store.views_path("a").unlink()
    with pytest.raises(StoreError, match="hannun views build"):
        views.get("C0001")


def test_search_by_the_beginning_of_the_identifier(store: Store, clock: FixedClock, views: Views) -> None:
    write(store, clock, "a")
    assert [row["customer_id"] for row in views.search("C001", 3)] == ["C0010", "C0011", "C0012"]
    assert views.search("X") == [] and views.search("%") == []
    assert len(views.search("", 7)) == 7


def test_a_second_build_from_the_same_versions_has_nothing_to_do(empty: Company) -> None:
    empty.fill()
    first, second = empty.build(), empty.build()
    assert not first.already_built and second.already_built
    assert first.generation == second.generation


def test_a_rebuild_gives_the_same_documents_in_any_number_of_chunks(empty: Company) -> None:
    empty.fill()
    generation = empty.build().generation
    before = [empty.view(customer) for customer in ("C1", "C2", "C3", "C9")]
    empty.views.close()
    empty.store.views_path(generation).unlink()
    again = empty.build(chunk_customers=2)
    assert not again.already_built and again.customers == 4
    assert [empty.view(customer) for customer in ("C1", "C2", "C3", "C9")] == before
