"""`hannun init`."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pyarrow as pa
import pytest

from hannun.base.errors import SettingsError
from hannun.base.settings import Settings
from hannun.lake import Txn
from hannun.workflows.init import init, settings_text

PROGRAM = [sys.executable, "-c", "from hannun.cli import main; main()"]


def test_a_new_home_is_ready_and_its_key_is_private(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = init(home)
    key = home / "keys" / "master.key"
    assert len(bytes.fromhex(key.read_text())) == 32
    assert key.stat().st_mode & 0o777 == 0o600
    assert home.stat().st_mode & 0o777 == 0o700
    assert Settings.load(home) == Settings.of(home)
    assert done.home.store.pointer("views") is None


def test_a_second_init_overwrites_nothing(tmp_path: Path) -> None:
    init(tmp_path)
    (tmp_path / "hannun.toml").write_text('company = "우리카드"\n')
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != "db"}
    assert init(tmp_path).made == ()
    assert {path: path.read_bytes() for path in before} == before


def test_a_lost_key_is_never_replaced_by_a_new_one(tmp_path: Path) -> None:
    init(tmp_path)
    (tmp_path / "keys" / "master.key").unlink()
    with pytest.raises(SettingsError, match="restore it from a backup"):
        init(tmp_path)
    assert not (tmp_path / "keys" / "master.key").exists()


def test_every_setting_stands_in_the_file_as_a_comment_that_can_be_switched_on(tmp_path: Path) -> None:
    text = settings_text()
    values = tomllib.loads("\n".join(line[2:] for line in text.splitlines() if " = " in line and line.startswith("# ")))
    assert set(values) == set(Settings.model_fields) - {"home"}
    values.pop("temp_dir")
    assert Settings.of(tmp_path, **values) == Settings.of(tmp_path)
    assert tomllib.loads(text) == {}


def test_the_command_makes_a_home_and_says_so_in_json(tmp_path: Path) -> None:
    command = [*PROGRAM, "init", "--home", str(tmp_path / "a b"), "--json"]
    first, second = (
        json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout) for _ in range(2)
    )
    assert "hannun.toml" in first["made"] and "keys/master.key" in first["made"]
    assert second["made"] == []


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = subprocess.run(
        [*PROGRAM, "init", "--home", str(tmp_path / "file")], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1 and "Traceback" not in done.stderr


@pytest.mark.parametrize("mark", ["[", "]", "^", "|", "%", "\\"])
def test_a_folder_that_no_lake_can_lie_in_is_refused_before_anything_is_made(tmp_path: Path, mark: str) -> None:
    with pytest.raises(SettingsError, match=r"the lake cannot lie in .*choose a folder"):
        init(tmp_path / f"a{mark}b")
    with pytest.raises(SettingsError, match="the lake cannot lie in"):
        Settings.of(tmp_path, lake_url=(tmp_path / f"a{mark}b").as_uri())
    assert list(tmp_path.iterdir()) == []
    assert Settings.of(tmp_path / f"a{mark}b", lake_url=str(tmp_path / "lake")).home.name == f"a{mark}b"


@pytest.mark.parametrize("name", ["a b", "가", "a*b", "o'neil", "a#b", "a?b"])
def test_other_names_of_folders_hold_a_lake(tmp_path: Path, name: str) -> None:
    home = init(tmp_path / name).home
    home.lake.ensure("feature.x", pa.schema([("a", pa.int64())]))
    home.lake.append("feature.x", pa.table({"a": [1]}), Txn("t"))
    with home.engine.session() as session:
        assert session.query("SELECT a FROM feature.x").to_pylist() == [{"a": 1}]
