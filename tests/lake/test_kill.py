"""Killed processes: no row lost, no row doubled, whatever line they were on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from hannun.lake import Lake, Txn
from tests.lake.conftest import TABLE, numbers, rows

ROOT = Path(__file__).parents[2]


def _kill(folder: Path, verb: str, kills: int, seed: int = 7) -> dict[str, int]:
    command = [sys.executable, "-m", "tests.lake.killing", str(folder), verb, str(kills), str(seed)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, int] = json.loads(done.stdout)
    return found


def _append(lake: Lake, tmp_path: Path, kills: int) -> None:
    done = _kill(tmp_path, "append", kills)
    assert done["lines"] >= kills // 2 and done["lines"] + done["timed"] >= kills * 3 // 4
    assert numbers(lake) == list(range(10 * (kills + 1)))
    lake.maintain(TABLE, keep_days=0, grace=timedelta(0))
    assert numbers(lake) == list(range(10 * (kills + 1)))
    # What the killed had staged is gone with maintenance.
    live = {file.path for file in lake.snapshot(TABLE).files}
    assert {str(path) for path in (tmp_path / "lake").rglob("*.parquet") if "_delta_log" not in path.parts} == live


def test_a_killed_append_repeats_nothing_and_loses_nothing(lake: Lake, tmp_path: Path) -> None:
    _append(lake, tmp_path, 40)


@pytest.mark.slow
def test_two_hundred_killed_appends_repeat_nothing_and_lose_nothing(lake: Lake, tmp_path: Path) -> None:
    _append(lake, tmp_path, 200)


def test_a_killed_replace_leaves_the_old_rows_or_the_new_ones(lake: Lake, tmp_path: Path) -> None:
    kills = 12
    _kill(tmp_path, "replace", kills)
    last = range(kills - 2, kills + 1)
    assert numbers(lake) == sorted(number * 10 + place for number in last for place in range(10))


def test_a_killed_maintenance_changes_no_row(lake: Lake, tmp_path: Path) -> None:
    for number in range(6):
        lake.append(TABLE, rows(number * 10, 10, f"2026-{number % 3 + 1:02d}"), Txn(f"file:{number}"))
    _kill(tmp_path, "maintain", 12)
    assert numbers(lake) == list(range(60))
    assert numbers(lake, version=6) == list(range(60))


COMMITTER = """
import sys, time
from pathlib import Path
from hannun.base.clock import SystemClock
from hannun.base.errors import AlreadyCommitted
from hannun.lake import Lake, Txn
from hannun.store import Locks
from tests.lake.conftest import TABLE, rows

root, locks, name, same = sys.argv[1:]
lake = Lake(root, locks=Locks(Path(locks)), clock=SystemClock())
print("ready", flush=True)
sys.stdin.readline()
refused = 0
for number in range(15):
    try:
        start = number * 10 if same == "same" else (int(name) * 100 + number) * 10
        lake.append(TABLE, rows(start), Txn(f"file:{number}" if same == "same" else f"{name}:{number}"))
    except AlreadyCommitted:
        refused += 1
print(refused)
"""


def _two(tmp_path: Path, same: str, locks: tuple[str, str]) -> list[int]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", COMMITTER, str(tmp_path / "lake"), str(tmp_path / locks[place]), str(place), same],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in (0, 1)
    ]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    return [int(process.communicate(timeout=60)[0]) for process in processes]


@pytest.mark.parametrize("locks", [("locks", "locks"), ("locks", "other-locks")], ids=["one lock", "no common lock"])
def test_two_processes_with_the_same_transactions_write_each_once(lake: Lake, tmp_path: Path, locks: tuple[str, str]) -> None:
    refused = _two(tmp_path, "same", locks)
    assert sum(refused) == 15
    assert numbers(lake) == list(range(150))


@pytest.mark.parametrize("locks", [("locks", "locks"), ("locks", "other-locks")], ids=["one lock", "no common lock"])
def test_two_processes_with_different_transactions_write_all(lake: Lake, tmp_path: Path, locks: tuple[str, str]) -> None:
    assert _two(tmp_path, "different", locks) == [0, 0]
    assert numbers(lake) == [*range(150), *range(1000, 1150)]
