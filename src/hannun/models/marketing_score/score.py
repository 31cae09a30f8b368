"""Model 01, run: from a session's tables to graded customers, one Arrow table a population and segment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hannun.base.dates import month_of, month_start
from hannun.base.errors import HannunError
from hannun.compute import Session
from hannun.models.marketing_score import industries
from hannun.models.marketing_score.grading import Graded, grade
from hannun.models.marketing_score.industries import read_industries
from hannun.models.marketing_score.populations import Population
from hannun.models.marketing_score.rules import NAMED, Places, Rules, places_of, rules_of
from hannun.models.marketing_score.scorer import Candidates, Scorer
from hannun.models.marketing_score.segments import Segment

WALLET_MONTHS = 12

SCHEMA = pa.schema(
    [
        ("as_of", pa.date32()),
        ("population", pa.string()),
        ("segment_id", pa.string()),
        ("customer_id", pa.string()),
        ("is_member", pa.bool_()),
        ("usage_krw", pa.int64()),
        ("related_usage_krw", pa.int64()),
        ("score", pa.float64()),
        ("rank", pa.int64()),
        ("grade", pa.int64()),
        ("points", pa.int64()),
        ("tie_broken", pa.bool_()),
        ("model_version", pa.string()),
        ("_run", pa.string()),
    ]
)


@dataclass(frozen=True)
class Usage:
    """What members spent, as arrays over the rows of `usage.sql`, put in order of patterns: 17 bytes a row.

    Attributes:
        starts: where the rows of each pattern begin; one more at the end.
    """

    starts: NDArray[np.int64]
    position: NDArray[np.int32]
    kind: NDArray[np.uint8]
    won: NDArray[np.int64]
    times: NDArray[np.int32]

    @classmethod
    def of(cls, rows: pa.Table, patterns: int) -> Usage:
        """The rows of `usage.sql`, which speak of the patterns from 0 to `patterns` - 1."""
        pattern = rows["pattern"].to_numpy()
        order = np.argsort(pattern.astype(np.min_scalar_type(patterns)), kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(pattern, minlength=patterns))])
        return cls(starts, *(rows[name].to_numpy()[order] for name in ("position", "kind", "won", "times")))

    def rows(self, patterns: Iterable[int]) -> list[slice]:
        """Where the rows of some patterns stand."""
        return [slice(int(self.starts[number]), int(self.starts[number + 1])) for number in patterns]


@dataclass(frozen=True)
class Evidence:
    """All that grading needs as of one date.

    Attributes:
        members: the rows of `members.sql`.
        months: over how many months usage was summed.
    """

    as_of: date
    members: pa.Table
    usage: Usage
    months: int
    segments: Sequence[Segment]
    rules: Rules
    places: Places


def sql(name: str) -> str:
    """The text of `members` or `usage`."""
    return (files("hannun.models.marketing_score") / f"{name}.sql").read_text("utf-8")


READS = (industries.READS, NAMED, sql("members"), sql("usage"))
"""Every SELECT that grading runs: what they read decides whether grades are still true."""


def window(as_of: date, months: int) -> tuple[date, date]:
    """The first and the last day of the last `months` months that had ended by as_of."""
    ended = month_start(as_of + timedelta(days=1)) - timedelta(days=1)
    return month_start(ended, months - 1), ended


def gather(session: Session, segments: Sequence[Segment], months: int, *, count_suspended: bool = False) -> Evidence:
    """Read who may be graded and what they spent. `spending` must be defined in the session, which must have an as_of."""
    if session.as_of is None:
        raise HannunError("grading needs an as_of", mend="open the session with one")
    rules = rules_of(segments, read_industries(session))
    wallet_since = month_of(month_start(session.as_of, WALLET_MONTHS - 1))
    members = session.query(sql("members"), {"count_suspended": count_suspended, "wallet_since_month": wallet_since})
    positions = pa.table({"customer_id": members["customer_id"], "position": pa.array(np.arange(members.num_rows, dtype=np.int64))})
    session.register("line_names", rules.names)
    places = places_of(rules, session.query(NAMED).to_pylist())
    numbers = pa.array(np.arange(1, len(rules.industries) + 1, dtype=np.int64))
    session.register("industry_numbers", pa.table({"industry_code": pa.array(rules.industries, pa.string()), "number": numbers}))
    session.register("merchant_classes", places.merchants)
    session.register("places", places.table)
    session.register("member_positions", positions)
    first, last = window(session.as_of, months)
    found = session.query(sql("usage"), {"first_month": month_of(first), "last_month": month_of(last), "classes": places.classes})
    return Evidence(session.as_of, members, Usage.of(found, places.patterns), months, segments, rules, places)


@dataclass(frozen=True)
class _Frame:
    """What all segments of one population share."""

    evidence: Evidence
    population: Population
    place: NDArray[np.int64]
    counts: NDArray[np.bool_]
    customers: pa.Array
    ties: NDArray[np.uint64]


def graded(evidence: Evidence, population: Population, scorer: Scorer, points: Sequence[int], run: str) -> Iterator[pa.Table]:
    """The rows of `score.marketing_score` for one population: a table a segment, best first."""
    chosen = np.flatnonzero(evidence.members[population.holds].to_numpy())
    if not len(chosen):
        return
    place = np.full(evidence.members.num_rows, -1, np.int64)
    place[chosen] = np.arange(len(chosen))
    counts = np.array([kind // 2 in population.kinds and kind % 2 >= population.wallet_only for kind in range(6)])
    customers = pa.concat_arrays(evidence.members["customer_id"].take(pa.array(chosen)).chunks)
    frame = _Frame(evidence, population, place, counts, customers, evidence.members["tie"].to_numpy()[chosen])
    for number, segment in enumerate(evidence.segments):
        candidates = _candidates(frame, number)
        result = grade(candidates, frame.ties, scorer, points)
        same = {
            "as_of": evidence.as_of,
            "population": population.id,
            "segment_id": segment.id,
            "model_version": scorer.version,
            "_run": run,
        }
        yield _table(frame, candidates, result, same)


def _candidates(frame: _Frame, number: int) -> Candidates:
    evidence, segment = frame.evidence, frame.evidence.segments[number]
    total, times = _summed(frame, evidence.places.own[number])
    related, _ = _summed(frame, evidence.places.related[number])
    member = (total >= segment.minimum.monthly_krw * evidence.months) & (times >= segment.minimum.times)
    return Candidates(segment.id, np.arange(len(total), dtype=np.int64), member, total, related)


def _summed(frame: _Frame, patterns: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Won and purchases of each customer of the population, over purchases of some patterns that count for it."""
    usage = frame.evidence.usage
    won, times = (np.zeros(len(frame.customers), np.int64) for _ in range(2))
    for rows in usage.rows(patterns):
        where = frame.place[usage.position[rows]]
        counting = (where >= 0) & frame.counts[usage.kind[rows]]
        where = where[counting]
        # Arrays of the same type as the sums: else numpy takes a path that is five times slower.
        np.add.at(won, where, usage.won[rows][counting])
        np.add.at(times, where, usage.times[rows][counting].astype(np.int64))
    return won, times


def _table(frame: _Frame, candidates: Candidates, result: Graded, same: Mapping[str, Any]) -> pa.Table:
    order, months, size = result.order, frame.evidence.months, len(result.order)
    columns = {
        "customer_id": pc.take(frame.customers, pa.array(order)),
        "is_member": pa.array(candidates.is_member[order]),
        "usage_krw": pa.array(monthly(candidates.usage[order], months)),
        "related_usage_krw": pa.array(monthly(candidates.related_usage[order], months)),
        "score": pa.array(result.score),
        "rank": pa.array(np.arange(1, size + 1, dtype=np.int64)),
        "grade": pa.array(result.grade),
        "points": pa.array(result.points),
        "tie_broken": pa.array(result.tie_broken),
    }
    fixed = {name: pa.repeat(pa.scalar(value, SCHEMA.field(name).type), size) for name, value in same.items()}
    return pa.table([(columns | fixed)[name] for name in SCHEMA.names], schema=SCHEMA)


def monthly(total: NDArray[np.int64], months: int) -> NDArray[np.int64]:
    """The mean of a month, whole won, halves up; without leaving whole numbers."""
    return (2 * total + months) // (2 * months)
