"""Each part of a home is lost in turn: the doctor names it, a restore brings it back, and the home says what it said."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from hannun.base.clock import FixedClock
from hannun.workflows.backup import backup, last_backup, restore
from hannun.workflows.doctor import Finding, examine
from hannun.workflows.home import Home
from tests.workflows.backup.conftest import NOW, content, opened

TX = "lake/core/transactions"


@dataclass(frozen=True)
class Safe:
    """A home that was backed up: its place, the backup, a copy of its key, what it says."""

    place: Path
    out: Path
    key: Path
    content: dict[str, str]


@pytest.fixture(scope="session")
def safe(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Safe:
    folder = tmp_path_factory.mktemp("safe")
    place = Path(shutil.copytree(whole, folder / "home"))
    home = opened(place, FixedClock(NOW))
    backup(home, folder / "out", keys=folder / "key")
    return Safe(place, folder / "out", folder / "key", content(home))


def broken(place: Path) -> list[Finding]:
    return [finding for finding in examine(place, clock=FixedClock(NOW)) if finding.level == "broken"]


def data_file(home: Home, table: str = "core.transactions") -> Path:
    return Path(home.lake.snapshot(table).files[0].path)


def gone(name: str) -> Callable[[Home], Path]:
    """Lose a file or folder."""

    def lose(home: Home) -> Path:
        [path] = home.settings.home.glob(name)
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        return path

    return lose


def garbled(name: str) -> Callable[[Home], Path]:
    """Write over the middle of a file."""

    def lose(home: Home) -> Path:
        [path] = home.settings.home.glob(name)
        path.write_bytes(b"\0" * 5000)
        return path

    return lose


def data_gone(home: Home) -> Path:
    path = data_file(home)
    path.unlink()
    return path


def data_cut(home: Home) -> Path:
    path = data_file(home, "core.customers")
    path.write_bytes(path.read_bytes()[:-100])
    return path


def original_gone(home: Home) -> Path:
    path = home.settings.home / "lake" / "_files" / home.lake.files.list()[0]
    path.unlink()
    return path.parent


def wrong_key(home: Home) -> Path:
    path = home.settings.home / "keys" / "master.key"
    path.write_text("0" * 64)
    return path


LOSSES = {
    "metadata": gone("db/meta.sqlite"),
    "metadata garbled": garbled("db/meta.sqlite"),
    "audit log": gone("db/audit.sqlite"),
    "data file": data_gone,
    "data file cut": data_cut,
    "log entry": gone(f"{TX}/_delta_log/*1.json"),
    "newest log entry": gone(f"{TX}/_delta_log/*3.json"),
    "log": gone(f"{TX}/_delta_log"),
    "table": gone(TX),
    "lake": gone("lake"),
    "key": gone("keys/master.key"),
    "wrong key": wrong_key,
    "views": gone("db/views-*.sqlite"),
    "views garbled": garbled("db/views-*.sqlite"),
    "conf file": gone("conf/mappings/tx.yaml"),
    "settings": gone("hannun.toml"),
    "original": original_gone,
}


@pytest.mark.parametrize("lost", list(LOSSES))
def test_what_is_lost_is_named_and_brought_back(safe: Safe, tmp_path: Path, lost: str) -> None:
    place = Path(shutil.copytree(safe.place, tmp_path / "home"))
    where = LOSSES[lost](opened(place, FixedClock(NOW)))
    found = broken(place)
    assert [finding for finding in found if str(where) in finding.where], found
    assert all(finding.mend for finding in found)
    assert any("hannun restore" in finding.mend for finding in found)
    done = restore(safe.out, place, key=safe.key, replace=True)
    assert done.notes == () and broken(place) == []
    home = opened(place, FixedClock(NOW))
    assert last_backup(home.store)["id"] == done.backup.id
    assert content(home) == safe.content
    for name in ("keys/master.key", "conf/mappings/tx.yaml", "hannun.toml"):
        assert (place / name).read_bytes() == (safe.place / name).read_bytes()
    assert home.lake.files.list() == opened(safe.place, FixedClock(NOW)).lake.files.list()


def test_a_whole_home_has_nothing_broken(safe: Safe) -> None:
    assert broken(safe.place) == []
