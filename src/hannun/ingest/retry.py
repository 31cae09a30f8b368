"""Retry: quarantined rows once more, from the archived original, by the mapping and the contracts of today."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hannun.base.errors import AlreadyCommitted, MappingError
from hannun.base.identifiers import digest
from hannun.ingest import quarantine
from hannun.ingest.archive import Archive
from hannun.ingest.context import Context, Job, Landed
from hannun.ingest.engine import Engine
from hannun.ingest.file_load import DERIVED
from hannun.ingest.runner import Runner
from hannun.lake import Txn


@dataclass
class Retried:
    """What became of the quarantined rows of one file."""

    file: str
    table: str
    rows_retried: int
    rows_loaded: int

    @property
    def rows_quarantined(self) -> int:
        """Rows that still do not pass."""
        return self.rows_retried - self.rows_loaded

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "rows_quarantined": self.rows_quarantined}


def retry_file(context: Context, engine: Engine, table: str, rows: pa.Table) -> Retried:
    """Load those quarantined rows of one file and source that pass now, and mark them as loaded.

    They are loaded as known when the file landed, where the data do not say: a newer state of a key stays the newest.
    Killed anywhere and repeated it loads nothing twice: a row that is in its table already says nothing new there.

    Args:
        rows: open rows of the quarantine of `table`, of one file and source.

    Raises:
        NotFound: the original is not in the archive.
        MappingError: the mapping does not make this table of that source any more.
    """
    first = rows.slice(0, 1).to_pylist()[0]
    source = first["_from"].removesuffix(DERIVED)
    landed = Landed(first["_file"], source, context.mapping.name, first["_source"], context.personal)
    loader = Runner(context, engine).loader(source, {}) if source in context.mapping.sources else None
    if loader is None:
        raise MappingError(f"mapping {context.mapping.name} makes no table of a source '{source}'", mend="name another --mapping")
    now = context.clock.now()
    landed_at = pc.min(rows["_at"]).as_py()
    numbers: list[int] = rows["_row"].to_pylist()
    txn = Txn(f"{landed.app}:retry:{digest(context.mapping.version, now.isoformat(), *numbers, length=16)}")
    job = Job(landed, txn, landed_at, silent=True)
    with Archive(context.lake.files, context.keys).as_file(landed.fingerprint) as path:
        if first["_from"].endswith(DERIVED):
            passed = loader.retry_derived(path, job, table, numbers)
        else:
            passed = loader.retry(path, job, numbers)
    if passed:
        _mark(context, table, rows.filter(pc.is_in(rows["_row"], value_set=pa.array(sorted(passed), pa.int64()))), txn, now)
    return Retried(landed.name, table, len(numbers), len(passed))


def _mark(context: Context, table: str, rows: pa.Table, txn: Txn, now: datetime) -> None:
    """Say of quarantined rows that they are loaded."""
    schema = quarantine.SCHEMA
    for name, value in (("_status", quarantine.LOADED), ("_at", now)):
        column = pa.repeat(pa.scalar(value, schema.field(name).type), rows.num_rows)
        rows = rows.set_column(schema.get_field_index(name), schema.field(name), column)
    try:
        context.lake.append(quarantine.table_of(table), rows.cast(schema), txn)
    except AlreadyCommitted:
        return
