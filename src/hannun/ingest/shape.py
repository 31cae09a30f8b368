"""The SQL that turns one batch of a source into rows of a table, and tells good rows from bad ones."""

from __future__ import annotations

import re
from collections.abc import Mapping as Named
from dataclasses import dataclass, field

from hannun.base.dates import SEOUL_NAME
from hannun.base.errors import MappingError
from hannun.contracts import PARTITION, Column, Contract
from hannun.ingest.mapping import Mapping
from hannun.ingest.plan import Plan
from hannun.ingest.rowwise import ROW
from hannun.ingest.typing_rules import TypedColumn, literal, quoted

OK = "__ok"
EPOCH = "TIMESTAMPTZ '1970-01-01 00:00:00+00'"
_EXTRA = ("known_at", "op")
_IGNORED = re.compile(r"_row(_\d+)?|__row(_\d+)?|__bad_\d+")
KNOWN_AT = Column("known_at", "timestamp", False, "internal", "", "", "")
OP = Column("op", "string", False, "internal", "", "", "", allowed=("insert", "update", "delete"))


@dataclass
class Pace:
    """How many rows of a file went the fast way; where few do, it is not tried any more."""

    fast: int = 0
    slow: int = 0

    @property
    def careful(self) -> bool:
        """Whether the fast path does not pay."""
        return self.slow > 100_000 and self.slow > 2 * self.fast


@dataclass(frozen=True)
class Shape:
    """How a table is made of a batch.

    Attributes:
        rows_sql: all columns of the table as stored, and `__ok`: false where a row may have a problem. Parameters: $source, $now.
        problems_sql: `_row` and, for each bad row, the list of its problems (column, reason, detail, value).
        given: the columns that the mapping gives.
        explicit: the time at which a row was known comes from the data, not from the clock.
        history: where the data do not say it, their event time tells when a row was known.
    """

    plan: Plan
    contract: Contract
    rows_sql: str
    problems_sql: str
    given: frozenset[str]
    explicit: bool
    history: bool
    timezone: str
    pace: Pace = field(default_factory=Pace, compare=False)

    @property
    def table(self) -> str:
        return self.contract.table


def shape_table(plan: Plan, contract: Contract, mapping: Mapping, outputs: Named[str, str]) -> Shape:
    """Build the SQL for a table.

    Args:
        outputs: the columns that the plan's SQL gives, with their DuckDB types.

    Raises:
        MappingError: the SQL gives a column that the table has not, or lacks one that must be given.
    """
    given = {name: kind for name, kind in outputs.items() if not _IGNORED.fullmatch(name)}
    _check_columns(plan, contract, mapping, given)
    casts = {cast.output: quoted(cast.alias) for cast in plan.casts}
    typed = [
        TypedColumn(column, given.get(column.name), _raw(column.name), _value(column.name), casts.get(column.name))
        for column in (*contract.columns, KNOWN_AT, OP)
        if column.name in given or column.name in contract.column_names
    ]
    values = ", ".join(f"{item.typed()} AS {item.value}" for item in typed)
    raws = ", ".join(f"{quoted(name)} AS {_raw(name)}" for name in given)
    extras = "".join(f", {quoted(cast.alias)}" for cast in plan.casts)
    inner = f"SELECT {raws}, {quoted(ROW)}{extras} FROM ({plan.sql})"
    inner = f"SELECT *, {values} FROM ({inner})"
    known = _known_at(contract, mapping, "known_at" in given)
    inner = f"SELECT *, {known} AS __known FROM ({inner})"
    inner = f"SELECT *, {_business_date(contract)} AS __date FROM ({inner})"
    conditions = [condition for item in typed for condition in item.doubts()]
    bad = " OR ".join(f"({condition})" for condition in conditions) or "false"
    columns = [f"{item.value} AS {quoted(item.column.name)}" for item in typed if item.column.name not in _EXTRA]
    columns += _system(contract, "op" in given)
    return Shape(
        plan,
        contract,
        rows_sql=f"SELECT {', '.join(columns)}, NOT coalesce({bad}, false) AS {OK} FROM ({inner})",
        problems_sql=f"SELECT {quoted(ROW)} AS _row, {_problems(typed)} AS problems FROM ({inner})",
        given=frozenset(given),
        explicit=mapping.load == "history" or "known_at" in given,
        history=mapping.load == "history",
        timezone=mapping.timezone,
    )


