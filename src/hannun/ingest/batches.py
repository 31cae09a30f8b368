"""One batch of a source through the SQL of its tables: typed rows, and the rows that have problems."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping as Named
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from hannun.ingest.engine import ROW_ERRORS, Engine
from hannun.ingest.fast import fast_rows
from hannun.ingest.plan import BATCH
from hannun.ingest.shape import OK, Shape

ROW = "_row"
SMALL, SPLIT = 4_096, 16


@dataclass(frozen=True)
class Problem:
    """Why a source row was not loaded. `column` is empty when the row as a whole is meant."""

    row: int
    column: str
    reason: str
    detail: str
    value: str | None = None


@dataclass
class Outcome:
    """What became of a batch: the typed rows of each table, and the problems of rows that are in none of them."""

    rows: dict[str, pa.Table] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def run_batch(engine: Engine, shapes: list[Shape], batch: pa.Table, parameters: Named[str, Any]) -> Outcome:
    """Make the rows of all tables of one batch. A source row with a problem in any table is in none.

    Args:
        batch: columns of the source, and `_row`.
        parameters: $source and $now.
    """
    outcome = Outcome()
    for shape in shapes:
        rows, problems = _run_shape(engine, shape, batch, parameters)
        outcome.rows[shape.table] = rows
        outcome.problems += problems
    if outcome.problems:
        bad = pa.array(sorted({problem.row for problem in outcome.problems}), pa.int64())
        outcome.rows = {table: _without(rows, bad) for table, rows in outcome.rows.items()}
    return outcome


def _run_shape(engine: Engine, shape: Shape, batch: pa.Table, parameters: Named[str, Any]) -> tuple[pa.Table, list[Problem]]:
    problems: list[Problem] = []
    pieces = [shape.contract.arrow_schema.empty_table(), *_pieces(engine, shape, batch, parameters, problems)]
    return pa.concat_tables(pieces), problems


def _pieces(
    engine: Engine, shape: Shape, batch: pa.Table, parameters: Named[str, Any], problems: list[Problem]
) -> Iterator[pa.Table]:
    """The good rows: by the fast path as far as rows are plain, else by the careful one."""
    if shape.pace.careful:
        yield from _careful(engine, shape, batch, parameters, problems)
        return
    found = fast_rows(engine, shape, batch, parameters)
    if found is not None:
        rows, doubtful = found
        shape.pace.fast += batch.num_rows
        yield rows
        if len(doubtful):
            yield from _careful(engine, shape, batch.filter(pc.is_in(batch[ROW], value_set=doubtful)), parameters, problems)
    elif batch.num_rows <= SMALL:
        shape.pace.slow += batch.num_rows
        yield from _careful(engine, shape, batch, parameters, problems)
    else:
        step = max(SMALL, -(-batch.num_rows // SPLIT))
        for start in range(0, batch.num_rows, step):
            yield from _pieces(engine, shape, batch.slice(start, step), parameters, problems)


def _careful(engine: Engine, shape: Shape, batch: pa.Table, parameters: Named[str, Any], problems: list[Problem]) -> list[pa.Table]:
    """The batch by SQL; in halves around the rows at which the mapping's SQL fails."""
    engine.see(BATCH + shape.plan.first, batch)
    try:
        rows = engine.query(shape.rows_sql, parameters)
    except ROW_ERRORS as error:
        if batch.num_rows == 1:
            problems.append(Problem(batch[ROW][0].as_py(), "", "sql_failed", _said(error)))
            return []
        half = batch.num_rows // 2
        found = _careful(engine, shape, batch.slice(0, half), parameters, problems)
        return found + _careful(engine, shape, batch.slice(half), parameters, problems)
    return [_checked(engine, shape, batch, rows=rows, problems=problems, parameters=parameters)]


def _said(error: duckdb.Error) -> str:
    """What kind of failure it was, without the values that the message quotes."""
    name = type(error).__name__.removesuffix("Exception").removesuffix("Error")
    return f"the mapping's SQL fails on this row ({name})"


def _checked(
    engine: Engine,
    shape: Shape,
    batch: pa.Table,
    *,
    rows: pa.Table,
    problems: list[Problem],
    parameters: Named[str, Any],
) -> pa.Table:
    """The good rows as the table stores them; the bad ones go to `problems`."""
    doubtful = rows.filter(pc.invert(rows[OK]))[ROW]
    table = rows.drop_columns([OK])
    if len(doubtful):
        found = _explain(engine, shape, batch, pc.unique(doubtful), parameters)
        problems += found
        table = _without(table, pa.array(sorted({problem.row for problem in found}), pa.int64()))
    if rows.num_rows != batch.num_rows or not rows[ROW].equals(batch[ROW]):
        lost = batch[ROW].filter(pc.invert(pc.is_in(batch[ROW], value_set=pc.unique(rows[ROW]))))
        detail = f"the mapping gives no row of {shape.table} for it (a WHERE or a JOIN leaves it out)"
        problems += [Problem(row, "", "no_output", detail) for row in lost.to_pylist()]
    return table.cast(shape.contract.arrow_schema)


def _explain(engine: Engine, shape: Shape, batch: pa.Table, bad: pa.Array, parameters: Named[str, Any]) -> list[Problem]:
    engine.see(BATCH + shape.plan.first, batch.filter(pc.is_in(batch[ROW], value_set=bad)))
    found = engine.query(shape.problems_sql, parameters)
    return [
        Problem(row, item["column"], item["reason"], item["detail"], item["value"])
        for row, items in zip(found["_row"].to_pylist(), found["problems"].to_pylist(), strict=True)
        for item in items or ()
    ]


def _without(rows: pa.Table, bad: pa.Array) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows[ROW], value_set=bad)))


def raw_rows(batch: pa.Table, wanted: list[int]) -> dict[int, str]:
    """The source rows as JSON objects, by row."""
    picked = batch.filter(pc.is_in(batch[ROW], value_set=pa.array(wanted, pa.int64())))
    numbers = picked[ROW].to_pylist()
    rows = picked.drop_columns([ROW]).to_pylist()
    return {number: json.dumps(row, ensure_ascii=False, default=str) for number, row in zip(numbers, rows, strict=True)}
