"""The table of merchants: names, numbers, and the rows when they open and close."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from hannun.contracts import Contract
from hannun.simulate.catalog import Catalog
from hannun.simulate.columns import DAY, codes, dates, named, ops, real, table, times, whole
from hannun.simulate.places import Places
from hannun.simulate.plan import FAR, Plan, Vector

_WORDS = [
    "행복",
    "우리",
    "미소",
    "늘푸른",
    "햇살",
    "정든",
    "소문난",
    "참좋은",
    "큰길",
    "새봄",
    "고운",
    "바른",
    "온정",
    "한마음",
    "은빛",
    "동네",
    "골목",
    "원조",
    "으뜸",
    "명가",
    "푸른",
    "하늘",
    "사계절",
    "별빛",
    "강변",
    "언덕",
]
_CHECK = np.array([1, 3, 7, 1, 3, 7, 1, 3, 5])


def _names(plan: Plan, catalog: Catalog, places: Places) -> list[str]:
    rng = plan.random("place names")
    word = rng.integers(0, len(_WORDS), (2, len(places.leaf)))
    nouns = [name.replace("·", " ").split()[0] for name in catalog.leaf_names]
    towns = [name.split()[-1] for name in catalog.region_names]
    names = []
    for i, (leaf, region, city, brand) in enumerate(
        zip(places.leaf.tolist(), places.region.tolist(), places.city.tolist(), places.brand.tolist(), strict=True)
    ):
        if city >= 0:
            names.append(f"{catalog.abroad[city][0]} {catalog.leaf_names[leaf].split()[-1]} {i % 97 + 1}호")
        elif brand >= 0:
            names.append(catalog.brands[leaf][brand] + (f" {towns[region]}{i % 9 + 1}점" if region >= 0 else ""))
        else:
            names.append(_WORDS[word[0, i]] + (_WORDS[word[1, i]] if i % 3 == 0 else "") + nouns[leaf])
    return names


def merchant_ids(which: Vector) -> pa.Array:
    """Merchant keys; a number that is not in `merchants` names a merchant whose master row has not come yet."""
    return codes("M", which, 7)


def merchants(plan: Plan, catalog: Catalog, places: Places, contract: Contract) -> pa.Table:
    """The table: a row when a merchant is opened, another when it is closed."""
    size = len(places.leaf)
    shut = np.flatnonzero(places.closed <= plan.last)
    began = np.flatnonzero(places.opened <= plan.last)
    row = np.concatenate([began, shut])
    first = np.arange(len(row)) < len(began)
    names = pa.array(_names(plan, catalog, places), pa.string())
    flat = [brand for brands in catalog.brands for brand in brands]
    offset = np.concatenate(([0], np.cumsum([len(brands) for brands in catalog.brands])[:-1]))
    digits = plan.random("business numbers").integers(0, 10, (size, 9))
    digits[:, 0] = np.maximum(digits[:, 0], 1)
    check = (10 - (digits @ _CHECK + digits[:, 8] * 5 // 10) % 10) % 10
    # The check digit is wrong on purpose: the number belongs to no real business.
    number = (digits @ 10 ** np.arange(8, -1, -1)) * 10 + (check + 3) % 10
    nowhere = np.isnan(places.lat)
    given: dict[str, Any] = {
        "merchant_id": merchant_ids(row),
        "business_number": codes("", number[row], 10),
        "name": names.take(pa.array(row)),
        "brand": named(flat, np.where(places.brand >= 0, offset[places.leaf] + places.brand, -1)[row]),
        "industry_code": named(catalog.leaves, places.leaf[row]),
        "owner_id": codes("C", places.owner[row], 8, missing=places.owner[row] < 0),
        "pg_merchant_id": codes("M", places.gateway[row], 7, missing=places.gateway[row] < 0),
        "region_code": named(catalog.regions, places.region[row]),
        "lat": real(places.lat[row], 5, missing=nowhere[row]),
        "lon": real(places.lon[row], 5, missing=nowhere[row]),
        "opens_hour": whole(places.opens[row]),
        "closes_hour": whole(places.closes[row]),
        "opened_on": dates(places.opened[row]),
        "closed_on": dates(np.where(first, FAR, places.closed[row])),
        "known_at": times(np.where(first, places.opened[row] * DAY + 7 * 3600, places.closed[row] * DAY + 20 * 3600)),
        "op": ops(first),
    }
    return table(contract, given)
