"""Voice of the customer: Korean texts put together from sentences, with slips of typing and spacing."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from hannun.contracts import Contract
from hannun.simulate.catalog import data
from hannun.simulate.columns import DAY, codes, named, table, times
from hannun.simulate.digital import guide
from hannun.simulate.holdings import Holdings
from hannun.simulate.people import CORPORATE, People
from hannun.simulate.plan import Month, hashed, inverse
from hannun.simulate.products import Products
from hannun.simulate.states import States

KINDS = ("문의", "불만", "민원", "해지요청", "한도문의", "분실신고", "칭찬", "악성")
CHANNELS = ("call", "chat", "app", "email", "branch")
_HOURS = inverse(np.array([1, 1, 1, 1, 1, 1, 2, 4, 8, 14, 14, 12, 9, 12, 12, 11, 10, 8, 5, 4, 4, 3, 2, 2]))


@cache
def phrases() -> dict[str, Any]:
    """The sentences, read once."""
    return data("phrases")


def step(
    rng: np.random.Generator,
    month: Month,
    chunk: int,
    people: People,
    states: States,
    *,
    holdings: Holdings,
    products: Products,
    contract: Contract,
) -> pa.Table:
    """The texts of a month. A complaint marks the customer as upset, which the hazard of leaving sees."""
    size = len(people)
    alive = people.member & (people.joined < month.first) & (people.left > month.first)
    stays = alive & (people.left > month.last)
    draw = rng.random((6, size))
    busy = 0.4 + 1.2 * hashed(people.ids, 91)
    asked = np.flatnonzero(stays & (draw[0] < 0.013 * busy))
    upset = np.flatnonzero(stays & (draw[1] < states.hazard[:, 3]))
    tone = rng.random(len(upset)) + 0.05 * states.temper[upset]
    going = np.flatnonzero(alive & ((people.left <= month.last) & (draw[2] < 0.6)))
    thinking = np.flatnonzero(stays & (draw[3] < guide(states, np.arange(size))))
    wants = np.flatnonzero(stays & (draw[4] < 0.002 + 0.25 * states.hazard[:, 2]) & (people.kind != CORPORATE))
    other = np.flatnonzero(stays & (draw[5] < 0.0035))
    who = np.concatenate([asked, upset, going, thinking, wants, other])
    kind = np.concatenate(
        [
            np.zeros(len(asked), np.int64),
            np.select([tone > 0.96, tone > 0.78], [7, 2], 1),
            np.full(len(going) + len(thinking), 3),
            np.full(len(wants), 4),
            np.where(hashed(people.ids[other], month.index, 92) < 0.65, 5, 6),
        ]
    )
    states.grievance[upset] = 0
    day = month.first + rng.integers(0, month.days, len(who))
    leaves = people.left[who]
    day = np.where(
        leaves <= month.last, np.maximum(month.first, np.minimum(leaves - 1 - rng.integers(0, 9, len(who)), leaves)), day
    )
    second = day * DAY + _HOURS[rng.integers(0, 1024, len(who))].astype(np.int64) * 3600 + rng.integers(0, 3600, len(who))
    order = np.argsort(second, kind="stable")
    who, kind, second = who[order], kind[order], second[order]
    names = [row["name"] for row in products.rows]
    held = [names[product] for product in holdings.product[who, 0].tolist()]
    years = np.maximum((month.last - people.joined[who]) // 365, 1).tolist()
    seeds = rng.integers(0, 1 << 62, (len(who), 2))
    texts = [
        write(KINDS[k], card, year, tuple(s)) for k, card, year, s in zip(kind.tolist(), held, years, seeds.tolist(), strict=True)
    ]
    channel = inverse(np.array([46, 24, 18, 10, 2]), 256)[rng.integers(0, 256, len(who))]
    first = (month.start.year % 100 * 100 + month.start.month) * 10**10 + chunk * 10**6
    given: dict[str, Any] = {
        "voc_id": codes("V", first + np.arange(len(who)), 14),
        "customer_id": codes("C", people.ids[who], 8),
        "received_at": times(second),
        "channel": named(CHANNELS, channel),
        "kind": named(KINDS, kind),
        "text": pa.array(texts, pa.string()),
    }
    return table(contract, given)


class _Dice:
    """Choices out of one large whole number: no generator a text."""

    def __init__(self, seeds: tuple[int, ...]) -> None:
        self._value = seeds[0] << 62 | seeds[1]

    def roll(self, sides: int) -> int:
        """A number from 0 to sides - 1."""
        self._value, rest = divmod(self._value, sides)
        return rest

    def pick(self, choices: list[str]) -> str:
        """One of them."""
        return choices[self.roll(len(choices))]


def write(kind: str, product: str, years: int, seeds: tuple[int, ...]) -> str:
    """One text."""
    book, dice = phrases(), _Dice(seeds)
    entry = book["kinds"][kind]
    topics = list(entry["topics"].values())
    cores = [dice.pick(topics[dice.roll(len(topics))])]
    if dice.roll(4) == 0:
        cores.append(dice.pick(topics[dice.roll(len(topics))]))
    opening, closing = dice.pick(book["openings"][entry["mood"]]), dice.pick(book["closings"][entry["mood"]])
    tail = dice.pick(book["tails"])
    joint = [". ", " ", ", ", "\n"][dice.roll(4)]
    text = joint.join(part for part in (opening, *cores, closing) if part) + tail
    won = (dice.roll(97) + 3) * (1000, 10_000, 100)[dice.roll(3)]
    amount = f"{won // 10_000}만" if won % 10_000 == 0 else f"{won:,}" if dice.roll(2) else str(won)
    text = text.format(
        product=product if dice.roll(3) else product.split()[1] + " 카드",
        place=dice.pick(book["places"]),
        amount=amount,
        day=dice.roll(27) + 1,
        n=dice.roll(7) + 2,
        years=years,
    )
    return _slips(text, dice)


def _slips(text: str, dice: _Dice) -> str:
    """Slips of typing and of spacing, in about half of the texts."""
    typos = phrases()["typos"]
    if dice.roll(5) < 2:
        for right, wrong in typos.items():
            if right in text and dice.roll(3) == 0:
                text = text.replace(right, wrong, 1)
    spacing = dice.roll(8)
    if spacing == 0:
        return text.replace(" ", "")
    if spacing in (1, 2):
        step = dice.roll(3) + 2
        return "".join(part + ("" if i % step == 0 else " ") for i, part in enumerate(text.split(" "))).strip()
    return text
