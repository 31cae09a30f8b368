"""The mapping that docs/ingest.md shows works as it stands, and bad rows come out as its table says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hannun.base.clock import FixedClock
from hannun.base.settings import Settings
from hannun.ingest.context import FileReport
from hannun.workflows import quarantine
from hannun.workflows.home import Home, open_home
from hannun.workflows.ingest import ingest
from hannun.workflows.init import init

PAGE = (Path(__file__).parents[2] / "docs" / "ingest.md").read_text("utf-8")
HEADER = "승인번호|승인일시|고객번호|가맹점번호|가맹점명|업종|승인금액"
GOOD = {
    "A1": ("12,000원", 12000),
    "A2": ("￦35,000", 35000),
    "A3": ("(5,000)", -5000),
    "A4": ("△1,234", -1234),
    "A5": ("1,234-", -1234),
}
BAD = {
    "not_a_number": "B1|20260904101010|C2|M1|한눈식당|7001|만원",
    "field_count": "B2|20260904101010|C2|M1|한눈식당|7001",
    "date_out_of_range": "B3|18000904101010|C2|M1|한눈식당|7001|1",
    "not_finite": "B4|20260904101010|C2|M1|한눈식당|7001|NaN",
    "out_of_range": "B5|20260904101010|C2|M1|한눈식당|7001|99999999999999999999",
    "above_maximum": "B6|20260904101010|C2|M1|한눈식당|7001|9999999999999999",
    "missing": "B7|20260904101010||M1|한눈식당|7001|1",
    "not_an_integer": "B8|20260904101010|C2|M1|한눈식당|7001|1.5",
    "quote_not_closed": 'B9|20260904101010|C2|M1|"한눈식당|7001|1',
    "not_a_timestamp": "B10|어제|C2|M1|한눈식당|7001|1",
}
UNDECODABLE = b"B11|20260904101010|C2|M1|\xff\xff|7001|1\n"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, list[FileReport]]:
    """A home into which the page's mapping has loaded a file of approvals and one of customers."""
    from datetime import UTC, datetime

    folder = tmp_path_factory.mktemp("page")
    lines = [f"{key}|2026-09-01 12:30:00|C{int(key[1]) % 3}|M{key[1]}|한눈식당|7001|{text}" for key, (text, _) in GOOD.items()]
    text = "\n".join([HEADER, *lines, *BAD.values(), ""])
    landing = folder / "landing"
    landing.mkdir()
    (landing / "APPR_202609.csv").write_bytes(text.encode("cp949") + UNDECODABLE)
    people = [("C1", "김한눈", "010-1234-5678"), ("C2", "이둘", "01023456789")]
    records = [b"".join(value.encode("cp949").ljust(size) for value, size in zip(row, (10, 20, 13), strict=True)) for row in people]
    (landing / "CUST.dat").write_bytes(b"\n".join(records) + b"\n")
    mapping = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert mapping is not None
    (folder / "my_mapping.yaml").write_text(mapping[1], "utf-8")
    init(folder / "home")
    home = open_home(Settings.load(folder / "home"), FixedClock(datetime(2026, 10, 1, 3, tzinfo=UTC)))
    return home, ingest(home, [landing], str(folder / "my_mapping.yaml"))


def test_read_is_loaded_plus_quarantined(loaded: tuple[Home, list[FileReport]]) -> None:
    counts = {item.table: (item.rows_read, item.rows_loaded, item.rows_quarantined) for item in loaded[1]}
    assert counts == {
        "core.customers": (2, 2, 0),
        "core.transactions": (len(GOOD) + len(BAD) + 1, len(GOOD), len(BAD) + 1),
    }


def test_amounts_are_read_as_the_page_says(loaded: tuple[Home, list[FileReport]]) -> None:
    with loaded[0].engine.session() as session:
        rows = session.query("SELECT transaction_id, amount_krw FROM core.transactions ORDER BY 1").to_pylist()
    assert {row["transaction_id"]: row["amount_krw"] for row in rows} == {key: won for key, (_, won) in GOOD.items()}


def test_each_bad_row_has_the_reason_of_the_page(loaded: tuple[Home, list[FileReport]]) -> None:
    found = sorted(row["reason"] for row in quarantine.summary(loaded[0]))
    assert found == sorted([*BAD, "undecodable"])
    for reason in found:
        assert f"`{reason}`" in PAGE, f"docs/ingest.md does not name {reason}"
