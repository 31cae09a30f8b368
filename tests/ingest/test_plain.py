"""The fast way of reading values says what the careful one says, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hannun.contracts import Column
from hannun.ingest.doubts import doubtful
from hannun.ingest.engine import Engine
from hannun.ingest.mapping import parse_mapping
from hannun.ingest.plain import months_of, plain_column, seoul_days
from hannun.ingest.typing_rules import TypedColumn

MAPPING = parse_mapping("{name: x, sources: {a: {files: [a]}}, tables: [{table: cards, from: a}]}", "x")
DIGITS = st.text("0123456789", min_size=1, max_size=20)
TEXTS = {
    "bigint": st.one_of(
        DIGITS,
        st.from_regex(r"-?[0-9]{1,3}(,[0-9]{3}){0,2}(\.0{0,2})?원?", fullmatch=True),
        st.sampled_from(["0x1f", "+1", "1e3", " 1", "1_0"]),
    ),
    "double": st.one_of(DIGITS, st.floats().map(repr), st.sampled_from(["inf", "NaN", "1,000.5", ".5", "5."])),
    "decimal(18,2)": st.one_of(DIGITS, st.from_regex(r"-?[0-9]{1,17}\.[0-9]{1,4}", fullmatch=True)),
    "date": st.one_of(
        st.dates().map(str),
        st.dates().map(lambda d: f"{d:%Y%m%d}"),
        st.from_regex(r"20[0-9]{6}", fullmatch=True),
        st.sampled_from(["2026/9/1", "2026-9-1", "2026-09-01 10:00:00"]),
    ),
    "timestamp": st.one_of(
        st.datetimes().map(str),
        st.datetimes().map(lambda d: f"{d:%Y%m%d%H%M%S}"),
        st.datetimes().map(lambda d: d.isoformat() + "Z"),
        st.datetimes().map(lambda d: d.isoformat() + "+09:00"),
        st.from_regex(r"20[0-9]{12}", fullmatch=True),
        st.dates().map(str),
    ),
    "boolean": st.sampled_from(["Y", "N", "y", "1", "0", "true", "FALSE", "예", "아니오", "on", "2", "T"]),
    "string": st.text(max_size=5),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with Engine(MAPPING, memory_limit="200MB", spill=Path(tmp_path_factory.mktemp("spill"))) as made:
        yield made


@pytest.mark.parametrize("kind", list(TEXTS))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_fast_way_never_differs_from_the_careful_one(kind: str, engine: Engine, data: st.DataObject) -> None:
    texts = data.draw(st.lists(st.one_of(st.none(), TEXTS[kind]), min_size=1, max_size=4))
    column = Column("c", kind, False, "internal", "", "", "")
    given_column = pa.chunked_array([pa.array(texts, pa.string())])
    engine.see("texts", pa.table({"r": given_column, "n": pa.array(range(len(texts)))}))
    rules = TypedColumn(column, "VARCHAR", "r", "v")
    bad = " OR ".join(f"({condition})" for condition, _, _ in rules.rules()) or "false"
    careful = engine.query(f"SELECT v, coalesce({bad}, false) AS bad FROM (SELECT *, {rules.typed()} AS v FROM texts) ORDER BY n")
    fast = plain_column(column, given_column, "Asia/Seoul")
    if fast is not None:
        assert not any(careful["bad"].to_pylist())
        assert fast.to_pylist() == careful["v"].cast(column.arrow_type).to_pylist()


def test_days_and_months_in_seoul() -> None:
    instants = pa.array([1_790_780_399_999_999, 1_790_780_400_000_000]).view(pa.timestamp("us", tz="UTC"))
    days = seoul_days(instants)
    assert [str(day) for day in days.to_pylist()] == ["2026-09-30", "2026-10-01"]
    assert months_of(days).to_pylist() == ["2026-09", "2026-10"]
    for day in (
        datetime(1950, 6, 1),
        datetime(1955, 6, 1, 14),
        datetime(1970, 1, 1),
        datetime(1987, 7, 1, 14),
        datetime(2020, 2, 28, 15),
    ):
        instant = day.replace(tzinfo=UTC)
        found = seoul_days(pa.array([instant], pa.timestamp("us", tz="UTC")))
        assert found is None or found.to_pylist() == [instant.astimezone(ZoneInfo("Asia/Seoul")).date()]
        assert (found is None) == (day.year in (1950, 1955, 1987))


@pytest.mark.parametrize("kind", list(TEXTS))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_not_doubtful_is_read_the_fast_way(kind: str, data: st.DataObject) -> None:
    """Each value that is beyond doubt is read, so that one bad value among many leaves the others on the fast path."""
    column = Column("x", kind, True, "internal", "", "", "", minimum=-5, maximum=10_000) if kind in ("bigint", "double") else None
    column = column or Column("x", kind, True, "internal", "", "", "", allowed=("a", "b") if kind == "string" else ())
    values = data.draw(st.lists(st.one_of(TEXTS[kind], st.sampled_from(["", None, "a", "7"])), max_size=8))
    given_values = pa.chunked_array([pa.array(values, pa.string())])
    sure = given_values.filter(pc.invert(doubtful(column, given_values)))
    for value in sure.to_pylist():
        assert plain_column(column, pa.chunked_array([pa.array([value], pa.string())]), "Asia/Seoul") is not None
