"""`hannun backup` and `hannun restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hannun.cli.common import HomeOption, JsonOption, console, home_of, say, show, table

if TYPE_CHECKING:
    from hannun.workflows.backup import Manifest


def backup(
    *,
    out: Annotated[Path, typer.Option("--out", help="The folder of backups; what lies there already is not copied again.")],
    with_keys: Annotated[
        Path | None,
        typer.Option("--with-keys", help="Write a copy of the master key to this file, apart from the backup.", show_default=False),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="Only list the backups in the folder.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only read the backups in the folder, every byte.")] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Back the home up, while others may write to it. The master key is left out: keep it apart."""
    from hannun.workflows.backup import BackupFolder
    from hannun.workflows.backup import backup as make

    if list_:
        folder = BackupFolder(out)
        _list([folder.manifest(name) for name in folder.ids()], json)
        return
    if check:
        _check(out, json)
        return
    done = make(home_of(home), out, keys=with_keys, progress=say)
    if with_keys is not None:
        say(f"Warning: {with_keys} opens all personal data of this home. Keep it where this backup is not.")
    data = _told(done) | {"folder": str(out.absolute()), "notes": list(done.notes)}

    def render() -> None:
        console.print(f"backup {done.id} in {data['folder']}", markup=False)
        console.print(
            f"{len(done.tables)} tables, {len(done.files):,} files, {done.size:,} bytes; "
            f"new: {done.new_files:,} files, {done.new_bytes:,} bytes",
            markup=False,
        )
        for note in done.notes:
            console.print(f"- {note}", markup=False)

    show(data, json, render)


def restore(
    *,
    folder: Annotated[Path, typer.Argument(help="The folder of backups.", show_default=False)],
    name: Annotated[str | None, typer.Option("--backup", help="Which backup; else the newest.", show_default=False)] = None,
    key: Annotated[Path | None, typer.Option("--key", help="A copy of the master key.", show_default=False)] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Move the home that is there aside.")] = False,
    lake_url: Annotated[
        str | None, typer.Option("--lake-url", help="An empty place for the lake, instead of where it lay.", show_default=False)
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Bring a home back from a backup: every file is checked first, and nothing is overwritten."""
    import os

    from hannun.workflows.backup import restore as bring

    place = home or Path(os.environ.get("HANNUN_HOME", "hannun-home"))
    done = bring(folder, place, name=name, key=key, replace=replace, lake_url=lake_url, progress=say)
    data = {
        "home": str(done.home),
        "backup": done.backup.id,
        "before": None if done.before is None else str(done.before),
        "tables": len(done.backup.tables),
        "files": len(done.backup.files),
        "bytes": done.backup.size,
        "notes": list(done.notes),
    }

    def render() -> None:
        console.print(f"{data['home']} is as it was at {done.backup.made_at}.", markup=False)
        if done.before is not None:
            console.print(f"The home that was there lies in {done.before}; remove it when you need it no more.", markup=False)
        for note in done.notes:
            console.print(f"- {note}", markup=False)
        console.print(f"look it over: hannun doctor --home {data['home']}", markup=False)

    show(data, json, render)


def _check(out: Path, json: bool) -> None:
    from hannun.workflows.backup import BackupFolder
    from hannun.workflows.backup import check as read

    folder = BackupFolder(out)
    folder.manifest()  # a folder without any is no folder of backups
    whole = []
    for name in folder.ids():
        manifest = folder.manifest(name)
        say(f"{manifest.id} …")
        read(folder, manifest)
        whole.append(manifest.id)
    show({"whole": whole}, json, lambda: console.print("\n".join(f"{name} is whole" for name in whole), markup=False))


def _told(manifest: Manifest) -> dict[str, Any]:
    return {
        "backup": manifest.id,
        "made_at": manifest.made_at,
        "hannun": manifest.hannun,
        "tables": len(manifest.tables),
        "files": len(manifest.files),
        "bytes": manifest.size,
        "new_files": manifest.new_files,
        "new_bytes": manifest.new_bytes,
    }


def _list(manifests: list[Manifest], json: bool) -> None:
    told = [_told(manifest) for manifest in manifests]
    columns = ["backup", "made_at", "hannun", "tables", "files", "bytes", "new_bytes"]
    rows = [[row[name] for name in columns] for row in told]
    show(told, json, lambda: table("", columns, rows, right=["tables", "files", "bytes", "new_bytes"]))
