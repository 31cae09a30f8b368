"""The hand-made company on a real lake, with a real store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hannun.base.clock import FixedClock
from hannun.base.settings import Settings
from hannun.compute import DuckEngine
from hannun.contracts import Contracts
from hannun.lake import Lake, Txn
from hannun.store import Store
from hannun.views import Built, Views, make
from tests.views import company

CLOCK = FixedClock(datetime(2026, 10, 1, 3, 0, tzinfo=UTC))


class Company:
    """A company's lake, store and views in one folder."""

    def __init__(self, folder: Path, contracts: Contracts) -> None:
        self.folder = folder
        self.contracts = contracts
        self.store = Store(Settings.of(folder))
        self.store.upgrade()
        self.lake = Lake(str(folder / "lake"), locks=self.store.locks, clock=CLOCK)
        self.engine = DuckEngine(self.lake, contracts, memory_limit="500MB", spill=folder / "spill", threads=1)
        self.views = Views(self.store)

    def fill(self, *, without: tuple[str, ...] = (), scores: bool = True, **more: list[company.Row]) -> None:
        """Put the company's tables into the lake, but those named in `without`, and `more` rows by table."""
        tables = company.company()
        for name, rows in more.items():
            tables[name] = [*tables.get(name, []), *rows]
        for name, rows in tables.items():
            if name not in without:
                contract = self.contracts[name]
                self.lake.ensure_contract(contract)
                self.lake.append(contract.table, company.table(contract, rows), Txn("hand"))
        if scores:
            table = company.scores()
            self.lake.ensure("score.marketing_score", table.schema)
            self.lake.append("score.marketing_score", table, Txn("hand"))

    def build(self, *, chunk_customers: int = 1000, count_suspended: bool = False) -> Built:
        """Build the views as of 2026-09-30."""
        with self.engine.session(as_of=company.AS_OF) as session:
            return make(
                session,
                self.store,
                company.AS_OF,
                has_scores=self.lake.exists("score.marketing_score"),
                segments={"coffee": ("커피 애호", "Coffee lover")},
                count_suspended=count_suspended,
                now=CLOCK.now,
                chunk_customers=chunk_customers,
            )

    def view(self, customer: str) -> dict[str, Any]:
        """A customer's document, which must be there."""
        document = self.views.get(customer)
        assert document is not None, customer
        return document

    def close(self) -> None:
        self.views.close()
        self.store.close()


@pytest.fixture
def empty(tmp_path: Path, shipped: Contracts) -> Iterator[Company]:
    """A company with an empty lake."""
    made = Company(tmp_path, shipped)
    yield made
    made.close()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, shipped: Contracts) -> Iterator[Company]:
    """The whole company with its views; tests only read it."""
    made = Company(tmp_path_factory.mktemp("company"), shipped)
    made.fill()
    made.build()
    yield made
    made.close()


@pytest.fixture
def one(built: Company) -> dict[str, Any]:
    """The view of C1."""
    return built.view("C1")
