"""Backups: what is in them, and that they are whole or none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import Result
from typer.testing import CliRunner

from hannun.base.clock import FixedClock
from hannun.base.errors import HannunError, NotFound, SettingsError, StoreError
from hannun.cli.app import app
from hannun.lake.place import Place
from hannun.store import Locks
from hannun.workflows import backup as package
from hannun.workflows.backup import BackupFolder, backup, restore
from hannun.workflows.doctor import examine
from hannun.workflows.init import init
from tests.ingest.conftest import TRANSACTIONS, TX_HEADER, tx
from tests.workflows.backup.conftest import content, load, opened


def test_a_restored_home_says_the_same_and_opens_the_vault_when_its_key_is_back(
    place: Path, tmp_path: Path, clock: FixedClock
) -> None:
    home = opened(place, clock)
    made = backup(home, tmp_path / "out", keys=tmp_path / "key")
    assert {"conf/mappings/tx.yaml", "hannun.toml", "db/meta.sqlite"} <= {file.path for file in made.files}
    assert not [file.path for file in made.files if "key" in file.path.split("/")[0]]
    secret = (place / "keys" / "master.key").read_bytes().strip()
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    done = restore(tmp_path / "out", tmp_path / "new")
    again = opened(tmp_path / "new", clock)
    assert content(again) == content(home)
    assert "vault" in done.notes[0] and "is not there" in done.notes[0]
    token = again.lake.read(again.lake.snapshot("vault.tokens"), ["token"]).read_all()["token"][0].as_py()
    with pytest.raises(SettingsError, match=r"master\.key cannot be read"):
        again.vault.reveal([token])
    done = restore(tmp_path / "out", tmp_path / "third", key=tmp_path / "key")
    assert done.notes == ()
    assert opened(tmp_path / "third", clock).vault.reveal([token]) == home.vault.reveal([token])


def test_a_second_backup_copies_only_what_is_new(place: Path, tmp_path: Path, clock: FixedClock) -> None:
    home = opened(place, clock)
    first = backup(home, tmp_path / "out")
    load(home, tmp_path / "files", "tx9.csv", TRANSACTIONS, TX_HEADER, *[tx(n) for n in range(800, 810)])
    second = backup(home, tmp_path / "out")
    assert first.id < second.id and first.new_files > 30
    old = {file.sha256 for file in first.files}
    new = {file.path for file in second.files if file.sha256 not in old}
    assert len(new) == second.new_files < 8
    assert "db/meta.sqlite" in new and any(path.startswith("lake/core/transactions/") for path in new)
    restore(tmp_path / "out", tmp_path / "old", name=first.id)
    restore(tmp_path / "out", tmp_path / "new")
    assert content(opened(tmp_path / "new", clock)) == content(home) != content(opened(tmp_path / "old", clock))


def test_older_versions_of_a_table_can_be_read_as_far_as_before(place: Path, tmp_path: Path, clock: FixedClock) -> None:
    home = opened(place, clock)
    home.lake.maintain("core.transactions", keep_days=30)
    assert len(home.lake.snapshot("core.transactions").files) < len(home.lake.snapshot("core.transactions", version=3).files)
    backup(home, tmp_path / "out")
    restore(tmp_path / "out", tmp_path / "new")
    lakes = [home.lake, opened(tmp_path / "new", clock).lake]
    for commit in home.lake.history("core.transactions"):
        one, two = (
            lake.read(lake.snapshot("core.transactions", version=commit.version)).read_all().sort_by("transaction_id")
            for lake in lakes
        )
        assert one.equals(two)


def test_an_interrupted_backup_leaves_the_one_before_whole(
    place: Path, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = opened(place, clock)
    first = backup(home, tmp_path / "out")
    before = content(home)
    load(home, tmp_path / "files", "tx9.csv", TRANSACTIONS, TX_HEADER, *[tx(n) for n in range(800, 900)])
    whole, count = BackupFolder.put, 0

    def put(self: BackupFolder, source: object) -> object:
        nonlocal count
        count += 1
        if count == 4:
            (self.root / "_part" / "half").write_bytes(b"half a file")
            raise KeyboardInterrupt
        return whole(self, source)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(BackupFolder, "put", put)
        with pytest.raises(KeyboardInterrupt):
            backup(home, tmp_path / "out")
    assert BackupFolder(tmp_path / "out").ids() == [first.id]
    restore(tmp_path / "out", tmp_path / "new")
    assert content(opened(tmp_path / "new", clock)) == before
    backup(home, tmp_path / "out")
    assert not list((tmp_path / "out" / "_part").iterdir())


def test_a_killed_backup_is_no_backup(place: Path, tmp_path: Path, clock: FixedClock) -> None:
    code = f"""