def _raw(name: str) -> str:
    return quoted(f"r_{name}")


def _value(name: str) -> str:
    return quoted(f"v_{name}")


def _check_columns(plan: Plan, contract: Contract, mapping: Mapping, given: Named[str, str]) -> None:
    where = f"mapping {mapping.name}, table {contract.table}"
    known = {*contract.column_names, *_EXTRA}
    if given and not known & set(given):
        # Not quoted: the names may come from a file without a header, and be a person's values.
        raise MappingError(
            f"{where}: none of the {len(given)} columns that the SQL gives is one of the table",
            mend=f"has the file a header? Columns of the table: {', '.join(contract.column_names)}",
        )
    for name in given:
        if name not in known:
            raise MappingError(
                f"{where}: the SQL gives a column '{name}' that the table has not",
                mend=f"columns of the table: {', '.join(contract.column_names)}",
            )
    for column in contract.columns:
        if column.required and column.name not in given:
            raise MappingError(
                f"{where}: the column '{column.name}' must be given", mend=f"add it to the SELECT of {plan.rule.table}"
            )


def _known_at(contract: Contract, mapping: Mapping, given: bool) -> str:
    default = "CAST($now AS TIMESTAMPTZ)"
    if mapping.load == "history":
        default = EPOCH
        if contract.event_time is not None:
            event = _value(contract.event_time)
            if contract.column(contract.event_time).type == "date":
                event = f"timezone('{SEOUL_NAME}', CAST({event} AS TIMESTAMP))"
            delay = "" if contract.delay.split()[0] == "0" else f" + CAST({literal(contract.delay)} AS INTERVAL)"
            default = f"coalesce({event}{delay}, {EPOCH})"
    return f"coalesce({_value('known_at')}, {default})" if given else default


def _business_date(contract: Contract) -> str:
    if contract.event_time is None:
        return "seoul_date(__known)"
    event = _value(contract.event_time)
    if contract.column(contract.event_time).type == "timestamp":
        event = f"seoul_date({event})"
    return f"coalesce({event}, seoul_date(__known))"


def _system(contract: Contract, given_op: bool) -> list[str]:
    columns = [
        "__known AS known_at",
        f"coalesce({_value('op')}, 'insert') AS op" if given_op else "'insert' AS op",
        "__date AS business_date",
        "false AS is_placeholder",
        "CAST($source AS VARCHAR) AS _source",
        f"CAST({quoted(ROW)} AS BIGINT) AS _row",
    ]
    if contract.partitioned:
        columns.append(f"left(CAST(__date AS VARCHAR), 7) AS {PARTITION}")
    return columns


def _problems(typed: list[TypedColumn]) -> str:
    found = []
    for item in typed:
        rules = item.rules()
        if not rules:
            continue
        text = f"CAST({item.raw} AS VARCHAR)" if item.given is not None else "CAST(NULL AS VARCHAR)"
        if item.bad_cast is not None:
            text = f"coalesce({item.bad_cast}, {text})"
        cases = " ".join(
            f"WHEN {condition} THEN {{'column': {literal(item.column.name)}, 'reason': {literal(reason)}, "
            f"'detail': {detail}, 'value': {text}}}"
            for condition, reason, detail in rules
        )
        found.append(f"CASE {cases} END")
    return f"list_filter([{', '.join(found)}], LAMBDA p : p IS NOT NULL)"
