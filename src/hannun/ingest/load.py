"""The rows of one file, batch by batch, into the tables that are made of them; one commit a table at the end."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hannun.base.errors import AlreadyCommitted
from hannun.base.identifiers import digest
from hannun.contracts import Contract
from hannun.ingest import quarantine
from hannun.ingest.batches import ROW, Problem, raw_rows, run_batch
from hannun.ingest.context import PATIENCE, Context, Job
from hannun.ingest.engine import Engine
from hannun.ingest.keys import KeyCheck, Verdict
from hannun.ingest.placeholders import References
from hannun.ingest.readers import BadRow
from hannun.ingest.shape import Shape
from hannun.ingest.staged import StagedTable
from hannun.ingest.typing_rules import quoted
from hannun.lake import StagedFile, Stager, Txn
from hannun.privacy.tokens import kind_of
from hannun.privacy.vault import TABLE as VAULT

CONFLICT = "conflicting_key"


@dataclass
class Counts:
    """What became of the source rows."""

    read: int = 0
    quarantined: int = 0
    unchanged: int = 0
    stored: dict[str, int] = field(default_factory=dict)
    placeholders: dict[str, int] = field(default_factory=dict)


class Load:
    """A load of source rows into one or several tables.

    Args:
        stack: holds the staged files; leaving it by an error removes them.
        shapes: how the tables are made, the main one last; none when the rows are only counted and kept for derived tables.
        main: the table whose quarantine takes the bad rows.
    """

    def __init__(
        self, context: Context, engine: Engine, stack: ExitStack, job: Job, *, shapes: list[Shape], main: Contract
    ) -> None:
        self._context = context
        self._engine = engine
        self._stack = stack
        self._job = job
        self._shapes = shapes
        self._main = main
        self.counts = Counts()
        self.refused: set[int] = set()
        for contract in {main.table: main, **{shape.table: shape.contract for shape in shapes}}.values():
            context.ensure(contract)
        writer = stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="stage"))
        # What is retried was known when its file landed; states that became known since then stand above it.
        checks = [KeyCheck(engine, shape, context.lake, explicit=shape.explicit or job.silent) for shape in shapes]
        self._tables = [StagedTable(stack, writer, context.lake, check.shape, check) for check in checks]
        self._references = References(engine, shapes, context.lake, context.contracts)
        self._quarantine: Stager | None = None
        self._contents: list[str] = []
        landed = job.landed
        self._personal = any(shape.contract.pii_columns for shape in shapes)
        sealed = landed.sealed or self._personal
        rules = f"{context.mapping.version}/{main.version}"
        self._origin = quarantine.Origin(landed.fingerprint, landed.name, landed.mapping, landed.source, rules, sealed)

    @property
    def tables(self) -> list[str]:
        """The tables that rows go to."""
        return [table.table for table in self._tables]

    def take(self, batch: pa.Table, bad: Iterable[BadRow] = ()) -> pa.Table:
        """Load a batch; returns the source rows without those that have problems."""
        broken = list(bad)
        self.counts.read += batch.num_rows + len(broken)
        problems = [self._structural(item) for item in broken]
        raw = {item.row: item.raw for item in broken}
        if batch.num_rows:
            outcome = run_batch(self._engine, self._shapes, batch, {"source": self._job.landed.fingerprint, "now": self._job.now})
            for table in self._tables:
                self._stage(table, outcome.rows[table.table])
            if outcome.problems:
                rows = sorted({problem.row for problem in outcome.problems})
                raw |= raw_rows(batch, rows)
                problems += outcome.problems
                batch = batch.filter(pc.invert(pc.is_in(batch[ROW], value_set=pa.array(rows, pa.int64()))))
        self._refuse(problems, raw)
        return batch

    def _structural(self, bad: BadRow) -> Problem:
        """A record that is no row. Its detail may quote the record: in a personal table it is sealed, as the value."""
        if self._origin.sealed:
            return Problem(bad.row, bad.column, bad.reason, "the record cannot be read as declared", bad.detail)
        return Problem(bad.row, bad.column, bad.reason, bad.detail)

    def _stage(self, table: StagedTable, rows: pa.Table) -> None:
        if not rows.num_rows:
            return
        for name in table.shape.contract.pii_columns:
            tokens = self._context.vault().tokenise(kind_of(name), rows[name])
            rows = rows.set_column(rows.schema.get_field_index(name), name, tokens)
        table.write(rows)
        names = self._references.columns(table.table)
        columns = [f"{table.keys.hash_sql} AS h", *(f"hash({quoted(name)}) AS h{index}" for index, name in enumerate(names))]
        self._engine.see("__rows", rows)
        hashes = self._engine.query(f"SELECT {', '.join(columns)} FROM __rows")
        arrays = [np.asarray(column, dtype=np.uint64) for column in hashes.columns]
        table.keys.add(arrays[0])
        self._references.add(table.table, rows, dict(zip(names, arrays[1:], strict=True)))

    def _refuse(self, problems: list[Problem], raw: dict[int, str]) -> None:
        if not problems:
            return
        bad = {problem.row for problem in problems}
        self.refused |= bad
        self.counts.quarantined += len(bad)
        if self._job.silent:
            return
        rows = quarantine.rows_of(self._origin, problems, raw, self._context.keys, self._job.now)
        if self._quarantine is None:
            name = quarantine.ensure(self._context.lake, self._main.table)
            self._quarantine = self._stack.enter_context(self._context.lake.stage(name))
        self._quarantine.write(rows)
        self._contents.append(quarantine.content_name(rows))

    def finish(self) -> Counts:
        """Check the keys and commit: vault, placeholders, quarantine, tables, the main one last.

        Raises:
            AlreadyCommitted: the main table has this transaction already.
        """
        with ExitStack() as held:
            # What is decided about keys must still hold when it is committed: one load at a time decides about a table.
            names = {*self.tables, *self._references.targets, *([VAULT] if self._personal else [])}
            for name in sorted(names):
                held.enter_context(self._context.store.locks.hold(f"ingest:{name}", timeout=PATIENCE))
            self._settle_and_commit()
        self._references.close()
        for table in self._tables:
            table.keys.close()
        return self.counts

    def _settle_and_commit(self) -> None:
        verdicts = self._settle_keys()
        if self._personal:
            self._context.vault().flush(f"{self._job.txn.app}:{self._main.table}", self._job.now)
        self._commit_placeholders()
        self._commit_quarantine()
        for table, verdict in zip(self._tables, verdicts, strict=True):
            files = table.repaired(verdict)
            own = self._own_placeholders(table)
            self.counts.stored[table.table] = sum(file.rows for file in files)
            last = table is self._tables[-1]
            try:
                self._context.lake.commit(table.table, [*files, *own], self._job.txn)
            except AlreadyCommitted:
                if last:
                    raise
        self.counts.unchanged = verdicts[-1].unchanged if verdicts else 0

    def _settle_keys(self) -> list[Verdict]:
        """Verdicts of all tables. A source row that contradicts in one table is taken out of all, until nothing changes."""
        bad: set[int] = set()
        while True:
            verdicts = [table.judge(bad) for table in self._tables]
            problems: list[Problem] = []
            raw: dict[int, str] = {}
            for table, verdict in zip(self._tables, verdicts, strict=True):
                found = [item for item in verdict.conflicts if item.row not in bad]
                raw |= table.contents(item.row for item in found)
                for item in found:
                    where = f"row {item.other_row}" + (f" of the file {item.source[:12]}…" if item.source else "")
                    detail = f"{where} has the same key and other content"
                    problems.append(Problem(item.row, ", ".join(table.shape.contract.key), CONFLICT, detail, item.key))
            if not problems:
                return verdicts
            self._refuse(problems, raw)
            bad |= {problem.row for problem in problems}

    def _commit_placeholders(self) -> None:
        own = {table.table for table in self._tables}
        for target in self._references.targets:
            if target in own:
                continue
            rows = self._references.missing(target, self._job.landed.fingerprint)
            if not rows.num_rows:
                continue
            self._context.ensure(self._context.contracts[target])
            try:
                self._context.lake.append(target, rows, Txn(f"{self._job.txn.app}:placeholders:{self._main.table}"))
                self.counts.placeholders[target] = rows.num_rows
            except AlreadyCommitted:
                continue

    def _own_placeholders(self, table: StagedTable) -> list[StagedFile]:
        """Placeholders of a table that refers to itself come in its own commit."""
        if table.table not in self._references.targets:
            return []
        rows = self._references.missing(table.table, self._job.landed.fingerprint)
        if not rows.num_rows:
            return []
        stager = self._stack.enter_context(self._context.lake.stage(table.table))
        stager.write(rows)
        self.counts.placeholders[table.table] = rows.num_rows
        return list(stager.files)

    def _commit_quarantine(self) -> None:
        if self._quarantine is None:
            return
        name = quarantine.table_of(self._main.table)
        try:
            # Named by what it holds: should a repeated run refuse other rows, they are added.
            content = digest(*self._contents, length=16)
            self._context.lake.commit(name, self._quarantine.files, Txn(f"{self._job.txn.app}:{content}"))
        except AlreadyCommitted:
            return
