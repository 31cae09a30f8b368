"""`hannun features`, `models`, `segments` and `campaigns` as a user runs them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from hannun.base.errors import HannunError
from hannun.cli.app import app
from tests.company import make


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small company's home."""
    place = tmp_path_factory.mktemp("cli") / "h"
    make(place, customers=40)
    return str(place)


FUTURE = [["features", "build", "--as-of", day] for day in ("2199-01-01", "9999-12-31", "0001-01-01")]


def _run(*command: str) -> str:
    done = CliRunner().invoke(app, list(command), catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def _json(home: str, *command: str) -> Any:
    return json.loads(_run(*command, "--home", home, "--json"))


def test_the_way_from_features_to_a_list(home: str) -> None:
    assert [item["name"] for item in _json(home, "features", "list")] == ["habits", "recency", "spending"]
    assert _json(home, "features", "show", "recency")["grain"] == ["customer_id"]
    assert "GROUP BY customer_id" in _run("features", "show", "habits", "--home", home)
    built = _json(home, "features", "build", "--as-of", "2026-09-30")
    assert [(item["status"], item["spending"]) for item in built] == [("built", "settled")] * 3
    assert "nothing to do" in _run("features", "build", "--home", home, "--as-of", "20260930")

    assert _json(home, "segments", "list")[0]["members"] == {}
    scored = _json(home, "models", "score", "marketing_score", "--as-of", "2026-09-30")
    assert len(scored) == 6
    assert set(scored[0]["share_by_chance"]) <= set("1234567")
    assert "nothing to do" in _run("models", "score", "marketing_score", "--home", home, "--as-of", "2026-09-30")
    shown = _json(home, "segments", "show", "골프", "--as-of", "2026-10-01")
    assert [item["name_ko"] for item in shown["industries"]] == ["골프장"]
    credit = next(item for item in shown["graded"] if item["population"] == "credit")
    assert sum(credit["grades"]) == credit["members"] + credit["others"] == scored[0]["customers"]
    assert _json(home, "segments", "list")[0]["members"].keys() == {item["population"] for item in shown["graded"]}

    few = _json(home, "campaigns", "preview", "--segment", "골프", "--population", "credit", "--volume", "2")
    assert (few["chosen"], few["missing"], len(few["targets"])) == (2, 0, 2)
    text = _run("campaigns", "preview", "--segment", "golf", "--population", "신용", "--volume", "9999", "--home", home)
    assert "fewer than asked for" in text
    assert "마케팅 미동의" in text


def test_days_without_data_are_said_and_not_failed(home: str) -> None:
    assert "nothing was known of it by 2020-01-31" in _run("features", "build", "--home", home, "--as-of", "2020-01-31")
    assert "nobody belongs" in _run("models", "score", "marketing_score", "--home", home, "--as-of", "2020-01-31")
    assert "nobody was graded by 2020-01-31" in _run("segments", "list", "--home", home, "--as-of", "2020-01-31")


def test_an_unknown_model_and_an_unknown_day_are_refused(home: str) -> None:
    for command in (["models", "score", "x"], ["features", "build", "--as-of", "yesterday"], *FUTURE):
        done = CliRunner().invoke(app, [*command, "--home", home])
        assert isinstance(done.exception, HannunError)
        assert done.stdout == ""


def test_the_list_of_models_needs_no_home() -> None:
    assert json.loads(_run("models", "list", "--json"))[0]["model"] == "marketing_score"
