"""Merchants: where they are, when they are open, how popular they are; and which one a purchase goes to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hannun.simulate.catalog import Catalog
from hannun.simulate.plan import FAR, Plan, Vector, bell, hashed, inverse

ABROAD_LEAVES = ("050401", "050402", "050403", "050404")
FAR_LEAVES = ("050101", "050201", "050202", "050203", "050303", "060301", "040302", "040303")


@dataclass(frozen=True)
class Places:
    """Merchants as vectors, sorted by leaf and region and, within these, by popularity.

    `start` and `count` (leaf × region) say where the merchants of a cell lie (of the nearest region that has one);
    `web_start`, `web_count` (leaf) where those without a place lie; `abroad_start`, `abroad_count` (city × kind) those abroad.
    """

    leaf: Vector
    region: Vector
    city: Vector
    lat: Vector
    lon: Vector
    opens: Vector
    closes: Vector
    opened: Vector
    closed: Vector
    brand: Vector
    gateway: Vector
    owner: Vector
    start: Vector
    count: Vector
    web_start: Vector
    web_count: Vector
    abroad_start: Vector
    abroad_count: Vector
    near: Vector
    distant: Vector
    far_leaf: Vector
    dear: Vector

    def pick(self, start: Vector, count: Vector, u: Vector) -> Vector:
        """The merchants that the uniform numbers `u` fall on, the first of a cell being the most popular (Zipf)."""
        rank = np.exp(u * np.log(count + 1.0)).astype(np.int64) - 1
        return np.asarray(start + np.minimum(rank, count - 1))


def build(plan: Plan, catalog: Catalog, owners: Vector) -> Places:
    """All merchants of the company; their number grows with the number of customers."""
    rng = plan.random("places")
    leaves, regions = len(catalog.leaves), len(catalog.regions)
    wanted = min(2500 + plan.customers // 4, 300_000)
    physical = (catalog.density > 0) & (catalog.online < 0.9)
    per_leaf = np.where(physical, np.maximum(2, wanted * catalog.density / catalog.density[physical].sum()), 0).astype(np.int64)
    leaf = np.repeat(np.arange(leaves), per_leaf)
    region = inverse(catalog.inhabitants**1.05, 4096)[rng.integers(0, 4096, len(leaf))].astype(np.int64)
    order = np.lexsort((region, leaf))
    leaf, region = leaf[order], region[order]
    cells = np.bincount(leaf * regions + region, minlength=leaves * regions).reshape(leaves, regions)
    starts = np.concatenate(([0], np.cumsum(cells.ravel())[:-1])).reshape(leaves, regions)
    apart = _kilometres(catalog.lat, catalog.lon)
    start, count = _nearest(cells, starts, apart, physical)

    web = np.where(catalog.online > 0, np.maximum(3, np.array([len(b) for b in catalog.brands]) + plan.customers // 20_000), 0)
    web_leaf = np.repeat(np.arange(leaves), web)
    abroad = [catalog.leaf(code) for code in ABROAD_LEAVES]
    per_city = 12
    abroad_leaf = np.tile(np.repeat(abroad, per_city), len(catalog.abroad))
    abroad_city = np.repeat(np.arange(len(catalog.abroad)), per_city * len(abroad))
    first_web, first_abroad = len(leaf), len(leaf) + len(web_leaf)
    base = first_abroad + np.arange(len(catalog.abroad) * len(abroad)).reshape(len(catalog.abroad), len(abroad)) * per_city

    all_leaf = np.concatenate([leaf, web_leaf, abroad_leaf])
    all_region = np.concatenate([region, np.full(len(web_leaf) + len(abroad_leaf), -1)])
    city = np.concatenate([np.full(first_abroad, -1), abroad_city])
    top = np.zeros(len(all_leaf), bool)
    top[np.unique(starts[cells > 0])] = True
    top[first_web:] = True
    opened, closed = _lifetimes(rng, plan, top)
    lat, lon = _coordinates(rng, catalog, all_region, city)
    opens, closes = _hours(rng, catalog, all_leaf)
    brand = _brands(rng, catalog, all_leaf, np.arange(len(all_leaf)) >= first_web)
    gateways = first_web + np.flatnonzero(web_leaf == catalog.leaf("110401"))
    through = (all_region < 0) & (city < 0) & (brand < 0)
    owner = np.full(len(all_leaf), -1)
    mine = np.flatnonzero((all_region >= 0) & (brand < 0))
    mine = rng.permutation(mine)[: len(owners)]
    owner[mine] = owners[: len(mine)]
    return Places(
        leaf=all_leaf,
        region=all_region,
        city=city,
        lat=lat,
        lon=lon,
        opens=opens,
        closes=closes,
        opened=opened,
        closed=closed,
        brand=brand,
        gateway=np.where(through, rng.choice(gateways, len(all_leaf)), -1),
        owner=owner,
        start=start,
        count=count,
        web_start=first_web + np.concatenate(([0], np.cumsum(web)[:-1])),
        web_count=web,
        abroad_start=base,
        abroad_count=np.full_like(base, per_city),
        near=_tables(catalog, apart, 6.0),
        distant=_tables(catalog, apart, 90.0),
        dear=0.22 * bell(hashed(np.arange(len(all_leaf)), 32)),
        far_leaf=np.isin(catalog.leaves, FAR_LEAVES),
    )


def _kilometres(lat: Vector, lon: Vector) -> Vector:
    north = (lat[:, None] - lat[None, :]) * 111.0
    east = (lon[:, None] - lon[None, :]) * 88.8
    return np.asarray(np.hypot(north, east))


def _nearest(cells: Vector, starts: Vector, apart: Vector, physical: Vector) -> tuple[Vector, Vector]:
    start, count = starts.copy(), cells.copy()
    for leaf in np.flatnonzero(physical):
        has = np.flatnonzero(cells[leaf])
        to = has[np.argmin(apart[:, has], axis=1)]
        start[leaf], count[leaf] = starts[leaf, to], cells[leaf, to]
    return start, count


def _tables(catalog: Catalog, apart: Vector, decay: float) -> Vector:
    weights = catalog.inhabitants**0.7 * np.exp(-apart / decay)
    return np.stack([inverse(row, 256) for row in weights])


def _lifetimes(rng: np.random.Generator, plan: Plan, top: Vector) -> tuple[Vector, Vector]:
    size = len(top)
    age = np.where(rng.random(size) < 0.06, -rng.random(size) * (plan.last - plan.first), 30 + rng.exponential(2200, size))
    opened = plan.first - np.where(top, np.abs(age) + 400, age).astype(np.int64)
    life = opened + 200 + rng.exponential(5500, size).astype(np.int64)
    closed = np.where((life > plan.first + 20) & (life <= plan.last) & ~top, life, FAR)
    return np.maximum(opened, 7305), closed


def _coordinates(rng: np.random.Generator, catalog: Catalog, region: Vector, city: Vector) -> tuple[Vector, Vector]:
    spread = rng.normal(0, 0.016, (2, len(region)))
    cities_lat = np.array([row[4] for row in catalog.abroad])
    cities_lon = np.array([row[5] for row in catalog.abroad])
    lat = np.where(region >= 0, catalog.lat[region], np.where(city >= 0, cities_lat[city], np.nan)) + spread[0]
    lon = np.where(region >= 0, catalog.lon[region], np.where(city >= 0, cities_lon[city], np.nan)) + spread[1] * 1.2
    return lat, lon


_OPENING = {
    "allday": (0, 24),
    "morning": (8, 22),
    "day": (10, 20),
    "meals": (11, 22),
    "dinner": (11, 24),
    "evening": (10, 22),
    "night": (16, 27),
    "commute": (6, 23),
}


def _hours(rng: np.random.Generator, catalog: Catalog, leaf: Vector) -> tuple[Vector, Vector]:
    span = np.array(list(_OPENING.values()))[catalog.hours[leaf]]
    shift = rng.integers(-1, 2, (2, len(leaf)))
    always = (catalog.online[leaf] >= 0.5) | (span[:, 1] - span[:, 0] >= 24)
    opens = np.where(always, 0, np.clip(span[:, 0] + shift[0], 0, 23))
    return opens, np.where(always, 24, np.minimum(span[:, 1] + shift[1], 28))


def _brands(rng: np.random.Generator, catalog: Catalog, leaf: Vector, everywhere: Vector) -> Vector:
    """The brand (position within the leaf's brands) or -1; chains are rarer among places than on the net."""
    number = np.array([len(brands) for brands in catalog.brands])[leaf]
    which = (rng.random(len(leaf)) ** 1.3 * np.maximum(number, 1)).astype(np.int64)
    return np.where((number > 0) & (everywhere | (rng.random(len(leaf)) < 0.45)), which, -1)
