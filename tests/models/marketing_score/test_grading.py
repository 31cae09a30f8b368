"""Grades: sizes, order, ties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hannun.models.marketing_score import Candidates, Graded, UsageScorer, grade
from hannun.models.marketing_score.grading import mix
from hannun.models.marketing_score.score import monthly
from hannun.models.marketing_score.scorer import Keys

POINTS = [100, 80, 60, 40, 20, 10, 5]


def candidates(rows: list[tuple[bool, int, int]], segment: str = "coffee") -> Candidates:
    member, usage, related = (
        np.array([row[part] for row in rows], kind) for part, kind in ((0, np.bool_), (1, np.int64), (2, np.int64))
    )
    return Candidates(segment, np.arange(len(rows)), member.astype(np.bool_), usage, related)


def draws(size: int) -> np.ndarray:
    return np.random.default_rng(7).integers(0, 2**64, size, dtype=np.uint64)


def run(rows: list[tuple[bool, int, int]], segment: str = "coffee") -> Graded:
    return grade(candidates(rows, segment), draws(len(rows)), UsageScorer(), POINTS)


customers = st.lists(st.tuples(st.booleans(), st.integers(-5, 5), st.integers(-2, 2)), max_size=60)


@settings(max_examples=150, deadline=None)
@given(customers)
def test_grades_are_cut_by_twenty_and_fifty_percent_and_sizes_differ_by_at_most_one(rows: list[tuple[bool, int, int]]) -> None:
    found = run(rows)
    members = [rows[i][0] for i in found.order]
    assert sorted(found.order.tolist()) == list(range(len(rows)))
    assert members == sorted(members, reverse=True)
    for grades, wanted in ((range(1, 6), True), (range(6, 8), False)):
        sizes = [int((found.grade == number).sum()) for number in grades]
        assert max(sizes) - min(sizes) <= 1
        assert sum(sizes) == members.count(wanted)
    assert found.grade.tolist() == sorted(found.grade.tolist())
    assert found.points.tolist() == [POINTS[number - 1] for number in found.grade]


@settings(max_examples=150, deadline=None)
@given(customers)
def test_nobody_stands_above_somebody_who_uses_more(rows: list[tuple[bool, int, int]]) -> None:
    found = run(rows)
    keys = [(rows[i][0], rows[i][1], 0 if rows[i][0] else rows[i][2]) for i in found.order]
    assert keys == sorted(keys, reverse=True)
    scores = dict(zip(keys, found.score.tolist(), strict=True))
    assert [scores[key] for key in keys] == found.score.tolist()
    below = [sum(other < key for other in keys) / len(keys) for key in keys]
    assert found.score.tolist() == pytest.approx(below)


@settings(max_examples=150, deadline=None)
@given(customers)
def test_chance_is_reported_exactly_where_equals_got_different_grades(rows: list[tuple[bool, int, int]]) -> None:
    found = run(rows)
    keys = [(rows[i][0], rows[i][1], 0 if rows[i][0] else rows[i][2]) for i in found.order]
    grades: dict[tuple[bool, int, int], set[int]] = {}
    for key, number in zip(keys, found.grade.tolist(), strict=True):
        grades.setdefault(key, set()).add(number)
    assert found.tie_broken.tolist() == [len(grades[key]) > 1 for key in keys]


def test_ties_do_not_depend_on_the_order_of_rows_and_differ_between_segments() -> None:
    rows = [(False, 0, 0)] * 200
    ties = draws(200)
    first = grade(candidates(rows), ties, UsageScorer(), POINTS)
    again = grade(candidates(rows), ties[::-1].copy(), UsageScorer(), POINTS)
    assert first.order.tolist() == [199 - i for i in again.order]
    other = grade(candidates(rows, "golf"), ties, UsageScorer(), POINTS)
    both = set(first.order[:100].tolist()) & set(other.order[:100].tolist())
    assert 25 < len(both) < 75


def test_draws_are_the_same_on_every_machine() -> None:
    assert mix(np.array([0, 1, 2**64 - 1], np.uint64), "coffee").tolist() == [
        11546175458441626506,
        4879433712142331190,
        781991364428564166,
    ]


def test_members_are_told_apart_by_usage_only_and_others_by_related_usage_too() -> None:
    found = run([(False, 0, 50), (False, 0, 90), (True, 10, 0), (True, 10, 99), (False, 5, 0)])
    assert set(found.order[:2].tolist()) == {2, 3}
    assert found.order[2:].tolist() == [4, 1, 0]


def test_another_scorer_takes_the_place_of_the_rule() -> None:
    class Learned:
        version = "learned-1"

        def keys(self, candidates: Candidates) -> Keys:
            return (-candidates.usage / 7.0,)

    found = grade(candidates([(True, 1, 0), (True, 2, 0), (True, 3, 0)]), draws(3), Learned(), POINTS)
    assert found.order.tolist() == [0, 1, 2]


def test_a_population_of_nobody_and_of_one() -> None:
    assert len(run([]).grade) == 0
    assert run([(True, 3, 0)]).grade.tolist() == [1]
    assert run([(False, 3, 0)]).grade.tolist() == [6]


def test_the_mean_of_a_month_is_whole_won_with_halves_up() -> None:
    assert monthly(np.array([0, 1, 2, 3, 4, 9_007_199_254_740_993 * 3, -1, -2]), 3).tolist() == [
        0,
        0,
        1,
        1,
        1,
        9_007_199_254_740_993,
        0,
        -1,
    ]
    assert monthly(np.array([1, 3, -1]), 2).tolist() == [1, 2, 0]
