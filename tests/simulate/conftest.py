"""One small company that the tests of the simulator share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hannun.simulate import Plan, simulate

PLAN = Plan(customers=2600, months=5, seed=11, until=date(2026, 9, 1))
Read = Callable[[str], pa.Table]


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the files; the truth lies beside it."""
    out = tmp_path_factory.mktemp("company") / "files"
    simulate(PLAN, out, form="parquet")
    return out


@pytest.fixture(scope="session")
def read(company: Path) -> Read:
    """A table by its name, all its files together."""

    def reading(name: str) -> pa.Table:
        files = sorted(company.glob(f"{name}-2*.parquet")) or [company / f"{name}.parquet"]
        return pa.concat_tables([pq.read_table(file) for file in files])

    return reading


@pytest.fixture(scope="session")
def truth(company: Path) -> Read:
    """A table of the truth."""
    return lambda name: pq.read_table(company.with_name("files-truth") / f"{name}.parquet")
