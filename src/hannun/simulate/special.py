"""Purchases of other kinds: trips abroad, orders from abroad, cash advances, a campaign's extra purchases; and cancels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hannun.simulate.basket import CURRENCIES, Basket, new
from hannun.simulate.holdings import choose
from hannun.simulate.places import ABROAD_LEAVES
from hannun.simulate.plan import Vector, hashed, inverse
from hannun.simulate.spending import Scene, usable

FEE = 1.01
"""What the company and the brand add to the amount of a purchase abroad."""


@dataclass
class Trips:
    """Customers on a trip this month and its first and last day."""

    who: Vector
    begins: Vector
    ends: Vector
    city: Vector


def trips(rng: np.random.Generator, scene: Scene, factor: Vector) -> Trips:
    """Who travels abroad; more in the season, more with the taste for it."""
    liking = factor[:, scene.catalog.segment("overseas_travel")]
    chance = 1 - np.exp(-0.05 * liking * (scene.people.member & (scene.states.after > 0.05)))
    who = np.flatnonzero(rng.random(len(scene.people)) < chance)
    begins = scene.month.first + rng.integers(0, scene.month.days, len(who))
    ends = np.minimum(begins + 2 + rng.integers(0, 6, len(who)), scene.month.last)
    city = inverse(np.array([row[6] for row in scene.catalog.abroad]))[rng.integers(0, 1024, len(who))]
    return Trips(who, begins, ends, city)


def away(basket: Basket, people: int, trip: Trips) -> Vector:
    """Purchases in a shop at home while the customer is abroad: they do not happen."""
    begins, ends = np.full(people, 1 << 40), np.full(people, -1)
    begins[trip.who], ends[trip.who] = trip.begins, trip.ends
    day = basket.second // 86400
    return np.asarray(~basket.online & (day >= begins[basket.who]) & (day <= ends[basket.who]))


def abroad(rng: np.random.Generator, scene: Scene, trip: Trips, room: Vector) -> Basket:
    """Purchases on trips, in the place's money."""
    catalog, places = scene.catalog, scene.places
    number = rng.poisson(1.7 * (trip.ends - trip.begins + 1))
    row = np.repeat(np.arange(len(trip.who)), number)
    kind = inverse(np.array([44, 30, 8, 18]))[rng.integers(0, 1024, len(row))]
    leaves = np.array([catalog.leaf(code) for code in ABROAD_LEAVES])
    day = trip.begins[row] + (rng.random(len(row)) * (trip.ends - trip.begins + 1)[row]).astype(np.int64)
    basket = new(trip.who[row], leaves[kind], day * 86400)
    hour = catalog.hour_tables[catalog.hours[basket.leaf], rng.integers(0, 256, len(row))].astype(np.int64)
    basket.second += hour * 3600 + rng.integers(0, 3600, len(row))
    city = trip.city[row]
    basket.merchant = places.pick(places.abroad_start[city, kind], places.abroad_count[city, kind], rng.random(len(row)))
    size = catalog.sigma[basket.leaf] * rng.standard_normal(len(row)) + 0.8 * np.log(room[basket.who])
    won = catalog.median[basket.leaf] * np.exp(size)
    names = np.array([CURRENCIES.index(place[1]) for place in catalog.abroad])
    worth = np.array([place[2] for place in catalog.abroad])
    cents = np.array([place[3] for place in catalog.abroad])
    _money(scene, basket, won, currency=names[city], worth=worth[city], cents=cents[city])
    return _payable(rng, scene, basket)


def from_abroad(scene: Scene, basket: Basket) -> None:
    """Turn orders at shops abroad into dollars."""
    rows = np.flatnonzero(basket.leaf == scene.catalog.leaf("030301"))
    part = basket.take(rows)
    size = len(rows)
    dollar = np.full(size, CURRENCIES.index("USD"))
    _money(scene, part, part.amount.astype(np.float64), currency=dollar, worth=np.full(size, 1390.0), cents=np.full(size, 2))
    basket.amount[rows], basket.currency[rows], basket.foreign[rows] = part.amount, part.currency, part.foreign
    basket.months[rows], basket.free[rows] = 0, False


