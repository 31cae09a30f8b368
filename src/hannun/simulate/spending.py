"""Everyday purchases of a chunk in a month: who, what, when, where, how much and by which card."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hannun.simulate.basket import Basket, new
from hannun.simulate.catalog import Catalog
from hannun.simulate.holdings import Holdings, choose
from hannun.simulate.people import People
from hannun.simulate.places import Places
from hannun.simulate.plan import Month, Vector, bell, halves, hashed, inverse
from hannun.simulate.states import States
from hannun.simulate.tastes import Tastes

PAYDAYS = (25, 10, 21, 1, 5, 15)
HABIT = 0.62
LATE_MERCHANT = 0.0005
"""Share of purchases at a merchant whose master row has not come: the only merchants that are in no file."""
_REGULARS = inverse(np.array([60, 28, 12]), 256)
_TERMS = np.array([2, 3, 6, 10, 12])


@dataclass(frozen=True)
class Scene:
    """All that purchases depend on."""

    catalog: Catalog
    places: Places
    people: People
    tastes: Tastes
    holdings: Holdings
    states: States
    month: Month
    stop_from: Vector
    stop_until: Vector


def visible(scene: Scene, factor: Vector) -> Vector:
    """Purchases a month by segment (as factors) that come to this company, at full activity.

    The rest is paid by other companies' cards, which no file shows; a card's benefits draw purchases to it.
    """
    open_ = scene.holdings.open_within(scene.month.first, scene.month.last)
    reward = np.any(scene.holdings.focus & open_[:, :, None], axis=1)
    share = np.minimum(scene.tastes.share[:, None] * np.where(reward, 1.6, 0.9), 0.97)
    share = np.where(np.any(open_, axis=1, keepdims=True), share, 0.0)
    guest = np.where(scene.people.member, 0.0, 0.09 * (hashed(scene.people.ids, 5) < 0.6))
    return np.asarray(factor * (share + guest[:, None]))


def everyday(rng: np.random.Generator, scene: Scene, seen: Vector, room: Vector) -> Basket:
    """Purchases by a Poisson process over customers and leaves, and the bills of the month."""
    catalog, states = scene.catalog, scene.states
    most = np.where(scene.people.member, np.maximum(states.before, states.after), 1.0)
    rate = np.where(catalog.bills, 0.0, catalog.rate)
    cells = np.cumsum((seen[:, catalog.segment_of] * scene.tastes.leaning * (rate * most[:, None])).ravel())
    number = rng.poisson(cells[-1])
    cell = np.searchsorted(cells, np.sort(rng.random(number)) * cells[-1])
    cell = np.minimum(cell, len(cells) - 1)
    who, leaf = cell // len(catalog.leaves), cell % len(catalog.leaves)
    day = _days(rng, scene, who, leaf)
    active = np.where(day < states.turn[who], states.before[who], states.after[who])
    keep = ~scene.people.member[who] | (rng.random(number) * most[who] < active)
    who, leaf, day = who[keep], leaf[keep], day[keep]
    bill_who, bill_leaf, bill_day = _bills(scene, seen, most)
    who, leaf, day = (np.concatenate(pair) for pair in ((who, bill_who), (leaf, bill_leaf), (day, bill_day)))
    return finish(rng, scene, who, leaf, day, room=room, bills=len(bill_who))


def usable(scene: Scene, who: Vector, day: Vector) -> Vector:
    """Whether customers can buy on these days: between joining and leaving, and not suspended."""
    inside = (day > scene.people.joined[who]) & (day < scene.people.left[who])
    return np.asarray(inside & ~((day >= scene.stop_from[who]) & (day < scene.stop_until[who])))


def _days(rng: np.random.Generator, scene: Scene, who: Vector, leaf: Vector) -> Vector:
    month = scene.month
    days = np.arange(month.first, month.last + 1)
    dates = np.arange(1, month.days + 1)
    pay = np.stack([1.0 + 0.45 * (((dates - p) % month.days) < 3) for p in PAYDAYS])
    weights = scene.catalog.week_weights[:, (days + 3) % 7]
    tables = np.stack([[inverse(week * bonus, 512) for bonus in pay] for week in weights])
    salary = np.searchsorted(np.sort(PAYDAYS), scene.people.payday)
    order = np.argsort(PAYDAYS)
    return np.asarray(month.first + tables[scene.catalog.weeks[leaf], order[salary[who]], rng.integers(0, 512, len(who))])


def _bills(scene: Scene, seen: Vector, most: Vector) -> tuple[Vector, Vector, Vector]:
    """Whether a bill is paid here, and its day, are habits."""
    catalog, people = scene.catalog, scene.people
    leaves = np.flatnonzero(catalog.bills)
    chance = 1 - np.exp(-seen[:, catalog.segment_of[leaves]] * catalog.rate[leaves] * 1.4)
    habit = hashed(people.ids[:, None], leaves[None, :], 11)
    who, place = np.nonzero((habit < chance) & (most > 0.1)[:, None] & people.member[:, None])
    leaf = leaves[place]
    return who, leaf, scene.month.first + (hashed(people.ids[who], leaf, 12) * 27).astype(np.int64)


def finish(rng: np.random.Generator, scene: Scene, who: Vector, leaf: Vector, day: Vector, *, room: Vector, bills: int) -> Basket:
    """Purchases of customers in leaves on days, with all the rest; those that no open card can pay are dropped.

    The last `bills` are bills.
    """
    catalog, people = scene.catalog, scene.people
    slot = choose(scene.holdings, who, catalog.segment_of[leaf], day, rng.random(len(who)))
    keep = np.flatnonzero(usable(scene, who, day) & ((slot >= 0) | ~people.member[who]))
    bill = keep >= len(who) - bills
    day = day[keep]
    basket = new(who[keep], leaf[keep], day)
    basket.slot = slot[keep]
    size = len(basket)
    trend = 1 + 0.008 * scene.month.index
    lean = (0.55 + 0.75 * people.digital[basket.who]) * trend
    share = catalog.online[basket.leaf]
    basket.online = (share >= 1) | (rng.random(size) < np.minimum(share * lean, 0.98))
    basket.merchant = _merchants(rng, scene, basket, day, bill)
    through = basket.online & ~bill & (rng.random(size) < 0.08)
    basket.own_leaf = np.where(through, basket.leaf, -1)
    gate = catalog.leaf("110401")
    gateway = scene.places.web_start[gate] + rng.integers(0, scene.places.web_count[gate], size)
    basket.merchant = np.where(through, gateway, basket.merchant)
    basket.second = day * 86400 + _seconds(rng, scene, basket)
    basket.amount = _amounts(rng, scene, basket, room, bill)
    late = rng.random(size) < LATE_MERCHANT
    basket.merchant = np.where(late, 9_000_000 + rng.integers(0, 100_000, size), basket.merchant)
    _payment(rng, scene, basket, bill)
    return basket


def _merchants(rng: np.random.Generator, scene: Scene, basket: Basket, day: Vector, bill: Vector) -> Vector:
    places, people, size = scene.places, scene.people, len(basket)
    ids, leaf = people.ids[basket.who], basket.leaf
    draws = rng.random((4, size))
    habit = (draws[0] < HABIT) | bill
    regular = np.where(bill, 0, _REGULARS[(draws[1] * 256).astype(np.int64)])
    # Every regular place is left for another after some eight months.
    era = (scene.month.index + ids % 8) // 8
    region, place = halves((ids * 256 + leaf) * 64 + era, regular)
    where, which = np.where(habit, region, draws[2]), np.where(habit, place, draws[3])
    # Some weekdays somebody shops near work rather than home.
    near_work = hashed(people.ids[:, None], np.arange(7)[None, :], 23) < 0.22
    home = np.where(near_work[basket.who, day % 7], people.work[basket.who], people.region[basket.who])
    step = (where * 256).astype(np.int64)
    region = np.where(places.far_leaf[leaf], places.distant[home, step], places.near[home, step])
    start = np.where(basket.online, places.web_start[leaf], places.start[leaf, region])
    count = np.where(basket.online, places.web_count[leaf], places.count[leaf, region])
    found = places.pick(start, count, which)
    other = np.flatnonzero(~habit & ~basket.online)
    second = places.pick(start[other], count[other], rng.random(len(other)))
    closer = _apart(scene, basket.who[other], second) < _apart(scene, basket.who[other], found[other])
    swap = other[closer & (rng.random(len(other)) < 0.75)]
    found[swap] = second[np.isin(other, swap, assume_unique=True)]
    shut = (places.opened[found] > day) | (places.closed[found] <= day)
    return np.where(shut, start, found)


def _apart(scene: Scene, who: Vector, merchant: Vector) -> Vector:
    north = scene.people.lat[who] - scene.places.lat[merchant]
    east = (scene.people.lon[who] - scene.places.lon[merchant]) * 0.8
    return np.asarray(north * north + east * east)


def _seconds(rng: np.random.Generator, scene: Scene, basket: Basket) -> Vector:
    """Second of the day, within the merchant's opening hours."""
    hour = scene.catalog.hour_tables[scene.catalog.hours[basket.leaf], rng.integers(0, 256, len(basket))].astype(np.int64)
    opens, closes = scene.places.opens[basket.merchant], scene.places.closes[basket.merchant]
    inside = ((hour >= opens) & (hour < closes)) | (hour + 24 < closes)
    other = opens + (rng.random(len(basket)) * (np.minimum(closes, 24) - opens)).astype(np.int64)
    return np.where(inside, hour, other) * 3600 + rng.integers(0, 3600, len(basket))


