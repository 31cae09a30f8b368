"""Makes a table, or brings a stored one to what is wanted."""

from __future__ import annotations

from collections.abc import Mapping

from hannun.lake import read, schema
from hannun.lake.commit import Change
from hannun.lake.errors import explained
from hannun.lake.model import Txn
from hannun.lake.schema import Wanted
from hannun.lake.stage import Stager
from hannun.lake.table import Table


def bring(table: Table, want: Wanted) -> None:
    """Make the table if it is missing, else take the step that leads to what is wanted.

    A step that was broken off is taken up where it stopped: rows and schema change in one commit, before the version is noted.

    Raises:
        LakeError: no stated migration leads there; nothing was changed.
    """
    if table.exists() and schema.step(table.open(), want) is None:
        return
    with table.locks.hold(f"lake:{table.name}"):
        if not table.exists():
            schema.create(table.place, want)
            return
        step = schema.step(table.open(), want)
        if step is None:
            return
        if step.rewrite is not None:
            _rewrite(table, want, step.rewrite)
        with explained(f"{table.name} cannot be changed"):
            schema.apply(table.open(), step)


def _rewrite(table: Table, want: Wanted, origin: Mapping[str, str]) -> None:
    now = table.snapshot()
    rows = read.batches(table.place, table.name, now.files, now.schema)
    stager = Stager(table.place, table.name, want.schema, partition_by=want.partition_by, kept=want.statistics, handed=table.handed)
    with stager:
        for part in schema.rewritten(want, origin, rows):
            stager.write(part)
        change = Change(
            stager.files, lambda _: now.files, schema=want.schema, details={"verb": f"migrate to {want.contract_version}"}
        )
        table.commit(change, Txn(f"hannun:contract:{want.contract_version}"))
