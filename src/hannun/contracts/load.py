"""Contracts from files: the shipped ones, and a company's own laid over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeVar, overload

from hannun.base.errors import ContractError
from hannun.contracts.check import check_references
from hannun.contracts.model import Contract
from hannun.contracts.odcs import parse
from hannun.contracts.yamlfile import read_yaml

_T = TypeVar("_T")


class Contracts(Mapping[str, Contract]):
    """All contracts by full table name, in alphabetical order. `contracts["transactions"]` means `core.transactions`."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self._contracts = dict(sorted(contracts.items()))
        for contract in self._contracts.values():
            check_references(contract, self._contracts)

    def __getitem__(self, table: str) -> Contract:
        try:
            return self._contracts[_full(table)]
        except KeyError:
            known = ", ".join(self._contracts)
            raise ContractError(
                f"there is no contract for table '{_full(table)}'", mend=f"tables with a contract: {known}"
            ) from None

    @overload
    def get(self, table: str, /) -> Contract | None: ...
    @overload
    def get(self, table: str, /, default: Contract | _T) -> Contract | _T: ...
    def get(self, table: str, /, default: Contract | _T | None = None) -> Contract | _T | None:
        """The table's contract, or `default`. (Mapping.get waits for a KeyError, which a wrong name does not raise here.)"""
        return self._contracts.get(_full(table), default)

    def __contains__(self, table: object) -> bool:
        return isinstance(table, str) and _full(table) in self._contracts

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
                contracts |= _read_folder(folder)
    return Contracts(contracts)


def read(path: Path) -> Contract:
    """One contract from its file.

    Raises:
        ContractError: the file is not a contract that Hannun can keep.
    """
    return parse(read_yaml(path), str(path))


def _read_folder(folder: Path) -> dict[str, Contract]:
    found: dict[str, Contract] = {}
    for path in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))):
        contract = read(path)
        if contract.table in found:
            raise ContractError(
                f"{path}: physicalName: '{contract.table}' has a contract in {found[contract.table].source} already",
                mend="remove one of the two files",
            )
        found[contract.table] = contract
    return found


def _full(table: str) -> str:
    return table if "." in table else f"core.{table}"
