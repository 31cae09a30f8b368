"""Card products and their benefit rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from hannun.base.dates import month_end
from hannun.contracts import Contract
from hannun.simulate.catalog import Catalog, data
from hannun.simulate.columns import decimals, flags, table, whole
from hannun.simulate.plan import FAR, Plan, Vector, day_number

Row = dict[str, Any]


@dataclass(frozen=True)
class Products:
    """The products as vectors; `focus` (product × segment) is true where the rules reward the segment."""

    rows: tuple[Row, ...]
    benefits: tuple[Row, ...]
    credit: Vector
    fee: Vector
    launched: Vector
    discontinued: Vector
    entry: Vector
    focus: Vector

    def __len__(self) -> int:
        return len(self.rows)

    def on_sale(self, days: Vector) -> Vector:
        """Which products are sold on days (days × products)."""
        return np.asarray((self.launched <= days[:, None]) & (self.discontinued >= days[:, None]))


def build(plan: Plan, catalog: Catalog) -> Products:
    """All products, with dates around the plan's months."""
    given = data("products")
    rng = plan.random("products")
    rows: list[Row] = []
    benefits: list[Row] = []
    focus = []
    for family in given["families"]:
        name, english = family["name"]
        for row_of_edition in given["editions"]:
            edition, edition_en, kind, fee = row_of_edition[:4]
            if edition == "프리미엄" and name not in given["premium"]:
                continue
            full = f"{name} {edition}".strip()
            launched = plan.calendar[0].start - timedelta(days=400 + int(rng.random() ** 2 * 7600))
            ends = _end(plan, given["discontinued"].get(full), launched)
            row: Row = {
                "product_id": f"P{len(rows) + 1:03d}",
                "name": f"한눈 {full}{' 카드' if kind == 'credit' else '카드'}",
                "name_en": f"Hannun {english} {edition_en}".strip(),
                "kind": kind,
                "annual_fee_krw": fee,
                "target_segment": "|".join(family["segments"]),
                "launched_on": launched,
                "discontinued_on": ends,
            }
            rows.append(row)
            focus.append(np.isin(catalog.segments, family["segments"]))
            benefits += _rules(plan, row, family["rules"], row_of_edition, exclusions=given["exclusions"], number=len(benefits))
    return Products(
        rows=tuple(rows),
        benefits=tuple(benefits),
        credit=np.array([row["kind"] == "credit" for row in rows]),
        fee=np.array([row["annual_fee_krw"] for row in rows]),
        launched=np.array([day_number(row["launched_on"]) for row in rows]),
        discontinued=np.array([day_number(row["discontinued_on"]) if row["discontinued_on"] else FAR for row in rows]),
        entry=np.array([row["annual_fee_krw"] <= 20000 for row in rows]),
        focus=np.array(focus),
    )


def _end(plan: Plan, before: int | None, launched: date) -> date | None:
    """The last day of sale, at least a month after the launch."""
    if before is None:
        return None
    return max(month_end(plan.until) - timedelta(days=before), launched + timedelta(days=30))


