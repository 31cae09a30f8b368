"""The lake: Delta tables under one folder or URL, one committer a table, every commit exactly once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta

import pyarrow as pa
from pyarrow import fs

from hannun.base.clock import Clock
from hannun.contracts import Contract
from hannun.contracts.model import PARTITION
from hannun.lake import maintain, read, versions
from hannun.lake.errors import explained
from hannun.lake.files import FileArea
from hannun.lake.model import Commit, StagedFile, Txn
from hannun.lake.place import Place
from hannun.lake.schema import wanted
from hannun.lake.shape import bring
from hannun.lake.snapshot import Snapshot
from hannun.lake.stage import Stager
from hannun.lake.table import Replace, Table
from hannun.store import Locks

FILES = "_files"


class Lake:
    """Tables named `schema.table`. Making the object does no I/O.

    Args:
        root: a folder, or a URL that delta-rs takes.
        options: storage options of the URL.
        clock: the home's; each commit notes its time beside the machine's.
    """

    def __init__(self, root: str, *, locks: Locks, clock: Clock, options: Mapping[str, str] | None = None) -> None:
        self._place = Place(root, options)
        self._locks = locks
        self._clock = clock
        self._handed: set[str] = set()
        self._snapshots = versions.Snapshots()
        self._handles = versions.Handles()
        self.files = FileArea(self._place.child(FILES))

    @property
    def place(self) -> Place:
        """Where it lies, with its file system: tables are folders `schema/table`, archived files lie in `_files`."""
        return self._place

    def tables(self) -> list[str]:
        """The names of all tables, in order."""
        with explained(f"the lake {self._place.root} cannot be listed"):
            names = [f"{area}.{name}" for area in self._folders("") for name in self._folders(area)]
        return sorted(name for name in names if self.exists(name))

    def exists(self, table: str) -> bool:
        """Whether the lake has the table."""
        return self._table(table).exists()

    def ensure(
        self,
        table: str,
        schema: pa.Schema,
        *,
        partition_by: Sequence[str] = (),
        statistics: Sequence[str] = (),
        description: str = "",
        contract_version: str = "",
        hot: bool = False,
    ) -> None:
        """Make the table if it is missing; bring it to a higher contract version if that only adds columns.

        Args:
            statistics: columns whose minimum and maximum are kept in the log, for pruning; never personal data.
            hot: a stream's table: its log is kept for hours only, so that small commits stay fast.

        Raises:
            LakeError: the table is there and differs in another way.
        """
        want = wanted(
            table,
            schema,
            partition_by=partition_by,
            statistics=statistics,
            description=description,
            contract_version=contract_version,
            hot=hot,
        )
        bring(self._table(table), want)

    def ensure_contract(self, contract: Contract) -> None:
        """Make a contract's table, or bring it to the contract's version by the migrations that the contract states.

        Raises:
            LakeError: the stored table differs in a way that no migration states; nothing was changed.
        """
        want = wanted(
            contract.table,
            contract.arrow_schema,
            partition_by=(PARTITION,) if contract.partitioned else (),
            statistics=contract.statistics_columns,
            description=contract.description,
            contract_version=contract.version,
            migrations=contract.migrations,
        )
        bring(self._table(contract.table), want)

    def append(self, table: str, data: pa.Table | pa.RecordBatchReader, txn: Txn) -> int:
        """Add rows in one commit; returns the new version.

        Raises:
            AlreadyCommitted: the transaction is in the table's log; nothing was written.
            LakeError: the rows do not fit, or cannot be written; nothing of them is visible.
        """
        return self._write(table, data, txn, None)

    def replace(
        self, table: str, data: pa.Table | pa.RecordBatchReader, txn: Txn, *, partitions: Sequence[Mapping[str, str]] | None
    ) -> int:
        """Put rows in place of those of some partitions (None: of the whole table) in one commit; returns the new version.

        Raises:
            AlreadyCommitted: the transaction is in the table's log; nothing was written.
            LakeError: a row lies outside the partitions, does not fit, or cannot be written; nothing has changed.
        """
        return self._write(table, data, txn, "all" if partitions is None else partitions)

    def stage(self, table: str) -> Stager:
        """A writer of files that nobody sees before they are committed. Use it as a context manager.

        Raises:
            TableNotFound: the lake has no such table.
        """
        return self._table(table).stage()

    def commit(self, table: str, files: Sequence[StagedFile], txn: Txn, *, replace: Replace = None) -> int:
        """Show staged files, exactly once; returns the new version. No files is a commit too: it records the transaction.

        Raises:
            AlreadyCommitted: the transaction, or a later one of its application, is in the log.
            CommitConflict: another writer was faster several times.
            LakeError: nothing was committed, unless the message says that it may have happened.
        """
        return self._table(table).show(files, txn, replace)

    def committed(self, table: str, txn: Txn) -> bool:
        """Whether the transaction, or a later one of its application, is in the table's log. A missing table has none."""
        seen = self.committed_version(table, txn.app)
        return seen is not None and seen >= txn.version

    def committed_version(self, table: str, app: str) -> int | None:
        """The highest version that an application has committed to the table; None if it never has."""
        found = self._table(table)
        return found.open().transaction_version(app) if found.exists() else None

    def snapshot(self, table: str, *, version: int | None = None, at: datetime | None = None) -> Snapshot:
        """A version of a table: the newest, the one of that number, or the one that was newest at that instant.

        Raises:
            TableNotFound: the lake has no such table.
            LakeError: the version is not there (any more), or the table has features that Hannun cannot read.
        """
        return self._table(table).snapshot(version, at)

    def versions(self) -> dict[str, int]:
        """The newest version of every table, all at one instant: no commit falls between two of them.

        Raises:
            StoreError: a table is kept busy by another process.
        """
        while True:
            names = self.tables()
            with ExitStack() as stack:
                for name in names:
                    stack.enter_context(self._locks.hold(f"lake:{name}"))
                # A table that was made meanwhile may be what another one's newest rows need.
                if self.tables() == names:
                    return {name: self._table(name).open().version() for name in names}

    def read(self, snapshot: Snapshot, columns: Sequence[str] | None = None) -> pa.RecordBatchReader:
        """The rows of a snapshot, batch by batch, with bounded memory."""
        names = list(snapshot.schema.names if columns is None else columns)
        place = self._table(snapshot.table).place
        rows = read.batches(place, snapshot.table, snapshot.files, snapshot.schema, names)
        return pa.RecordBatchReader.from_batches(pa.schema([snapshot.schema.field(name) for name in names]), rows)

    def filesystem(self, table: str) -> fs.FileSystem:
        """The file system of a table's folder, in which a file goes by its `DataFile.name`."""
        return self._table(table).place.files

    def history(self, table: str, limit: int | None = None) -> list[Commit]:
        """The commits that the log still tells of, newest first; at most `limit`.

        Raises:
            TableNotFound: the lake has no such table.
        """
        found = self._table(table)
        found.open()
        return versions.commits(found.place, table, limit)

    def maintain(self, table: str, *, keep_days: int, grace: timedelta = maintain.GRACE) -> maintain.Maintained:
        """Join small files, checkpoint, clean the log, remove files that no version of the last `keep_days` needs.

        Safe beside readers and loads that take less than `grace`.

        Raises:
            StoreError: the table is being maintained by another process.
            LakeError: the storage refused.
        """
        return maintain.run(self._table(table), keep_days, grace)

    def _write(self, table: str, data: pa.Table | pa.RecordBatchReader, txn: Txn, replace: Replace) -> int:
        with self._table(table).stage_for(txn) as stager:
            for part in [data] if isinstance(data, pa.Table) else data:
                stager.write(part)
            return self.commit(table, stager.files, txn, replace=replace)

    def _folders(self, name: str) -> Iterator[str]:
        for item in self._place.list(name, recursive=False):
            base = item.path.rpartition("/")[2]
            if item.type == fs.FileType.Directory and not base.startswith(("_", ".")):
                yield base

    def _table(self, table: str) -> Table:
        return Table(
            table, self._place.child(*table.split(".", 1)), self._locks, self._clock, self._snapshots, self._handles, self._handed
        )
