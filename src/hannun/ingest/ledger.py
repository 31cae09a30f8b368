"""The ledger of loaded files in the metadata database: information for people. The truth is the tables' transactions."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow.compute as pc

from hannun.ingest import quarantine
from hannun.ingest.context import Context, FileReport, Landed
from hannun.store import FileLoad

LOADED_BEFORE = "this content is loaded already: nothing to do"


def record(context: Context, landed: Landed, report: FileReport) -> None:
    """Note a load; noting it again replaces the note."""
    details = {
        "rows_unchanged": report.rows_unchanged,
        "derived": report.derived,
        "derived_quarantined": report.derived_quarantined,
        "placeholders": report.placeholders,
        "mapping_version": context.mapping.version,
        "sealed": landed.sealed,
    }
    context.store.record_file(
        FileLoad(
            landed.fingerprint,
            landed.mapping,
            report.table,
            landed.source,
            landed.name,
            report.rows_read,
            report.rows_loaded,
            report.rows_quarantined,
            context.clock.now(),
            details,
        )
    )


def already(context: Context, landed: Landed, table: str, path: str, count: Callable[[], int]) -> FileReport:
    """The report of a file that was loaded before; where the ledger has lost it, it is counted and noted again.

    Args:
        count: counts the records of the file.
    """
    report = FileReport(path, table, already_loaded=True, message=LOADED_BEFORE)
    for load in context.store.files(fingerprint=landed.fingerprint):
        if (load.mapping, load.source, load.table) == (landed.mapping, landed.source, table):
            report.rows_read, report.rows_loaded, report.rows_quarantined = load.rows_read, load.rows_loaded, load.rows_quarantined
            return report
    refused = quarantine.current(context.lake, table, status=None, source=landed.fingerprint)
    own = refused.filter(pc.equal(refused["_from"], landed.source))
    report.rows_read = count()
    report.rows_quarantined = own.num_rows
    report.rows_loaded = report.rows_read - own.num_rows
    record(context, landed, report)
    return report


def other_content(context: Context, landed: Landed) -> str:
    """A message when another content was loaded under the same name before; else empty."""
    for load in reversed(context.store.files(name=landed.name)):
        if (load.mapping, load.source) == (landed.mapping, landed.source) and load.fingerprint != landed.fingerprint:
            at = f"{load.loaded_at:%Y-%m-%d %H:%M:%S}"
            return f"another content was loaded under this name at {at} UTC; this one is loaded beside it"
    return ""
