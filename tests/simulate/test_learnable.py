"""A plain logistic regression learns something, and much less than could be known: the models have work to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from hannun.simulate import Plan, simulate
from tests.simulate.plain_model import CHURN, RESPONSE, auc, lift_share, logistic_regression, rows


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    out = tmp_path_factory.mktemp("year") / "files"
    simulate(Plan(12_000, 13, 1, date(2026, 9, 1)), out, form="parquet")
    yield out


@pytest.mark.slow
def test_churn_is_not_linear(year: Path) -> None:
    data = rows(CHURN, year, first="2025-12-01", last="2026-08-01")
    months = np.unique(data["as_of"])
    plain, best, share = lift_share(data, np.isin(data["as_of"], months[:5]))
    print(f"churn: logistic regression {plain:.3f}, oracle {best:.3f}, {share:.0%} of its lift")
    assert best > 0.75
    assert 0.3 < share < 0.85


@pytest.mark.slow
def test_response_is_not_linear(year: Path) -> None:
    data = rows(RESPONSE, year)
    campaigns = np.unique(data["campaign_id"])[6:]
    data = {name: values[np.isin(data["campaign_id"], campaigns)] for name, values in data.items()}
    plain, best, share = lift_share(data, np.isin(data["campaign_id"], campaigns[:10]))
    print(f"response: logistic regression {plain:.3f}, oracle {best:.3f}, {share:.0%} of its lift")
    assert best > 0.75
    assert 0.3 < share < 0.85


@pytest.mark.slow
def test_hazards_are_calibrated(year: Path) -> None:
    data = rows(CHURN, year, first="2025-12-01", last="2026-08-01")
    assert np.asarray(data["oracle"], float).mean() == pytest.approx(np.asarray(data["label"], float).mean(), rel=0.15)


def test_the_judge_itself_is_right() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20_000, 2))
    y = rng.random(20_000) < 1 / (1 + np.exp(-(1.5 * x[:, 0] - 0.7 * x[:, 1] - 1)))
    assert logistic_regression(x, y.astype(float)) == pytest.approx([1.5, -0.7, -1.0], abs=0.08)
    assert auc(np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 2.0, 3.0])) == pytest.approx(0.875)
