"""The purchases of one chunk in one month, as vectors: what every maker of purchases fills, and the table made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa

from hannun.contracts import Contract
from hannun.simulate.catalog import Catalog
from hannun.simulate.columns import codes, decimals, flags, named, real, table, times, whole
from hannun.simulate.holdings import card_numbers
from hannun.simulate.merchants import merchant_ids
from hannun.simulate.people import People
from hannun.simulate.plan import Vector

WALLETS = ["한눈페이", "모두페이", "라온페이", "바로페이"]
CURRENCIES = ["KRW", "JPY", "VND", "THB", "TWD", "SGD", "USD", "EUR", "GBP", "CNY"]
NO_ORIGINAL = -1
UNKNOWN_CUSTOMER = 90_000_000
"""Numbers of customers from here on are in no customer file: 1 purchase in 5,000 of the wallet names one."""


@dataclass
class Basket:
    """One entry a purchase. `original` is the number of the purchase that a cancel takes back, else -1; `slot` -1: no card."""

    who: Vector
    leaf: Vector
    second: Vector
    amount: Vector
    merchant: Vector
    online: Vector
    slot: Vector
    wallet: Vector
    months: Vector
    free: Vector
    currency: Vector
    foreign: Vector
    own_leaf: Vector
    original: Vector
    number: Vector

    def __len__(self) -> int:
        return len(self.who)

    def take(self, rows: Vector) -> Basket:
        """The purchases at these positions."""
        return Basket(*(getattr(self, field.name)[rows] for field in fields(self)))


def new(who: Vector, leaf: Vector, second: Vector) -> Basket:
    """Purchases of which nothing more is known yet: won, no card, not online, paid at once."""
    size = len(who)

    def none() -> Vector:
        return np.full(size, -1, np.int64)

    def zero() -> Vector:
        return np.zeros(size, np.int64)

    def no() -> Vector:
        return np.zeros(size, bool)

    return Basket(
        who, leaf, second, zero(), none(), no(), none(), none(), zero(), no(), zero(), zero(), none(), none(), none()
    )  # fmt: skip


def joined(parts: Sequence[Basket]) -> Basket:
    """All parts, one after the other."""
    return Basket(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Basket)))


def numbered(basket: Basket, chunk: int, month: str) -> Basket:
    """In the order of time, with the numbers behind their keys.

    An `original` below 0 other than -1 stands for the position -2 - original in the basket as it came, and becomes its number.
    """
    order = np.argsort(basket.second, kind="stable")
    here = basket.original < NO_ORIGINAL
    basket.number[order] = (int(month[2:4]) * 100 + int(month[5:7])) * 10**10 + chunk * 10**6 + np.arange(len(order))
    basket.original[here] = basket.number[-2 - basket.original[here]]
    return basket.take(order)


def transactions(basket: Basket, catalog: Catalog, people: People, contract: Contract) -> pa.Table:
    """The approvals of a basket."""
    # 1 of 5,000 purchases by wallet alone names a customer whose master row has not come.
    stray = (basket.slot < 0) & (basket.number % 5000 == 0)
    fuel = np.isin(basket.leaf, [catalog.leaf("040101"), catalog.leaf("040102")])
    abroad = basket.currency > 0
    advance = basket.leaf == catalog.leaf("110301")
    customer = np.where(stray, UNKNOWN_CUSTOMER + basket.number % 1000, people.ids[basket.who])
    given: dict[str, Any] = {
        "transaction_id": transaction_ids(basket.number),
        "approved_at": times(basket.second),
        "card_id": codes("K", card_numbers(people, basket.who, basket.slot), 10, missing=basket.slot < 0),
        "customer_id": codes("C", customer, 8),
        "merchant_id": merchant_ids(basket.merchant),
        "amount_krw": whole(basket.amount),
        "currency": named(CURRENCIES, basket.currency),
        "original_amount": decimals(basket.foreign, 18, 2, missing=~abroad),
        "product": named(["purchase", "cash_advance"], advance),
        "region": named(["domestic", "overseas"], abroad),
        "channel": named(["offline", "online"], basket.online),
        "wallet": named(WALLETS, basket.wallet),
        "installment_months": whole(basket.months),
        "interest_free": flags(basket.free),
        "original_transaction_id": transaction_ids(basket.original, missing=basket.original < 0),
        "industry_code": named(catalog.leaves, basket.own_leaf),
        "quantity": real(np.abs(basket.amount) / 1680.0, 2, missing=~fuel),
    }
    return table(contract, given)


def transaction_ids(numbers: Vector, *, missing: Vector | None = None) -> pa.Array:
    """Keys of transactions."""
    return codes("T", numbers, 14, missing=missing)
