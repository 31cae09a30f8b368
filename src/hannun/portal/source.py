"""What the pages show: views, contracts and the lake's tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Protocol

from hannun.contracts import Contract, Contracts
from hannun.views import Views


class Snapshot(Protocol):
    """What is asked of a table's snapshot."""

    @property
    def version(self) -> int: ...
    @property
    def description(self) -> str: ...
    @property
    def files(self) -> Sequence[Any]: ...


class Lake(Protocol):
    """What is asked of `hannun.lake.Lake`."""

    def tables(self) -> list[str]: ...
    def snapshot(self, table: str) -> Snapshot: ...


@dataclass(frozen=True)
class TableInfo:
    """A table of the lake, or one that has a contract and is not loaded yet.

    Attributes:
        rows: rows stored, all states and corrections counted; None: not loaded.
        latest: the newest date in it: business date or as_of, from the log.
    """

    table: str
    name_ko: str
    description_ko: str
    description_en: str
    owner: str
    columns: int
    rows: int | None
    latest: date | None
    version: int | None


@dataclass(frozen=True)
class Source:
    """Everything that the pages read; nothing here changes anything."""

    company: str
    views: Views
    contracts: Contracts
    lake: Lake

    def tables(self) -> list[TableInfo]:
        """The tables of the lake and those with a contract, by name; `core` first."""
        names = set(self.contracts) | set(self.lake.tables())
        stored = set(self.lake.tables())
        found = [self._table(name, name in stored) for name in names if not name.startswith("vault.")]
        return sorted(found, key=lambda item: (not item.table.startswith("core."), item.table))

    def contract(self, table: str) -> Contract | None:
        """The contract of a table, if it has one."""
        return self.contracts.get(table)

    def _table(self, name: str, is_stored: bool) -> TableInfo:
        contract = self.contract(name)
        snapshot = self.lake.snapshot(name) if is_stored else None
        known = [_day(day) for file in (snapshot.files if snapshot else ()) if (day := _latest(file)) is not None]
        # A table that a step makes says what it is in "English / Korean".
        english, _, korean = (snapshot.description if snapshot else "").partition(" / ")
        return TableInfo(
            table=name,
            name_ko=contract.name_ko if contract else "",
            description_ko=contract.description_ko if contract else korean,
            description_en=contract.description if contract else english,
            owner=contract.owner if contract else "",
            columns=len(contract.columns) if contract else 0,
            rows=sum(file.rows for file in snapshot.files) if snapshot else None,
            latest=max(known) if known else None,
            version=snapshot.version if snapshot else None,
        )


def _latest(file: Any) -> Any:
    """The newest date that a file is about: of its business dates, or the as_of of what was made for a date."""
    return file.maximum.get("business_date") or file.partition.get("as_of")


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def as_json(info: TableInfo) -> dict[str, Any]:
    """A table as JSON can hold it."""
    return {**asdict(info), "latest": info.latest.isoformat() if info.latest else None}


def find(tables: Mapping[str, TableInfo], name: str) -> TableInfo | None:
    """A table by its full name, or by its name in `core`."""
    return tables.get(name) or tables.get(f"core.{name}")
