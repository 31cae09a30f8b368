"""What every contract must keep, beyond the form of the standard."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hannun.base.errors import ContractError
from hannun.contracts.model import PARTITION, SYSTEM_COLUMNS, Column, Contract

_TABLE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_COLUMN = re.compile(r"[a-z][a-z0-9_]*")
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_DELAY = re.compile(r"\d+ (second|minute|hour|day|month)s?")
_NUMBERS = ("bigint", "double", "decimal")


def check(contract: Contract) -> None:
    """Refuse a contract that Hannun could not keep.

    Raises:
        ContractError: file, column and mend are named.
    """
    where = contract.source
    if not _TABLE.fullmatch(contract.table):
        raise ContractError(f"{where}: physicalName: '{contract.table}'", mend="write it as schema.table, such as core.cards")
    if not _VERSION.fullmatch(contract.version):
        raise ContractError(f"{where}: version: '{contract.version}'", mend="give a semantic version, such as 1.0.0")
    if not _DELAY.fullmatch(contract.delay):
        raise ContractError(f"{where}: customProperties: delay: '{contract.delay}'", mend="write it as 3 hours or 1 day")
    if not contract.columns:
        raise ContractError(f"{where}: properties: the table has no columns", mend="list its columns")
    _check_columns(contract, where)
    _check_key(contract, where)
    _check_event_time(contract, where)


def _check_columns(contract: Contract, where: str) -> None:
    names = contract.column_names
    for column in contract.columns:
        spot = f"{where}: column '{column.name}'"
        if not _COLUMN.fullmatch(column.name) and column.name not in SYSTEM_COLUMNS:
            raise ContractError(f"{spot}: not a name", mend="use small letters, digits and _, beginning with a letter")
        if names.count(column.name) > 1:
            raise ContractError(f"{spot} stands twice", mend="remove one")
        if column.name in SYSTEM_COLUMNS or column.name == PARTITION:
            raise ContractError(f"{spot}: the name belongs to the system", mend="choose another")
        if column.classification == "pii.direct" and column.type != "string":
            raise ContractError(f"{spot}: pii.direct is stored as a token, which is text", mend="make it a string")
        _check_range(column, spot)


def _check_range(column: Column, spot: str) -> None:
    if column.minimum is None and column.maximum is None:
        return
    if not column.type.startswith(_NUMBERS):
        raise ContractError(f"{spot}: logicalTypeOptions: a range on a {column.type} column", mend="remove minimum and maximum")
    if column.minimum is not None and column.maximum is not None and column.minimum > column.maximum:
        raise ContractError(
            f"{spot}: logicalTypeOptions: minimum {column.minimum} is above maximum {column.maximum}", mend="swap them"
        )


def _check_key(contract: Contract, where: str) -> None:
    if not contract.key:
        raise ContractError(f"{where}: no primary key", mend="set primaryKey: true on its columns")
    for name in contract.key:
        column = contract.column(name)
        if column.classification == "pii.direct":
            raise ContractError(f"{where}: column '{name}': personal data cannot be a key", mend="use a surrogate key")
        if not column.required:
            raise ContractError(f"{where}: column '{name}': a key column may not be empty", mend="set required: true")


def _check_event_time(contract: Contract, where: str) -> None:
    names = contract.column_names
    if contract.event_time is None:
        if contract.kind == "event":
            raise ContractError(f"{where}: eventTime: an event table needs one", mend="name the column that holds its time")
        if contract.partitioned:
            raise ContractError(f"{where}: partition: a table without eventTime has no months", mend="remove it, or name eventTime")
        return
    if contract.event_time not in names:
        raise ContractError(f"{where}: eventTime: no column '{contract.event_time}'", mend=f"one of {', '.join(names)}")
    column = contract.column(contract.event_time)
    if column.type not in ("date", "timestamp"):
        raise ContractError(
            f"{where}: eventTime: column '{column.name}' is a {column.type}", mend="choose a date or timestamp column"
        )
    if contract.kind == "event" and not column.required:
        raise ContractError(f"{where}: column '{column.name}': the time of an event may not be empty", mend="set required: true")


def check_references(contract: Contract, contracts: Mapping[str, Contract]) -> None:
    """Refuse a foreign key that names no table, not the table's key, or a key of another type.

    Raises:
        ContractError: file, column and mend are named.
    """
    for column in contract.columns:
        target = column.reference
        if target is None:
            continue
        spot = f"{contract.source}: column '{column.name}'"
        other = contracts.get(target.table)
        if other is None:
            raise ContractError(f"{spot}: refers to '{target.table}', which has no contract", mend="add one, or mend the name")
        if other.key != (target.column,):
            raise ContractError(
                f"{spot}: '{target.table}.{target.column}' is not the key of that table",
                mend=f"its key is {', '.join(other.key)}; only a key of one column can be referred to",
            )
        there = other.column(target.column).type
        if there != column.type:
            raise ContractError(
                f"{spot}: is a {column.type}, but '{target.table}.{target.column}' is a {there}", mend="give both one type"
            )