def _amounts(rng: np.random.Generator, scene: Scene, basket: Basket, room: Vector, bill: Vector) -> Vector:
    catalog, leaf, ids = scene.catalog, basket.leaf, scene.people.ids[basket.who]
    fresh = rng.standard_normal(len(basket))
    fixed = fresh.copy()
    fixed[bill] = bell(hashed(ids[bill], leaf[bill], 31)) + 0.06 * fresh[bill]
    dear = scene.places.dear[basket.merchant] + (0.18 * bell(hashed(scene.people.ids, 33)))[basket.who]
    power = np.log(room[basket.who]) * (0.5 + catalog.elasticity[leaf])
    size = catalog.sigma[leaf] * fixed + np.where(bill, 0, dear) + power
    won = catalog.median[leaf] * np.exp(size) * (1 + 0.0018 * scene.month.index)
    unit = catalog.rounding[leaf]
    return np.maximum(np.round(np.clip(won, 100, 3e7) / unit), 1).astype(np.int64) * unit


def _payment(rng: np.random.Generator, scene: Scene, basket: Basket, bill: Vector) -> None:
    """Wallet and instalments."""
    people, size = scene.people, len(basket)
    digital = people.digital[basket.who]
    guest = basket.slot < 0
    use = rng.random(size) < np.where(basket.online, 0.6, 0.24) * digital * (1 + 0.01 * scene.month.index)
    liked = inverse(np.array([34, 30, 22, 14]), 256)[(hashed(people.ids, 41) * 256).astype(np.int64)][basket.who]
    basket.wallet = np.where(guest, 0, np.where(use & ~bill, liked, -1))
    credit = scene.holdings.credit[basket.who, np.maximum(basket.slot, 0)] & ~guest
    big = np.clip(np.log(basket.amount / 50_000) / 3, 0, 1)
    tendency = 0.25 + 1.2 * hashed(people.ids, 42)[basket.who]
    split = credit & (basket.amount >= 50_000) & ~bill & (rng.random(size) < 0.42 * tendency * (0.12 + big))
    step = np.minimum((rng.random(size) * (1.6 + 3.6 * big)).astype(np.int64), 4)
    basket.months = np.where(split, _TERMS[step], 0)
    basket.free = split & (rng.random(size) < np.where(basket.months <= 6, 0.75, 0.35))
