"""A lake that cannot be written, a full disk, options that are passed on."""

from __future__ import annotations

import errno
import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from hannun.base.clock import SystemClock
from hannun.base.errors import LakeError
from hannun.lake import Lake, Txn
from hannun.lake import place as places
from hannun.store import Locks
from tests.lake.conftest import SCHEMA, TABLE, numbers, rows


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds 2 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if sys.platform != "linux":
        pytest.skip("tmpfs is Linux's")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


def _lake(folder: Path, tmp_path: Path) -> Lake:
    return Lake(str(folder), locks=Locks(tmp_path / "locks"), clock=SystemClock())


def _noise(start: int, count: int) -> pa.Table:
    import random

    chance = random.Random(start)
    return pa.table(
        [[f"{chance.getrandbits(256):064x}" for _ in range(count)], list(range(start, start + count)), ["2026-09"] * count],
        schema=SCHEMA,
    )


def test_a_full_disk_while_staging_leaves_no_half_visible_commit(small_disk: Path, tmp_path: Path) -> None:
    lake = _lake(small_disk, tmp_path)
    lake.ensure(TABLE, SCHEMA, partition_by=["month"], statistics=["key", "n"])
    lake.append(TABLE, rows(), Txn("small"))
    with pytest.raises(LakeError, match=r"→ free space on the disk"):
        lake.append(TABLE, _noise(1000, 120_000), Txn("big"))
    assert numbers(lake) == list(range(10)) and not lake.committed(TABLE, Txn("big"))
    # Aborting gave the space back: a smaller load goes on.
    lake.append(TABLE, _noise(1000, 1000), Txn("big"))
    assert numbers(lake) == [*range(10), *range(1000, 2000)]


def test_a_disk_that_is_full_at_the_commit_itself_leaves_no_half_visible_commit(small_disk: Path, tmp_path: Path) -> None:
    lake = _lake(small_disk, tmp_path)
    lake.ensure(TABLE, SCHEMA, partition_by=["month"], statistics=["key", "n"])
    with lake.stage(TABLE) as stager:
        stager.write(rows())
        files = stager.files
    filler = small_disk / "filler"
    _fill_up(filler)
    with pytest.raises(LakeError, match=r"nothing of it is visible.*→ free space on the disk"):
        lake.commit(TABLE, files, Txn("x"))
    assert numbers(lake) == [] and lake.snapshot(TABLE).version == 0
    filler.unlink()
    lake.commit(TABLE, files, Txn("x"))
    assert numbers(lake) == list(range(10))


def test_many_loads_onto_a_filling_disk_are_each_whole_or_absent(small_disk: Path, tmp_path: Path) -> None:
    lake = _lake(small_disk, tmp_path)
    lake.ensure(TABLE, SCHEMA, partition_by=["month"])
    done = []
    for number in range(12):
        try:
            lake.append(TABLE, _noise(number * 8000, 8000), Txn(f"file:{number}"))
            done.append(number)
        except LakeError as error:
            assert "free space" in str(error)
    assert 0 < len(done) < 12
    assert numbers(lake) == [n for number in done for n in range(number * 8000, number * 8000 + 8000)]
    assert [number for number in range(12) if lake.committed(TABLE, Txn(f"file:{number}"))] == done


def test_a_read_only_lake_reads_and_says_that_it_cannot_be_written(small_disk: Path, tmp_path: Path) -> None:
    lake = _lake(small_disk, tmp_path)
    lake.ensure(TABLE, SCHEMA, partition_by=["month"])
    lake.append(TABLE, rows(), Txn("x"))
    with lake.stage(TABLE) as stager:
        stager.write(rows(10))
        files = stager.files
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert numbers(lake) == list(range(10))
    for work in (
        lambda: lake.append(TABLE, rows(50), Txn("y")),
        lambda: lake.commit(TABLE, files, Txn("y")),
        lambda: lake.ensure("core.new", SCHEMA),
        lambda: lake.files.put("a.csv", io.BytesIO(b"x")),
        lambda: lake.maintain(TABLE, keep_days=1),
    ):
        with pytest.raises(LakeError, match="→ the lake is read-only"):
            work()
    lake.ensure(TABLE, SCHEMA, partition_by=["month"])
    assert numbers(lake) == list(range(10))


def test_options_of_a_url_reach_delta_rs_and_the_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = places._Handler.__init__

    def noted(self: places._Handler, root: str, options: dict[str, str] | None) -> None:
        seen.append((root, options))
        real(self, root, options)

    monkeypatch.setattr(places._Handler, "__init__", noted)
    options = {"timeout": "7s"}
    lake = Lake(tmp_path.as_uri(), locks=Locks(tmp_path / "locks"), clock=SystemClock(), options=options)
    lake.ensure(TABLE, SCHEMA)
    lake.append(TABLE, rows(), Txn("x"))
    assert seen and all(item == (tmp_path.as_uri(), options) for item in seen)
    assert lake.snapshot(TABLE).files[0].path.startswith(tmp_path.as_uri() + "/feature/x/")


def test_an_object_store_out_of_reach_is_a_lake_error_with_the_store_in_it(tmp_path: Path) -> None:
    options = {
        "aws_access_key_id": "key",
        "aws_secret_access_key": "s3cret",
        "aws_region": "local",
        "aws_endpoint": "http://127.0.0.1:9",
        "aws_allow_http": "true",
        "max_retries": "0",
        "timeout": "2s",
    }
    lake = Lake("s3://bucket/lake", locks=Locks(tmp_path / "locks"), clock=SystemClock(), options=options)
    with pytest.raises(LakeError) as caught:
        lake.snapshot("core.cards")
    assert "s3cret" not in str(caught.value) and "core.cards" in str(caught.value)


def _fill_up(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (65536, 4096, 512, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError as error:
                assert error.errno == errno.ENOSPC
