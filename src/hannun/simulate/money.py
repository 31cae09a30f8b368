"""What follows a purchase: settlement, statement, payment, and the debts of those who do not pay."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from hannun.contracts import Contract
from hannun.simulate.basket import Basket, transaction_ids
from hannun.simulate.catalog import Catalog
from hannun.simulate.columns import DAY, codes, dates, decimals, ops, table, times, whole
from hannun.simulate.holdings import Holdings
from hannun.simulate.people import People
from hannun.simulate.plan import FAR, Month, Vector, hashed, inverse

RING = 13
_LAG = inverse(np.array([56, 30, 10, 4]), 256)
_DUE = np.array([14, 20, 25, 27])


@dataclass
class Accounts:
    """Money on its way, per customer of a chunk.

    `due` (customer × month mod RING) is what a coming statement will bill; `unsettled` are approvals not posted yet;
    `paid` are payments to be written in a later month; `debts` are delinquencies; `stops` suspensions (customers, seconds, on).
    """

    due: Vector
    revolving: Vector
    stop_from: Vector
    stop_until: Vector
    unsettled: list[tuple[Vector, Vector, Vector]] = field(default_factory=list)
    paid: list[tuple[Vector, ...]] = field(default_factory=list)
    debts: list[tuple[Vector, ...]] = field(default_factory=list)
    stops: list[tuple[Vector, ...]] = field(default_factory=list)


def open_accounts(people: People, guess: Vector) -> Accounts:
    """Accounts on the first day; `guess` is what the month before is billed."""
    due = np.zeros((len(people), RING))
    due[:, 0] = np.where(people.member & (people.joined < FAR), guess, 0)
    return Accounts(due, np.zeros(len(people)), np.full(len(people), FAR), np.full(len(people), FAR))


def settle(rng: np.random.Generator, month: Month, accounts: Accounts, basket: Basket, contract: Contract) -> pa.Table:
    """Postings of this month, of this month's approvals and of those before."""
    size = len(basket)
    day = basket.second // DAY + 1 + _LAG[rng.integers(0, 256, size)]
    amount = basket.amount.copy()
    abroad = np.flatnonzero(basket.currency > 0)
    amount[abroad] = np.round(amount[abroad] * (1 + rng.normal(0, 0.006, len(abroad)))).astype(np.int64)
    other = np.flatnonzero(rng.random(size) < 0.003)
    amount[other] = np.round(amount[other] * (0.9 + 0.15 * rng.random(len(other)))).astype(np.int64)
    never = rng.random(size) < 0.008
    # A purchase taken back on its own day is often dropped before anything is posted, and so is its cancel.
    base = int(basket.number[0]) if size else 0
    back = np.flatnonzero(basket.original >= base) if size else np.zeros(0, np.int64)
    origin = basket.original[back] - base
    whole_ = (basket.amount[origin] == -basket.amount[back]) & (basket.second[origin] // DAY == basket.second[back] // DAY)
    gone = whole_ & (rng.random(len(back)) < 0.7)
    never[back[gone]] = True
    never[origin[gone]] = True
    kept = np.flatnonzero(~never)
    parts = [*accounts.unsettled, (basket.number[kept], day[kept], amount[kept])]
    number, posted, won = (np.concatenate([part[i] for part in parts]) for i in range(3))
    now = posted <= month.last
    accounts.unsettled = [(number[~now], posted[~now], won[~now])]
    order = np.flatnonzero(now)
    order = order[np.argsort(posted[order], kind="stable")]
    given: dict[str, Any] = {
        "transaction_id": transaction_ids(number[order]),
        "posted_on": dates(posted[order]),
        "amount_krw": whole(won[order]),
    }
    return table(contract, given)


def charge(month: Month, accounts: Accounts, basket: Basket, holdings: Holdings, people: People) -> None:
    """Put what was bought by credit card on the coming statements of those who pay."""
    rows = np.flatnonzero(basket.slot >= 0)
    rows = rows[holdings.credit[basket.who[rows], basket.slot[rows]]]
    payer = holdings.payer[basket.who[rows], basket.slot[rows]] - people.start
    months = basket.months[rows]
    for term in np.unique(months).tolist():
        hit = months == term
        sums = np.bincount(payer[hit], basket.amount[rows][hit], len(people)) / max(term, 1)
        for step in range(1, max(term, 1) + 1):
            accounts.due[:, (month.index + step) % RING] += sums


def bill(
    rng: np.random.Generator, month: Month, accounts: Accounts, people: People, hazard: Vector, *, contract: Contract
) -> tuple[pa.Table, Vector, Vector]:
    """Statements of the month, and payments that fall into it. Returns also what was billed and who did not pay."""
    slot = month.index % RING
    billed = np.maximum(np.round(accounts.due[:, slot] / 10), 0).astype(np.int64) * 10
    accounts.due[:, slot] = 0
    who = np.flatnonzero(billed > 0)
    due = month.first + _DUE[(hashed(people.ids[who], 61) * 4).astype(np.int64)] - 1
    on = due - 13
    won = billed[who]
    rolls = (hashed(people.ids[who], 62) < 0.05) & (people.age(month.first)[who] < 65)
    least = np.where(rolls, np.round(won * 0.1 / 10) * 10, won).astype(np.int64)
    fails = rng.random(len(who)) < hazard[who, 1]
    late = rng.random(len(who)) < 0.04
    pays = np.where(rolls, np.maximum(least, np.round(won * (0.1 + 0.5 * hashed(people.ids[who], 63)) / 10) * 10), won).astype(
        np.int64
    )
    day = due + np.where(late, 1 + rng.integers(0, 3, len(who)), 0)
    cured, until = _debts(rng, accounts, who, due, won, fails=fails)
    day = np.where(fails, until, day)
    pays = np.where(fails, won, pays)
    accounts.revolving[who] = np.where(rolls & ~fails, (accounts.revolving[who] + won - pays) * 0.92, accounts.revolving[who] * 0.5)
    number = month.index * 10**8 + people.ids[who]
    keep = cured | ~fails
    accounts.paid.append((number[keep], who[keep], on[keep], due[keep], won[keep], least[keep], pays[keep], day[keep]))
    rows = _written(month, accounts, (number, who, on, due, won, least, np.zeros(len(who), np.int64), np.full(len(who), FAR)))
    return _statements(rows, people, contract), billed, who[fails]


def _debts(
    rng: np.random.Generator, accounts: Accounts, who: Vector, due: Vector, won: Vector, *, fails: Vector
) -> tuple[Vector, Vector]:
    """Delinquencies of those who fail: most pay within weeks, some within months, some never; after 30 days cards are suspended."""
    kind, wait = rng.random(len(who)), rng.random(len(who))
    days = np.where(kind < 0.68, 1 + wait * 20, np.where(kind < 0.88, 31 + wait * 70, 5000)).astype(np.int64)
    until = np.where(days < 5000, due + days, FAR)
    hit = np.flatnonzero(fails)
    accounts.debts.append((who[hit], due[hit] + 1, won[hit], until[hit]))
    hit = hit[days[hit] > 30]
    accounts.stops.append((who[hit], (due[hit] + 31) * DAY + 9 * 3600, np.ones(len(hit), bool)))
    accounts.stop_from[who[hit]] = due[hit] + 31
    accounts.stop_until[who[hit]] = np.where(until[hit] < FAR, until[hit] + 1, FAR)
    hit = hit[until[hit] < FAR]
    # An hour before suspensions: on a day that has both, the card ends the day suspended by the newer debt.
    accounts.stops.append((who[hit], (until[hit] + 1) * DAY + 8 * 3600, np.zeros(len(hit), bool)))
    return until < FAR, until


def _written(month: Month, accounts: Accounts, fresh: tuple[Vector, ...]) -> tuple[Vector, ...]:
    parts = tuple(np.concatenate([part[i] for part in accounts.paid]) for i in range(8))
    now = parts[7] <= month.last
    accounts.paid = [tuple(part[~now] for part in parts)]
    return tuple(np.concatenate([new, old[now]]) for new, old in zip(fresh, parts, strict=True))


def _statements(rows: tuple[Vector, ...], people: People, contract: Contract) -> pa.Table:
    number, who, on, due, won, least, pays, day = rows
    unpaid = day >= FAR
    given: dict[str, Any] = {
        "statement_id": codes("B", number, 12),
        "customer_id": codes("C", people.ids[who], 8),
        "statement_on": dates(on),
        "due_on": dates(due),
        "billed_krw": whole(won),
        "minimum_krw": whole(least),
        "paid_krw": whole(pays),
        "paid_on": dates(day),
        "known_at": times(np.where(unpaid, on * DAY + 6 * 3600, day * DAY + 19 * 3600)),
        "op": ops(unpaid),
    }
    return table(contract, given)


def revolving(month: Month, accounts: Accounts, people: People, contract: Contract) -> pa.Table:
    """Balances carried over at the month's end."""
    who = np.flatnonzero((accounts.revolving > 1000) & (people.left > month.last))
    rate = (130_000 + (hashed(people.ids[who], 64) * 65_000).astype(np.int64)) // 100 * 100
    given: dict[str, Any] = {
        "customer_id": codes("C", people.ids[who], 8),
        "closed_on": dates(np.full(len(who), month.last)),
        "balance_krw": whole(np.round(accounts.revolving[who] / 10) * 10),
        "rate_percent": decimals(rate, 7, 4),
        "minimum_ratio_percent": decimals(np.full(len(who), 100_000), 7, 4),
    }
    return table(contract, given)


def delinquencies(accounts: Accounts, people: People, contract: Contract) -> pa.Table:
    """All rows about delinquencies: begun, at 30 days, resolved. Later news than the last day is cut by the writer."""
    who, begun, won, until = (np.concatenate([part[i] for part in accounts.debts]) for i in range(4))
    number = people.ids[who] * 100_000 + begun
    long = np.flatnonzero(until - begun > 30)
    over = np.flatnonzero(until < FAR)
    row = np.concatenate([np.arange(len(who)), long, over])
    kind = np.repeat([0, 1, 2], [len(who), len(long), len(over)])
    known = np.select([kind == 0, kind == 1], [begun[row], begun[row] + 30], until[row])
    given: dict[str, Any] = {
        "delinquency_id": codes("D", number[row], 14),
        "customer_id": codes("C", people.ids[who[row]], 8),
        "overdue_from": dates(begun[row]),
        "overdue_krw": whole(won[row]),
        "days_overdue": whole(np.where(kind == 0, 1, known - begun[row])),
        "resolved_on": dates(np.where(kind == 2, until[row], FAR)),
        "known_at": times(known * DAY + np.where(kind == 2, 19, 7) * 3600),
        "op": ops(kind == 0),
    }
    return table(contract, given)


def totals(basket: Basket, catalog: Catalog, people: int) -> tuple[Vector, Vector, Vector, Vector]:
    """Won, share of won online, cash advances and purchases by segment of every customer."""
    won = np.bincount(basket.who, basket.amount, people)
    web = np.bincount(basket.who, basket.amount * basket.online, people)
    cash = np.bincount(basket.who, basket.leaf == catalog.leaf("110301"), people)
    segments = len(catalog.segments)
    cells = basket.who * segments + catalog.segment_of[basket.leaf]
    counts = np.bincount(cells, basket.amount > 0, people * segments).reshape(people, segments)
    return np.maximum(won, 0), np.clip(web / np.maximum(won, 1), 0, 1), cash, counts
