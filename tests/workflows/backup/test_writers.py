"""Backups that are taken while another process writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hannun.base.clock import FixedClock
from hannun.workflows.backup import backup, restore
from hannun.workflows.doctor import examine
from hannun.workflows.home import Home
from tests.workflows.backup.conftest import opened

# What is in `second` is in `first`, and what the pointer says is in `second`: as ingestion commits a load's tables.
WRITER = """
import sys
from pathlib import Path
import pyarrow as pa
from hannun.base.settings import Settings
from hannun.lake import Txn
from hannun.workflows.home import open_home
home = open_home(Settings.load(Path(sys.argv[1])))
for number in range(100_000):
    if number % 25 == 3:
        home.lake.maintain("feature.first", keep_days=0)
    for name in ("first", "second"):
        if number == 0:
            home.lake.ensure(f"feature.{name}", pa.schema([("n", pa.int64())]), hot=True)
        home.lake.append(f"feature.{name}", pa.table({"n": [number] * 10}), Txn(f"load:{number}"))
    home.store.point("loaded", str(number), home.clock.now())
    print(number, flush=True)
"""


def numbers(home: Home, table: str) -> list[int]:
    return sorted(home.lake.read(home.lake.snapshot(table)).read_all()["n"].to_pylist())


def test_a_backup_beside_a_writer_holds_one_instant(place: Path, tmp_path: Path, clock: FixedClock) -> None:
    home = opened(place, clock)
    with subprocess.Popen([sys.executable, "-c", WRITER, str(place)], stdout=subprocess.PIPE, text=True) as writer:
        try:
            assert writer.stdout is not None
            made = []
            for _ in range(3):
                for _ in range(4):
                    writer.stdout.readline()
                made.append(backup(home, tmp_path / "out").id)
        finally:
            writer.kill()
    last = -1
    for name in made:
        restore(tmp_path / "out", tmp_path / name, name=name)
        again = opened(tmp_path / name, clock)
        first, second = numbers(again, "feature.first"), numbers(again, "feature.second")
        loaded = int(again.store.pointer("loaded") or -1)
        again.store.close()
        # Whole loads only, none missing; the second table is at most one load behind, the databases behind both.
        assert second == [number for number in range(len(second) // 10) for _ in range(10)]
        assert first == [number for number in range(len(first) // 10) for _ in range(10)]
        assert len(second) <= len(first) <= len(second) + 10
        assert last < loaded < len(second) // 10
        last = loaded
        keyless = [finding for finding in examine(tmp_path / name, clock=clock) if finding.level == "broken"]
        assert [finding.where for finding in keyless] == [str(tmp_path / name / "keys/master.key")]
