"""Tables are made once and changed by a contract version only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from hannun.base.errors import LakeError
from hannun.contracts import Contract, Contracts, Migration
from hannun.contracts.model import Column
from hannun.lake import Lake, Txn, shape
from tests.lake.conftest import SCHEMA, TABLE, rows

NAME = "core.industries"


@pytest.fixture
def contract(shipped: Contracts) -> Contract:
    """A contract with the columns code (key), label and amount."""
    first = shipped[NAME]
    code = first.column(first.key[0])
    label, amount = (
        replace(code, name=name, type=kind, required=False) for name, kind in (("label", "string"), ("amount", "bigint"))
    )
    return replace(first, version="1.0.0", columns=(code, label, amount))


@pytest.fixture
def filled(lake: Lake, contract: Contract) -> Lake:
    """The contract's table with two rows."""
    lake.ensure_contract(contract)
    lake.append(NAME, _rows(contract, label=["가", "나"], amount=[1, None]), Txn("first"))
    return lake


def _rows(contract: Contract, **values: list[Any]) -> pa.Table:
    schema = contract.arrow_schema
    count = len(next(iter(values.values())))
    key = {contract.key[0]: [f"k{place}" for place in range(count)]}
    return pa.table([pa.array({**key, **values}.get(field.name, [None] * count), field.type) for field in schema], schema=schema)


def _column(contract: Contract, name: str, kind: str = "string") -> Column:
    return replace(contract.columns[1], name=name, type=kind)


def test_every_shipped_contract_becomes_a_table_of_its_schema(lake: Lake, shipped: Contracts) -> None:
    for contract in shipped.values():
        lake.ensure_contract(contract)
        lake.ensure_contract(contract)
        found = lake.snapshot(contract.table)
        assert found.version == 0 and found.contract_version == contract.version
        assert found.schema.equals(contract.arrow_schema, check_metadata=False)
        assert found.statistics == tuple(contract.statistics_columns)
        assert not set(found.statistics) & set(contract.pii_columns)


def test_new_columns_come_with_a_higher_version_and_are_null_before_it(filled: Lake, contract: Contract) -> None:
    newer = replace(contract, version="1.1.0", columns=(*contract.columns, _column(contract, "brand")))
    filled.ensure_contract(newer)
    filled.ensure_contract(newer)
    filled.append(NAME, _rows(newer, label=["다"], brand=["b"]), Txn("second"))
    found = filled.read(filled.snapshot(NAME), ["label", "brand"]).read_all().sort_by("label")
    assert found.to_pylist() == [{"label": "가", "brand": None}, {"label": "나", "brand": None}, {"label": "다", "brand": "b"}]
    assert filled.snapshot(NAME).contract_version == "1.1.0"


def test_a_change_without_a_higher_version_is_refused(filled: Lake, contract: Contract) -> None:
    with pytest.raises(LakeError, match="'brand' is new → raise the contract's version"):
        filled.ensure_contract(replace(contract, columns=(*contract.columns, _column(contract, "brand"))))


def test_an_older_program_does_not_touch_a_newer_table(filled: Lake, contract: Contract) -> None:
    with pytest.raises(LakeError, match=r"contract version 1\.0\.0, this program has 0\.9\.0"):
        filled.ensure_contract(replace(contract, version="0.9.0"))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ((0, 1), "no column 'amount' any more"),
        ((0, 1, ("amount", "decimal(18,2)")), "'amount' is stored as int64"),
        ((0, ("title", "string"), 2), "no column 'label' any more"),
    ],
)
def test_dropping_renaming_and_recasting_need_a_stated_migration(
    filled: Lake, contract: Contract, columns: tuple[Any, ...], message: str
) -> None:
    changed = tuple(contract.columns[item] if isinstance(item, int) else _column(contract, *item) for item in columns)
    with pytest.raises(LakeError, match=message):
        filled.ensure_contract(replace(contract, version="2.0.0", columns=changed))
    assert filled.snapshot(NAME).version == 1


def _second(contract: Contract) -> Contract:
    return replace(
        contract,
        version="2.1.0",
        columns=(
            contract.columns[0],
            _column(contract, "title"),
            _column(contract, "amount", "decimal(18,2)"),
            _column(contract, "brand"),
        ),
        migrations=(
            Migration("2.1.0", recast=("amount",)),
            Migration("2.0.0", rename={"label": "title"}),
            Migration("0.5.0", drop=("label",)),
        ),
    )


