"""The whole line on a small simulated company, as `make run` walks it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = [sys.executable, "-c", "from hannun.cli import main; main()"]
SIZE = ["--customers", "400", "--months", "4", "--seed", "3", "--no-serve", "--json"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("demo") / "home"
    done = run("demo", "--home", str(place), *SIZE)
    assert done.returncode == 0, done.stderr
    (place.parent / "first.json").write_text(done.stdout, "utf-8")
    return place


@pytest.fixture(scope="module")
def first(home: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((home.parent / "first.json").read_text("utf-8"))
    return document


def test_every_row_is_loaded_or_quarantined_and_every_customer_has_a_view(home: Path, first: dict[str, Any]) -> None:
    assert first["rows_read"] == first["rows_loaded"] + first["rows_quarantined"]
    assert first["rows_loaded"] > 0.999 * first["rows_read"]
    assert first["views"] >= 400
    assert first["grades"]["credit"] > 0


def test_the_example_is_a_customer_whose_view_has_all_six_columns(home: Path, first: dict[str, Any]) -> None:
    done = run("view", first["example"], "--home", str(home), "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["customer_id"] == first["example"]
    panels = run("view", first["example"], "--home", str(home)).stdout
    for column in ("고객현황", "라이프스테이지", "주요 소비업종", "고객가치", "이용추이", "금융·VOC"):
        assert column in panels


def test_a_second_demo_loads_nothing_again(home: Path, first: dict[str, Any]) -> None:
    before = json.loads(run("lake", "list", "--home", str(home), "--json").stdout)
    done = run("demo", "--home", str(home), *SIZE)
    assert done.returncode == 0, done.stderr
    after = json.loads(run("lake", "list", "--home", str(home), "--json").stdout)
    assert {row["table"]: row["rows"] for row in after} == {row["table"]: row["rows"] for row in before}
    assert {row["table"]: row["version"] for row in after} == {row["table"]: row["version"] for row in before}


def test_a_home_takes_no_second_company(home: Path) -> None:
    done = run("demo", "--home", str(home), "--customers", "401", "--months", "4", "--seed", "3", "--no-serve")
    assert done.returncode == 1
    assert "400x4-seed3" in done.stderr and "--home" in done.stderr


def test_a_target_list_has_exactly_the_volume_asked_for(home: Path) -> None:
    done = run(
        "campaigns", "preview", "--segment", "grocery", "--population", "credit", "--volume", "20",
        "--as-of", "2026-09-30", "--home", str(home), "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["chosen"] == 20
