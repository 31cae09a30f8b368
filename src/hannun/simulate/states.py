"""Hidden states: growing, declining, dormant, left; planted changes with their dates; hazards of what models foretell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hannun.simulate.catalog import Catalog
from hannun.simulate.holdings import Holdings
from hannun.simulate.people import CORPORATE, People
from hannun.simulate.plan import FAR, Month, Plan, Vector, logistic
from hannun.simulate.products import Products
from hannun.simulate.tastes import STRANGER, Tastes

ACTIVE, GROWING, DECLINING, DORMANT, LEFT = range(5)
STATES = ("active", "growing", "declining", "dormant", "left")
CHANGES = (
    "growing",
    "declining",
    "dormant",
    "recovered",
    "left",
    "competitor",
    "competitor_ended",
    "category_switch",
    "first_overseas",
)
Change = tuple[Vector, str, Vector, Vector, Vector]
"""Customers, kind, days, segment from and to (-1: none)."""
HAZARDS = ("churn", "delinquency", "card_loan", "complaint")


@dataclass
class States:
    """Per customer. `before` and `after` are the activity on either side of the day `turn`, in the running month.

    `seen` (segment) and the other sums are what the company could see; the hazards of the next month depend on them
    and on `frailty`, `strain` and `temper`, which nobody sees.
    """

    state: Vector
    level: Vector
    rival: Vector
    before: Vector
    after: Vector
    turn: Vector
    frailty: Vector
    strain: Vector
    temper: Vector
    months: Vector
    spend: Vector
    normal: Vector
    online: Vector
    cash: Vector
    billed: Vector
    grievance: Vector
    past_due: Vector
    seen: Vector
    travelled: Vector
    hazard: Vector


def build(plan: Plan, catalog: Catalog, people: People, tastes: Tastes) -> States:
    """States on the first day."""
    rng = plan.random("states", people.start)
    size = len(people)
    draw = rng.random(size)
    state = np.select([draw < 0.06, draw < 0.13, draw < 0.19], [GROWING, DECLINING, DORMANT], ACTIVE)
    level = np.exp(rng.normal(0, 0.25, size)) * np.where(state == DECLINING, 0.7, 1.0)
    guess = people.income * 0.3 * tastes.share
    return States(
        state=state,
        level=level,
        rival=rng.random(size) < 0.05,
        before=level,
        after=level,
        turn=np.full(size, plan.first),
        frailty=rng.normal(0, 1, size),
        strain=rng.normal(0, 1, size),
        temper=rng.normal(0, 1, size),
        months=np.zeros(size, np.int64),
        spend=guess.copy(),
        normal=guess.copy(),
        online=rng.beta(2, 3, size),
        cash=np.zeros(size),
        billed=guess * 0.9,
        grievance=np.full(size, 99),
        past_due=np.full(size, 99),
        seen=np.zeros((size, len(catalog.segments))),
        travelled=rng.random(size) < np.clip(0.45 * tastes.personal[:, catalog.segment("overseas_travel")], 0, 0.9),
        hazard=np.tile(np.array([0.008, 0.006, 0.006, 0.005]), (size, 1)),
    )


def activity(states: States) -> Vector:
    """How much a customer uses the company's cards now."""
    level = np.where(states.state == DORMANT, 0.015, states.level)
    return np.asarray(np.where(states.rival, 0.3, 1.0) * level)


def step(
    rng: np.random.Generator, month: Month, catalog: Catalog, people: People, tastes: Tastes, *, states: States
) -> list[Change]:
    """Let a month begin: states move, some customers leave (by last month's hazard), changes are planted."""
    size = len(people)
    alive = people.member & (people.joined <= month.last) & (people.left >= FAR)
    states.before = activity(states)
    was, rival = states.state.copy(), states.rival.copy()
    draw = rng.random(size)
    move = {
        ACTIVE: ((0.014, GROWING), (0.022, DECLINING), (0.005, DORMANT)),
        GROWING: ((0.25, ACTIVE),),
        DECLINING: ((0.16, ACTIVE), (0.10, DORMANT)),
        DORMANT: ((0.07, ACTIVE), (0.02, GROWING)),
    }
    for source, targets in move.items():
        low = 0.0
        for chance, target in targets:
            hit = alive & (was == source) & (draw >= low) & (draw < low + chance)
            states.state[hit] = target
            low += chance
    pace = np.array([1.0, 1.10, 0.78, 1.0, 1.0])[states.state]
    states.level = np.clip(states.level * pace, 0.08, 2.6)
    states.level *= np.where(states.state == ACTIVE, (1 / states.level) ** 0.12, 1.0) * np.exp(rng.normal(0, 0.04, size))
    other = rng.random(size)
    # A rival's campaign draws more customers away in some months: the company drifts.
    pull = 0.006 * (1 + 2.0 * (month.start.month in (3, 9)))
    states.rival = np.where(states.rival, other >= 0.09, alive & (other < pull * np.exp(0.4 * states.frailty)))
    states.after = activity(states)
    changed = (states.state != was) | (states.rival != rival)
    states.turn = month.first + np.where(changed, rng.integers(0, month.days, size), 0)
    found = _planted(alive, was, rival, states)
    found.append(_leave(rng, month, people, states, alive))
    found.append(_switch(rng, month, catalog, tastes, alive))
    return found


