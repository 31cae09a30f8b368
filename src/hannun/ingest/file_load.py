"""One file: fingerprint, archive, batches into its tables, derived tables, ledger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from hannun.base.errors import MappingError
from hannun.base.identifiers import fingerprint
from hannun.ingest import ledger
from hannun.ingest.archive import Archive
from hannun.ingest.context import PATIENCE, Context, FileReport, Job, Landed, Progress
from hannun.ingest.engine import ROW_ERRORS, Engine
from hannun.ingest.filespec import FileSpec
from hannun.ingest.load import Load
from hannun.ingest.plan import BATCH, OWN, Plan
from hannun.ingest.readers import BadRow, RowBatch, open_rows, signature
from hannun.ingest.readers.ahead import read_ahead
from hannun.ingest.readers.signature import Signature, check_unchanged
from hannun.ingest.rowwise import ROW
from hannun.ingest.shape import Shape, shape_table
from hannun.ingest.typing_rules import quoted

DERIVED = " (derived)"
CHUNK = 100_000
BLOCK_BYTES = 8 << 20


class FileLoader:
    """Loads the files of one source.

    Args:
        plans: the tables that are reported under this source, in the mapping's order.
    """

    def __init__(self, context: Context, engine: Engine, source: str, plans: list[Plan], progress: Progress | None = None) -> None:
        self._context = context
        self._engine = engine
        self._source = source
        self._spec: FileSpec = context.mapping.sources[source]
        self._primary = [plan for plan in plans if not plan.rule.derived]
        self._derived = [plan for plan in plans if plan.rule.derived]
        self._progress = progress

    @property
    def table(self) -> str:
        """The table that the source's files are reported under."""
        last = (self._primary or self._derived)[-1]
        return self._context.contracts[last.rule.table].table

    def load(self, path: Path) -> FileReport:
        """Load a file, once.

        Raises:
            SourceError: it cannot be read as declared, or changed meanwhile; nothing of it was loaded.
            MappingError: the mapping does not fit it.
            LakeError: the lake cannot be written; the load can be repeated.
        """
        before = signature(path)
        context, name = self._context, self._context.mapping.name
        landed = Landed(path.name, self._source, name, fingerprint(path), context.personal)
        check_unchanged(path, before)
        # One process at a time loads a content; the next one finds it loaded. A few names, so that few lock files stay behind.
        with context.store.locks.hold(f"ingest:content:{landed.fingerprint[:2]}", timeout=PATIENCE):
            return self._load_once(path, before, landed)

    def _load_once(self, path: Path, before: Signature, landed: Landed) -> FileReport:
        context = self._context
        if context.lake.committed(self.table, landed.txn):
            return ledger.already(context, landed, self.table, str(path), lambda: self._count(path))
        report = FileReport(str(path), self.table, message=ledger.other_content(context, landed))
        if context.personal:
            context.vault().forget()
        with ThreadPoolExecutor(1, thread_name_prefix="archive") as pool:
            archive = Archive(context.lake.files, context.keys)
            kept = pool.submit(archive.put, path, landed.fingerprint, sealed=landed.sealed)
            with ExitStack() as stack:
                job = Job(landed, landed.txn, context.clock.now())
                load = self._read(path, report, stack, job)
                check_unchanged(path, before)
                kept.result()
                self._commit(load, job, report)
        ledger.record(context, landed, report)
        return report

    def _count(self, path: Path) -> int:
        return sum(batch.rows.num_rows + len(batch.bad) for batch in open_rows(path, self._spec))

    def retry(self, path: Path, job: Job, rows: list[int]) -> set[int]:
        """Load some rows of an original that were refused before; returns those that pass now."""
        with ExitStack() as stack:
            load = self._read(path, FileReport(path.name), stack, job, only=pa.array(rows, pa.int64()))
            load.finish()
        return set(rows) - load.refused

    def retry_derived(self, path: Path, job: Job, table: str, rows: list[int]) -> set[int]:
        """Derive a table once more from an original of which some derived rows were refused; returns those that pass now."""
        self._engine.drop(OWN + self._source)
        for batch in open_rows(path, self._spec, block_bytes=BLOCK_BYTES):
            if batch.rows.num_columns > 1:
                self._engine.keep(OWN + self._source, batch.rows, self._used)
        plan = next(plan for plan in self._derived if self._context.contracts[plan.rule.table].table == table)
        load = self._derive(plan, self._prepare(plan, job), job, FileReport(path.name))
        return set(rows) - (load.refused if load is not None else set())

    def _read(self, path: Path, report: FileReport, stack: ExitStack, job: Job, *, only: pa.Array | None = None) -> Load:
        """Stage the rows of the file (or some of them); keep those columns of the good ones that derived tables need."""
        load: Load | None = None
        self._engine.drop(OWN + self._source)
        for batch in read_ahead(open_rows(path, self._spec, block_bytes=BLOCK_BYTES)):
            report.message = "; ".join(filter(None, [report.message, batch.message]))
            if load is None:
                load = self._open(stack, self._shapes(batch.rows), job)
            good = load.take(*(batch.rows, batch.bad) if only is None else _some(batch, only))
            if self._derived and only is None and good.num_columns > 1:
                self._engine.keep(OWN + self._source, good, self._used)
            if self._progress is not None:
                self._progress(path.name, load.counts.read)
        return load if load is not None else self._open(stack, [], job)

    def _open(self, stack: ExitStack, shapes: list[Shape], job: Job) -> Load:
        return Load(self._context, self._engine, stack, job, shapes=shapes, main=self._context.contracts[self.table])

    @property
    def _used(self) -> frozenset[str] | None:
        return used_columns(self._derived, self._source)

    def _shapes(self, rows: pa.Table) -> list[Shape]:
        """How the primary tables are made of batches like this one. A file without columns makes nothing."""
        if rows.num_columns <= 1:
            return []
        self._engine.see(BATCH + self._source, rows)
        return [self._shape(plan, plan.sql) for plan in self._primary]

    def _shape(self, plan: Plan, sql: str) -> Shape:
        contract = self._context.contracts[plan.rule.table]
        try:
            outputs = self._engine.outputs(sql)
        except duckdb.Error as error:
            raise unfit(self._context.mapping.name, plan, error) from None
        return shape_table(replace(plan, sql=sql), contract, self._context.mapping, outputs)

    def _commit(self, load: Load, job: Job, report: FileReport) -> None:
        """Derived tables, then the file's own; of a file that has only derived ones, its quarantine first."""
        counts = load.counts
        # All that may be wrong with the mapping comes out before the first commit.
        prepared = [(plan, self._prepare(plan, job)) for plan in self._derived]
        if not self._primary:
            load.finish()
        for plan, ready in prepared:
            self._derive(plan, ready, job, report)
        self._engine.drop(OWN + self._source)
        if self._primary:
            load.finish()
        if self._primary and not load.tables:
            self._context.lake.commit(self.table, [], job.txn)
        report.rows_read, report.rows_quarantined = counts.read, counts.quarantined
        report.rows_loaded = counts.read - counts.quarantined
        report.rows_unchanged = counts.unchanged
        add(report.placeholders, counts.placeholders)

    def _prepare(self, plan: Plan, job: Job) -> tuple[str, Shape] | None:
        """A derived table's rows, numbered, in a temporary table, and how they are read; None when there is nothing to do."""
        contract = self._context.contracts[plan.rule.table]
        if self._context.lake.committed(contract.table, job.txn) or not self._engine.has(OWN + self._source):
            return None
        rows = self._engine.fresh("derived__")
        order = ", ".join(quoted(name) for name in contract.key)
        numbered = f"SELECT *, row_number() OVER (ORDER BY {order}) AS _row FROM ({plan.sql})"
        try:
            self._engine.run(f"CREATE TEMP TABLE {rows} AS {numbered}")
        except duckdb.Error as error:
            raise unfit(self._context.mapping.name, plan, error) from None
        batch = quoted(BATCH + plan.first)
        self._engine.see(BATCH + plan.first, self._engine.query(f"SELECT * FROM {rows} LIMIT 0"))
        return rows, self._shape(plan, f"SELECT * EXCLUDE (_row), _row AS {quoted(ROW)} FROM {batch}")

    def _derive(self, plan: Plan, ready: tuple[str, Shape] | None, job: Job, report: FileReport) -> Load | None:
        """Load the rows that a derived table finds in the file; None when there is nothing to do."""
        contract = self._context.contracts[plan.rule.table]
        if ready is None:
            if not self._context.lake.committed(contract.table, job.txn):
                self._context.ensure(contract)
                self._context.lake.commit(contract.table, [], job.txn)
            return None
        rows, shape = ready
        origin = replace(job, landed=replace(job.landed, source=job.landed.source + DERIVED))
        with ExitStack() as stack:
            load = Load(self._context, self._engine, stack, origin, shapes=[shape], main=contract)
            total = self._engine.query(f"SELECT count(*) AS n FROM {rows}")["n"][0].as_py()
            for start in range(0, total, CHUNK):
                some = f"SELECT * FROM {rows} WHERE _row > {start} AND _row <= {start + CHUNK} ORDER BY _row"
                load.take(self._engine.query(some))
            counts = load.finish()
        self._engine.drop(rows)
        add(report.derived, counts.stored)
        add(report.placeholders, counts.placeholders)
        add(report.derived_quarantined, {contract.table: counts.quarantined})
        return load


