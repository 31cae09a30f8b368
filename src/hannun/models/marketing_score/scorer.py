"""How the customers of a population are put in order for a segment.

Today by what they spend. A learned score takes this place later: it gives other keys, and grades, lists and views stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Keys = tuple[NDArray[np.int64] | NDArray[np.float64], ...]


@dataclass(frozen=True)
class Candidates:
    """All customers of a population, seen for one segment. Arrays have one item a customer.

    Attributes:
        segment_id: the segment.
        position: row of the customer in the population's table of customers.
        is_member: meets the segment's minimum.
        usage: won spent in the segment over the averaged months, in all.
        related_usage: the same in related industries.
    """

    segment_id: str
    position: NDArray[np.int64]
    is_member: NDArray[np.bool_]
    usage: NDArray[np.int64]
    related_usage: NDArray[np.int64]


class Scorer(Protocol):
    """An order of candidates."""

    @property
    def version(self) -> str:
        """Names the scorer in the results."""
        ...

    def keys(self, candidates: Candidates) -> Keys:
        """What to order by, the most important first; higher is better, equal in all keys is a tie.

        Members always stand before the others, so keys order within each of the two.
        """
        ...


class UsageScorer:
    """The rule: by usage of the segment, then (among those who are not members) by usage of related industries."""

    version = "usage-1"

    def keys(self, candidates: Candidates) -> Keys:
        related = np.where(candidates.is_member, 0, candidates.related_usage)
        return candidates.usage, related
