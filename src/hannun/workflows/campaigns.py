"""Preview a target list, and count what was graded."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from hannun.base.errors import NotFound
from hannun.decisions import Selection, choose, find_candidates
from hannun.models.marketing_score import Segment
from hannun.models.marketing_score.grading import GRADES
from hannun.models.marketing_score.industries import read_industries
from hannun.models.marketing_score.populations import population as population_named
from hannun.workflows.home import Home
from hannun.workflows.score import TABLE


@dataclass(frozen=True)
class Plan:
    """What a list is asked for: segment and population by id or Korean name."""

    segment: str
    population: str
    volume: int
    channel: str = "sms"
    night: bool = False


@dataclass(frozen=True)
class Preview:
    """A list that nobody has acted on.

    Attributes:
        graded_as_of: date of the grades; consents, cards and leaving are looked up as of `as_of`.
        grades: how many were chosen from each grade.
    """

    segment_id: str
    population: str
    as_of: date
    graded_as_of: date
    grades: dict[int, int]
    selection: Selection


def preview(home: Home, plan: Plan, as_of: date) -> Preview:
    """Who would be contacted; writes nothing.

    Raises:
        NotFound: there is no such segment or population, or it was not graded by then.
    """
    segment, population = home.segments[plan.segment], population_named(plan.population)
    graded_as_of = _last_grading(home, segment.id, population.id, as_of)
    with home.engine.session(as_of=as_of) as session:
        candidates = find_candidates(
            session,
            segment_id=segment.id,
            population=population.id,
            graded_as_of=graded_as_of,
            channel=plan.channel,
            night=plan.night,
        )
    selection = choose(candidates, plan.volume)
    grades = Counter(selection.targets["grade"].to_pylist())
    return Preview(segment.id, population.id, as_of, graded_as_of, dict(sorted(grades.items())), selection)


def segment_counts(home: Home, as_of: date) -> list[dict[str, Any]]:
    """For each segment and population of the last grading by `as_of`: members, others, and the sizes of grades 1 to 7."""
    if not home.lake.exists(TABLE):
        return []
    sizes = ", ".join(f"count(*) FILTER (WHERE grade = {grade})" for grade in range(1, GRADES + 1))
    last = f"SELECT population, max(as_of) AS as_of FROM {TABLE} WHERE as_of <= $day GROUP BY population"
    text = f"""
        SELECT segment_id, population, as_of, count(*) FILTER (WHERE is_member) AS members,
            count(*) FILTER (WHERE NOT is_member) AS others, [{sizes}] AS grades
        FROM {TABLE} WHERE as_of = $as_of AND population = $population GROUP BY segment_id, population, as_of"""
    found: list[dict[str, Any]] = []
    with home.engine.session() as session:
        for gradings in session.query(last, {"day": as_of}).to_pylist():
            found += session.query(text, gradings).to_pylist()
    return sorted(found, key=lambda row: (row["segment_id"], row["population"]))


def segment_industries(home: Home, segment: Segment, as_of: date) -> list[dict[str, str]]:
    """The industries of this company that a segment speaks of, as known by `as_of`."""
    with home.engine.session(as_of=as_of) as session:
        industries = read_industries(session)
    codes = sorted(set[str]().union(*(industries.codes(line.industries, line.excluded) for line in segment.match)))
    return [{"industry_code": code, "name_ko": industries[code].name_ko, "name_en": industries[code].name_en} for code in codes]


def _last_grading(home: Home, segment_id: str, population: str, as_of: date) -> date:
    mend = f"hannun models score marketing_score --as-of {as_of}"
    if not home.lake.exists(TABLE):
        raise NotFound("nobody has been graded yet", mend=mend)
    text = f"SELECT max(as_of) AS day FROM {TABLE} WHERE as_of <= $day AND population = $population AND segment_id = $segment"
    with home.engine.session() as session:
        [row] = session.query(text, {"day": as_of, "population": population, "segment": segment_id}).to_pylist()
    if row["day"] is None:
        raise NotFound(f"nobody was graded for '{segment_id}' in population '{population}' by {as_of}", mend=mend)
    graded: date = row["day"]
    return graded
