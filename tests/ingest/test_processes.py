"""Processes that load at the same time, and processes that are killed: in the end every row is there once."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest

from hannun.base.clock import FixedClock
from hannun.base.settings import Settings
from hannun.ingest.quarantine import current
from hannun.workflows.home import open_home
from hannun.workflows.ingest import ingest
from tests.ingest.conftest import TX_HEADER, Work, tx
from tests.ingest.test_kill import BOTH

NOON = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
KILLS, FILES = 25, 5
MAPPING = "both.yaml"


def _work(home: Path, paths: list[Path], mapping: str, answer: Connection) -> None:
    """What a process does: load, and tell what became of it."""
    try:
        reports = ingest(open_home(Settings.load(home), FixedClock(NOON)), paths, mapping)
        answer.send([report.as_dict() for report in reports])
    except Exception as error:
        answer.send(repr(error))
        raise


@pytest.fixture(scope="module")
def processes() -> Iterator[ForkServerContext]:
    """Processes that begin with everything imported and nothing used."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["hannun.workflows.ingest", "hannun.ingest.engine", "tests.ingest.test_processes"])
    yield context


class Loader:
    """A process that loads files into a home."""

    def __init__(self, context: ForkServerContext, work: Work, *paths: Path) -> None:
        self._answer, theirs = context.Pipe(duplex=False)
        home = work.home.settings.home
        self.process = context.Process(target=_work, args=(home, list(paths), str(work.folder / MAPPING), theirs))
        self.process.start()
        theirs.close()

    def reports(self) -> list[dict[str, Any]]:
        """What it says, when it is done."""
        self.process.join(60)
        assert self.process.exitcode == 0, self._answer.recv()
        found: list[dict[str, Any]] = self._answer.recv()
        return found

    def killed(self, after: float) -> bool:
        """Kill it after some seconds; False when it was done before."""
        self.process.join(after)
        if self.process.exitcode is not None:
            return False
        os.kill(self.process.pid or 0, signal.SIGKILL)
        self.process.join()
        return True


def _state(work: Work) -> dict[str, Any]:
    tables = [name for name in work.home.lake.tables() if name.startswith("core.")]
    found: dict[str, Any] = {name: work.rows(name) for name in tables}
    refused = current(work.home.lake, "transactions").sort_by([("_source", "ascending"), ("_row", "ascending")])
    return found | {"quarantine": refused.drop_columns(["_value", "_raw"]).to_pylist()}


def test_a_file_that_two_processes_load_at_once_is_loaded_once(work: Work, processes: ForkServerContext) -> None:
    work.mapping(BOTH)
    path = work.file("tx.csv", TX_HEADER, *(tx(number) for number in range(300)), tx(1, amount="x"))
    loaders = [Loader(processes, work, path) for _ in range(3)]
    reports = [loader.reports()[0] for loader in loaders]
    assert sorted(report["already_loaded"] for report in reports) == [False, True, True]
    assert all((report["rows_read"], report["rows_loaded"], report["rows_quarantined"]) == (301, 300, 1) for report in reports)
    assert len(work.rows("core.transactions")) == 300 and len(work.rows("core.merchants")) == 3
    assert len(work.quarantined("transactions")) == 1


def test_files_with_the_same_keys_loaded_at_once_give_each_key_once(work: Work, processes: ForkServerContext) -> None:
    work.mapping(BOTH)
    ends = [[tx(1000 + number)] for number in range(3)]
    paths = [work.file(f"tx{n}.csv", TX_HEADER, *(tx(number) for number in range(200)), *end) for n, end in enumerate(ends)]
    loaders = [Loader(processes, work, path) for path in paths]
    reports = [loader.reports()[0] for loader in loaders]
    assert sorted(report["rows_unchanged"] for report in reports) == [0, 200, 200]
    rows = work.rows("core.transactions", "transaction_id")
    assert len(rows) == len({row["transaction_id"] for row in rows}) == 203
    for table, key in (("core.merchants", "merchant_id"), ("core.customers", "customer_id"), ("core.cards", "card_id")):
        found = [row[key] for row in work.rows(table, key)]
        assert len(found) == len(set(found))


def test_loads_killed_at_any_moment_and_repeated_end_exact(new_work: Callable[[], Work], processes: ForkServerContext) -> None:
    dice = random.Random(9)
    lines = [
        [tx(number + 40 * part, merchant=f"M{number % 7}") for number in range(60)] + [tx(part, amount="x")]
        for part in range(FILES)
    ]
    wanted, work = new_work(), new_work()
    work.mapping(BOTH)
    for part, some in enumerate(lines):
        wanted.load(BOTH, wanted.file(f"tx{part}.csv", TX_HEADER, *some))
    kills = 0
    for part, some in enumerate(lines):
        path = work.file(f"tx{part}.csv", TX_HEADER, *some)
        while kills < KILLS * (part + 1) // FILES:
            # A load that was faster than its end has nothing to do any more: the next file dies oftener.
            if not Loader(processes, work, path).killed(dice.uniform(0.05, 0.7)):
                break
            kills += 1
        Loader(processes, work, path).reports()
    assert kills > KILLS // 2
    assert _state(work) == _state(wanted)
