"""The `migrations` of a contract."""

from __future__ import annotations

from typing import Any

import pytest

from hannun.base.errors import ContractError
from hannun.contracts import Migration
from hannun.contracts.migrations import migrations


def test_entries_become_migrations_in_their_order() -> None:
    found = migrations(
        [{"version": "2.0.0", "rename": {"tel": "phone"}, "drop": ["fax"]}, {"version": "2.1.0", "recast": ["limit"]}], "x.yaml"
    )
    assert found == (Migration("2.0.0", {"tel": "phone"}, ("fax",)), Migration("2.1.0", recast=("limit",)))
    assert migrations(None, "x.yaml") == ()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"version": "2.0.0"}, "not a list"),
        ([{"drop": ["a"]}], "version: Field required"),
        ([{"version": "2.0.0", "remove": ["a"]}], "remove"),
        ([{"version": "two"}], "version 'two'"),
        ([{"version": "2.0.0"}, {"version": "2.0.0"}], "stands twice"),
    ],
)
def test_a_wrong_entry_names_the_file_and_the_place(value: Any, message: str) -> None:
    with pytest.raises(ContractError, match=message) as caught:
        migrations(value, "conf/contracts/x.yaml")
    assert "conf/contracts/x.yaml" in str(caught.value)
