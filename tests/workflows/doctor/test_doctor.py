"""`hannun doctor`: what it says of a machine, a place without a home, and of leftovers."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hannun.cli.app import app
from hannun.workflows.doctor import LEVELS, examine, machine
from hannun.workflows.init import init

LONG_AGO = 1_700_000_000


def test_a_place_without_a_home_is_no_failure(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["doctor", "--home", str(tmp_path / "none"), "--json"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["counts"]["broken"] == 0 and sum(told["counts"].values()) == len(told["findings"])
    assert told["findings"][-1]["mend"] == f"hannun init --home {tmp_path / 'none'}"
    assert not (tmp_path / "none").exists()


def test_a_new_home_is_whole_and_a_broken_one_exits_1(tmp_path: Path) -> None:
    init(tmp_path / "home")
    done = CliRunner().invoke(app, ["doctor", "--home", str(tmp_path / "home")])
    assert done.exit_code == 0 and "0 broken" in done.stdout and "the master key fits" in done.stdout
    (tmp_path / "home" / "keys" / "master.key").unlink()
    done = CliRunner().invoke(app, ["doctor", "--home", str(tmp_path / "home")])
    assert done.exit_code == 1 and "→ put the right one back" in done.stdout


def test_nothing_is_changed_by_looking(tmp_path: Path) -> None:
    home = init(tmp_path / "home").home.settings.home
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal"))}
    examine(home)
    after = {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal"))}
    assert after == before


def test_a_key_that_others_may_read_and_wrong_settings_are_named(tmp_path: Path) -> None:
    home = init(tmp_path / "home").home.settings.home
    (home / "keys" / "master.key").chmod(0o644)
    (home / "conf" / "segments" / "a.yaml").write_text("name: [")
    found = {finding.where: finding for finding in examine(home)}
    assert found[str(home / "keys" / "master.key")].level in ("warning", "ok")
    assert "chmod 600" in " ".join(finding.mend for finding in examine(home))
    assert found[str(home / "conf" / "segments")].level == "broken"
    (home / "hannun.toml").write_text("port = 'many'\n")
    [wrong] = [finding for finding in examine(home) if finding.level == "broken"]
    assert "setting 'port'" in wrong.what


def test_leftovers_are_notes_once_they_are_old(tmp_path: Path) -> None:
    import pyarrow as pa

    from hannun.lake import Txn

    home = init(tmp_path / "home").home
    home.lake.ensure("feature.x", pa.schema([("a", pa.int64())]))
    home.lake.append("feature.x", pa.table({"a": [1]}), Txn("t"))
    lost = home.settings.home / "lake" / "feature" / "x" / "lost.parquet"
    half = home.settings.home / "lake" / "_files" / "_part" / "half"
    half.parent.mkdir(parents=True)
    for path in (lost, half):
        path.write_bytes(b"x" * 10)
    (tmp_path / ".home.restore-1234").mkdir()

    def told() -> str:
        return " | ".join(finding.what for finding in examine(home.settings.home) if finding.level == "note")

    assert "no version names" not in told() and "a restore that was interrupted" in told()
    for path in (lost, half):
        os.utime(path, (LONG_AGO, LONG_AGO))
    assert "1 files in tables that no version names, 10 bytes" in told() and "1 half-written originals" in told()


def test_missing_and_other_packages_have_their_install_line() -> None:
    lines = ["pyarrow==0.1", "no-such-core>=1", 'no-such-part>=2; extra == "portal"', 'no-such-test; extra == "test"', "rich>=1"]
    found = {finding.level: finding for finding in machine.packages(lines)}
    assert "no-such-core" in found["broken"].what and found["broken"].mend == "pip install 'hannun'"
    assert "no-such-part" in found["note"].what and found["note"].mend == "pip install 'hannun[portal]'"
    assert "tried with 0.1" in found["warning"].what
    assert set(found) <= set(LEVELS)


@pytest.mark.parametrize(("limit", "level"), [("2GB", "warning"), ("900MiB", "ok"), ("1000000000", "ok"), ("lots", "ok")])
def test_memory_is_compared_with_what_a_query_may_use(tmp_path: Path, limit: str, level: str) -> None:
    (tmp_path / "meminfo").write_text("MemTotal:  8000000 kB\nMemFree: 1 kB\nMemAvailable:  1000000 kB\n")
    assert machine.memory(limit, tmp_path / "meminfo").level == level
    assert machine.memory(limit, tmp_path / "nothing").level == "note"
