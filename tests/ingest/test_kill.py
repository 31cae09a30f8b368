"""A load that dies anywhere and is repeated ends as if it had never died."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hannun.ingest.quarantine import current
from hannun.lake import FileArea, Stager
from hannun.lake import commit as lake_commit
from hannun.store import Store
from tests.ingest.conftest import CUSTOMERS, TX_HEADER, Work, tx

BOTH = """
name: both
load: history
sources:
  tx: {files: ["tx*.csv"]}
tables:
  - table: merchants
    derived: true
    sql: |
      SELECT merchant AS merchant_id, 'M ' || merchant AS name, 'I1' AS industry_code, min(CAST(at AS DATE)) AS opened_on
      FROM tx GROUP BY ALL
  - table: transactions
    from: tx
    sql: |
      SELECT id AS transaction_id, at AS approved_at, card AS card_id, customer AS customer_id, merchant AS merchant_id,
             amount AS amount_krw, 'KRW' AS currency, 'purchase' AS product, 'domestic' AS region, channel,
             months AS installment_months, 'N' AS interest_free
      FROM tx
"""
PEOPLE = "id,name,phone,email,rrn,birth,sex,region,joined"


class Killed(BaseException):
    """The process is gone."""


class Death:
    """Kills at the n-th step: before or after whatever is written."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.left = -1
        for owner, name in ((lake_commit, "write"), (FileArea, "put"), (Store, "record_file"), (Stager, "write")):
            patch.setattr(owner, name, self._around(getattr(owner, name)))
        # A killed process removes nothing.
        patch.setattr(Stager, "abort", lambda self: None)

    def _around(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            self._tick()
            result = original(*args, **kwargs)
            self._tick()
            return result

        return step

    def _tick(self) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1


def _state(work: Work) -> dict[str, Any]:
    tables = [name for name in work.home.lake.tables() if name.startswith("core.")]
    found: dict[str, Any] = {name: work.rows(name) for name in tables}
    for name in ("transactions", "merchants", "customers"):
        rows = current(work.home.lake, name).drop_columns(["_value", "_raw"]).to_pylist()
        found[f"quarantine.{name}"] = sorted(rows, key=lambda row: row["_row"])
    return found


@pytest.mark.parametrize("mapping", [BOTH, CUSTOMERS], ids=["derived and placeholders", "personal"])
@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.slow), 8])
def test_a_load_killed_at_any_step_and_repeated_gives_the_same(
    mapping: str, every: int, new_work: Callable[[], Work], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [f"P{n},이름{n},010-0000-{n:04d},,,1990-01-01,{'MFX'[n % 3]},1,2020-01-01" for n in range(6)]
    lines = (
        [TX_HEADER, tx(1), tx(2), tx(3, amount="x"), tx(2, amount=9), tx(4)] if mapping is BOTH else [PEOPLE, *people, "P9,broken"]
    )
    name = "tx.csv" if mapping is BOTH else "people.csv"
    reference = new_work()
    (report,) = reference.load(mapping, reference.file(name, *lines))
    assert report.rows_quarantined >= 2
    wanted = _state(reference)
    death = Death(monkeypatch)
    for step in range(0, 100, every):
        work = new_work()
        path = work.file(name, *lines)
        death.left = step
        try:
            work.load(mapping, path)
            break
        except Killed:
            death.left = -1
        (again,) = work.load(mapping, path)
        assert (again.rows_read, again.rows_loaded, again.rows_quarantined) == (
            report.rows_read,
            report.rows_loaded,
            report.rows_quarantined,
        )
        assert _state(work) == wanted, f"killed at step {step}"
        work.home.store.close()
    assert step > 12
