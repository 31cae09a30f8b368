"""The shipped contracts: whole, in two languages, and valid by the standard that they name."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft201909Validator
from open_data_contract_standard.model import OpenDataContractStandard

from hannun.contracts import Contracts, load, parse
from hannun.contracts.model import arrow_type

TABLES = sorted(load())
HANGUL = re.compile("[가-힣]")
DESIGN = (
    "customers consents card_products card_benefits cards limits industries merchants transactions settlements revolving "
    "statements delinquencies card_loans voc campaigns campaign_contacts campaign_responses app_events documents"
)


@pytest.fixture(scope="session")
def validator() -> Draft201909Validator:
    return Draft201909Validator(json.loads((files("open_data_contract_standard") / "schema.json").read_text("utf-8")))


def test_every_core_table_of_the_design_has_a_contract(shipped: Contracts) -> None:
    assert set(shipped) == {f"core.{name}" for name in DESIGN.split()}


@pytest.mark.parametrize("table", TABLES)
def test_a_contract_is_valid_by_the_standard(table: str, shipped: Contracts, validator: Draft201909Validator) -> None:
    document = yaml.safe_load(Path(shipped[table].source).read_text("utf-8"))
    assert document["apiVersion"] == "v3.1.0"
    assert [f"{'/'.join(map(str, e.path))}: {e.message}" for e in validator.iter_errors(document)] == []


@pytest.mark.parametrize("table", TABLES)
def test_a_contract_goes_through_the_standards_model_and_back(table: str, shipped: Contracts) -> None:
    contract = shipped[table]
    text = OpenDataContractStandard.from_file(contract.source).to_yaml()
    assert parse(yaml.safe_load(text), contract.source) == contract


@pytest.mark.parametrize("table", TABLES)
def test_every_table_and_column_speaks_korean_and_english(table: str, shipped: Contracts) -> None:
    contract = shipped[table]
    assert HANGUL.search(contract.name_ko)
    assert contract.owner
    for name, korean, english in [
        (contract.table, contract.description_ko, contract.description),
        *((c.name, c.description_ko, c.description) for c in contract.columns),
    ]:
        assert len(HANGUL.findall(korean)) >= 4, f"{name}: {korean}"
        assert korean.endswith(".") and korean != english, f"{name}: {korean}"
        assert len(english) > 5 and not english.endswith("."), f"{name}: {english}"
    for column in contract.columns:
        assert HANGUL.search(column.name_ko), column.name


def test_no_two_columns_of_a_table_share_a_korean_name(shipped: Contracts) -> None:
    for contract in shipped.values():
        names = [column.name_ko for column in contract.columns]
        assert len(set(names)) == len(names), contract.table


def test_personal_data_is_found_where_it_should_be(shipped: Contracts) -> None:
    direct = {(c.table, name) for c in shipped.values() for name in c.pii_columns}
    assert direct == {("core.customers", name) for name in ("name", "phone", "email", "resident_number")}
    for contract in shipped.values():
        assert not set(contract.pii_columns) & set(contract.statistics_columns)
        for column in contract.columns:
            if column.classification in ("pii.direct", "pii.quasi", "sensitive"):
                assert column.name not in contract.statistics_columns


def test_a_won_amount_is_a_whole_number(shipped: Contracts) -> None:
    for contract in shipped.values():
        for column in contract.columns:
            if column.name.endswith("_krw"):
                assert column.type == "bigint", f"{contract.table}.{column.name}"


@given(precision=st.integers(0, 60), scale=st.integers(0, 60))
def test_a_decimal_has_1_to_38_digits_and_no_more_behind_the_point(precision: int, scale: int) -> None:
    name = f"decimal({precision},{scale})"
    if 1 <= precision <= 38 and scale <= precision:
        assert arrow_type(name) == pa.decimal128(precision, scale)
    else:
        with pytest.raises(ValueError, match=re.escape(name)):
            arrow_type(name)


@given(table=st.sampled_from(TABLES), data=st.data())
def test_the_order_of_columns_never_changes_the_key(table: str, data: st.DataObject) -> None:
    contract = load_once()[table]
    document = yaml.safe_load(Path(contract.source).read_text("utf-8"))
    properties = document["schema"][0]["properties"]
    document["schema"][0]["properties"] = data.draw(st.permutations(properties))
    shuffled = parse(document, contract.source)
    assert shuffled.key == contract.key
    assert replace(shuffled, columns=contract.columns) == contract


def load_once(_memory: list[Contracts] = []) -> Contracts:  # noqa: B006 - hypothesis runs the body many times
    if not _memory:
        _memory.append(load())
    return _memory[0]
