"""A small company, drawn at random but always the same, on a real home; and what is true of it, worked out slowly."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hannun.base.clock import FixedClock
from hannun.base.dates import business_date, day_start
from hannun.base.settings import Settings
from hannun.workflows.home import Home, open_home
from hannun.workflows.init import init
from tests.compute.conftest import commit, rows

AS_OF = date(2026, 9, 30)
FIRST = date(2026, 4, 1)
DAYS = 190  # some days beyond AS_OF
Row = dict[str, Any]

INDUSTRIES = [
    ("0102", "커피전문점", "Coffee shops"),
    ("0401", "주유소", "Petrol stations"),
    ("0603", "골프장", "Golf courses"),
    ("0201", "편의점", "Convenience stores"),
]
SHOPS = ["가게", "가게", "가게", "캠핑장"]


@dataclass(frozen=True)
class Company:
    """The company's rows by table, and its home."""

    home: Home
    tables: dict[str, list[Row]]

    def add(self, table: str, items: list[Row]) -> None:
        """Load more rows; they are not part of `tables`."""
        load(self.home, table, items)


def load(home: Home, table: str, items: list[Row]) -> None:
    """Commit rows to a core table."""
    contract = home.contracts[table]
    home.lake.ensure_contract(contract)
    commit(home.lake, contract.table, rows(contract, *items))


def known(day: date) -> dict[str, Any]:
    """System columns of a row that became known on a day."""
    return {"known_at": day_start(day), "business_date": day}


def make(place: Path, *, customers: int = 60, settled: bool = True, seed: int = 5) -> Company:
    """A company in a new home."""
    init(place)
    home = open_home(Settings.load(place), FixedClock(datetime(2026, 10, 1, 3, tzinfo=UTC)))
    tables = _draw(random.Random(seed), customers)
    if not settled:
        del tables["settlements"]
    for name, items in tables.items():
        load(home, name, items)
    return Company(home, tables)


def _draw(rng: random.Random, customers: int) -> dict[str, list[Row]]:
    ids = [f"c{number:03d}" for number in range(customers)]
    old = known(date(2026, 1, 1))
    tables: dict[str, list[Row]] = {
        "industries": [{"industry_code": code, "name_ko": ko, "name_en": en, **old} for code, ko, en in INDUSTRIES],
        "merchants": [
            {
                "merchant_id": f"m{n}",
                "name": f"가게 {n} {'캠핑' if n % 4 == 3 else ''}",
                "industry_code": INDUSTRIES[n % 4][0],
                **old,
            }
            for n in range(8)
        ],
        "card_products": [{"product_id": kind, "name": kind, "kind": kind, **old} for kind in ("credit", "check")],
        "customers": [
            {
                "customer_id": name,
                "member_type": "법인" if n % 20 == 7 else "개인사업자" if n % 6 == 1 else "개인",
                "is_member": True,
                "life_stage": "신혼" if n % 2 else None,
                "left_on": date(2026, 8, 1) if n % 15 == 3 else date(2026, 11, 1) if n % 15 == 4 else None,
                **old,
            }
            for n, name in enumerate(ids)
        ],
        "cards": [],
        "consents": [],
        "transactions": [],
        "settlements": [],
    }
    for n, name in enumerate(ids):
        for kind in [("credit",), ("check",), ("credit", "check")][n % 3]:
            card = {
                "card_id": f"{kind}-{name}",
                "product_id": kind,
                "holder_id": name,
                "payer_id": name,
                "issued_on": date(2026, 1, 5),
            }
            closed = date(2026, 9, 30) if n % 11 == 5 else None
            tables["cards"].append(card | {"suspended": n % 13 == 2, "closed_on": closed, **known(date(2026, 1, 5))})
        if rng.random() < 0.8:
            tables["consents"].append(_consent(rng, name))
        for _ in range(rng.randrange(0, 40)):
            _purchase(rng, tables, name, n)
    return tables


def _consent(rng: random.Random, name: str) -> Row:
    given = datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=rng.choice([10, 400, 700, 900]))
    withdrawn = datetime(2026, 7, 1, tzinfo=UTC) if rng.random() < 0.2 else None
    again = given + timedelta(days=700) if rng.random() < 0.3 else None
    return {
        "customer_id": name,
        "purpose": "marketing",
        "channel": rng.choice(["sms", "all"]),
        "night": rng.random() < 0.5,
        "given_at": given,
        "withdrawn_at": withdrawn,
        "reconfirmed_at": again,
        **known(date(2026, 7, 2)),
    }


def _purchase(rng: random.Random, tables: dict[str, list[Row]], name: str, number: int) -> None:
    key = f"t{len(tables['transactions'])}"
    at = datetime(2026, 4, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(DAYS * 24 * 60))
    kinds = [("credit",), ("check",), ("credit", "check")][number % 3]
    amount = rng.randrange(1, 90) * 1000
    row = {
        "transaction_id": key,
        "approved_at": at,
        "card_id": f"{rng.choice(kinds)}-{name}",
        "customer_id": name,
        "merchant_id": f"m{rng.randrange(8)}",
        "amount_krw": amount,
        "product": "cash_advance" if rng.random() < 0.05 else "purchase",
        "region": "overseas" if len(tables["transactions"]) % 7 == 0 else "domestic",
        "channel": rng.choice(["online", "offline"]),
        "wallet": "pay" if rng.random() < 0.3 else None,
        "installment_months": rng.choice([0, 0, 3]),
        "known_at": at,
        "business_date": business_date(at),
    }
    tables["transactions"].append(row)
    posted = business_date(at) + timedelta(days=2)
    slip = {"transaction_id": key, "posted_on": posted, "amount_krw": amount, **known(posted + timedelta(days=1))}
    tables["settlements"].append(slip)
    if rng.random() < 0.1:
        later = at + timedelta(days=4)
        cancel = row | {"transaction_id": f"{key}x", "amount_krw": -amount, "original_transaction_id": key}
        tables["transactions"].append(cancel | {"approved_at": later, "known_at": later, "business_date": business_date(later)})
        back = posted + timedelta(days=4)
        tables["settlements"].append(slip | {"posted_on": back, "amount_krw": -amount, **known(back)})


def spending(company: Company, as_of: date) -> list[Row]:
    """What was spent as known by the end of as_of, one row a slip: customer, day, industry, won, card, wallet, time."""
    end = day_start(as_of + timedelta(days=1))
    approvals = {row["transaction_id"]: row for row in company.tables["transactions"] if row["known_at"] < end}
    industry = {row["merchant_id"]: row["industry_code"] for row in company.tables["merchants"]}
    slips = [row for row in company.tables.get("settlements", []) if row["known_at"] < end]
    found = []
    for slip in slips if "settlements" in company.tables else approvals.values():
        approval = approvals[slip["transaction_id"]]
        if approval["product"] == "purchase" and slip["business_date"] <= as_of:
            own = {"day": slip["business_date"], "won": slip["amount_krw"], "industry": industry[approval["merchant_id"]]}
            found.append(approval | own)
    return found
