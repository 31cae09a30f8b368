"""One table of the lake: what all its verbs share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from deltalake import DeltaTable
from pyarrow import fs

from hannun.base.clock import Clock
from hannun.base.errors import LakeError
from hannun.lake import commit, versions
from hannun.lake.errors import explained
from hannun.lake.model import DataFile, StagedFile, Txn
from hannun.lake.partition import matches
from hannun.lake.place import Place
from hannun.lake.snapshot import Snapshot
from hannun.lake.stage import Stager
from hannun.store import Locks

Replace = Sequence[Mapping[str, str]] | Literal["all"] | None
"""What a commit takes away: nothing, all rows, or the partitions that have one of the given sets of values."""


@dataclass(frozen=True)
class Table:
    """A table by name, whether it is there or not.

    Attributes:
        handed: the stages whose files may be in a log; shared by all tables of a lake.
    """

    name: str
    place: Place
    locks: Locks
    clock: Clock
    snapshots: versions.Snapshots
    handles: versions.Handles
    handed: set[str]

    def exists(self) -> bool:
        """Whether the lake has it."""
        with explained(f"{self.name} cannot be looked up"):
            return bool(DeltaTable.is_deltatable(self.place.root, self.place.options))

    def open(self) -> DeltaTable:
        """A fresh handle on the newest version."""
        return commit.open_table(self.place, self.name)

    def snapshot(self, version: int | None = None, at: datetime | None = None) -> Snapshot:
        """A version of the table."""
        return self.snapshots.of(versions.handle(self.place, self.name, version, at), self.place, self.name)

    def stage(self, handle: DeltaTable | None = None) -> Stager:
        """A writer of files that nobody sees yet; `handle` spares opening the table."""
        form = versions.shape(handle or self.open())
        return Stager(self.place, self.name, form.schema, partition_by=form.partition_by, kept=form.statistics, handed=self.handed)

    def stage_for(self, txn: Txn) -> Stager:
        """A writer for one transaction.

        Raises:
            AlreadyCommitted: it is in the log already.
        """
        with self.locks.hold(f"lake:{self.name}"):
            handle = self.handles.newest(self.place, self.name)
            self.handles.keep(self.place, handle)
            commit.refuse(handle, self.name, txn)
            return self.stage(handle)

    def commit(self, change: commit.Change, txn: Txn) -> int:
        """Commit, and remember which staged files may be in the log, whatever happens."""
        with self.locks.hold(f"lake:{self.name}"):
            handle = self.handles.newest(self.place, self.name)
            stages = {file.stage for file in change.adds} - self.handed
            self.handed.update(stages)
            try:
                # The machine's time stands in the log anyway; the home's differs from it in a replay.
                noted = replace(change, details={**(change.details or {}), "written_at": self.clock.now().isoformat()})
                version = commit.write(self.place, self.name, noted, txn, handle)
            except commit.OutcomeUnknown:
                raise
            except LakeError:
                # The log was read and does not have it. On a URL a late write could still land: the files stay for maintenance.
                if self.place.local:
                    self.handed.difference_update(stages)
                raise
            self.handles.keep(self.place, handle)
            return version

    def show(self, files: Sequence[StagedFile], txn: Txn, instead: Replace) -> int:
        """Commit staged files, in place of what `instead` says."""
        if instead is not None and instead != "all":
            self._check_partitions(files, instead)
        self._check_files(files)

        def removes(handle: DeltaTable) -> list[DataFile]:
            if instead is None:
                return []
            now = self.snapshots.of(handle, self.place, self.name)
            return [file for file in now.files if instead == "all" or _listed(file, instead)]

        verb = "append" if instead is None else "replace"
        return self.commit(commit.Change(files, removes, details={"verb": verb}), txn)

    def _check_partitions(self, files: Sequence[StagedFile], replace: Sequence[Mapping[str, str]]) -> None:
        columns = self.snapshot().partition_by
        for part in replace:
            if not part or any(name not in columns for name in part):
                raise LakeError(
                    f"{self.name}: {dict(part)} names no partition", mend=f"use values of {', '.join(columns) or 'none'}"
                )
        for file in files:
            if not _listed(file, replace):
                raise LakeError(
                    f"{self.name}: rows of {dict(file.partition)} lie outside the partitions to be replaced",
                    mend="name that one too",
                )

    def _check_files(self, files: Sequence[StagedFile]) -> None:
        if not files:
            return
        with explained(f"{self.name}: staged files cannot be looked up"):
            found = self.place.files.get_file_info([file.name for file in files])
        for file, info in zip(files, found, strict=True):
            if file.table != self.name:
                raise LakeError(f"a file staged for {file.table} cannot be committed to {self.name}", mend="stage it anew")
            if info.type != fs.FileType.File or info.size != file.size:
                raise LakeError(f"{self.name}: the staged file {file.name} is gone", mend="stage the rows again")


def _listed(file: StagedFile | DataFile, parts: Sequence[Mapping[str, str]]) -> bool:
    return any(matches(file.partition, part) for part in parts)
