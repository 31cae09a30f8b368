"""The runner: the files of a mapping into the lake, once each, one report a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Named
from pathlib import Path

from hannun.base.errors import MappingError, SourceError
from hannun.base.identifiers import fingerprint
from hannun.ingest import ledger
from hannun.ingest.archive import Archive
from hannun.ingest.context import Context, FileReport, Landed, Progress
from hannun.ingest.engine import Engine
from hannun.ingest.file_load import FileLoader, used_columns
from hannun.ingest.landing import assign, found_files, in_order
from hannun.ingest.plan import SOURCE, plan_table
from hannun.ingest.readers import open_rows


class Runner:
    """Loads files of one mapping. The mapping is planned at once, so that an error in it comes before any file is read.

    Raises:
        MappingError: the mapping's SQL is wrong, or a table has no contract.
    """

    def __init__(self, context: Context, engine: Engine, progress: Progress | None = None) -> None:
        self._context = context
        self._engine = engine
        self._mapping = context.mapping
        for rule in self._mapping.tables:
            if rule.table not in context.contracts:
                known = ", ".join(context.contracts)
                raise MappingError(f"mapping {self._mapping.name}: there is no contract for '{rule.table}'", mend=f"known: {known}")
        self._plans = [plan_table(self._mapping, rule) for rule in self._mapping.tables]
        self._progress = progress

    def run(self, paths: Iterable[Path]) -> Iterator[FileReport]:
        """Load files; one that is wrong is refused with its message, the others still load.

        Raises:
            LakeError: the lake cannot be written; the run can be repeated.
        """
        files, named = found_files(paths)
        assigned = assign(self._mapping, files)
        for path in assigned.strangers:
            problem = "is not there" if not path.exists() else f"matches no source of the mapping {self._mapping.name}"
            if path in named:
                yield FileReport(str(path), error=f"{path} {problem} → check the path, or the patterns under 'files'")
            else:
                yield FileReport(str(path), message=f"{problem}: not read")
        for source in in_order(self._mapping, self._plans):
            if assigned.files[source]:
                yield from self._source(source, assigned.files)

    def loader(self, source: str, files: Named[str, list[Path]]) -> FileLoader | None:
        """What loads the files of a source, with the sources ready that it joins; None when no table is made of it.

        Args:
            files: of each source, those of this run.

        Raises:
            SourceError: a source that is joined has no file, or a wrong one.
        """
        plans = [plan for plan in self._plans if plan.first == source]
        for name in dict.fromkeys(name for plan in plans for name in plan.lookups):
            self._look_up(name, files.get(name, []))
        return FileLoader(self._context, self._engine, source, plans, self._progress) if plans else None

    def _source(self, source: str, files: dict[str, list[Path]]) -> Iterator[FileReport]:
        for path in files[source]:
            try:
                loader = self.loader(source, files)
                report = loader.load(path) if loader is not None else self._only_looked_up(source, path)
            except (SourceError, MappingError) as error:
                report = FileReport(str(path), error=str(error))
            yield report

    def _look_up(self, source: str, files: list[Path]) -> None:
        """Read a source whole, once a run: its files of this run, else the originals of the last ones that landed."""
        if self._engine.has(SOURCE + source):
            return
        columns = used_columns([plan for plan in self._plans if plan.first != source], source)
        if files:
            for path in files:
                self._keep(source, path, columns)
            return
        archive = Archive(self._context.lake.files, self._context.keys)
        latest = {
            load.name: load.fingerprint
            for load in self._context.store.files()
            if (load.mapping, load.source) == (self._mapping.name, source) and archive.exists(load.fingerprint)
        }
        if not latest:
            patterns = ", ".join(self._mapping.sources[source].files)
            raise SourceError(
                f"the source '{source}' has no file", mend=f"give its files ({patterns}) too: rows are joined with it"
            )
        for original in latest.values():
            with archive.as_file(original) as path:
                self._keep(source, path, columns)

    def _keep(self, source: str, path: Path, columns: frozenset[str] | None) -> None:
        for batch in open_rows(path, self._mapping.sources[source]):
            if batch.rows.num_columns > 1:
                names = [name for name in batch.rows.schema.names if name != "_row"]
                self._engine.keep(SOURCE + source, batch.rows.select(names), columns)

    def _only_looked_up(self, source: str, path: Path) -> FileReport:
        """A file that no table is made of by itself: kept, counted, joined where others need it."""
        landed = Landed(path.name, source, self._mapping.name, fingerprint(path), self._context.personal)
        Archive(self._context.lake.files, self._context.keys).put(path, landed.fingerprint, sealed=landed.sealed)
        report = FileReport(str(path), message="joined with the rows of other files; no table of its own")
        for batch in open_rows(path, self._mapping.sources[source]):
            report.rows_read += batch.rows.num_rows + len(batch.bad)
            report.rows_quarantined += len(batch.bad)
        report.rows_loaded = report.rows_read - report.rows_quarantined
        ledger.record(self._context, landed, report)
        return report