def _rules(plan: Plan, product: Row, rules: list[list[Any]], edition: list[Any], *, exclusions: str, number: int) -> list[Row]:
    """The rows of one product: each rule in each tier; some rules were changed at a new year, so the old row ends there."""
    found: list[Row] = []
    _, _, _, _, factor, tiers, grace = edition
    floors = list(tiers)
    launched: date = product["launched_on"]
    turn = date(plan.until.year - 1, 1, 1)
    for place, rule in enumerate(rules):
        _, match, _, kind, _, least, most, cap, times, daily, group = rule
        periods: list[tuple[date, date | None, float]] = [(launched, None, 1.0)]
        if (len(product["name"]) + place) % 3 == 0 and launched < turn - timedelta(days=100):
            periods = [(launched, turn - timedelta(days=1), 1.3), (turn, None, 1.0)]
        for begins, ends, generosity in periods:
            for step, floor in enumerate(floors):
                above = floors[step + 1] if step + 1 < len(floors) else None
                row = _row(product, rule, factor * generosity)
                limit = tiers[floor]
                row |= {
                    "benefit_id": f"{product['product_id']}-B{number + len(found) + 1:04d}",
                    "min_amount_krw": least or None,
                    "max_amount_krw": most or None,
                    "max_benefit_krw": cap or None,
                    "tier_min_spend_krw": floor,
                    "tier_max_spend_krw": above,
                    "monthly_cap_krw": None if match == "all" else limit if group else limit // 2,
                    "monthly_count": times or None,
                    "daily_count": daily or None,
                    "limit_group": f"{product['product_id']}-{group}" if group else None,
                    "limit_group_cap_krw": limit if group else None,
                    "basis": "매입" if kind == "points" or place % 4 == 3 else "승인",
                    "new_member_grace_months": grace,
                    "family_summed": product["annual_fee_krw"] >= 20000,
                    "exclusions": exclusions,
                    "rounding": ["floor_1", "floor_10", "half_up_1", "floor_100"][
                        (place + len(group)) % 4 if kind == "discount" else 0
                    ],
                    "clawback": kind != "points" or place % 2 == 0,
                    "best_of_group": f"{product['product_id']}-best" if match in ("all", "channel") else None,
                    "priority": place + 1,
                    "valid_from": begins,
                    "valid_to": ends,
                }
                found.append(row)
    return found


def _row(product: Row, rule: list[Any], factor: float) -> Row:
    name, match, value, kind, rate = rule[:5]
    row: Row = {
        "product_id": product["product_id"],
        "name": name,
        "match_kind": match,
        "match_value": value or None,
        "benefit_kind": kind,
        "rate_percent": None,
        "fixed_krw": None,
        "per_litre_krw": None,
    }
    if isinstance(rate, str):
        form, _, won = rate.partition(":")
        row["per_litre_krw" if form == "litre" else "fixed_krw"] = int(int(won) * factor / 10) * 10
    else:
        row["rate_percent"] = round(rate * factor * 10_000)
    return row


def products(made: Products, contract: Contract) -> pa.Table:
    """The table of products; a product that is taken off the market gets a second row that day."""
    rows = [(row, row["launched_on"], None) for row in made.rows]
    rows += [(row, row["discontinued_on"], row["discontinued_on"]) for row in made.rows if row["discontinued_on"]]
    given: dict[str, Any] = {}
    for column in contract.columns:
        if column.name != "discontinued_on":
            given[column.name] = pa.array([row[column.name] for row, _, _ in rows], column.arrow_type)
    given["discontinued_on"] = pa.array([end for _, _, end in rows], pa.date32())
    known = pa.array([day for _, day, _ in rows], pa.date32())
    given["known_at"] = known.cast(pa.timestamp("s"))
    given["op"] = pa.array(["insert"] * len(made.rows) + ["update"] * (len(rows) - len(made.rows)))
    return table(contract, given)


def benefits(made: Products, contract: Contract) -> pa.Table:
    """The table of benefit rules. A change of a rule is announced, and known, when the new row begins."""
    open_rows = [(row, row["valid_from"], None) for row in made.benefits]
    ended = [(row, row["valid_to"], row["valid_to"]) for row in made.benefits if row["valid_to"]]
    rows = open_rows + ended
    given: dict[str, Any] = {}
    for column in contract.columns:
        values = [row[column.name] for row, _, _ in rows]
        if column.name == "rate_percent":
            missing = np.array([value is None for value in values])
            given[column.name] = decimals(np.array([value or 0 for value in values]), 7, 4, missing=missing)
        elif column.name == "valid_to":
            given[column.name] = pa.array([end for _, _, end in rows], pa.date32())
        elif column.type == "bigint":
            given[column.name] = whole(np.array([v or 0 for v in values]), missing=np.array([v is None for v in values]))
        elif column.type == "boolean":
            given[column.name] = flags(np.array(values))
        else:
            given[column.name] = pa.array(values, column.arrow_type)
    given["known_at"] = pa.array([day for _, day, _ in rows], pa.date32()).cast(pa.timestamp("s"))
    given["op"] = pa.array(["insert"] * len(open_rows) + ["update"] * len(ended))
    return table(contract, given)
