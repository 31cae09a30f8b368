"""Contracts from files: the shipped ones, and a company's own laid over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, cast, get_args

import yaml
from open_data_contract_standard.model import CustomProperty, OpenDataContractStandard, SchemaObject, SchemaProperty
from pydantic import ValidationError

from hannun.base.errors import ContractError
from hannun.contracts.model import CLASSIFICATIONS, SYSTEM_COLUMNS, Column, Contract, Kind, Reference, arrow_type


class Contracts(Mapping[str, Contract]):
    """All contracts by full table name, in alphabetical order. `contracts["transactions"]` means `core.transactions`."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self._contracts = dict(sorted(contracts.items()))
        for contract in self._contracts.values():
            _check_references(contract, self._contracts)

    def __getitem__(self, table: str) -> Contract:
        full = table if "." in table else f"core.{table}"
        try:
            return self._contracts[full]
        except KeyError:
            known = ", ".join(self._contracts)
            raise ContractError(f"there is no contract for table '{full}'", mend=f"tables with a contract: {known}") from None

    def __contains__(self, table: object) -> bool:
        return isinstance(table, str) and (table if "." in table else f"core.{table}") in self._contracts

    def __iter__(self) -> Iterator[str]:
        return iter(self._contracts)

    def __len__(self) -> int:
        return len(self._contracts)


def load(overlay: Path | None = None) -> Contracts:
    """The shipped contracts, with those of `overlay` (a folder) in place of or beside them.

    Raises:
        ContractError: a file is wrong; the message names the file, the column and the mend.
    """
    contracts: dict[str, Contract] = {}
    with as_file(files("hannun.contracts") / "tables") as shipped:
        for folder in (shipped, overlay):
            if folder is not None and folder.is_dir():
                for path in sorted(folder.glob("*.yaml")):
                    contract = read(path)
                    contracts[contract.table] = contract
    return Contracts(contracts)


def read(path: Path) -> Contract:
    """One contract from its file.

    Raises:
        ContractError: the file is not a contract that Hannun can keep.
    """
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContractError(f"{path}: not readable as YAML: {' '.join(str(error).split())}", mend="mend the file") from None
    return parse(document, str(path))


def parse(document: Any, where: str) -> Contract:
    """A contract from a parsed document; `where` names it in errors."""
    try:
        standard = OpenDataContractStandard.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        spot = ".".join(str(part) for part in first["loc"])
        raise ContractError(
            f"{where}: {spot or 'document'}: {first['msg']}", mend="see the Open Data Contract Standard v3.1"
        ) from None
    if not standard.schema_ or len(standard.schema_) != 1:
        raise ContractError(f"{where}: schema: a contract holds exactly one table", mend="one file a table")
    if not standard.version:
        raise ContractError(f"{where}: version: missing", mend="give a semantic version, such as 1.0.0")
    table = standard.schema_[0]
    custom = _custom(table.customProperties)
    kind = custom.get("kind", "event")
    if kind not in get_args(Kind):
        raise ContractError(f"{where}: kind: '{kind}'", mend="write entity or event")
    columns = tuple(_column(item, where) for item in table.properties or ())
    contract = Contract(
        table=table.physicalName or standard.name or "",
        version=standard.version,
        kind=cast(Kind, kind),
        columns=columns,
        key=_key(table),
        event_time=custom.get("eventTime"),
        delay=str(custom.get("delay", "0 seconds")),
        partitioned=custom.get("partition") is not None,
        owner=standard.team.name if standard.team and not isinstance(standard.team, list) and standard.team.name else "",
        name_ko=table.businessName or "",
        description=table.description or "",
        description_ko=str(custom.get("descriptionKo", "")),
        source=where,
    )
    _check(contract, where)
    return contract


def _custom(properties: list[CustomProperty] | None) -> dict[str, Any]:
    return {item.property: item.value for item in properties or () if item.property}


def _key(table: SchemaObject) -> tuple[str, ...]:
    parts = [item for item in table.properties or () if item.primaryKey]
    return tuple(item.name or "" for item in sorted(parts, key=lambda item: item.primaryKeyPosition or 0))


def _column(item: SchemaProperty, where: str) -> Column:
    name = item.name or ""
    spot = f"{where}: column '{name}'"
    try:
        arrow_type(item.physicalType or "")
    except ValueError:
        raise ContractError(
            f"{spot}: physicalType '{item.physicalType}'",
            mend="one of string, bigint, double, decimal(p,s), date, timestamp, boolean",
        ) from None
    if item.classification not in CLASSIFICATIONS:
        raise ContractError(f"{spot}: classification '{item.classification}'", mend=f"one of {', '.join(CLASSIFICATIONS)}")
    options = item.logicalTypeOptions or {}
    return Column(
        name=name,
        type=item.physicalType or "",
        required=bool(item.required),
        classification=item.classification,
        name_ko=item.businessName or "",
        description=item.description or "",
        description_ko=str(_custom(item.customProperties).get("descriptionKo", "")),
        allowed=_allowed(item),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        reference=_reference(item, spot),
    )


def _allowed(item: SchemaProperty) -> tuple[str, ...]:
    for rule in item.quality or ():
        if rule.metric == "invalidValues" and rule.arguments:
            return tuple(str(value) for value in rule.arguments.get("validValues", ()))
    return ()


def _reference(item: SchemaProperty, spot: str) -> Reference | None:
    for relation in item.relationships or ():
        target = relation.to if isinstance(relation.to, str) else ""
        table, dot, column = target.rpartition(".")
        if not dot:
            raise ContractError(f"{spot}: relationship to '{relation.to}'", mend="write it as table.column")
        return Reference(table if "." in table else f"core.{table}", column)
    return None


def _check(contract: Contract, where: str) -> None:
    schema, _, name = contract.table.partition(".")
    if not schema or not name:
        raise ContractError(f"{where}: physicalName: '{contract.table}'", mend="write it as schema.table, such as core.cards")
    names = contract.column_names
    for column in names:
        if not column:
            raise ContractError(f"{where}: a column has no name", mend="name it")
        if names.count(column) > 1:
            raise ContractError(f"{where}: column '{column}' stands twice", mend="remove one")
        if column in SYSTEM_COLUMNS:
            raise ContractError(f"{where}: column '{column}': the name belongs to the system", mend="choose another")
    if not contract.key:
        raise ContractError(f"{where}: no primary key", mend="set primaryKey: true on its columns")
    for column in contract.key:
        if contract.column(column).classification == "pii.direct":
            raise ContractError(f"{where}: column '{column}': personal data cannot be a key", mend="use a surrogate key")
    if contract.event_time is not None:
        if contract.event_time not in names:
            raise ContractError(f"{where}: eventTime: no column '{contract.event_time}'", mend=f"one of {', '.join(names)}")
        if contract.column(contract.event_time).type not in ("date", "timestamp"):
            raise ContractError(
                f"{where}: eventTime '{contract.event_time}' is not a date or timestamp", mend="choose another column"
            )
    if contract.kind == "event" and contract.event_time is None:
        raise ContractError(f"{where}: an event table needs an eventTime", mend="name the column that holds its time")


def _check_references(contract: Contract, contracts: Mapping[str, Contract]) -> None:
    for column in contract.columns:
        target = column.reference
        if target is None:
            continue
        other = contracts.get(target.table)
        if other is None or other.key != (target.column,):
            raise ContractError(
                f"{contract.source}: column '{column.name}': '{target.table}.{target.column}' is not the key of a table",
                mend="name the single key column of a table with a contract",
            )
