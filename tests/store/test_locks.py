"""Locks between threads and processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hannun.base.errors import StoreError
from hannun.base.settings import Settings
from hannun.store import DatabaseLocks, Locks, Store

HOLDER = """
import sys, time
from pathlib import Path
from hannun.store import Locks
with Locks(Path(sys.argv[1])).hold("lake:core.cards"):
    print("held", flush=True)
    time.sleep(60)
"""


def _holder(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    return process


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    process = _holder(tmp_path)
    try:
        with (
            pytest.raises(StoreError, match=f"held by process {process.pid}"),
            Locks(tmp_path).hold("lake:core.cards", timeout=0.1),
        ):
            pass
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    with Locks(tmp_path).hold("lake:core.cards", timeout=1):
        pass


def test_another_name_is_another_lock(tmp_path: Path) -> None:
    with Locks(tmp_path).hold("lake:core.cards"), Locks(tmp_path).hold("lake:core.voc", timeout=0.1):
        pass


def test_a_thread_may_take_its_lock_again_but_another_thread_waits(tmp_path: Path) -> None:
    locks = Locks(tmp_path)
    order: list[str] = []

    def other() -> None:
        with locks.hold("x"):
            order.append("other")

    with locks.hold("x"):
        with locks.hold("x"):
            pass
        thread = threading.Thread(target=other)
        thread.start()
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "other"]


def test_an_error_frees_the_lock(tmp_path: Path) -> None:
    locks = Locks(tmp_path)
    with pytest.raises(ZeroDivisionError), locks.hold("x"):
        raise ZeroDivisionError
    with Locks(tmp_path).hold("x", timeout=0.1):
        pass


def test_only_one_at_a_time_among_many(tmp_path: Path) -> None:
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(20):
            with Locks(tmp_path).hold("x"):
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_postgresql_holds_the_locks_when_the_metadata_lies_there(tmp_path: Path, postgres_url: str) -> None:
    one, two = (Store(Settings.of(tmp_path, meta_url=postgres_url)) for _ in range(2))
    assert isinstance(one.locks, DatabaseLocks)
    with one.locks.hold("lake:core.cards"):
        with pytest.raises(StoreError, match="held by another process"), two.locks.hold("lake:core.cards", timeout=0.1):
            pass
        with two.locks.hold("lake:core.voc", timeout=0.1):
            pass
    with two.locks.hold("lake:core.cards", timeout=1):
        pass
