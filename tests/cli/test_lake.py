"""`hannun lake` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from hannun.base.errors import HannunError, TableNotFound
from hannun.base.settings import Settings
from hannun.cli.app import app
from hannun.lake import Txn
from hannun.workflows.home import open_home
from hannun.workflows.init import init


@pytest.fixture
def home(tmp_path: Path) -> str:
    """A home with one small table in three files."""
    place = tmp_path / "home"
    init(place)
    lake = open_home(Settings.load(place)).lake
    rows = pa.table({"key": ["a", "b"], "month": ["2026-08", "2026-09"]})
    lake.ensure("feature.x", rows.schema, partition_by=["month"], statistics=["key"], description="An example")
    lake.append("feature.x", rows, Txn("one"))
    lake.append("feature.x", rows.slice(0, 1), Txn("two"))
    return str(place)


def _json(*command: str) -> object:
    done = CliRunner().invoke(app, [*command, "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    return json.loads(done.stdout)


def test_list_tells_rows_files_and_versions(home: str) -> None:
    [row] = _json("lake", "list", "--home", home)  # type: ignore[misc]
    assert {name: row[name] for name in ("table", "version", "rows", "files")} == {
        "table": "feature.x",
        "version": 2,
        "rows": 3,
        "files": 3,
    }


def test_describe_tells_columns_and_partitions_of_any_version(home: str) -> None:
    now = _json("lake", "describe", "feature.x", "--home", home)
    assert now["columns"] == [{"name": "key", "type": "string"}, {"name": "month", "type": "string"}]  # type: ignore[index]
    assert [(part["values"], part["rows"]) for part in now["partitions"]] == [({"month": "2026-08"}, 2), ({"month": "2026-09"}, 1)]  # type: ignore[index]
    assert _json("lake", "describe", "feature.x", "--version", "1", "--home", home)["rows"] == 2  # type: ignore[index]


def test_history_names_transactions_newest_first(home: str) -> None:
    found = _json("lake", "history", "feature.x", "--home", home)
    assert [(item["version"], item["operation"], item["app"]) for item in found] == [  # type: ignore[attr-defined]
        (2, "append", "two"),
        (1, "append", "one"),
        (0, "CREATE TABLE", None),
    ]


def test_maintain_joins_files_and_a_second_run_has_nothing_to_do(home: str) -> None:
    [first] = _json("lake", "maintain", "--home", home)  # type: ignore[misc]
    [second] = _json("lake", "maintain", "feature.x", "--home", home)  # type: ignore[misc]
    assert (first["files_before"], first["files_after"]) == (3, 2)
    assert (second["files_before"], second["files_after"], second["version"]) == (2, 2, first["version"])


def test_every_view_prints_for_people(home: str) -> None:
    for command in (["list"], ["describe", "feature.x"], ["history", "feature.x"], ["maintain"]):
        done = CliRunner().invoke(app, ["lake", *command, "--home", home], catch_exceptions=False)
        assert done.exit_code == 0 and ("append" if command[0] == "history" else "feature.x") in done.output


def test_a_missing_table_and_a_wrong_time_are_named(home: str) -> None:
    with pytest.raises(TableNotFound, match=r"core\.nope"):
        CliRunner().invoke(app, ["lake", "describe", "nope", "--home", home], catch_exceptions=False)
    with pytest.raises(HannunError, match="is not a time"):
        CliRunner().invoke(app, ["lake", "describe", "feature.x", "--at", "gestern", "--home", home], catch_exceptions=False)
