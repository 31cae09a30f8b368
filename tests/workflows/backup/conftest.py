"""A home with everything in it that a backup must bring back, and what it says."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hannun.base.clock import FixedClock
from hannun.base.settings import Settings
from hannun.views import Views
from hannun.workflows.home import Home, open_home
from hannun.workflows.ingest import ingest
from hannun.workflows.init import init
from hannun.workflows.views import build_views
from tests.ingest.conftest import CUSTOMERS, TRANSACTIONS, TX_HEADER, tx
from tests.store.conftest import postgres_url  # noqa: F401

NOW = datetime(2026, 10, 1, 3, tzinfo=UTC)
PEOPLE = [
    "id,name,phone,email,rrn,birth,sex,region,joined",
    *(
        f"P{n},김하{'나둘셋넷다'[n]},010-1234-567{n},p{n}@example.com,900101-100000{n},1990-01-0{n + 1},F,11,2020-01-01"
        for n in range(5)
    ),
]


def opened(place: Path, clock: FixedClock) -> Home:
    """The home, as a new process opens it."""
    return open_home(Settings.load(place), clock)


def load(home: Home, folder: Path, name: str, mapping: str, *lines: str) -> None:
    """Load a file of lines."""
    folder.mkdir(exist_ok=True)
    rule = home.settings.conf / "mappings" / f"{'people' if 'people' in name else 'tx'}.yaml"
    rule.write_text(mapping, "utf-8")
    (folder / name).write_text("".join(line + "\n" for line in lines), "utf-8")
    [report] = ingest(home, [folder / name], str(rule))
    assert not report.error


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with personal data, quarantined rows, originals, views and conf files. Not to be changed."""
    folder = tmp_path_factory.mktemp("whole")
    place = folder / "home"
    init(place)
    clock = FixedClock(NOW)
    home = opened(place, clock)
    load(home, folder / "files", "people.csv", CUSTOMERS, *PEOPLE)
    for number in range(3):
        rows = [tx(n) for n in range(number * 20, number * 20 + 20)]
        load(home, folder / "files", f"tx{number}.csv", TRANSACTIONS, TX_HEADER, *rows, tx(900 + number, amount="viel"))
    build_views(home, clock.now().date())
    home.store.close()
    return place


@pytest.fixture
def place(whole: Path, tmp_path: Path) -> Path:
    """A copy of that home, to be broken."""
    return Path(shutil.copytree(whole, tmp_path / "home"))


def content(home: Home) -> dict[str, str]:
    """What the home says: of each table its rows and their hash, of the views each document's, of the ledger each line's."""
    found = {}
    with home.engine.session() as session:
        for table in home.lake.tables():
            if table.startswith("vault."):
                rows = home.lake.read(home.lake.snapshot(table)).read_all()
            else:
                rows = session.query(f"SELECT * FROM {table.replace('core.', 'history.')}")
            lines = sorted(str(row) for row in rows.to_pylist())
            found[table] = f"{len(lines)} {_hash(lines)}"
    views = Views(home.store)
    found["views"] = _hash([str(views.get(row["customer_id"])) for row in views.search("", 100)])
    views.close()
    found["ledger"] = _hash([str(load) for load in home.store.files()])
    home.store.close()
    return found


def _hash(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
