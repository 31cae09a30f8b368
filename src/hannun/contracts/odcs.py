"""From a document of the Open Data Contract Standard v3.1 to a `Contract`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, cast, get_args

from open_data_contract_standard.model import CustomProperty, OpenDataContractStandard, SchemaObject, SchemaProperty
from pydantic import ValidationError

from hannun.base.errors import ContractError
from hannun.contracts.check import check
from hannun.contracts.migrations import migrations
from hannun.contracts.model import CLASSIFICATIONS, PARTITION, TYPE_NAMES, Column, Contract, Kind, Reference, arrow_type

STANDARD = "see the Open Data Contract Standard v3.1"
TABLE_PROPERTIES = ("kind", "partition", "eventTime", "delay", "descriptionKo", "migrations")
COLUMN_PROPERTIES = ("descriptionKo",)


def parse(document: Any, where: str) -> Contract:
    """A contract from a parsed document; `where` (the file) stands in every error.

    Raises:
        ContractError: the document is not a contract that Hannun can keep; file, column and mend are named.
    """
    if not isinstance(document, dict):
        raise ContractError(f"{where}: not a contract: the document is no mapping of keys", mend=STANDARD)
    try:
        standard = OpenDataContractStandard.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        raise ContractError(f"{where}: {_spot(document, first['loc'])}: {first['msg']}", mend=STANDARD) from None
    if not (standard.apiVersion or "").startswith("v3."):
        raise ContractError(f"{where}: apiVersion: '{standard.apiVersion}'", mend="write v3.1.0")
    if not standard.schema_ or len(standard.schema_) != 1:
        raise ContractError(
            f"{where}: schema: a contract holds exactly one table, here {len(standard.schema_ or ())}", mend="one file a table"
        )
    _refuse_unknown_keys(document["schema"][0], where)
    contract = _contract(standard, standard.schema_[0], where)
    check(contract)
    return contract


def _contract(standard: OpenDataContractStandard, table: SchemaObject, where: str) -> Contract:
    custom = _custom(table.customProperties, TABLE_PROPERTIES, where)
    kind = custom.get("kind")
    if kind not in get_args(Kind):
        raise ContractError(
            f"{where}: customProperties: kind: {'missing' if kind is None else repr(kind)}", mend="write entity or event"
        )
    partition = custom.get("partition")
    if partition not in (None, PARTITION):
        raise ContractError(f"{where}: customProperties: partition: '{partition}'", mend=f"write {PARTITION}, or leave it out")
    return Contract(
        table=table.physicalName or standard.name or "",
        version=standard.version or "",
        kind=cast(Kind, kind),
        columns=tuple(_column(item, place, where) for place, item in enumerate(table.properties or (), 1)),
        key=_key(table, where),
        event_time=_text(custom, "eventTime", where) or None,
        delay=_text(custom, "delay", where) or "0 seconds",
        partitioned=partition is not None,
        owner=standard.team.name if standard.team and not isinstance(standard.team, list) and standard.team.name else "",
        name_ko=table.businessName or "",
        description=table.description or "",
        description_ko=_text(custom, "descriptionKo", where),
        source=where,
        migrations=migrations(custom.get("migrations"), where),
    )


def _column(item: SchemaProperty, place: int, where: str) -> Column:
    if not item.name:
        raise ContractError(f"{where}: column {place} has no name", mend="name it")
    spot = f"{where}: column '{item.name}'"
    try:
        arrow_type(item.physicalType or "")
    except ValueError as error:
        raise ContractError(f"{spot}: physicalType: {error}", mend=f"one of {', '.join(TYPE_NAMES)}") from None
    if item.classification not in CLASSIFICATIONS:
        given = f"'{item.classification}'" if item.classification else "missing"
        raise ContractError(f"{spot}: classification: {given}", mend=f"one of {', '.join(CLASSIFICATIONS)}")
    custom = _custom(item.customProperties, COLUMN_PROPERTIES, spot)
    return Column(
        name=item.name,
        type=item.physicalType or "",
        required=bool(item.required),
        classification=item.classification,
        name_ko=item.businessName or "",
        description=item.description or "",
        description_ko=_text(custom, "descriptionKo", spot),
        allowed=_allowed(item, spot),
        minimum=_bound(item, "minimum", spot),
        maximum=_bound(item, "maximum", spot),
        reference=_reference(item, spot),
    )


def _custom(properties: Sequence[CustomProperty] | None, known: Iterable[str], where: str) -> dict[str, Any]:
    """Custom properties by name; other tools' own are let be, but one of ours in other letters is a slip."""
    found: dict[str, Any] = {}
    for item in properties or ():
        name = item.property or ""
        meant = [other for other in known if other.lower() == name.lower()]
        if meant and name not in known:
            raise ContractError(f"{where}: customProperties: '{name}'", mend=f"write {meant[0]}")
        if name in found:
            raise ContractError(f"{where}: customProperties: '{name}' stands twice", mend="remove one")
        found[name] = item.value
    return found


