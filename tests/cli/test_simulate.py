"""`hannun simulate` writes files, reports them, and repeats nothing; the shipped mapping loads them all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from hannun.base.errors import HannunError
from hannun.cli.app import app
from hannun.contracts import Contracts

MAPPINGS = Path(__file__).parents[2] / "src" / "hannun" / "ingest" / "mappings"
ARGUMENTS = ["simulate", "--customers", "200", "--months", "1", "--seed", "5"]


def test_it_reports_the_rows_of_every_file_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    out = tmp_path / "files"
    first = CliRunner().invoke(app, [*ARGUMENTS, "--out", str(out), "--json"])
    assert first.exit_code == 0, first.output
    data = json.loads(first.stdout)
    for name, rows in data["rows"].items():
        # Free text may hold line ends inside quotes.
        if name not in ("voc", "documents"):
            assert (out / f"{name}.csv").read_text("utf-8").count("\n") == rows + 1, name
    assert Path(data["truth"]).is_dir()
    again = json.loads(CliRunner().invoke(app, [*ARGUMENTS, "--out", str(out), "--json"]).stdout)
    assert again["already_done"]


def test_a_wrong_month_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [*ARGUMENTS, "--out", str(tmp_path / "x"), "--until", "September"])
    assert isinstance(result.exception, HannunError)
    assert "September" in str(result.exception)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_mapping_names_every_core_table_once(form: str, shipped: Contracts) -> None:
    document = yaml.safe_load((MAPPINGS / ("simulated.yaml" if form == "csv" else "simulated_parquet.yaml")).read_text("utf-8"))
    assert sorted(rule["table"] for rule in document["tables"]) == sorted(contract.name for contract in shipped.values())
    assert {source["format"] for source in document["sources"].values()} == {form}


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_every_file_loads_without_a_bad_row(tmp_path: Path, form: str) -> None:
    home, out = tmp_path / "home", tmp_path / "files"
    run = CliRunner()
    assert run.invoke(app, [*ARGUMENTS, "--out", str(out), "--format", form]).exit_code == 0
    assert run.invoke(app, ["init", "--home", str(home)]).exit_code == 0
    mapping = "simulated" if form == "csv" else "simulated_parquet"
    result = run.invoke(app, ["ingest", str(out), "--mapping", mapping, "--home", str(home), "--json"])
    assert result.exit_code == 0, result.output
    reports = json.loads(result.stdout)
    assert {report["table"].removeprefix("core.") for report in reports} >= {"transactions", "voc", "customers", "documents"}
    # The simulator's own note lies beside its files; it is named, and belongs to no table.
    assert len({report["table"] for report in reports if not report["message"].startswith("matches no source")}) == 20
    assert all(report["rows_quarantined"] == 0 and report["rows_loaded"] == report["rows_read"] for report in reports)
