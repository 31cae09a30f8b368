"""The tables of campaign contacts and of what customers did then."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from hannun.contracts import Contract
from hannun.simulate.basket import Basket, transaction_ids
from hannun.simulate.campaigns import CHANNELS, Contacts
from hannun.simulate.columns import DAY, codes, flags, named, table, times, whole
from hannun.simulate.plan import Vector
from hannun.simulate.spending import Scene


def contact_rows(all_: list[Contacts], first: int, contract: Contract) -> pa.Table:
    """The table of contacts of one month."""
    number = np.concatenate([np.full(len(item.who), item.campaign.number) for item in all_])
    channel = np.concatenate([np.full(len(item.who), item.campaign.channel) for item in all_])
    given: dict[str, Any] = {
        "campaign_id": codes("CP", number, 5),
        "customer_id": codes("C", first + np.concatenate([item.who for item in all_]), 8),
        "contacted_at": times(np.concatenate([item.second for item in all_])),
        "channel": named(CHANNELS, channel),
        "is_holdout": flags(np.concatenate([item.holdout for item in all_])),
    }
    return table(contract, given)


def responses(rng: np.random.Generator, scene: Scene, all_: list[Contacts], basket: Basket, contract: Contract) -> pa.Table:
    """Opens, clicks and uses of the month's campaigns. A use is the first purchase in the segment, taken with the offer."""
    kinds, whos, seconds, numbers, won, reference = [], [], [], [], [], []
    for item in all_:
        sent = np.flatnonzero(~item.holdout)
        opens = sent[rng.random(len(sent)) < 0.22 + 0.3 * scene.people.digital[item.who[sent]]]
        clicks = opens[rng.random(len(opens)) < 0.12 + 0.5 * np.maximum(item.uplift[opens], 0)]
        delay = (rng.exponential(9 * 3600, len(item.who))).astype(np.int64) + 60
        seen = item.second + delay
        used, row = _uses(rng, scene, item, sent, basket)
        for sort, hit, at in ((0, opens, seen[opens]), (1, clicks, seen[clicks] + 40), (2, used, basket.second[row])):
            kinds.append(np.full(len(hit), sort))
            whos.append(item.who[hit])
            seconds.append(at)
            numbers.append(np.full(len(hit), item.campaign.number))
            won.append(basket.amount[row] if sort == 2 else np.zeros(len(hit), np.int64))
            reference.append(basket.number[row] if sort == 2 else np.full(len(hit), -1))
    kind, who, second = np.concatenate(kinds), np.concatenate(whos), np.concatenate(seconds)
    keep = np.flatnonzero(second < (scene.month.last + 1) * DAY)
    kind, who, second = kind[keep], who[keep], second[keep]
    number, refers = np.concatenate(numbers)[keep], np.concatenate(reference)[keep]
    key = (number * 10 + kind) * 10**8 + scene.people.start + who
    given: dict[str, Any] = {
        "response_id": codes("R", key, 14),
        "campaign_id": codes("CP", number, 5),
        "customer_id": codes("C", scene.people.start + who, 8),
        "responded_at": times(second),
        "kind": named(["open", "click", "use"], kind),
        "amount_krw": whole(np.concatenate(won)[keep], missing=kind < 2),
        "reference": transaction_ids(refers, missing=refers < 0),
    }
    return table(contract, given)


def _uses(rng: np.random.Generator, scene: Scene, item: Contacts, sent: Vector, basket: Basket) -> tuple[Vector, Vector]:
    """Positions of contacts that used the offer, and of the purchase in the basket."""
    place = np.full(len(scene.people), -1)
    place[item.who[sent]] = sent
    fits = (scene.catalog.segment_of[basket.leaf] == item.campaign.segment) & (basket.amount > 0) & (place[basket.who] >= 0)
    rows = np.flatnonzero(fits)
    rows = rows[basket.second[rows] > item.second[place[basket.who[rows]]] + 60]
    customers, first = np.unique(basket.who[rows], return_index=True)
    rows, contact_ = rows[first], place[customers]
    organic = (item.response[contact_] - np.maximum(item.uplift[contact_], 0) * 0.92) / np.maximum(item.organic[contact_], 1e-6)
    chance = np.where(item.extra[contact_], 0.92, np.clip(organic, 0, 0.95))
    keep = rng.random(len(rows)) < chance
    return contact_[keep], rows[keep]
