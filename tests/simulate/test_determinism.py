"""The same seed gives the same bytes; another gives other ones; a folder is written once."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from hannun.base.errors import HannunError
from hannun.simulate import Plan, simulate

SMALL = Plan(customers=4300, months=2, seed=3, until=date(2026, 9, 1))


def digests(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_same_seed_gives_the_same_bytes_with_any_number_of_threads(tmp_path: Path, form: str) -> None:
    for name, threads in (("one", 1), ("three", 3)):
        simulate(SMALL, tmp_path / name, form="csv" if form == "csv" else "parquet", threads=threads)
    assert digests(tmp_path / "one") == digests(tmp_path / "three")
    assert digests(tmp_path / "one-truth") == digests(tmp_path / "three-truth")


def test_an_older_processor_gives_the_same_bytes(tmp_path: Path) -> None:
    """Without the newer vector instructions, the last bit of an exponential differs; no file may."""
    program = """
import sys
from datetime import date
from pathlib import Path
from hannun.simulate import Plan, simulate
simulate(Plan(1500, 2, 7, date(2026, 9, 1)), Path(sys.argv[1]))
"""
    for name, more in (
        ("new", {}),
        ("old", {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX2 FMA3", "OPENBLAS_CORETYPE": "Nehalem"}),
    ):
        place = {**os.environ, **more, "PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run([sys.executable, "-W", "ignore", "-c", program, str(tmp_path / name)], env=place, check=True)
    assert digests(tmp_path / "new") == digests(tmp_path / "old")
    assert digests(tmp_path / "new-truth") == digests(tmp_path / "old-truth")


def test_another_seed_gives_another_company(tmp_path: Path) -> None:
    for seed in (1, 2):
        simulate(Plan(300, 1, seed, date(2026, 9, 1)), tmp_path / str(seed))
    one, two = digests(tmp_path / "1"), digests(tmp_path / "2")
    assert one["transactions-2026-09.csv"] != two["transactions-2026-09.csv"]
    assert one["customers.csv"] != two["customers.csv"]


def test_the_same_folder_again_is_nothing_to_do_and_another_company_is_refused(tmp_path: Path) -> None:
    plan = Plan(300, 1, 1, date(2026, 9, 1))
    assert not simulate(plan, tmp_path / "a").done_before
    assert simulate(plan, tmp_path / "a").done_before
    with pytest.raises(HannunError, match="another simulation"):
        simulate(Plan(301, 1, 1, date(2026, 9, 1)), tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mine.txt").write_text("mine")
    with pytest.raises(HannunError, match="holds no simulation"):
        simulate(plan, tmp_path / "b")
    with pytest.raises(HannunError, match="truth cannot lie"):
        simulate(plan, tmp_path / "c", truth_to=tmp_path / "c" / "truth")


@pytest.mark.parametrize(("customers", "months", "until"), [(0, 1, 2026), (10, 0, 2026), (10, 500, 2026), (10, 3, 2110)])
def test_a_plan_beyond_reason_is_refused(customers: int, months: int, until: int) -> None:
    with pytest.raises(HannunError):
        Plan(customers, months, 1, date(until, 9, 1))
