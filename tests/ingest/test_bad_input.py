"""What arrives in real life, through the command line: a clear message or a quarantined row, never half a load."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hannun.base.errors import LakeError
from hannun.ingest.readers import open_rows
from tests.ingest.conftest import TRANSACTIONS, TX_HEADER, Work, tx

PROGRAM = [sys.executable, "-c", "from hannun.cli import main; main()"]


def run(work: Work, *arguments: str) -> tuple[int, Any, str]:
    """`hannun …` on the home: exit status, JSON, standard error."""
    command = [*PROGRAM, *arguments, "--home", str(work.home.settings.home), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def load(work: Work, *paths: Path, strict: bool = False) -> tuple[int, Any, str]:
    """`hannun ingest`."""
    extra = ["--strict"] if strict else []
    return run(work, "ingest", *map(str, paths), "--mapping", work.mapping(TRANSACTIONS), *extra)


def test_wrong_files_are_refused_and_the_others_load(work: Work) -> None:
    folder = work.folder / "in"
    folder.mkdir()
    text = "\n".join([TX_HEADER, *(tx(number) for number in range(200))]) + "\n"
    (folder / "tx_empty.csv").write_bytes(b"")
    (folder / "tx_header.csv").write_text(TX_HEADER + "\n")
    (folder / "tx_truncated.csv").write_bytes(gzip.compress(text.encode())[:-20])
    (folder / "tx_twice.csv").write_text("id,at,id,card\n1,2,3,4\n")
    (folder / "tx_good.csv").write_text(text)
    status, reports, _ = load(work, folder)
    by_name = {Path(report["file"]).name: report for report in reports}
    assert status == 1
    assert by_name["tx_good.csv"]["rows_loaded"] == 200
    assert by_name["tx_empty.csv"]["error"] == "" and "empty" in by_name["tx_empty.csv"]["message"]
    assert by_name["tx_header.csv"]["rows_read"] == 0 and by_name["tx_header.csv"]["message"]
    for name in ("tx_truncated.csv", "tx_twice.csv"):
        assert name in by_name[name]["error"] and by_name[name]["rows_loaded"] == 0
    assert len(work.rows("core.transactions")) == 200


def test_bad_rows_are_quarantined_each_with_its_reason(work: Work) -> None:
    lines = [
        tx(1, amount="NaN"),
        tx(2, amount="inf"),
        tx(3, amount="9223372036854775808"),
        tx(4, at="1800-01-01 00:00:00"),
        tx(5, at="2999-01-01 00:00:00"),
        ",".join(str(number) for number in range(10_000)),
        tx(7, amount="-12,000".replace(",", "")),
        tx(8, customer="NOBODY"),
        tx(7, amount="5"),
    ]
    path = work.folder / "tx.csv"
    path.write_bytes("\n".join([TX_HEADER, *lines]).encode() + b"\n" + tx(10, card="\ufffe").encode("utf-16-le") + b"\n")
    status, (report,), _ = load(work, path, strict=True)
    assert status == 3
    assert report["rows_read"] == report["rows_loaded"] + report["rows_quarantined"]
    reasons = work.quarantined("transactions")
    assert {row: reasons[row] for row in (1, 2, 3, 4, 5, 9)} == {
        1: ("amount_krw", "not_finite"),
        2: ("amount_krw", "not_finite"),
        3: ("amount_krw", "out_of_range"),
        4: ("approved_at", "date_out_of_range"),
        5: ("approved_at", "date_out_of_range"),
        9: ("transaction_id", "conflicting_key"),
    }
    assert 6 in reasons and 10 in reasons
    assert report["rows_loaded"] == 2 and report["placeholders"]["core.customers"] == 2
    status, listed, _ = run(work, "quarantine", "list")
    assert status == 0 and sum(item["rows"] for item in listed) == report["rows_quarantined"]
    status, shown, _ = run(work, "quarantine", "show", "transactions", "--limit", "1")
    assert shown[0]["_value"] == "NaN" and shown[0]["_file"] == "tx.csv"


def test_a_quote_never_closed_loses_no_row(work: Work) -> None:
    path = work.file("tx.csv", TX_HEADER, tx(1), tx(2, card='"C2'), tx(3), tx(4))
    status, (report,), _ = load(work, path)
    assert status in (0, 1)
    assert report["error"] or report["rows_read"] == report["rows_loaded"] + report["rows_quarantined"]
    assert len(work.rows("core.transactions")) == report["rows_loaded"]


def test_a_path_that_is_nothing_is_told(work: Work) -> None:
    status, reports, _ = load(work, work.folder / "tx_none.csv")
    assert status == 1 and "tx_none.csv" in reports[0]["error"]
    status, reports, errors = run(work, "ingest", str(work.folder), "--mapping", "no_such_mapping")
    assert status == 1 and "complete_journey" in errors and reports is None


def test_a_file_without_a_column_that_the_mapping_reads_is_refused_alone(work: Work) -> None:
    status, reports, _ = load(work, work.file("tx1.csv", "id,at", "1,2026-09-01"), work.file("tx2.csv", TX_HEADER, tx(1)))
    assert status == 1 and "test_tx" in reports[0]["error"] and "card" in reports[0]["error"]
    assert reports[1]["rows_loaded"] == len(work.rows("core.transactions")) == 1


def test_a_file_replaced_while_it_is_read_is_refused(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    path = work.file("tx.csv", TX_HEADER, *(tx(number) for number in range(50)))
    other = work.file("other.csv", TX_HEADER, tx(1))

    def swapped(*args: Any, **kwargs: Any) -> Iterator[Any]:
        for batch in open_rows(*args, **kwargs):
            if other.exists():
                other.replace(path)
            yield batch

    monkeypatch.setattr("hannun.ingest.file_load.open_rows", swapped)
    (report,) = work.load(TRANSACTIONS, path)
    assert "while it was read" in report.error
    assert work.rows("core.transactions") == [] and not work.quarantined("transactions")
    monkeypatch.undo()
    (report,) = work.load(TRANSACTIONS, path)
    assert report.rows_loaded == 1


@pytest.fixture
def mounted(work: Work) -> Iterator[Callable[..., None]]:
    """A lake on a file system of its own, mounted with options; needs root."""
    lake = work.home.settings.home / "lake"

    def mount(*options: str) -> None:
        done = subprocess.run(["mount", *options, str(lake)], capture_output=True, check=False)
        if done.returncode != 0:
            pytest.skip("a file system cannot be mounted here")

    yield mount
    for _ in range(2):
        subprocess.run(["umount", str(lake)], capture_output=True, check=False)


def test_a_full_disk_commits_nothing_and_the_load_can_be_repeated(work: Work, mounted: Callable[..., None]) -> None:
    mounted("-t", "tmpfs", "-o", "size=400k", "tmpfs")
    path = work.file(
        "tx.csv", TX_HEADER, *(tx(number, id=os.urandom(12).hex(), card=os.urandom(9).hex()) for number in range(9000))
    )
    with pytest.raises(LakeError, match=r"(?i)space"):
        work.load(TRANSACTIONS, path)
    assert work.rows("core.transactions") == []
    subprocess.run(["mount", "-o", "remount,size=64m", str(work.home.settings.home / "lake")], check=True)
    (report,) = work.load(TRANSACTIONS, path)
    assert report.rows_loaded == len(work.rows("core.transactions")) == 9000


def test_a_read_only_lake_is_told(work: Work, mounted: Callable[..., None]) -> None:
    mounted("-t", "tmpfs", "-o", "size=8m", "tmpfs")
    (report,) = work.load(TRANSACTIONS, work.file("tx1.csv", TX_HEADER, tx(1)))
    assert report.rows_loaded == 1
    subprocess.run(["mount", "-o", "remount,ro", str(work.home.settings.home / "lake")], check=True)
    with pytest.raises(LakeError, match=r"(?i)read-only"):
        work.load(TRANSACTIONS, work.file("tx2.csv", TX_HEADER, tx(2)))
    assert len(work.rows("core.transactions")) == 1


def test_a_watched_folder_takes_what_lands(work: Work) -> None:
    from hannun.workflows.ingest import watch_each

    folder = work.folder / "in"
    folder.mkdir()
    looks = 0

    def wait(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 2:
            (folder / "tx1.csv").write_text("\n".join([TX_HEADER, tx(1)]) + "\n")
        if looks == 6:
            (folder / "tx2.csv").write_text("\n".join([TX_HEADER, tx(2), tx(3)]) + "\n")
        if looks > 20:
            raise KeyboardInterrupt

    loaded = []
    with pytest.raises(KeyboardInterrupt):
        for report in watch_each(work.home, [folder], work.mapping(TRANSACTIONS), every=1, wait=wait):
            loaded.append(report.rows_loaded)
    assert loaded == [1, 2] and threading.active_count() < 20
