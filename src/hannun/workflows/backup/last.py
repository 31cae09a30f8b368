"""What a home remembers of the backup that it was last part of, for `hannun doctor` to compare it with."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from hannun.store import Store
from hannun.workflows.backup.folder import BackupFolder, Manifest

LAST = "backup.last"


def remember(store: Store, folder: BackupFolder, manifest: Manifest, now: datetime) -> None:
    """Write down that the home was backed up, or brought back, as the manifest says."""
    conf = {file.path: file.sha256 for file in manifest.files if file.path.startswith("conf/")}
    last = {"id": manifest.id, "made_at": manifest.made_at, "folder": str(folder.root), "tables": manifest.tables, "conf": conf}
    store.point(LAST, json.dumps(last, ensure_ascii=False), now)


def last_backup(store: Store) -> dict[str, Any]:
    """id, made_at, folder, tables and conf of the last backup; empty when there was none.

    Raises:
        StoreError: the databases do not say.
    """
    said = store.pointer(LAST)
    return {} if said is None else dict(json.loads(said))
