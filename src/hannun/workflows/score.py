"""Grade every customer of each population for every segment: model 01, into `score.marketing_score`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date

import pyarrow as pa

from hannun import __version__
from hannun.base.errors import HannunError
from hannun.base.identifiers import digest
from hannun.compute import Session
from hannun.features import Basis, Unseen, define_spending, spending_sql, unseen
from hannun.lake import Txn
from hannun.models.marketing_score import POPULATIONS, Population, Scorer, UsageScorer, gather, graded
from hannun.models.marketing_score.grading import GRADES
from hannun.models.marketing_score.populations import population as population_named
from hannun.models.marketing_score.score import READS, SCHEMA, Evidence, window
from hannun.workflows.home import Home

TABLE = "score.marketing_score"
ROWS_A_FILE = 1_000_000
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Scored:
    """What grading one population came to.

    Attributes:
        status: scored, unchanged (that very run stands already) or empty (nobody belongs to the population).
        by_chance: by grade, the share of its customers that only a broken tie put there and not into the next grade.
        blind: segments whose industries the company does not have.
        unseen: money of the averaged months that spending does not hold; None where nothing was scored.
    """

    population: str
    as_of: date
    run: str
    status: str
    customers: int
    rows: int
    by_chance: Mapping[int, float]
    blind: Sequence[str]
    basis: Basis
    unseen: Unseen | None = None


def score(
    home: Home,
    as_of: date,
    populations: Sequence[str] = (),
    *,
    scorer: Scorer | None = None,
    progress: Progress = lambda _: None,
) -> list[Scored]:
    """Grade populations as of a date; quarterly ones as of the last quarter's end.

    Args:
        populations: ids; none: all.
        scorer: the order within a segment; None: by usage.
    """
    if len(home.settings.grade_points) != GRADES:
        raise HannunError(
            f"setting 'grade_points' has {len(home.settings.grade_points)} numbers", mend=f"give {GRADES}, for the grades 1 to 7"
        )
    wanted = list(dict.fromkeys(map(population_named, populations))) if populations else list(POPULATIONS.values())
    by_date: dict[date, list[Population]] = {}
    for item in wanted:
        by_date.setdefault(item.graded_as_of(as_of), []).append(item)
    results: list[Scored] = []
    run_id = home.store.start_run("models score", home.clock.now(), {"model": "marketing_score", "as_of": as_of.isoformat()})
    status, versions = "failed", dict[str, int]()
    try:
        for day, items in by_date.items():
            with home.engine.session(as_of=day) as session:
                basis = define_spending(session)
                results += _score_date(_Run(home, session, day, scorer or UsageScorer(), basis), items, progress)
                versions |= session.versions
        status = "done"
    finally:
        outcome = {item.population: [item.as_of.isoformat(), item.status, item.customers] for item in results}
        lost = next((asdict(item.unseen) for item in results if item.unseen), None)
        details = {"unseen": lost, "model": "marketing_score", "as_of": as_of.isoformat(), "populations": outcome}
        home.store.end_run(run_id, home.clock.now(), status=status, versions=versions, details=details)
    order = [item.id for item in wanted]
    return sorted(results, key=lambda item: order.index(item.population))


@dataclass(frozen=True)
class _Run:
    """What grading as of one date works with."""

    home: Home
    session: Session
    day: date
    scorer: Scorer
    basis: Basis


def _score_date(run: _Run, populations: Sequence[Population], progress: Progress) -> Iterator[Scored]:
    settings, segments = run.home.settings, run.home.segments
    evidence: Evidence | None = None
    lost: Unseen | None = None
    for item in populations:
        name = _run_name(run, item)
        standing, customers, rows = _standing(run.home, item.id, run.day)
        if standing == name:
            yield Scored(item.id, run.day, name, "unchanged", customers, rows, {}, [], run.basis)
            continue
        if evidence is None:
            progress(f"usage of {len(segments)} segments as of {run.day}")
            evidence = gather(run.session, list(segments.values()), settings.usage_months, count_suspended=settings.count_suspended)
            lost = unseen(run.session, run.basis, *window(run.day, settings.usage_months))
        progress(f"grades of {item.id} as of {run.day}")
        tables = graded(evidence, item, run.scorer, settings.grade_points, name)
        counts, chance = _write(run, item, tables, stands=standing is not None)
        by_chance = {grade: chance[grade] / counts[grade] for grade in sorted(counts)}
        total = sum(counts.values())
        customers = total // max(len(segments), 1)
        status = "scored" if total else "empty"
        yield Scored(item.id, run.day, name, status, customers, total, by_chance, evidence.rules.blind, run.basis, lost)


def _write(run: _Run, item: Population, tables: Iterator[pa.Table], *, stands: bool) -> tuple[Counter[int], Counter[int]]:
    """Put the grades of a population in place of those that stand; returns sizes of grades, and how many only chance put there."""
    lake, counts, chance = run.home.lake, Counter[int](), Counter[int]()
    lake.ensure(
        TABLE,
        SCHEMA,
        partition_by=["as_of", "population"],
        statistics=["segment_id", "customer_id"],
        description="Grades of customers for segments / 마케팅 세그먼트 등급",
        contract_version="1.0.0",
    )
    # One table is written while the next is graded.
    with lake.stage(TABLE) as stager, ThreadPoolExecutor(1, thread_name_prefix="stage") as writer:
        writing: Future[None] | None = None
        for table in _joined(tables):
            for row in table.group_by(["grade", "tie_broken"]).aggregate([([], "count_all")]).to_pylist():
                counts[row["grade"]] += row["count_all"]
                chance[row["grade"]] += row["count_all"] * row["tie_broken"]
            if writing is not None:
                writing.result()
            writing = writer.submit(stager.write, table)
        if writing is not None:
            writing.result()
        if counts or stands:
            app = f"{TABLE}/{run.day}/{item.id}"
            txn = Txn(app, (lake.committed_version(TABLE, app) or 0) + 1)
            lake.commit(TABLE, stager.files, txn, replace=[{"as_of": run.day.isoformat(), "population": item.id}])
    return counts, chance


def _joined(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Tables of segments, joined so that small populations do not become many small files."""
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        if sum(part.num_rows for part in waiting) >= ROWS_A_FILE:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)


def _run_name(run: _Run, item: Population) -> str:
    """From all that the grades of one population depend on: tables, segments, settings, and the program by its version."""
    versions = {name: version for text in READS for name, version in run.session.touch(text).items()}
    tables = ",".join(f"{name}@{version}" for name, version in sorted(versions.items()))
    segments = ",".join(segment.model_dump_json() for segment in run.home.segments.values())
    settings = run.home.settings
    rules = (str(settings.usage_months), str(settings.grade_points), str(settings.count_suspended))
    code = digest(__version__, *READS, spending_sql(run.basis), segments, run.scorer.version, *rules)
    return digest("score", item.id, run.day.isoformat(), tables, code)


def _standing(home: Home, population: str, day: date) -> tuple[str | None, int, int]:
    """The run whose grades stand, how many customers it graded, and how many rows that made."""
    if not home.lake.exists(TABLE):
        return None, 0, 0
    with home.engine.session() as session:
        # Each segment has one first: counting them is much cheaper than counting different customers.
        question = f"""SELECT min(_run) AS run, count(*) FILTER (WHERE rank = 1) AS segments, count(*) AS n
            FROM {TABLE} WHERE as_of = $day AND population = $population"""
        [row] = session.query(question, {"day": day, "population": population}).to_pylist()
    return row["run"], row["n"] // max(row["segments"], 1), row["n"]