def _planted(alive: Vector, was: Vector, rival: Vector, states: States) -> list[Change]:
    moved = np.flatnonzero(alive & (states.state != was))
    names = np.array(["recovered", "growing", "declining", "dormant", "left"])[states.state[moved]]
    found: list[Change] = []
    for name in np.unique(names).tolist():
        found.append(_change(moved[names == name], name, states.turn))
    found.append(_change(np.flatnonzero(alive & states.rival & ~rival), "competitor", states.turn))
    found.append(_change(np.flatnonzero(alive & ~states.rival & rival), "competitor_ended", states.turn))
    return found


def _change(who: Vector, name: str, days: Vector) -> Change:
    none = np.full(len(who), -1)
    return who, name, days[who], none, none


def _leave(rng: np.random.Generator, month: Month, people: People, states: States, alive: Vector) -> Change:
    tenure = month.first - people.joined
    draw, day = rng.random(len(people)), month.first + rng.integers(0, month.days, len(people))
    going = np.flatnonzero(alive & (tenure > 30) & (draw < states.hazard[:, 0]))
    people.left[going] = day[going]
    states.state[going] = LEFT
    return _change(going, "left", people.left)


def _switch(rng: np.random.Generator, month: Month, catalog: Catalog, tastes: Tastes, alive: Vector) -> Change:
    """A liking goes from one segment to another for good, from the first day of the month."""
    hit = np.flatnonzero(alive & (rng.random(len(alive)) < 0.006))
    base = np.bincount(catalog.segment_of, catalog.rate, len(catalog.segments)) > 0.3
    liked = tastes.personal[hit] * base * rng.random((len(hit), len(base)))
    source = liked.argmax(axis=1)
    new = np.where((tastes.personal[hit] < 0.4) & base, rng.random((len(hit), len(base))), 0)
    target = new.argmax(axis=1)
    tastes.personal[hit, target] = np.maximum(tastes.personal[hit, source], 1.0)
    tastes.personal[hit, source] = STRANGER
    return hit, "category_switch", np.full(len(hit), month.first), source, target


def hazards(
    rng: np.random.Generator, month: Month, people: People, holdings: Holdings, products: Products, *, states: States
) -> None:
    """Chances of the next month, from what happened until the end of this one; see docs of each line."""
    age, tenure = people.age(month.last), (month.last - people.joined) / 30.4
    fee = products.fee[holdings.product[:, 0]]
    near = (np.mod(tenure, 12) > 10.5) | (np.mod(tenure, 12) < 1.5)
    ratio = states.spend / np.maximum(states.normal, 1e4)
    low = states.spend < 300_000
    cards = ((holdings.issued < month.last) & (holdings.closed > month.last)).sum(axis=1)
    upset = states.grievance <= 2
    churn = (
        -6.55
        + 2.3 * (near & (fee >= 20_000) & low)  # the yearly fee comes, and the card brought nothing
        + 2.4 * (upset & (tenure < 48)) + 0.5 * upset  # an unsolved complaint, worse for the young in membership
        + 1.7 * ((ratio < 0.55) & (states.normal > 200_000))  # a fall counts for those who used it much
        + 1.3 * (np.abs(age - 43) > 19)  # the young and the old leave
        + 1.4 * ((states.online > 0.45) != (cards >= 2))  # online with one card, or offline with several
        + 1.2 * states.rival * (cards < 2)
        + 0.25 * states.frailty
    )  # fmt: skip
    burden = states.billed / np.maximum(people.income, 1e5)
    debt = (
        -5.4
        + 3.2 * np.clip(burden - 0.35, 0, 0.7) / 0.35
        + 1.8 * (states.cash > 0) * (burden > 0.15)
        + 1.9 * (states.past_due <= 6)
        + 1.0 * ((age < 29) & (people.occupation >= 3))
        + 0.8 * (ratio > 1.6)
        + 0.55 * states.strain
    )
    loan = (
        -5.6
        + 1.6 * (states.cash > 0)
        + 1.5 * ((burden > 0.3) & (burden < 0.8))
        + 1.3 * ((ratio > 1.5) & (states.spend > 1e6))
        + 1.0 * ((age > 31) & (age < 52) & ~people.owns)
        + 0.55 * states.strain
    )
    complaint = (
        -5.7
        + 1.6 * (ratio > 1.7)
        + 1.5 * (states.grievance <= 4)
        + 1.2 * ((states.online > 0.6) & (people.digital > 0.6))
        + 0.9 * (fee >= 100_000)
        + 0.7 * states.temper
    )
    states.hazard = np.clip(np.stack([logistic(x) for x in (churn, debt, loan, complaint)], axis=1), 1e-5, 0.6)
    states.hazard[people.kind == CORPORATE, 2:] = 1e-5
    states.temper = 0.9 * states.temper + 0.43 * rng.normal(0, 1, len(people))
    states.strain = 0.92 * states.strain + 0.39 * rng.normal(0, 1, len(people))


def observe(states: States, spend: Vector, online: Vector, cash: Vector, segments: Vector) -> None:
    """Take in what the company saw this month: won, share online, cash advances, purchases by segment.

    Averages begin with the first month that a customer buys in, so that they follow from the files alone.
    """
    states.months = np.where((states.months > 0) | (spend > 0), states.months + 1, 0)
    fresh = 1 / np.maximum(states.months, 1)
    states.spend += np.maximum(0.45, fresh) * (spend - states.spend)
    states.normal += np.maximum(0.15, fresh) * (spend - states.normal)
    states.online = np.where(spend > 0, states.online + np.maximum(0.3, fresh) * (online - states.online), states.online)
    states.cash = np.maximum(states.cash - 1, np.where(cash > 0, 2, 0))
    states.seen = 0.75 * states.seen + 0.25 * segments
    states.grievance = states.grievance + 1
    states.past_due = states.past_due + 1
