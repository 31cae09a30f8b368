"""What holds for any file: nothing is lost, nothing is loaded twice, and the cut into files does not matter."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hannun.base.clock import FixedClock
from tests.ingest.conftest import CUSTOMERS, TRANSACTIONS, TX_HEADER, Work, tx

FAULTS: list[dict[str, object]] = [
    {"amount": "x"},
    {"amount": "1.5"},
    {"amount": "nan"},
    {"amount": ""},
    {"amount": "99999999999999999999"},
    {"at": "2999-01-01 00:00:00"},
    {"at": "2026-02-30"},
    {"channel": "fax"},
    {"customer": ""},
    {"months": -1},
    {"id": '"a\nb"'},
    {"amount": '"1,000원"'},
    {"at": "20260901101112"},
]
LINES = st.lists(
    st.one_of(
        st.integers(0, 12).map(tx),
        st.tuples(st.integers(0, 12), st.sampled_from(FAULTS)).map(lambda pair: tx(pair[0], **pair[1])),
        st.sampled_from(["", "a,b", tx(1) + ",more", ",,,,,,,"]),
    ),
    max_size=25,
)
# Each example takes a second: a failing one is shown as it was found.
FEW = settings(
    max_examples=4, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck)
)


@contextmanager
def fresh() -> Iterator[Work]:
    """A home for one example."""
    with tempfile.TemporaryDirectory() as folder:
        work = Work(Path(folder), FixedClock(datetime(2026, 10, 1, 3, 0, tzinfo=UTC)))
        yield work
        work.home.store.close()


def _core(work: Work) -> dict[str, Any]:
    return {name: work.rows(name) for name in work.home.lake.tables() if name.startswith("core.")}


@FEW
@given(LINES)
def test_read_is_loaded_plus_quarantined_and_twice_is_once(lines: list[str]) -> None:
    with fresh() as work:
        path = work.file("tx1.csv", TX_HEADER, *lines)
        (report,) = work.load(TRANSACTIONS, path)
        assert not report.error
        assert report.rows_read == report.rows_loaded + report.rows_quarantined
        stored = work.rows("core.transactions", "transaction_id")
        assert len(stored) == report.rows_loaded - report.rows_unchanged == len({row["transaction_id"] for row in stored})
        assert len(work.quarantined("transactions")) == report.rows_quarantined
        before = _core(work)
        (again,) = work.load(TRANSACTIONS, path)
        assert again.already_loaded and again.rows_read == report.rows_read
        # The same rows in a file of another content say nothing new either.
        (other,) = work.load(TRANSACTIONS, work.file("tx2.csv", TX_HEADER, *lines, tx(99, amount="bad")))
        assert other.rows_quarantined >= report.rows_quarantined + 1
        assert _core(work) == before


@FEW
@given(st.lists(st.integers(0, 40), unique=True, max_size=20), st.lists(st.integers(0, 2), min_size=20, max_size=20))
def test_the_cut_into_files_does_not_matter(numbers: list[int], places: list[int]) -> None:
    lines = [tx(number) for number in numbers]
    with fresh() as whole, fresh() as parts:
        whole.load(TRANSACTIONS, whole.file("tx.csv", TX_HEADER, *lines))
        pieces = [[line for line, place in zip(lines, places, strict=False) if place == part] for part in range(3)]
        for number, piece in enumerate(pieces):
            parts.load(TRANSACTIONS, parts.file(f"tx{number}.csv", TX_HEADER, *piece))
        own = [{**row, "_source": "", "_row": 0} for row in whole.rows("core.transactions")]
        cut = [{**row, "_source": "", "_row": 0} for row in parts.rows("core.transactions")]
        assert sorted(own, key=str) == sorted(cut, key=str)
        for table, key in (("core.customers", "customer_id"), ("core.merchants", "merchant_id")):
            assert _since(whole, table, key) == _since(parts, table, key)


def _since(work: Work, table: str, key: str) -> dict[str, datetime]:
    """When each key was first known."""
    found: dict[str, datetime] = {}
    for row in work.rows(table, key, "known_at"):
        found[row[key]] = min(row["known_at"], found.get(row[key], row["known_at"]))
    return found


PEOPLE = "id,name,phone,email,rrn,birth,sex,region,joined,since,op"
STATES = CUSTOMERS.replace("load: live", "load: history").replace(
    "joined AS joined_on", "joined AS joined_on, since AS known_at, op"
)
# Key, day of the state, region; one key has one state a day, as it must.
STATE_LISTS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 6), st.integers(0, 3), st.sampled_from(["", "update", "delete"])),
    min_size=1,
    max_size=12,
    unique_by=lambda state: state[:2],
)


def _known_then(work: Work, day: int) -> dict[str, Any]:
    """What was known of each customer at the end of a day: the content of the latest row, nothing after a deletion."""
    latest: dict[str, dict[str, Any]] = {}
    for row in sorted(work.rows("core.customers"), key=lambda row: row["known_at"]):
        if row["known_at"] < datetime(2026, 3, day + 1, tzinfo=UTC):
            latest[row["customer_id"]] = row
    hidden = ("op", "_source", "_row")
    return {key: {k: v for k, v in row.items() if k not in hidden} for key, row in latest.items() if row["op"] != "delete"}


@FEW
@given(STATE_LISTS, st.permutations(range(3)), st.data())
def test_the_order_of_files_with_states_does_not_matter(states: list[Any], order: list[int], data: st.DataObject) -> None:
    lines = [f"P{key},이름,,,,1990-01-01,M,{region},2020-01-01,2026-03-{day:02d} 12:00:00,{op}" for key, day, region, op in states]
    places = data.draw(st.lists(st.integers(0, 2), min_size=len(lines), max_size=len(lines)))
    with fresh() as whole, fresh() as parts:
        (report,) = whole.load(STATES, whole.file("people.csv", PEOPLE, *lines))
        assert report.rows_loaded == len(states)
        for part in order:
            piece = [line for line, place in zip(lines, places, strict=True) if place == part]
            parts.load(STATES, parts.file(f"people{part}.csv", PEOPLE, *piece))
        # The file as a whole again says nothing new.
        (again,) = parts.load(STATES, parts.file("people9.csv", PEOPLE, *lines, ""))
        assert again.rows_unchanged == len(states)
        for day in range(1, 7):
            assert _known_then(whole, day) == _known_then(parts, day)
