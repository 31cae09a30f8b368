"""The DuckDB engine: sessions over lake snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from hannun.compute.session import Session
from hannun.compute.source import Source
from hannun.contracts import Contracts


class DuckEngine:
    """Opens sessions; holds nothing open itself.

    Args:
        lake: where snapshots come from.
        contracts: what the tables of `core` hold, also when the lake does not have them yet.
        memory_limit: memory that one session may use before it spills, such as `2GB`.
        spill: folder for the temporary files of queries; each session has its own folder in it.
        threads: threads of one query; 0: all cores.
    """

    def __init__(self, lake: Source, contracts: Contracts, *, memory_limit: str, spill: Path, threads: int = 0) -> None:
        self.lake = lake
        self.contracts = contracts
        self.memory_limit = memory_limit
        self.spill = spill
        self.threads = threads

    def session(self, *, as_of: date | None = None, versions: Mapping[str, int] | None = None) -> Session:
        """A session, to be used as a context manager.

        Args:
            as_of: `core` is seen as it was known by the end of this business date; None: with everything in the lake.
            versions: the table versions to read; tables that it does not name are read at their newest version,
                which then stays the same for the whole session.
        """
        return Session(
            self.lake,
            self.contracts,
            as_of=as_of,
            versions=versions or {},
            memory_limit=self.memory_limit,
            spill=self.spill,
            threads=self.threads,
        )