def _money(scene: Scene, basket: Basket, won: Vector, *, currency: Vector, worth: Vector, cents: Vector) -> None:
    """Amount in the other currency (in hundredths), and in won at the rate of the month."""
    rate = worth * (0.95 + 0.1 * hashed(currency, scene.month.index, 51))
    unit = np.where(cents > 0, 1, np.where(worth < 1, 100_000, 100))
    basket.foreign = np.maximum(np.round(won / rate * 100 / unit), 1).astype(np.int64) * unit
    basket.amount = np.maximum(np.round(basket.foreign / 100 * rate * FEE), 1).astype(np.int64)
    basket.currency = currency.astype(np.int64)


def _payable(rng: np.random.Generator, scene: Scene, basket: Basket) -> Basket:
    day = basket.second // 86400
    basket.slot = choose(scene.holdings, basket.who, scene.catalog.segment_of[basket.leaf], day, rng.random(len(basket)))
    return basket.take(np.flatnonzero(usable(scene, basket.who, day) & (basket.slot >= 0)))


def advances(rng: np.random.Generator, scene: Scene) -> Basket:
    """Cash advances: by those who are short of money."""
    strain = scene.states.strain
    chance = 0.004 + 0.05 * (strain > 1.1) + 0.09 * (strain > 1.9)
    chance = chance * scene.people.member * (scene.people.kind == 0) * (scene.states.after > 0.1)
    who = np.flatnonzero(rng.random(len(strain)) < chance)
    leaf = np.full(len(who), scene.catalog.leaf("110301"))
    day = scene.month.first + rng.integers(0, scene.month.days, len(who))
    basket = new(who, leaf, day * 86400 + rng.integers(0, 86400, len(who)))
    basket.amount = np.clip(np.round(40 * np.exp(rng.normal(0, 0.8, len(who)))), 5, 500).astype(np.int64) * 10_000
    start, count = scene.places.start[leaf, scene.people.region[who]], scene.places.count[leaf, scene.people.region[who]]
    basket.merchant = scene.places.pick(start, count, rng.random(len(who)))
    basket = _payable(rng, scene, basket)
    return basket.take(np.flatnonzero(scene.holdings.credit[basket.who, basket.slot]))


def cancels(rng: np.random.Generator, scene: Scene, basket: Basket) -> tuple[Basket, Basket, Vector]:
    """Cancels of the basket's purchases: those of this month, those that come later, and the rows that these take back.

    `original` of this month's is -2 - the position of the purchase (see `basket.numbered`); of later ones it is filled in by then.
    """
    web = np.where(basket.online, 0.032, 0.010)
    able = (basket.leaf != scene.catalog.leaf("110301")) & (basket.amount > 0) & (basket.original < 0)
    rows = np.flatnonzero(able & (rng.random(len(basket)) < web))
    same = rng.random(len(rows)) < 0.55
    back = basket.take(rows)
    second = basket.second[rows]
    end = (second // 86400 + 1) * 86400 - 1
    soon = np.minimum(second + 120 + (rng.exponential(5400, len(rows))).astype(np.int64), np.maximum(end, second + 30))
    later = second + 86400 + (rng.random(len(rows)) * 8 * 86400).astype(np.int64)
    back.second = np.where(same, soon, later)
    part = (rng.random(len(rows)) < 0.22) & (basket.amount[rows] >= 2000)
    some = np.maximum((back.amount * (0.15 + 0.6 * rng.random(len(rows))) / 10).astype(np.int64), 1) * 10
    ratio = np.where(part, some / np.maximum(back.amount, 1), 1.0)
    back.foreign = -np.round(back.foreign * ratio).astype(np.int64)
    back.amount = -np.where(part, some, back.amount)
    back.original = -2 - rows
    here = back.second < (scene.month.last + 1) * 86400
    return back.take(np.flatnonzero(here)), back.take(np.flatnonzero(~here)), rows[~here]
