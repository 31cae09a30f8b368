"""Campaigns: who is contacted and why (confounded), what each contact truly adds, and what customers do then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from hannun.contracts import Contract
from hannun.simulate.basket import Basket
from hannun.simulate.catalog import Catalog
from hannun.simulate.columns import DAY, codes, dates, named, table, times
from hannun.simulate.credit import Consents
from hannun.simulate.people import CORPORATE
from hannun.simulate.plan import BARGAIN, Month, Plan, Vector, hashed
from hannun.simulate.spending import Scene
from hannun.simulate.states import States
from hannun.simulate.tastes import monthly

CHANNELS = ("sms", "phone", "email", "app")
"""In the order of the marketing consents (credit.PURPOSES)."""
OFFERS = ("5% 청구할인", "10% 청구할인", "3천원 캐시백", "1만원 캐시백", "포인트 5배 적립", "무이자 6개월")
_AIMED = [
    "appearance",
    "car_care",
    "overseas_travel",
    "coffee",
    "gourmet",
    "delivery",
    "golf",
    "pets",
    "parenting",
    "education",
    "health",
    "solo_living",
    "grocery",
    "department",
    "online_shopping",
    "driving",
    "mobility",
    "hotel",
    "domestic_travel",
    "culture",
    "games",
    "subscription",
    "fitness",
    "reading",
    "digital",
    "home_living",
    "fashion",
]
HOLDOUT = 0.15


@dataclass(frozen=True)
class Campaign:
    """One campaign, within one month. `segment` is a position in the catalogue."""

    number: int
    month: int
    segment: int
    channel: int
    offer: int
    begins: int
    ends: int


@dataclass
class Contacts:
    """The contacts of one campaign in one chunk, with the truth: chance to buy without it, what it adds, chance to respond."""

    campaign: Campaign
    who: Vector
    second: Vector
    holdout: Vector
    organic: Vector
    uplift: Vector
    response: Vector
    extra: Vector
    withheld: Vector


def build(plan: Plan, catalog: Catalog) -> tuple[Campaign, ...]:
    """Two campaigns a month."""
    rng = plan.random("campaigns")
    found: list[Campaign] = []
    for month in plan.calendar:
        for _ in range(2):
            segment = catalog.segment(_AIMED[rng.integers(0, len(_AIMED))])
            begins = month.first + int(rng.integers(2, 8))
            found.append(
                Campaign(
                    len(found) + 1, month.index, segment, int(rng.integers(0, 4)), int(rng.integers(0, 6)), begins, month.last - 1
                )
            )
    return tuple(found)


def campaigns(plan: Plan, catalog: Catalog, made: tuple[Campaign, ...], contract: Contract) -> pa.Table:
    """The table of campaigns, known a few days before they begin."""
    begins = np.array([item.begins for item in made])
    segments = np.array([item.segment for item in made])
    starts = [plan.calendar[item.month].start for item in made]
    names = [
        f"{start.year}년 {start.month}월 {catalog.segment_names[item.segment]} {OFFERS[item.offer]}"
        for item, start in zip(made, starts, strict=True)
    ]
    given: dict[str, Any] = {
        "campaign_id": codes("CP", np.array([item.number for item in made]), 5),
        "name": pa.array(names, pa.string()),
        "segment_id": named(catalog.segments, segments),
        "channel": named(CHANNELS, np.array([item.channel for item in made])),
        "offer": named(OFFERS, np.array([item.offer for item in made])),
        "starts_on": dates(begins),
        "ends_on": dates(np.array([item.ends for item in made])),
        "known_at": times((begins - 2) * DAY + 10 * 3600),
        "op": pa.array(["insert"] * len(made)),
    }
    return table(contract, given)


def contact(
    rng: np.random.Generator, scene: Scene, states: States, consent: Consents, campaign: Campaign, *, seen: Vector
) -> Contacts:
    """Who is contacted. Marketing goes after those it saw buying and the big spenders; true uplift lies elsewhere."""
    people, segment = scene.people, campaign.segment
    second = campaign.begins * DAY + 10 * 3600
    alive = people.member & (people.joined < campaign.begins - 5) & (people.left >= campaign.begins) & (people.kind != CORPORATE)
    able = alive & consent.stands(np.arange(len(people)), campaign.channel, second)
    looked = np.log1p(states.seen[:, segment]) * 1.2 + 0.35 * np.log(np.maximum(states.spend, 1e4) / 5e5)
    chance = 1 / (1 + np.exp(-(looked - 0.9)))
    who = np.flatnonzero(able & (rng.random(len(people)) < np.clip(0.08 + 0.6 * chance, 0, 0.9)))
    days = campaign.ends - campaign.begins + 1
    expected = monthly(scene.catalog, seen)[who, segment] * scene.states.after[who] * days / scene.month.days
    organic = 1 - np.exp(-expected)
    uplift = _uplift(scene, campaign, who)
    holdout = rng.random(len(who)) < HOLDOUT
    gains = np.maximum(uplift, 0) * (1 - organic)
    loss = np.maximum(-uplift, 0)
    taste = scene.tastes.personal[who, segment]
    redeem = np.clip(0.25 + 0.35 * (np.abs(np.log(taste + 0.05)) < 1.2) + 0.25 * (people.digital[who] > 0.55), 0, 0.95)
    draw = rng.random(len(who))
    extra = ~holdout & (draw < gains)
    withheld = ~holdout & (draw > 1 - loss)
    return Contacts(
        campaign=campaign,
        who=who,
        second=second + rng.integers(0, 6 * 3600, len(who)),
        holdout=holdout,
        organic=organic,
        uplift=np.where(uplift > 0, gains, -loss * organic),
        response=gains * 0.92 + (1 - gains) * organic * (1 - loss) * redeem,
        extra=extra,
        withheld=withheld,
    )


def _uplift(scene: Scene, campaign: Campaign, who: Vector) -> Vector:
    """What a contact adds to the chance of buying: most for those with some affinity who are not sure of it, less than
    nothing for those who are tired of contacts; more by a channel that suits the age, more for those who hunt for bargains."""
    people = scene.people
    liking = np.log(scene.tastes.personal[who, campaign.segment] + 0.02)
    bump = np.exp(-(((liking + 0.4) / 0.9) ** 2))
    age = people.age(scene.month.first)[who]
    suits = (np.abs(age - 55) < 17, age > 52, np.abs(age - 40) < 14, people.digital[who] > 0.6)[campaign.channel]
    bargain = hashed(people.ids[who], BARGAIN)
    tired = hashed(people.ids[who], 96) < 0.12
    return np.asarray(np.where(tired, -0.12, 0.02 + 0.34 * bump * (0.25 + 0.75 * suits) * (0.3 + 1.1 * bargain)))


def purchases(rng: np.random.Generator, scene: Scene, contacts: Contacts) -> tuple[Vector, Vector, Vector]:
    """What contacts added: customers, leaves of the segment and days of one purchase each."""
    who = contacts.who[contacts.extra]
    leaves = np.flatnonzero(
        (scene.catalog.segment_of == contacts.campaign.segment) & (scene.catalog.rate > 0) & ~scene.catalog.bills
    )
    if len(leaves) == 0:
        leaves = np.flatnonzero(scene.catalog.segment_of == contacts.campaign.segment)
    weight = np.cumsum(scene.catalog.rate[leaves])
    leaf = leaves[np.minimum(np.searchsorted(weight, rng.random(len(who)) * weight[-1]), len(leaves) - 1)]
    span = contacts.campaign.ends - contacts.campaign.begins
    day = contacts.campaign.begins + 1 + (rng.beta(1.2, 2.2, len(who)) * span).astype(np.int64)
    return who, leaf, np.minimum(day, scene.month.last)


def withheld(basket: Basket, catalog: Catalog, contacts: Contacts, people: int) -> Vector:
    """Purchases that the contact drove away."""
    tired = np.zeros(people, bool)
    tired[contacts.who[contacts.withheld]] = True
    inside = (catalog.segment_of[basket.leaf] == contacts.campaign.segment) & (basket.second >= contacts.campaign.begins * DAY)
    return np.asarray(tired[basket.who] & inside)


def of_month(made: tuple[Campaign, ...], month: Month) -> list[Campaign]:
    """The campaigns of a month."""
    return [item for item in made if item.month == month.index]
