"""What happens in life: marriage, a child, a move, a job, retirement, a car; and what the company learns of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from hannun.simulate.catalog import Catalog
from hannun.simulate.columns import DAY
from hannun.simulate.people import CORPORATE, MARRIED, RETIRED, SINGLE, People
from hannun.simulate.places import Places
from hannun.simulate.plan import FAR, Month, Vector
from hannun.simulate.tastes import STRANGER, Tastes

MARRIAGE, BIRTH, MOVE, JOB, RETIREMENT, FIRST_JOB, CAR = range(7)
STUDENT = 9
_BOOSTS: dict[int, dict[str, float]] = {
    MARRIAGE: {"home_living": 6, "digital": 5, "household": 12, "overseas_travel": 3, "fashion": 2, "appearance": 1.8},
    BIRTH: {"parenting": 3.5, "health": 2.0, "home_living": 1.5},
    MOVE: {"home_living": 5, "household": 14, "digital": 2.5, "grocery": 1.3},
    JOB: {"dining": 1.2},
    RETIREMENT: {"domestic_travel": 2.0, "outdoor": 1.6},
    FIRST_JOB: {"fashion": 2.5, "appearance": 1.6, "dining": 1.5},
    CAR: {"car_care": 4, "driving": 2.5, "insurance": 2},
}
_REPORTED = (0.55, 0.5, 0.8, 0.45, 0.6, 0.6, 0.0)
"""Share of events that the company's customer master learns of, later."""


@dataclass
class Life:
    """News that the customer master has not heard yet: customers and seconds."""

    pending: list[tuple[Vector, Vector]] = field(default_factory=list)


def step(
    rng: np.random.Generator, month: Month, catalog: Catalog, places: Places, people: People, *, tastes: Tastes, life: Life
) -> tuple[Vector, Vector, Vector]:
    """Let a month pass. Returns (customer, kind, day) of what happened; `people` and `tastes` are changed."""
    tastes.boost += (1.0 - tastes.boost) * 0.45
    age = people.age(month.first)
    size = len(people)
    single = people.marital == SINGLE
    married = people.marital == MARRIED
    chance = np.zeros((size, 7))
    chance[:, MARRIAGE] = single * np.where((age > 25) & (age < 42), 0.0085, 0.0006)
    chance[:, BIRTH] = married * (age < 43) * (people.children < 3) * (month.first - people.youngest > 400)
    chance[:, BIRTH] *= np.where(people.children == 0, 0.022, 0.010)
    chance[:, MOVE] = np.where(people.owns, 0.003, 0.009)
    chance[:, JOB] = (people.occupation < 8) * np.where(age < 40, 0.010, 0.004)
    chance[:, RETIREMENT] = (people.occupation != RETIRED) * np.where(age > 64, 0.02, np.where(age > 57, 0.006, 0.0))
    chance[:, FIRST_JOB] = (people.occupation == STUDENT) * 0.03
    chance[:, CAR] = 0.004 * (tastes.personal[:, catalog.segment("driving")] > STRANGER)
    chance[(people.kind == CORPORATE) | (people.left < FAR)] = 0
    who, kind = np.nonzero(rng.random((size, 7)) < chance)
    day = month.first + rng.integers(0, month.days, len(who))
    _apply(rng, catalog, places, people, tastes, who=who, kind=kind, day=day)
    told = np.flatnonzero(rng.random(len(who)) < np.array(_REPORTED)[kind])
    # News comes in a later month at the earliest: a row about a customer must not show what happened after it.
    heard = np.maximum(day[told] + 2 + rng.exponential(25, len(told)).astype(np.int64), month.last + 1 + day[told] % 5)
    second = heard * DAY + 9 * 3600 + rng.integers(0, 8 * 3600, len(told))
    life.pending.append((who[told], second))
    return who, kind, day


def _apply(
    rng: np.random.Generator,
    catalog: Catalog,
    places: Places,
    people: People,
    tastes: Tastes,
    *,
    who: Vector,
    kind: Vector,
    day: Vector,
) -> None:
    for event, boosts in _BOOSTS.items():
        hit = who[kind == event]
        for name, factor in boosts.items():
            tastes.boost[hit, catalog.segment(name)] = factor
    hit, at = who[kind == MARRIAGE], day[kind == MARRIAGE]
    people.marital[hit], people.married[hit] = MARRIED, at
    hit, at = who[kind == BIRTH], day[kind == BIRTH]
    people.children[hit] += 1
    people.youngest[hit] = at
    baby = catalog.segment("parenting")
    tastes.personal[hit, baby] = np.maximum(tastes.personal[hit, baby], 1.0)
    hit = who[kind == MOVE]
    table = np.where(rng.random((len(hit), 1)) < 0.75, places.near[people.region[hit]], places.distant[people.region[hit]])
    people.region[hit] = table[np.arange(len(hit)), rng.integers(0, 256, len(hit))]
    people.lat[hit] = catalog.lat[people.region[hit]] + rng.normal(0, 0.02, len(hit))
    people.lon[hit] = catalog.lon[people.region[hit]] + rng.normal(0, 0.02, len(hit))
    people.owns[hit] |= rng.random(len(hit)) < 0.2
    hit = who[kind == JOB]
    people.income[hit] *= np.exp(rng.normal(0.02, 0.22, len(hit)))
    people.work[hit] = places.near[people.region[hit], rng.integers(0, 256, len(hit))]
    hit = who[kind == RETIREMENT]
    people.income[hit] *= 0.55
    people.occupation[hit] = RETIRED
    hit = who[kind == FIRST_JOB]
    people.occupation[hit] = 0
    people.income[hit] = np.maximum(people.income[hit] * 1.8, 2.2e6)
    hit = who[kind == CAR]
    for name in ("driving", "car_care"):
        column = catalog.segment(name)
        tastes.personal[hit, column] = np.maximum(tastes.personal[hit, column], 1.2)


def news(life: Life, month: Month) -> tuple[Vector, Vector]:
    """Customers and seconds of the news that reach the customer master this month."""
    if not life.pending:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    who, second = (np.concatenate([part[i] for part in life.pending]) for i in range(2))
    now = second < (month.last + 1) * DAY
    life.pending = [(who[~now], second[~now])]
    return who[now], second[now]
