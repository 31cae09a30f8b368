"""True affinities: how often a customer buys in each segment, and what of it this company sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hannun.simulate.catalog import Catalog
from hannun.simulate.people import CORPORATE, SOLE, YEAR, People, stage
from hannun.simulate.plan import Plan, Vector

CARD_PURCHASES = 0.5
"""Rates of the catalogue are brought to what a customer buys by card, at all companies together."""
STRANGER = 0.03
"""Rate of somebody who does not use a segment, relative to the average."""
_BUSINESS = {
    "dining": 3.0,
    "driving": 2.0,
    "mobility": 2.0,
    "hotel": 2.0,
    "overseas_travel": 1.5,
    "tax": 4.0,
    "telecom": 1.5,
    "home_living": 2.0,
}
_PRIVATE_ONLY = ("parenting", "education", "appearance", "games", "pets", "health", "solo_living", "delivery", "fashion", "culture")


@dataclass
class Tastes:
    """Per customer and segment. `personal` is the true affinity relative to peers; `boost` decays after a life event;
    `leaning` (customer × leaf) prefers some industries of a segment to others."""

    personal: Vector
    boost: Vector
    share: Vector
    spread: Vector
    leaning: Vector


def build(plan: Plan, catalog: Catalog, people: People) -> Tastes:
    """Affinities from a few hidden factors and much that belongs to the person alone."""
    rng = plan.random("tastes", people.start)
    size, segments = len(people), len(catalog.segments)
    loadings = plan.random("loadings").normal(0, 0.42, (5, segments))
    factors = rng.normal(0, 1, (size, 5))
    level = factors @ loadings + rng.normal(0, 0.72, (size, segments))
    spread = float(np.sqrt((loadings**2).sum(axis=0).mean() + 0.72**2))
    inclined = rng.random((size, segments)) < catalog.users * np.exp(0.25 * np.clip(factors @ loadings, -2, 2)) / 1.03
    personal = np.where(inclined, np.exp(level - spread**2 / 2) / catalog.users, STRANGER)
    main = rng.random(size) < 0.46
    share = np.where(main, rng.beta(6, 3, size), rng.beta(1.6, 5.0, size))
    # Computed in double: a last bit of single precision, which differs between processors, would move purchases.
    leaning = np.exp(rng.standard_normal((size, len(catalog.leaves))) * 0.6 - 0.18).astype(np.float32)
    return Tastes(personal, np.ones((size, segments)), share, np.exp(rng.normal(0, 0.25, size)), leaning)


def demography(catalog: Catalog, people: People, day: int) -> Vector:
    """Multipliers (customer × segment) from age, sex, life stage and kind of customer on a day."""
    ages = np.arange(15, 91)
    curve = 0.35 + 0.95 * np.exp(-0.5 * ((ages[:, None] - catalog.peak) / catalog.width) ** 2)
    age = np.clip(((day - people.born) / YEAR).astype(np.int64) - 15, 0, len(ages) - 1)
    sex = np.stack([2 / (1 + catalog.female), 2 * catalog.female / (1 + catalog.female)])
    found = curve[age] * sex[people.woman.astype(np.int64)] * catalog.stage.T[stage(people, day)]
    firm = np.ones(len(catalog.segments))
    firm[[catalog.segment(name) for name in _PRIVATE_ONLY]] = 0.02
    for name, factor in _BUSINESS.items():
        firm[catalog.segment(name)] = factor
    company = people.kind == CORPORATE
    found[company] = firm
    found[people.kind == SOLE, catalog.segment("tax")] *= 3
    return np.asarray(found)


def rates(catalog: Catalog, people: People, tastes: Tastes, day: int) -> tuple[Vector, Vector]:
    """Factors (customer × segment) on the catalogue's rates, at all card companies together, and the factor on amounts.

    A customer's budget holds both down: who has a taste for more than the income gives buys less, and cheaper.
    """
    month = int(((np.int64(day).astype("datetime64[D]")).astype("datetime64[M]")).astype(np.int64) % 12)
    worth = np.bincount(catalog.segment_of, catalog.rate * catalog.median * np.exp(catalog.sigma**2 / 2), len(catalog.segments))
    factor = tastes.personal * tastes.boost * demography(catalog, people, day) * CARD_PURCHASES
    cost = factor @ worth
    room = np.clip(0.62 * people.income / np.maximum(cost, 1.0), 0.15, 4.0)
    factor *= catalog.season[:, month] * (np.sqrt(room) * tastes.spread)[:, None]
    return factor, np.sqrt(room)


def monthly(catalog: Catalog, factor: Vector) -> Vector:
    """Purchases a month by segment."""
    return np.asarray(factor * np.bincount(catalog.segment_of, catalog.rate, len(catalog.segments)))