def test_stated_migrations_rewrite_the_rows_in_one_commit(filled: Lake, contract: Contract) -> None:
    filled.ensure_contract(_second(contract))
    found = filled.read(filled.snapshot(NAME), ["title", "amount", "brand"]).read_all().sort_by("title").to_pylist()
    assert found == [{"title": "가", "amount": Decimal("1.00"), "brand": None}, {"title": "나", "amount": None, "brand": None}]
    assert filled.read(filled.snapshot(NAME, version=1), ["label"]).read_all()["label"].to_pylist() == ["가", "나"]
    assert filled.committed(NAME, Txn("first"))
    version = filled.snapshot(NAME).version
    filled.ensure_contract(_second(contract))
    assert filled.snapshot(NAME).version == version


def test_a_migration_broken_off_between_its_commits_is_finished_by_the_next_try(
    filled: Lake, make_lake: Callable[[], Lake], contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(shape.schema, "apply", broken)
    with pytest.raises(LakeError):
        filled.ensure_contract(_second(contract))
    monkeypatch.undo()
    other = make_lake()
    other.ensure_contract(_second(contract))
    assert other.snapshot(NAME).contract_version == "2.1.0" and other.snapshot(NAME).rows == 2


def test_a_value_that_does_not_fit_its_new_type_stops_the_migration(filled: Lake, contract: Contract) -> None:
    changed = (contract.columns[0], _column(contract, "label", "bigint"), contract.columns[2])
    with pytest.raises(LakeError, match=r"column 'label' of type string: .*as a scalar of type int64"):
        filled.ensure_contract(
            replace(contract, version="2.0.0", columns=changed, migrations=(Migration("2.0.0", recast=("label",)),))
        )
    assert filled.snapshot(NAME).version == 1


@pytest.mark.parametrize(
    ("kind", "message"),
    [(pa.int32(), "bigint"), (pa.float32(), "double"), (pa.timestamp("ns"), "microseconds"), (pa.null(), "every value is NULL")],
)
def test_types_that_cannot_be_kept_are_refused(lake: Lake, kind: pa.DataType, message: str) -> None:
    with pytest.raises(LakeError, match=f"column 'a'.*{message}"):
        lake.ensure("feature.y", pa.schema([("a", kind)]))


def test_wrong_names_are_refused(lake: Lake) -> None:
    for name in ("cards", "core.", "_files.x", "../core.x", "core.a/b"):
        with pytest.raises(LakeError, match="is no name for a table"):
            lake.ensure(name, SCHEMA)
    with pytest.raises(LakeError, match="statistics column 'nope'"):
        lake.ensure("feature.y", SCHEMA, statistics=["nope"])
    with pytest.raises(LakeError, match="same name"):
        lake.ensure("feature.y", pa.schema([("a", pa.string()), ("A", pa.string())]))
    with pytest.raises(LakeError, match="cannot be a partition"):
        lake.ensure("feature.y", pa.schema([("a", pa.string()), ("b", pa.float64())]), partition_by=["b"])


def test_another_partitioning_is_refused(lake: Lake) -> None:
    with pytest.raises(LakeError, match="partitioned by month, not by nothing"):
        lake.ensure(TABLE, SCHEMA)


def test_lists_are_kept_as_they_are(lake: Lake) -> None:
    schema = pa.schema([("key", pa.string()), ("vector", pa.list_(pa.float64())), ("day", pa.date32())])
    lake.ensure("feature.v", schema)
    lake.ensure("feature.v", schema)
    data = pa.table([["a", "b"], [[1.0, 2.0], None], [date(2026, 1, 1), None]], schema=schema)
    lake.append("feature.v", data, Txn("1"))
    assert lake.read(lake.snapshot("feature.v")).read_all().to_pylist() == data.to_pylist()


def test_a_table_with_deletion_vectors_is_refused(lake: Lake, tmp_path: Path) -> None:
    path = str(tmp_path / "lake" / "core" / "dv")
    DeltaTable.create(path, rows().schema, configuration={"delta.enableDeletionVectors": "true"})
    with pytest.raises(LakeError, match="deletionVectors"):
        lake.snapshot("core.dv")