import os, signal
from pathlib import Path
from hannun.base.settings import Settings
from hannun.workflows.backup import BackupFolder, backup
from hannun.workflows.home import open_home
finish = BackupFolder.finish
BackupFolder.finish = lambda self, manifest: os.kill(os.getpid(), signal.SIGKILL)
backup(open_home(Settings.load(Path({str(place)!r}))), Path({str(tmp_path / "out")!r}))
"""
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == -9
    with pytest.raises(NotFound, match="no backup"):
        restore(tmp_path / "out", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert backup(opened(place, clock), tmp_path / "out").new_files <= 1


def test_a_changed_file_of_a_backup_is_refused_by_its_name(place: Path, tmp_path: Path, clock: FixedClock) -> None:
    made = backup(opened(place, clock), tmp_path / "out")
    folder = BackupFolder(tmp_path / "out")
    chosen = next(file for file in made.files if file.path.startswith("lake/core/customers/") and file.size > 100)
    path = folder.content(chosen.sha256)
    data = bytearray(path.read_bytes())
    data[50] ^= 1
    path.write_bytes(data)
    kept = (place / "hannun.toml").read_bytes()
    for target in (tmp_path / "new", place):
        with pytest.raises(HannunError, match=f"{chosen.path}.*nothing was restored"):
            restore(tmp_path / "out", target, replace=True)
    assert not (tmp_path / "new").exists() and (place / "hannun.toml").read_bytes() == kept
    assert not [item for item in tmp_path.iterdir() if "restore" in item.name]
    path.unlink()
    with pytest.raises(HannunError, match=chosen.path):
        restore(tmp_path / "out", tmp_path / "new")


def test_all_backups_of_a_folder_are_checked_and_a_lost_content_is_copied_again(
    place: Path, tmp_path: Path, clock: FixedClock
) -> None:
    made = backup(opened(place, clock), tmp_path / "out")
    check = ["backup", "--out", str(tmp_path / "out"), "--check"]
    assert "is whole" in CliRunner().invoke(app, check, catch_exceptions=False).stdout
    folder = BackupFolder(tmp_path / "out")
    [chosen] = [file for file in made.files if file.path == "conf/mappings/tx.yaml"]
    folder.content(chosen.sha256).write_bytes(b"x" * chosen.size)
    with pytest.raises(HannunError, match=rf"{chosen.path}.*remove what is damaged.*objects"):
        CliRunner().invoke(app, check, catch_exceptions=False)
    folder.content(chosen.sha256).unlink()
    backup(opened(place, clock), tmp_path / "out")
    assert CliRunner().invoke(app, check, catch_exceptions=False).stdout.count("is whole") == 2


def test_a_changed_manifest_is_refused(place: Path, tmp_path: Path, clock: FixedClock) -> None:
    made = backup(opened(place, clock), tmp_path / "out")
    path = tmp_path / "out" / "backups" / f"{made.id}.json"
    text = path.read_text("utf-8")
    path.write_text(text.replace("hannun.toml", "hannun.tomb"), "utf-8")
    with pytest.raises(HannunError, match=f"{made.id}.json was changed"):
        restore(tmp_path / "out", tmp_path / "new")
    path.write_text(text[:500], "utf-8")
    with pytest.raises(HannunError, match="cannot be read"):
        restore(tmp_path / "out", tmp_path / "new")


@pytest.mark.parametrize("path", ["../outside", "/tmp/hannun-outside", "conf/../../outside"])
def test_no_path_of_a_manifest_leads_out_of_the_home(place: Path, tmp_path: Path, clock: FixedClock, path: str) -> None:
    made = backup(opened(place, clock), tmp_path / "out")
    folder = BackupFolder(tmp_path / "out")
    files = (package.Kept(path, *[getattr(made.files[0], name) for name in ("sha256", "size", "modified")]), *made.files)
    folder.finish(package.Manifest(**{**vars(made), "files": files}))
    with pytest.raises(HannunError, match="nothing was restored"):
        restore(tmp_path / "out", tmp_path / "a" / "new")
    assert not list((tmp_path / "a").iterdir()) and not Path("/tmp/hannun-outside").exists()


def test_a_home_that_is_there_is_moved_aside_when_asked_and_lends_its_key(place: Path, tmp_path: Path, clock: FixedClock) -> None:
    before = content(opened(place, clock))
    backup(opened(place, clock), tmp_path / "out")
    (place / "mine").write_text("precious")
    with pytest.raises(HannunError, match=r"is not empty.*--replace"):
        restore(tmp_path / "out", place)
    done = restore(tmp_path / "out", place, replace=True)
    assert done.notes == () and done.before is not None and (done.before / "mine").read_text() == "precious"
    assert content(opened(place, clock)) == before
    assert not (place / "mine").exists()


def test_a_home_in_use_is_not_replaced(place: Path, tmp_path: Path, clock: FixedClock) -> None:
    backup(opened(place, clock), tmp_path / "out")
    with Locks(place / "locks").hold("lake:core.cards"), pytest.raises(StoreError, match=f"in use.*process {os.getpid()}"):
        restore(tmp_path / "out", place, replace=True)


def test_the_wrong_key_is_refused_or_named(place: Path, tmp_path: Path, clock: FixedClock) -> None:
    backup(opened(place, clock), tmp_path / "out")
    (tmp_path / "wrong").write_text("0" * 64)
    with pytest.raises(SettingsError, match="is not the key of this backup"):
        restore(tmp_path / "out", tmp_path / "new", key=tmp_path / "wrong")
    (place / "keys" / "master.key").write_text("0" * 64)
    [note] = restore(tmp_path / "out", place, replace=True).notes
    assert "is not the one that this home was made with" in note


def test_places_that_would_be_lost_together_are_refused(place: Path, tmp_path: Path, clock: FixedClock) -> None:
    home = opened(place, clock)
    for out in (place, place / "backup", place / "lake" / "b"):
        with pytest.raises(HannunError, match="lost together with the home"):
            backup(home, out)
    for key in (place / "k", tmp_path / "out" / "k"):
        with pytest.raises(HannunError, match="beside what it opens"):
            backup(home, tmp_path / "out", keys=key)
    with pytest.raises(HannunError, match="for the copy of the key is not there → mkdir -p"):
        backup(home, tmp_path / "out", keys=tmp_path / "nowhere" / "key")
    assert not (tmp_path / "out").exists()


def test_a_lake_elsewhere_comes_along_and_goes_to_an_empty_place_only(place: Path, tmp_path: Path, clock: FixedClock) -> None:
    (place / "lake").rename(tmp_path / "far lake")
    with (place / "hannun.toml").open("a") as file:
        file.write(f'\nlake_url = "{(tmp_path / "far lake").as_uri()}"\n')
    home = opened(place, clock)
    before = content(home)
    backup(home, tmp_path / "out")
    with pytest.raises(HannunError, match=r"is not empty.*--lake-url"):
        restore(tmp_path / "out", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    (tmp_path / "second").mkdir()
    restore(tmp_path / "out", tmp_path / "new", lake_url=(tmp_path / "second").as_uri())
    assert content(opened(tmp_path / "new", clock)) == before
    assert sum(1 for item in Place(str(tmp_path / "second")).list("_files") if item.is_file) == 4


def test_a_lake_that_is_not_whole_is_not_taken_for_a_good_one(place: Path, tmp_path: Path, clock: FixedClock) -> None:
    home = opened(place, clock)
    Path(home.lake.snapshot("core.customers").files[0].path).unlink()
    with pytest.raises(HannunError, match=r"core\.customers: the file .* is gone.*hannun doctor"):
        backup(home, tmp_path / "out")
    assert BackupFolder(tmp_path / "out").ids() == []


def test_the_commands_tell_people_and_programs(place: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, arguments, catch_exceptions=False)

    out = str(tmp_path / "out")
    made = json.loads(run("backup", "--out", out, "--home", str(place), "--json").stdout)
    assert run("backup", "--out", out, "--home", str(place), "--with-keys", str(tmp_path / "k")).stderr.count("Warning") == 1
    listed = json.loads(run("backup", "--out", out, "--list", "--json").stdout)
    assert listed[0]["backup"] == made["backup"] and len(listed) == 2
    done = json.loads(run("restore", out, "--backup", made["backup"], "--home", str(tmp_path / "new"), "--json").stdout)
    assert done["files"] == made["files"] and len(done["notes"]) == 1
    assert "is as it was at" in run("restore", out, "--home", str(tmp_path / "third")).stdout


def test_metadata_in_postgresql_is_left_to_its_own_tools_and_said_so(
    tmp_path: Path,
    clock: FixedClock,
    postgres_url: str,
) -> None:
    init(tmp_path / "home")
    with (tmp_path / "home" / "hannun.toml").open("a") as file:
        file.write(f"\nmeta_url = '{postgres_url}'\n")
    home = opened(tmp_path / "home", clock)
    home.store.upgrade()
    home.lake.ensure("feature.x", pa.schema([("n", pa.int64())]))
    made = backup(home, tmp_path / "out")
    assert made.database == "postgresql" and not [file for file in made.files if file.path.startswith("db/")]
    assert any("pg_dump" in note for note in made.notes)
    done = restore(tmp_path / "out", tmp_path / "new", key=tmp_path / "home" / "keys" / "master.key")
    assert len(done.notes) == 1 and "pg_restore" in done.notes[0]
    assert [finding for finding in examine(tmp_path / "new", clock=clock) if finding.level == "broken"] == []
    home.store.close()
