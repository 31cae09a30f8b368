"""The SQL of the key check: which new rows are kept, which say nothing new, which contradict another row.

event: a key comes once. The same again says nothing new; with other content it contradicts. Corrections (op update,
delete) are told apart by the time at which they became known.
entity: rows of a key known at different times follow each other; at the same time they must agree. Where the clock
says when a row was known, a row that repeats the current state says nothing new.
derived: what is known of a key at that time already stays as it is.
"""

from __future__ import annotations

from hannun.contracts import Contract
from hannun.ingest.typing_rules import quoted


def _key(contract: Contract, prefix: str = "") -> str:
    return ", ".join(prefix + quoted(name) for name in contract.key)


def _content(contract: Contract) -> str:
    """One number for what a row says: its columns, and whether it says that the key is gone."""
    return f"hash({', '.join(quoted(name) for name in contract.column_names)}, op = 'delete')"


def _moment(contract: Contract, explicit: bool, derived: bool) -> str:
    """What tells rows of one key apart: the time of being known, where it may differ. -1: nothing."""
    if derived or (contract.kind == "entity" and not explicit):
        return "-1"
    return "CASE WHEN op = 'insert' THEN -1 ELSE epoch_us(known_at) END" if contract.kind == "event" else "epoch_us(known_at)"


def create_old(contract: Contract, table: str) -> str:
    """An empty table for stored rows."""
    keys = ", ".join(f"{quoted(name)} {contract.column(name).sql_type}" for name in contract.key)
    return (
        f"CREATE OR REPLACE TEMP TABLE {table} ({keys}, c UBIGINT, known_at TIMESTAMPTZ, op VARCHAR, _source VARCHAR, _row BIGINT)"
    )


def create_new(contract: Contract, table: str) -> str:
    """An empty table for new rows."""
    keys = ", ".join(f"{quoted(name)} {contract.column(name).sql_type}" for name in contract.key)
    columns = "c UBIGINT, known_at TIMESTAMPTZ, op VARCHAR, _row BIGINT, file BIGINT, place BIGINT"
    return f"CREATE OR REPLACE TEMP TABLE {table} ({keys}, {columns})"


def insert_old(contract: Contract, table: str) -> str:
    """Take stored rows over from `__batch`; placeholders say nothing."""
    return (
        f"INSERT INTO {table} SELECT {_key(contract)}, {_content(contract)}, known_at, op, _source, _row "
        "FROM __batch WHERE NOT is_placeholder"
    )


def insert_new(contract: Contract, table: str) -> str:
    """Take new rows over from `__batch`."""
    return (
        f"INSERT INTO {table} SELECT {_key(contract)}, {_content(contract)}, known_at, op, _row, __file, __place "
        "FROM __batch WHERE NOT is_placeholder"
    )


def judge(contract: Contract, new: str, old: str, *, explicit: bool, derived: bool) -> str:
    """A query over the new rows: file, place, _row, key, verdict (keep, unchanged, conflict), follows, other_source, other_row."""
    key = _key(contract)
    moment = _moment(contract, explicit, derived)
    order = "known_at, _row, file, place" if derived else "_row, file, place"
    live = contract.kind == "entity" and not explicit
    pick = (
        f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY known_at DESC, _source, _row) = 1" if live and not derived else ""
    )
    # Only a row that says "insert" is told apart: what the data call an update or a deletion stays one.
    follows = "op = 'insert' AND (state > 1 OR coalesce(oldest < known_at, false))" if contract.kind == "entity" else "false"
    shown = " || ', ' || ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in contract.key)
    return f"""
        WITH fresh AS (
            SELECT *, {moment} AS moment FROM {new} WHERE _row NOT IN (SELECT _row FROM __bad)
        ), ranked AS (
            SELECT *, row_number() OVER w AS nth, first_value(c) OVER w AS first_c, first_value(_row) OVER w AS first_row,
                   first_value(known_at) OVER w AS first_known,
                   row_number() OVER (PARTITION BY {key} ORDER BY known_at, _row, file, place) AS state
            FROM fresh WINDOW w AS (PARTITION BY {key}, moment ORDER BY {order})
        ), stored AS (
            SELECT *, {moment} AS moment FROM {old} {pick}
        ), same AS (
            SELECT {key}, moment, list(DISTINCT c) AS contents, min(known_at) AS since,
                   min_by(_source, (known_at, _source, _row)) AS other_source, min_by(_row, (known_at, _source, _row)) AS other_row
            FROM stored GROUP BY ALL
        ), known AS (
            SELECT {key}, min(known_at) AS oldest FROM {old} GROUP BY ALL
        )
        SELECT file, place, _row, {shown} AS key, {_verdict(live, derived)} AS verdict,
               {follows} AS follows,
               {"NULL" if live else "other_source"} AS other_source,
               {"first_row" if live else "coalesce(other_row, first_row)"} AS other_row
        FROM ranked LEFT JOIN same USING ({key}, moment) LEFT JOIN known USING ({key})
        ORDER BY _row, file, place"""


def _verdict(live: bool, derived: bool) -> str:
    if derived:
        return (
            "CASE WHEN since <= known_at THEN 'unchanged' WHEN nth = 1 THEN 'keep' "
            "WHEN c = first_c OR known_at > first_known THEN 'unchanged' ELSE 'conflict' END"
        )
    within = "WHEN nth = 1 THEN 'keep' WHEN c = first_c THEN 'unchanged' ELSE 'conflict'"
    if live:
        return f"CASE WHEN nth = 1 AND list_contains(contents, c) THEN 'unchanged' {within} END"
    return f"CASE WHEN list_contains(contents, c) THEN 'unchanged' WHEN contents IS NOT NULL THEN 'conflict' {within} END"
