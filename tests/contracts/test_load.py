"""A contract file that is wrong is refused by name: the file, the column, the mend."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from hannun.base.errors import ContractError
from hannun.contracts import Contracts, load, read

Document = dict[str, Any]

POINTS: Document = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "ours.points",
    "name": "core.points",
    "version": "1.0.0",
    "status": "active",
    "schema": [
        {
            "name": "points",
            "physicalName": "core.points",
            "businessName": "포인트",
            "description": "Points earned",
            "customProperties": [
                {"property": "kind", "value": "event"},
                {"property": "eventTime", "value": "earned_at"},
                {"property": "partition", "value": "business_month"},
            ],
            "properties": [
                {
                    "name": "point_id",
                    "physicalType": "string",
                    "required": True,
                    "primaryKey": True,
                    "primaryKeyPosition": 1,
                    "classification": "internal",
                },
                {"name": "earned_at", "physicalType": "timestamp", "required": True, "classification": "internal"},
                {
                    "name": "customer_id",
                    "physicalType": "string",
                    "classification": "internal",
                    "relationships": [{"type": "foreignKey", "to": "customers.customer_id"}],
                },
                {"name": "amount", "physicalType": "bigint", "classification": "internal", "logicalTypeOptions": {"minimum": 0}},
            ],
        }
    ],
}


def write(folder: Path, document: Document, name: str = "points.yaml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
    return path


def changed(change: Callable[[Document, list[Document]], object]) -> Document:
    document = copy.deepcopy(POINTS)
    table = document["schema"][0]
    change(table, table["properties"])
    return document


def custom(table: Document, name: str, value: object) -> None:
    table["customProperties"] = [item for item in table["customProperties"] if item["property"] != name]
    if value is not None:
        table["customProperties"].append({"property": name, "value": value})


def test_a_company_lays_its_own_table_beside_the_shipped_ones(tmp_path: Path) -> None:
    write(tmp_path, POINTS)
    contracts = load(tmp_path)
    assert contracts["points"].name_ko == "포인트"
    assert contracts["points"].partitioned
    assert len(contracts) == len(load()) + 1


def test_a_company_replaces_a_shipped_table(tmp_path: Path, shipped: Contracts) -> None:
    document = yaml.safe_load(Path(shipped["limits"].source).read_text("utf-8"))
    document["version"] = "1.1.0"
    write(tmp_path, document)
    assert load(tmp_path)["limits"].version == "1.1.0"


def test_get_gives_the_default_for_a_table_without_contract(shipped: Contracts) -> None:
    assert shipped.get("core.nope") is None
    assert shipped.get("nope", 7) == 7
    assert shipped.get("cards") is shipped["core.cards"]
    with pytest.raises(ContractError, match=r"'core\.nope'.*core\.cards"):
        shipped["nope"]


WRONG: dict[str, tuple[Callable[[Document, list[Document]], object], tuple[str, ...]]] = {
    "unknown type": (lambda t, c: c[3].update(physicalType="number"), ("column 'amount'", "unknown type 'number'", "decimal(p,s)")),
    "no type": (lambda t, c: c[3].pop("physicalType"), ("column 'amount'", "physicalType: missing", "bigint")),
    "decimal too long": (lambda t, c: c[3].update(physicalType="decimal(39,2)"), ("column 'amount'", "1 to 38")),
    "decimal scale above precision": (lambda t, c: c[3].update(physicalType="decimal(4,5)"), ("'decimal(4,5)'", "s <= p")),
    "decimal of nothing": (lambda t, c: c[3].update(physicalType="decimal(x,2)"), ("unknown type 'decimal(x,2)'",)),
    "duplicate column": (lambda t, c: c.append(dict(c[3])), ("column 'amount' stands twice", "remove one")),
    "nameless column": (lambda t, c: c[3].pop("name"), ("column 4 has no name", "name it")),
    "a name that SQL would fold": (lambda t, c: c[3].update(name="Amount"), ("column 'Amount'", "small letters")),
    "a system column": (lambda t, c: c[3].update(name="known_at"), ("column 'known_at'", "belongs to the system")),
    "the partition column": (lambda t, c: c[3].update(name="business_month"), ("column 'business_month'", "belongs to the system")),
    "no columns": (lambda t, c: t.update(properties=[]), ("no columns",)),
    "no key": (lambda t, c: c[0].update(primaryKey=False), ("no primary key", "primaryKey: true")),
    "key columns without order": (
        lambda t, c: c[3].update(primaryKey=True, required=True, primaryKeyPosition=1),
        ("point_id, amount have no clear order", "number them"),
    ),
    "a key that may be empty": (lambda t, c: c[0].pop("required"), ("column 'point_id'", "required: true")),
    "personal data as key": (lambda t, c: c[0].update(classification="pii.direct"), ("column 'point_id'", "surrogate key")),
    "personal data that is no text": (lambda t, c: c[3].update(classification="pii.direct"), ("column 'amount'", "string")),
    "unknown classification": (lambda t, c: c[3].update(classification="secret"), ("column 'amount'", "'secret'", "pii.quasi")),
    "no classification": (lambda t, c: c[3].pop("classification"), ("column 'amount'", "classification: missing")),
    "a misspelt key": (
        lambda t, c: c[3].update(clasification="public"),
        ("column 'amount'", "'clasification'", "mean classification"),
    ),
    "a misspelt key of the table": (lambda t, c: t.update(bussinessName="x"), ("'bussinessName'", "mean businessName")),
    "a wrong value": (lambda t, c: c[3].update(required="perhaps"), ("column 'amount': required", "boolean")),
    "an event without time": (lambda t, c: custom(t, "eventTime", None), ("eventTime", "name the column")),
    "an event time that is no column": (lambda t, c: custom(t, "eventTime", "at"), ("no column 'at'", "earned_at")),
    "an event time that is no time": (lambda t, c: custom(t, "eventTime", "amount"), ("column 'amount' is a bigint", "timestamp")),
    "an event time that may be empty": (lambda t, c: c[1].pop("required"), ("column 'earned_at'", "required: true")),
    "no kind": (lambda t, c: custom(t, "kind", None), ("kind: missing", "entity or event")),
    "unknown kind": (lambda t, c: custom(t, "kind", "fact"), ("kind: 'fact'", "entity or event")),
    "a property in other letters": (lambda t, c: custom(t, "eventtime", "earned_at"), ("'eventtime'", "write eventTime")),
    "a property twice": (
        lambda t, c: t["customProperties"].append({"property": "kind", "value": "entity"}),
        ("'kind' stands twice",),
    ),
    "another partition": (lambda t, c: custom(t, "partition", "day"), ("partition: 'day'", "business_month")),
    "a delay that is no interval": (lambda t, c: custom(t, "delay", "soon"), ("delay: 'soon'", "1 day")),
    "a delay that is no text": (lambda t, c: custom(t, "delay", 3), ("delay: 3", "quotes")),
    "a bad reference": (
        lambda t, c: c[2].update(relationships=[{"to": "customers"}]),
        ("column 'customer_id'", "'customers'", "table.column"),
    ),
    "a minimum that is no number": (lambda t, c: c[3].update(logicalTypeOptions={"minimum": "0"}), ("column 'amount'", "minimum")),
    "minimum above maximum": (
        lambda t, c: c[3].update(logicalTypeOptions={"minimum": 2, "maximum": 1}),
        ("column 'amount'", "minimum 2 is above maximum 1"),
    ),
    "a range on text": (lambda t, c: c[2].update(logicalTypeOptions={"minimum": 1}), ("column 'customer_id'", "range on a string")),
    "allowed values of nothing": (
        lambda t, c: c[2].update(quality=[{"metric": "invalidValues"}]),
        ("column 'customer_id'", "validValues"),
    ),
    "allowed values that YAML read as something else": (
        lambda t, c: c[2].update(quality=[{"metric": "invalidValues", "arguments": {"validValues": ["Y", False]}}]),
        ("column 'customer_id'", "quotes"),
    ),
    "a table without schema": (lambda t, c: t.update(physicalName="points"), ("physicalName: 'points'", "schema.table")),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_contract_is_refused_with_file_place_and_mend(case: str, tmp_path: Path) -> None:
    change, words = WRONG[case]
    path = write(tmp_path, changed(change))
    with pytest.raises(ContractError) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert caught.value.mend
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nowhere.key", ("'core.nowhere'", "no contract")),
        ("customers.name", ("'core.customers.name' is not the key", "customer_id")),
        ("consents.customer_id", ("not the key", "customer_id, purpose, channel")),
    ],
)
def test_a_reference_must_name_the_key_of_a_table(target: str, words: tuple[str, ...], tmp_path: Path) -> None:
    path = write(tmp_path, changed(lambda t, c: c[2].update(relationships=[{"to": target}])))
    with pytest.raises(ContractError) as caught:
        load(tmp_path)
    for word in (str(path), "column 'customer_id'", *words):
        assert word in str(caught.value)


def test_a_reference_must_have_the_type_of_the_key(tmp_path: Path) -> None:
    write(tmp_path, changed(lambda t, c: c[2].update(physicalType="bigint")))
    with pytest.raises(ContractError, match=r"column 'customer_id': is a bigint, but 'core\.customers\.customer_id' is a string"):
        load(tmp_path)


def test_two_files_for_one_table_are_refused(tmp_path: Path) -> None:
    write(tmp_path, POINTS, "a.yaml")
    write(tmp_path, POINTS, "b.yml")
    with pytest.raises(ContractError, match=r"b\.yml: .*a\.yaml already"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name: [unclosed\nversion: 1", ("line", "not YAML")),
        (b"name: a\nversion: 1\nname: b\n", ("line 3", "'name' stands twice")),
        (b"", ("no mapping",)),
        (b"- one\n- two\n", ("no mapping",)),
        ("name: 고객".encode("cp949"), ("byte 6", "UTF-8")),
        (b"apiVersion: v2.2.2\nversion: 1.0.0\nschema: []\n", ("apiVersion: 'v2.2.2'", "v3.1.0")),
        (b"apiVersion: v3.1.0\nversion: 1.0.0\n", ("exactly one table",)),
        (b"apiVersion: v3.1.0\nspecs: 1\n", ("specs",)),
    ],
)
def test_a_file_that_is_no_contract_is_refused(content: bytes, words: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(ContractError) as caught:
        read(path)
    for word in (str(path), *words):
        assert word in str(caught.value)


def test_a_version_must_be_semantic(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"version: '1'.*1\.0\.0"):
        read(write(tmp_path, POINTS | {"version": "1"}))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"gone\.yaml: cannot be read"):
        read(tmp_path / "gone.yaml")