def _text(custom: Mapping[str, Any], name: str, where: str) -> str:
    value = custom.get(name)
    if value is not None and not isinstance(value, str):
        raise ContractError(f"{where}: customProperties: {name}: {value!r} is not text", mend="write it in quotes")
    return value or ""


def _key(table: SchemaObject, where: str) -> tuple[str, ...]:
    parts = [item for item in table.properties or () if item.primaryKey]
    places = [item.primaryKeyPosition or 0 for item in parts]
    if len(parts) > 1 and len(set(places)) < len(parts):
        names = ", ".join(item.name or "" for item in parts)
        raise ContractError(f"{where}: primaryKeyPosition: the key columns {names} have no clear order", mend="number them 1, 2, …")
    return tuple(item.name or "" for item in sorted(parts, key=lambda item: item.primaryKeyPosition or 0))


def _allowed(item: SchemaProperty, spot: str) -> tuple[str, ...]:
    for rule in item.quality or ():
        if rule.metric == "invalidValues":
            values = (rule.arguments or {}).get("validValues")
            if not isinstance(values, list) or not values:
                raise ContractError(f"{spot}: quality: invalidValues without validValues", mend="list the allowed values")
            if not all(isinstance(value, str) for value in values):
                raise ContractError(f"{spot}: quality: validValues: {values} are not all text", mend="write each in quotes")
            if item.physicalType != "string":
                raise ContractError(f"{spot}: quality: validValues on a {item.physicalType} column", mend="use string, or a range")
            return tuple(values)
    return ()


def _bound(item: SchemaProperty, name: str, spot: str) -> float | int | None:
    value = (item.logicalTypeOptions or {}).get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ContractError(f"{spot}: logicalTypeOptions: {name}: {value!r} is not a number", mend="write a number")
    return value


def _reference(item: SchemaProperty, spot: str) -> Reference | None:
    relations = item.relationships or []
    if not relations:
        return None
    if len(relations) > 1:
        raise ContractError(f"{spot}: relationships: more than one", mend="a column refers to one table")
    target = relations[0].to if isinstance(relations[0].to, str) else ""
    table, _, column = target.rpartition(".")
    if not table or not column:
        raise ContractError(f"{spot}: relationships: to '{relations[0].to}'", mend="write it as table.column")
    return Reference(table if "." in table else f"core.{table}", column)


def _refuse_unknown_keys(table: Mapping[str, Any], where: str) -> None:
    """The standard's models let unknown keys pass: a misspelt one would be lost without a word."""
    _refuse(table, SchemaObject.model_fields, f"{where}: schema")
    for item in table.get("properties") or ():
        _refuse(item, SchemaProperty.model_fields, f"{where}: column '{item.get('name', '')}'")


def _refuse(given: Mapping[str, Any], known: Mapping[str, Any], spot: str) -> None:
    for key in given:
        if key not in known:
            near = get_close_matches(str(key), list(known), 1)
            raise ContractError(f"{spot}: unknown key '{key}'", mend=f"did you mean {near[0]}?" if near else STANDARD)


def _spot(document: Mapping[str, Any], location: tuple[int | str, ...]) -> str:
    """Where in the document a thing stands, in a reader's words: the column by its name, not by its number."""
    node: Any = document
    words: list[str] = []
    for part in location:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            node = None
        if words[-1:] == ["properties"] and isinstance(part, int):
            name = node.get("name") if isinstance(node, dict) else None
            words = [f"column '{name}'" if name else f"column {part + 1}"]
        elif not (words == ["schema"] and part == 0):
            words.append(str(part))
    return ": ".join(words) or "document"
