"""What ingestion works with, and what it reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from hannun.base.clock import Clock
from hannun.contracts import Contract, Contracts
from hannun.ingest.mapping import Mapping
from hannun.lake import Lake, Txn
from hannun.privacy import Keys, Vault
from hannun.store import Store

PATIENCE = 6 * 3600.0
"""Seconds to wait for another process that loads the same file, or into the same table: as long as a large load takes."""

Progress = Callable[[str, int], None]
"""Called with the name of the file and the rows read so far."""


@dataclass(frozen=True)
class Context:
    """The parts of a home that ingestion uses, and the mapping.

    Attributes:
        vault: asked for only where a table has personal columns, or something sealed is read.
    """

    lake: Lake
    store: Store
    contracts: Contracts
    vault: Callable[[], Vault]
    clock: Clock
    mapping: Mapping
    _made: set[str] = field(default_factory=set)

    def ensure(self, contract: Contract) -> None:
        """Make a contract's table, or bring it to the contract's version; looked at once in a run."""
        if contract.table not in self._made:
            self.lake.ensure_contract(contract)
            self._made.add(contract.table)

    def keys(self) -> Keys:
        """The home's keys."""
        return self.vault().keys

    @property
    def personal(self) -> bool:
        """Whether any table of the mapping has personal columns."""
        return any(self.contracts[rule.table].pii_columns for rule in self.mapping.tables)


@dataclass(frozen=True)
class Landed:
    """A file that has landed.

    Attributes:
        name: as reports show it.
        fingerprint: of its content.
        sealed: the texts of its rows may be personal.
    """

    name: str
    source: str
    mapping: str
    fingerprint: str
    sealed: bool

    @property
    def app(self) -> str:
        """The application of its transactions."""
        return f"ingest:{self.mapping}:{self.source}:{self.fingerprint}"

    @property
    def txn(self) -> Txn:
        """Its transaction, the same on every table that it feeds."""
        return Txn(self.app)


@dataclass(frozen=True)
class Job:
    """One attempt to load what has landed.

    Attributes:
        txn: of its commits.
        now: when it is known, where the data do not say: when the file landed.
        silent: a retry of rows that landed before: bad ones are only noted, not quarantined again.
    """

    landed: Landed
    txn: Txn
    now: datetime
    silent: bool = False


@dataclass
class FileReport:
    """What became of one file. read = loaded + quarantined, by source row, always.

    Attributes:
        rows_unchanged: rows of the table that said nothing new and were not stored again.
        derived: rows stored in tables derived from the file.
        placeholders: rows made for keys that were unknown.
        error: why the file was refused; nothing of it was loaded.
    """

    file: str
    table: str = ""
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    already_loaded: bool = False
    rows_unchanged: int = 0
    derived: dict[str, int] = field(default_factory=dict)
    derived_quarantined: dict[str, int] = field(default_factory=dict)
    placeholders: dict[str, int] = field(default_factory=dict)
    message: str = ""
    error: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)
