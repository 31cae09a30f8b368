"""Looking at a home's settings, conf files, key and databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hannun.base.errors import HannunError, SettingsError
from hannun.base.settings import FILE_NAME, Settings
from hannun.ingest.mapping import find_mapping
from hannun.privacy.keys import check_value
from hannun.privacy.seal import SealBroken
from hannun.privacy.vault import TABLE
from hannun.store.copies import fault
from hannun.store.tables import DATABASES
from hannun.views import Views
from hannun.views.generations import CURRENT
from hannun.workflows import backup
from hannun.workflows.doctor.finding import Finding
from hannun.workflows.home import Home
from hannun.workflows.init import FOLDERS, KEY_CHECK


def last_backup(home: Home) -> dict[str, Any]:
    """What the newest backup held: id, folder, tables, conf; empty when there was none, or the databases do not say."""
    try:
        return backup.last_backup(home.store)
    except HannunError:
        return {}


def restore_line(home: Home, last: dict[str, Any]) -> str:
    """The command that brings a lost part back, with the whole home as it was then."""
    return f"hannun restore {last.get('folder', 'DIR')} --home {home.settings.home} --replace"


def settings(place: Path) -> tuple[Settings | None, list[Finding]]:
    """The settings of a home. Without its file the rest is looked at as if nothing had been set."""
    file = place / FILE_NAME
    try:
        return Settings.load(place), [Finding("ok", "settings", str(file))]
    except SettingsError as error:
        mend = f"hannun restore DIR --home {place} --replace" if not file.exists() else error.mend
        found = [Finding("broken", error.message, str(file), mend)]
        if file.exists() or not (place / "db").is_dir():
            return None, found
        return Settings.of(place), found


def conf(home: Home, last: dict[str, Any]) -> Iterator[Finding]:
    """The company's own files: those of the last backup are there, and all can be read."""
    root = home.settings.home
    before = last.get("conf", {})
    gone = [path for path in before if not (root / path).is_file()]
    for path in gone:
        yield Finding("broken", f"a file of the last backup ({last['id']}) is gone", str(root / path), restore_line(home, last))
    for folder in FOLDERS:
        if not (root / folder).is_dir():
            yield Finding("warning", "a folder of the home is gone", str(root / folder), f"hannun init --home {root}")
    own = home.settings.conf
    readers: dict[str, Callable[[], object]] = {
        "contracts": lambda: home.contracts,
        "features": lambda: home.features,
        "segments": lambda: home.segments,
        "mappings": lambda: [find_mapping(str(path), own / "mappings") for path in sorted((own / "mappings").glob("*.yaml"))],
    }
    for name, read in readers.items():
        try:
            read()
        except HannunError as error:
            yield Finding("broken", error.message, str(own / name), error.mend)
        else:
            yield Finding("ok", f"{name} can be read", str(own / name))


def key(home: Home, last: dict[str, Any]) -> Iterator[Finding]:
    """The master key: there, private, and the one that the home was made with."""
    named = home.settings.key
    path = home.settings.home / named.partition(":")[2]
    where = str(path) if named.startswith("file:") else named
    put_back = f"put the right one back, or: {restore_line(home, last)} --key FILE"
    try:
        check = check_value(home.settings.secret(named))
    except SettingsError as error:
        yield Finding("broken", f"{error.message}; without it vault and sealed originals cannot be read", where, put_back)
        return
    if named.startswith("file:") and path.stat().st_mode & 0o077:
        yield Finding("warning", "others on this machine may read the master key", str(path), f"chmod 600 {path}")
    try:
        fits = home.store.pointer(KEY_CHECK) in (None, check) and _opens_vault(home)
    except SealBroken:
        fits = False
    except HannunError as error:
        yield Finding("note", f"whether the key fits cannot be said: {error.message}", where)
        return
    if fits:
        yield Finding("ok", "the master key fits", where)
    else:
        yield Finding("broken", "the master key is not the one that this home was made with", where, put_back)


def _opens_vault(home: Home) -> bool:
    """Whether the key opens an original; true when there is none."""
    if not home.lake.exists(TABLE):
        return True
    batch = next((batch for batch in home.lake.read(home.lake.snapshot(TABLE), ["token"]) if batch.num_rows), None)
    return batch is None or bool(home.vault.reveal([batch["token"][0].as_py()]))


def store(home: Home, last: dict[str, Any]) -> Iterator[Finding]:
    """The databases: whole, and of this program's revision."""
    mend = restore_line(home, last)
    for name in DATABASES:
        path = home.settings.home / "db" / f"{name}.sqlite"
        try:
            if not home.settings.meta_url and path.is_file() and (wrong := fault(path)):
                yield Finding("broken", f"the database is damaged: {wrong}", str(path), mend)
                continue
            getattr(home.store, name)
        except HannunError as error:
            lost = not home.settings.meta_url and not path.is_file()
            yield Finding("broken", error.message, str(path), mend if lost else error.mend)
        else:
            yield Finding(
                "ok", "the database is whole and of the right revision", str(path) if not home.settings.meta_url else name
            )
    home.store.close()


def views(home: Home, last: dict[str, Any]) -> Iterator[Finding]:
    """The current generation of views."""
    build = "hannun views build, or: " + restore_line(home, last)
    generation = home.store.pointer(CURRENT)
    if generation is None:
        yield Finding("note", "no views were built yet", "views", "hannun views build")
        return
    path = home.store.views_path(generation)
    if not path.is_file():
        yield Finding("broken", f"the views of generation {generation} are gone", str(path), build)
        return
    reader = Views(home.store)
    try:
        wrong = fault(path)
        facts = {} if wrong else reader.facts()
    except HannunError as error:
        wrong = error.message
    finally:
        reader.close()
    if wrong:
        yield Finding("broken", f"the views of generation {generation} are damaged: {wrong}", str(path), build)
    else:
        yield Finding("ok", f"views of {facts['customers']:,} customers as of {facts['as_of']}", str(path))


def backups(last: dict[str, Any]) -> Finding:
    """When the home was backed up last."""
    if not last:
        return Finding("note", "this home was never backed up", "backup", "hannun backup --out DIR")
    return Finding("ok", f"the last backup is {last['id']}; restoring it undoes all later work", last["folder"])