def _some(batch: RowBatch, rows: pa.Array) -> tuple[pa.Table, list[BadRow]]:
    """Only those records of a batch that are among `rows`."""
    wanted = set(rows.to_pylist())
    return batch.rows.filter(pc.is_in(batch.rows["_row"], value_set=rows)), [item for item in batch.bad if item.row in wanted]


def used_columns(plans: list[Plan], source: str) -> frozenset[str] | None:
    """The columns of a source that some tables read; None: all."""
    found = [plan.columns[source] for plan in plans if source in plan.columns]
    return None if None in found else frozenset().union(*(columns for columns in found if columns is not None))


def add(total: dict[str, int], more: dict[str, int]) -> None:
    """Add counts by name."""
    for name, number in more.items():
        if number:
            total[name] = total.get(name, 0) + number


def unfit(mapping: str, plan: Plan, error: duckdb.Error) -> MappingError:
    """The error for SQL that DuckDB cannot run on the sources as they are."""
    first = str(error).splitlines()[0]
    if isinstance(error, ROW_ERRORS):
        # The message quotes the value, which may be personal.
        first = f"the SQL fails on a value of the file ({type(error).__name__.removesuffix('Exception')})"
    return MappingError(
        f"mapping {mapping}, table {plan.rule.table}: {first}", mend="mend the SQL, or name the source's columns right"
    )
