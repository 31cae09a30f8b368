"""A home to load files into, and small ways to say what is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hannun.base.clock import FixedClock
from hannun.base.settings import Settings
from hannun.ingest.context import FileReport
from hannun.workflows.home import Home, open_home
from hannun.workflows.ingest import ingest
from hannun.workflows.init import init

TRANSACTIONS = """
name: test_tx
load: history
sources:
  tx: {files: ["tx*.csv"]}
tables:
  - table: transactions
    from: tx
    sql: |
      SELECT id AS transaction_id, at AS approved_at, card AS card_id, customer AS customer_id, merchant AS merchant_id,
             amount AS amount_krw, 'KRW' AS currency, 'purchase' AS product, 'domestic' AS region, channel,
             months AS installment_months, 'N' AS interest_free
      FROM tx
"""

CUSTOMERS = """
name: test_customers
load: live
sources:
  people: {files: ["people*.csv"]}
tables:
  - table: customers
    from: people
    sql: |
      SELECT id AS customer_id, '개인' AS member_type, 'Y' AS is_member, name, phone, email, rrn AS resident_number,
             birth AS birth_date, sex, region AS region_code, joined AS joined_on
      FROM people
"""

TX_HEADER = "id,at,card,customer,merchant,amount,channel,months"


def tx(number: int, **other: object) -> str:
    """One line of a transactions file."""
    values: dict[str, object] = {
        "id": f"T{number:04d}",
        "at": f"2026-09-{number % 28 + 1:02d} 10:00:00",
        "card": f"C{number % 5}",
        "customer": f"P{number % 5}",
        "merchant": f"M{number % 3}",
        "amount": 1000 + number,
        "channel": "offline",
        "months": 0,
    } | other
    return ",".join(str(value) for value in values.values())


class Work:
    """A home under test, and a folder for files."""

    def __init__(self, folder: Path, clock: FixedClock) -> None:
        self.folder = folder
        self.clock = clock
        init(folder / "home")
        (folder / "home" / "keys" / "master.key").write_text("0123456789abcdef" * 4)
        self.home: Home = open_home(Settings.load(folder / "home"), clock)

    def mapping(self, text: str) -> str:
        """Write a mapping; its file."""
        name = next(line.split(":")[1].strip() for line in text.splitlines() if line.startswith("name:"))
        path = self.folder / f"{name}.yaml"
        path.write_text(text, "utf-8")
        return str(path)

    def file(self, name: str, *lines: str, encoding: str = "utf-8") -> Path:
        """Write a file of lines."""
        path = self.folder / name
        path.write_bytes("".join(line + "\n" for line in lines).encode(encoding))
        return path

    def load(self, mapping: str, *paths: Path) -> list[FileReport]:
        """Load files with a mapping given as text."""
        return ingest(self.home, list(paths), self.mapping(mapping))

    def rows(self, table: str, *columns: str) -> list[dict[str, Any]]:
        """All rows of a table, in the order of all their columns."""
        if not self.home.lake.exists(table):
            return []
        found: pa.Table = self.home.lake.read(self.home.lake.snapshot(table), list(columns) or None).read_all()
        return sorted(found.to_pylist(), key=str)

    def quarantined(self, table: str) -> dict[int, tuple[str | None, str]]:
        """Row → (column, reason) of a table's quarantine."""
        from hannun.ingest.quarantine import current

        rows = current(self.home.lake, table).to_pylist()
        return {row["_row"]: (row["_column"], row["_reason"]) for row in rows}


@pytest.fixture
def work(tmp_path: Path, clock: FixedClock) -> Iterator[Work]:
    """A fresh home."""
    made = Work(tmp_path, clock)
    yield made
    made.home.store.close()


@pytest.fixture
def new_work(tmp_path: Path, clock: FixedClock) -> Iterator[Callable[[], Work]]:
    """As many fresh homes as are wanted."""
    made: list[Work] = []

    def make() -> Work:
        folder = tmp_path / f"w{len(made)}"
        folder.mkdir()
        made.append(Work(folder, clock))
        return made[-1]

    yield make
    for item in made:
        item.home.store.close()
