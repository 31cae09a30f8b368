"""Cards that customers hold: up to four each, which one pays, and the rows about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from hannun.contracts import Contract
from hannun.simulate.columns import DAY, codes, dates, flags, named, ops, table, times
from hannun.simulate.people import CORPORATE, PRIVATE, YEAR, People
from hannun.simulate.plan import FAR, Plan, Vector, hashed
from hannun.simulate.products import Products
from hannun.simulate.tastes import Tastes

SLOTS = 4
_RELATIONS = ["본인", "가족", "법인"]
_EXTRA = (1.0, 0.5, 0.2, 0.07)


@dataclass
class Holdings:
    """Per customer and slot: product, days of issue and of closing (FAR: never), who pays (number in the company), liking.

    `focus` (customer × slot × segment) is true where the card rewards the segment.
    """

    product: Vector
    issued: Vector
    closed: Vector
    payer: Vector
    liking: Vector
    focus: Vector
    credit: Vector

    def open_on(self, days: Vector, who: Vector) -> Vector:
        """Which slots of `who` can be used on `days` (rows × slots); a card is used from the day after its issue."""
        return np.asarray((self.issued[who] < days[:, None]) & (self.closed[who] > days[:, None]))

    def open_within(self, first: int, last: int) -> Vector:
        """Which slots are open on some day of a span (customers × slots)."""
        return np.asarray((self.issued < last) & (self.closed > first))


def build(plan: Plan, products: Products, people: People, tastes: Tastes) -> Holdings:
    """The cards of a chunk for the whole time; leaving later closes them."""
    rng = plan.random("holdings", people.start)
    size = len(people)
    joined = people.joined[:, None]
    later = joined + 60 + rng.random((size, SLOTS)) * np.maximum(plan.last + 200 - joined - 60, 1)
    issued = np.concatenate([joined, later[:, 1:]], axis=1).astype(np.int64)
    has = people.member[:, None] & (rng.random((size, SLOTS)) < np.array(_EXTRA))
    appeal = np.log(tastes.personal) @ products.focus.T.astype(np.float64) / np.maximum(products.focus.sum(axis=1), 1)
    rich = np.log(people.income / 3.2e6)
    cost = np.where(products.fee >= 100_000, 2.6, np.where(products.fee >= 50_000, 0.9, 0.0))
    appeal = 0.55 * appeal + rich[:, None] * (products.fee >= 50_000) * 1.6 - cost - 0.35 * (~products.credit) * (1 + rich[:, None])
    product = np.empty((size, SLOTS), np.int64)
    for slot in range(SLOTS):
        on_sale = products.on_sale(issued[:, slot])
        on_sale |= ~on_sale.any(axis=1, keepdims=True) & products.entry
        noise = -np.log(-np.log(rng.random((size, len(products))) + 1e-12) + 1e-12)
        product[:, slot] = np.argmax(np.where(on_sale, appeal + noise, -1e9), axis=1)
    life = issued + 90 + (rng.exponential(9.0, (size, SLOTS)) * YEAR).astype(np.int64)
    life[:, 0] = FAR
    # What was closed before the first month is history that the company no longer keeps: such a slot is empty.
    has &= (life > plan.first) & (issued <= plan.last)
    issued, closed = np.where(has, issued, FAR), np.where(has, life, FAR)
    payer = np.repeat(people.ids[:, None], SLOTS, axis=1)
    friend = np.minimum(np.arange(size) + 1, size - 1)
    family = (rng.random(size) < 0.12) & (people.kind == PRIVATE) & people.member & has[:, 1]
    family &= (
        people.member[friend]
        & (people.kind[friend] == PRIVATE)
        & (people.joined[friend] < issued[:, 1])
        & (friend != np.arange(size))
    )
    payer[family, 1] = people.ids[friend][family]
    return Holdings(
        product=product,
        issued=issued,
        closed=closed,
        payer=payer,
        liking=rng.gamma(1.2, 1.0, (size, SLOTS)) * np.array([3.0, 1.2, 0.8, 0.5]) + 0.02,
        focus=products.focus[product] & has[:, :, None],
        credit=products.credit[product],
    )


def leave(holdings: Holdings, people: People, who: Vector) -> None:
    """Close all cards of customers that leave, and the family cards that they pay for, on the day of leaving."""
    day = people.left[who]
    own = holdings.closed[who]
    holdings.closed[who] = np.where(holdings.issued[who] < FAR, np.minimum(own, day[:, None]), own)
    later = holdings.issued[who] > day[:, None]
    holdings.issued[who] = np.where(later, FAR, holdings.issued[who])
    holdings.closed[who] = np.where(later, FAR, holdings.closed[who])
    kin = who[who > 0] - 1
    paid = holdings.payer[kin, 1] == people.ids[kin + 1]
    kin = kin[paid]
    left = people.left[kin + 1]
    dropped = (holdings.issued[kin, 1] >= left) & (holdings.issued[kin, 1] < FAR)
    open_ = (holdings.issued[kin, 1] < left) & (holdings.closed[kin, 1] > left)
    holdings.closed[kin[open_], 1] = left[open_]
    holdings.issued[kin[dropped], 1] = FAR
    holdings.closed[kin[dropped], 1] = FAR


def choose(holdings: Holdings, who: Vector, segment: Vector, days: Vector, u: Vector) -> Vector:
    """The slot that pays each purchase: liked cards, rewarded ones more; -1 where none is open."""
    weight = holdings.liking[who] * (1 + 2.5 * holdings.focus[who, :, segment]) * holdings.open_on(days, who)
    edges = np.cumsum(weight, axis=1)
    slot = (edges < (u * edges[:, -1])[:, None]).sum(axis=1)
    return np.where(edges[:, -1] > 0, np.minimum(slot, SLOTS - 1), -1)


def card_numbers(people: People, who: Vector, slot: Vector) -> Vector:
    """Numbers behind the keys of cards."""
    return np.asarray(people.ids[who] * 10 + slot)


def rows(
    people: People, holdings: Holdings, products: Products, contract: Contract, *, plan: Plan, stops: list[tuple[Vector, ...]]
) -> pa.Table:
    """All rows about cards: issued, closed, and suspended or released (`stops`: customers, seconds, on)."""
    who, slot = np.nonzero(holdings.issued <= plan.last)
    shut = np.flatnonzero(holdings.closed[who, slot] <= plan.last)
    cards = [np.stack([who, slot])]
    seconds = [holdings.issued[who, slot] * DAY + 10 * 3600 + (hashed(who, slot, 3) * 7 * 3600).astype(np.int64)]
    closed, on, first = [np.full(len(who), FAR)], [np.zeros(len(who), bool)], [np.ones(len(who), bool)]
    cards.append(cards[0][:, shut])
    seconds.append(holdings.closed[who, slot][shut] * DAY + 18 * 3600)
    closed.append(holdings.closed[who, slot][shut])
    on.append(np.zeros(len(shut), bool))
    first.append(np.zeros(len(shut), bool))
    for stopped, at, state in stops:
        person, place = np.nonzero(holdings.open_on(at // DAY, stopped))
        cards.append(np.stack([stopped[person], place]))
        seconds.append(at[person])
        closed.append(np.full(len(person), FAR))
        on.append(state[person])
        first.append(np.zeros(len(person), bool))
    who, slot = np.concatenate(cards, axis=1)
    product = holdings.product[who, slot]
    own = holdings.payer[who, slot] == people.ids[who]
    insert = np.concatenate(first)
    given: dict[str, Any] = {
        "card_id": codes("K", card_numbers(people, who, slot), 10),
        "product_id": named([row["product_id"] for row in products.rows], product),
        "holder_id": codes("C", people.ids[who], 8),
        "payer_id": codes("C", holdings.payer[who, slot], 8),
        "relation": named(_RELATIONS, np.where(people.kind[who] == CORPORATE, 2, np.where(own, 0, 1))),
        "issued_on": dates(holdings.issued[who, slot]),
        "closed_on": dates(np.concatenate(closed)),
        "suspended": flags(np.concatenate(on)),
        "known_at": times(np.concatenate(seconds)),
        "op": ops(insert),
    }
    return table(contract, given)
