"""A lake in a folder and the same lake behind a URL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from hannun.base.clock import SystemClock
from hannun.lake import Lake
from hannun.store import Locks

TABLE = "feature.x"
SCHEMA = pa.schema([("key", pa.string()), ("n", pa.int64()), ("month", pa.string())])


@pytest.fixture
def make_lake(tmp_path: Path) -> Callable[[], Lake]:
    """Opens the same lake again, as another process would."""
    return lambda: Lake(str(tmp_path / "lake"), locks=Locks(tmp_path / "locks"), clock=SystemClock())


@pytest.fixture
def lake(make_lake: Callable[[], Lake]) -> Lake:
    """A lake with one empty table, partitioned by month, with statistics of key and n."""
    made = make_lake()
    made.ensure(TABLE, SCHEMA, partition_by=["month"], statistics=["key", "n"])
    return made


@pytest.fixture(params=["folder", "url"])
def any_lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    """A lake in a folder, and one behind a `file://` URL, which goes through delta-rs's storage as every URL does."""
    folder = tmp_path / "any lake"
    folder.mkdir()
    root = str(folder) if request.param == "folder" else folder.as_uri()
    made = Lake(root, locks=Locks(tmp_path / "locks"), clock=SystemClock())
    made.ensure(TABLE, SCHEMA, partition_by=["month"], statistics=["key", "n"])
    return made


def rows(start: int = 0, count: int = 10, month: str | None = "2026-09") -> pa.Table:
    """Rows numbered from `start`, all of one month."""
    numbers = range(start, start + count)
    return pa.table({"key": [f"k{number:06d}" for number in numbers], "n": list(numbers), "month": [month] * count}, schema=SCHEMA)


def numbers(lake: Lake, **wanted: int) -> list[int]:
    """All values of n in the table, in order."""
    return sorted(lake.read(lake.snapshot(TABLE, **wanted), ["n"]).read_all()["n"].to_pylist())
