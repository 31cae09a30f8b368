"""Grades: members cut into 1 to 5 by 20 % each, the others into 6 and 7 by 50 % each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hannun.base.identifiers import digest
from hannun.models.marketing_score.scorer import Candidates, Scorer

MEMBER_GRADES = 5
OTHER_GRADES = 2
GRADES = MEMBER_GRADES + OTHER_GRADES


@dataclass(frozen=True)
class Graded:
    """Candidates in order, best first. Arrays have one item a customer.

    Attributes:
        order: index into the candidates' arrays.
        grade: 1 to 7; sizes of the grades of members differ by at most 1, so do those of the others.
        points: points of the grade.
        tie_broken: equal to a customer on the other side of a grade's border: chance, not usage, decided the grade.
        score: share of the population that stands strictly below; equal for equals.
    """

    order: NDArray[np.int64]
    grade: NDArray[np.int64]
    points: NDArray[np.int64]
    tie_broken: NDArray[np.bool_]
    score: NDArray[np.float64]


def grade(candidates: Candidates, ties: NDArray[np.uint64], scorer: Scorer, points: Sequence[int]) -> Graded:
    """Put candidates in order and cut them into grades.

    Args:
        ties: a stable hash of each customer's id; breaks ties, differently in each segment.
        scorer: what orders them.
        points: of the grades 1 to 7.
    """
    keys = (candidates.is_member.astype(np.int64), *scorer.keys(candidates))
    draws = mix(ties, candidates.segment_id)
    # lexsort: the last key counts most, and smaller comes first.
    order = np.lexsort((draws, *(-key for key in reversed(keys)))).astype(np.int64)
    members = int(candidates.is_member.sum())
    grades = np.concatenate([1 + _cut(members, MEMBER_GRADES), 1 + MEMBER_GRADES + _cut(len(order) - members, OTHER_GRADES)])
    first, last = _equals([key[order] for key in keys])
    return Graded(
        order=order,
        grade=grades,
        points=np.asarray(points, np.int64)[grades - 1],
        tie_broken=grades[first] != grades[last] if len(order) else np.zeros(0, np.bool_),
        score=(len(order) - 1 - last) / max(len(order), 1),
    )


def mix(ties: NDArray[np.uint64], salt: str) -> NDArray[np.uint64]:
    """Other draws for each `salt`, so that the same customers do not lose every tie (the finaliser of SplitMix64)."""
    value = ties ^ np.uint64(int(digest("tie", salt, length=16), 16))
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = (value ^ (value >> np.uint64(shift))) * np.uint64(factor)
    return value ^ (value >> np.uint64(31))


def _cut(size: int, parts: int) -> NDArray[np.int64]:
    """The part, from 0, of each of `size` places; sizes differ by at most 1."""
    return np.arange(size, dtype=np.int64) * parts // max(size, 1)


def _equals(keys: Sequence[NDArray[np.int64] | NDArray[np.float64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each place of a sorted sequence: the first and the last place with equal keys."""
    size = len(keys[0])
    if size == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    changes = np.zeros(size, np.bool_)
    changes[0] = True
    for key in keys:
        changes[1:] |= key[1:] != key[:-1]
    starts = np.flatnonzero(changes)
    group = np.cumsum(changes) - 1
    ends = np.append(starts[1:], size) - 1
    return starts[group].astype(np.int64), ends[group].astype(np.int64)
