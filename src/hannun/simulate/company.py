"""A whole company: all chunks through all months into one folder, and the truth into another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from hannun.base.dates import month_of
from hannun.base.errors import HannunError
from hannun.contracts import Contracts, load
from hannun.simulate import campaigns, catalog, merchants, places, products, truth
from hannun.simulate.chunk import Chunk, Tables, World, known
from hannun.simulate.plan import Month, Plan
from hannun.simulate.write import Encoded, Folder, Format, already, encode

GROUP = 4
"""Chunks that run side by side. Part of what a seed means, since it orders the rows; threads are not."""
MONTHLY = ("transactions", "settlements", "app_events", "statements")
"""Tables with a file a month, such as transactions-2026-09.csv; the others have one file."""
VERSION = 1
"""Another version of the simulator gives other bytes for the same seed."""


@dataclass(frozen=True)
class Report:
    """What was written: rows by file; `done_before` when the folder held it already."""

    out: Path
    truth: Path
    rows: Mapping[str, int]
    done_before: bool


def build(plan: Plan, contracts: Contracts) -> World:
    """What all chunks share."""
    lists = catalog.catalog()
    number = min(max(plan.customers // 20, 1), 20_000)
    owners = np.sort(plan.random("owners").choice(plan.customers, number, replace=False))
    return World(
        plan=plan,
        catalog=lists,
        places=places.build(plan, lists, owners),
        products=products.build(plan, lists),
        campaigns=campaigns.build(plan, lists),
        contracts=contracts,
        owners=owners,
    )


def simulate(
    plan: Plan,
    out: Path,
    *,
    truth_to: Path | None = None,
    form: Format = "csv",
    threads: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Write the company to `out` and the truth to `truth_to` (else beside it: `NAME-truth`).

    The same plan and form give the same bytes, whatever the machine and the number of threads.

    Raises:
        HannunError: a folder holds something else, or cannot be written.
    """
    hidden = truth_to or out.with_name(f"{out.name}-truth")
    if hidden.resolve() == out.resolve() or out.resolve() in hidden.resolve().parents:
        raise HannunError(f"the truth cannot lie in {out}", mend="give --truth another folder, that no model reads")
    manifest = {
        "simulator": VERSION,
        "customers": plan.customers,
        "months": plan.months,
        "seed": plan.seed,
        "until": month_of(plan.until),
        "format": form,
    }
    if already(out, manifest) and already(hidden, manifest):
        return Report(out, hidden, {}, done_before=True)
    world = build(plan, load())
    workers = threads or min(len(os.sched_getaffinity(0)), GROUP)
    try:
        with Folder(out, form) as files, Folder(hidden, "parquet") as secrets, ThreadPoolExecutor(workers) as pool:
            _fixed(world, files, secrets)
            for start in range(0, len(plan.chunks), GROUP):
                group = range(start, min(start + GROUP, len(plan.chunks)))
                _group(world, group, pool, files, secrets, progress=progress)
            secrets.finish(manifest)
            files.finish(manifest)
            return Report(out, hidden, dict(files.rows), done_before=False)
    except OSError as error:
        raise HannunError(f"{error.filename or out}: {error.strerror}", mend="make room, or choose another folder") from None


def _fixed(world: World, files: Folder, secrets: Folder) -> None:
    """The tables that no chunk adds to, and all files with their headers."""
    plan, contracts = world.plan, world.contracts
    made = {
        "industries": catalog.industries(contracts["industries"]),
        "card_products": known(products.products(world.products, contracts["card_products"]), plan),
        "card_benefits": known(products.benefits(world.products, contracts["card_benefits"]), plan),
        "merchants": merchants.merchants(plan, world.catalog, world.places, contracts["merchants"]),
        "campaigns": campaigns.campaigns(plan, world.catalog, world.campaigns, contracts["campaigns"]),
    }
    _write(made, None, files)
    _write({"segments": truth.segments(world.catalog)}, None, secrets)


def _file(name: str, month: Month | None) -> str:
    return f"{name}-{month.name}" if month is not None and name in MONTHLY else name


def _write(tables: Tables, month: Month | None, folder: Folder) -> None:
    for name, table in tables.items():
        folder.begin(_file(name, month), table.schema)
        folder.add(encode(_file(name, month), table, folder.form))


def _encoded(tables: Tables, month: Month | None, form: Format) -> list[tuple[pa.Schema, Encoded]]:
    return [(table.schema, encode(_file(name, month), table, form)) for name, table in tables.items()]


Result = tuple[list[tuple[pa.Schema, Encoded]], list[tuple[pa.Schema, Encoded]]]


def _group(
    world: World, group: Iterable[int], pool: ThreadPoolExecutor, files: Folder, secrets: Folder, *, progress: Callable[[str], None]
) -> None:
    """Some chunks in step, month by month: every file gets its rows in the order of the chunks."""
    form = files.form
    chunks = list(pool.map(lambda index: Chunk(world, index), group))

    def step(chunk: Chunk, month: Month) -> Result:
        rows, hidden = chunk.month(month)
        return _encoded(rows, month, form), _encoded(hidden, month, "parquet")

    def last(chunk: Chunk) -> Result:
        rows, hidden = chunk.after()
        return _encoded(rows, None, form), _encoded(hidden, None, "parquet")

    for chunk in chunks:
        _write(chunk.before(), None, files)
    waiting: list[Future[Result]] = []
    for month in world.plan.calendar:
        progress(f"{month.name}: customers {chunks[0].people.start:,} to {chunks[-1].people.start + len(chunks[-1].people):,}")
        done = [future.result() for future in waiting]
        waiting = [pool.submit(step, chunk, month) for chunk in chunks]
        _append(done, files, secrets)
    _append([future.result() for future in waiting], files, secrets)
    _append(list(pool.map(last, chunks)), files, secrets)


def _append(results: list[Result], files: Folder, secrets: Folder) -> None:
    for side, folder in enumerate((files, secrets)):
        for parts in zip(*(result[side] for result in results), strict=True):
            schema, (name, _, _) = parts[0]
            folder.begin(name, schema)
            for _, encoded in parts:
                folder.add(encoded)


def describe(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {"out": str(report.out), "truth": str(report.truth), "already_done": report.done_before, "rows": dict(report.rows)}
