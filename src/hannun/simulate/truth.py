"""What really is: affinities, hazards, states, planted changes, life events, uplift. No model may read it; no name is in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from hannun.simulate.campaigns import Contacts
from hannun.simulate.catalog import Catalog
from hannun.simulate.columns import codes, dates, flags, named, real
from hannun.simulate.people import People, stage
from hannun.simulate.plan import Month, Vector
from hannun.simulate.states import HAZARDS, STATES, Change, States
from hannun.simulate.tastes import Tastes


def _customers(people: People, who: Vector) -> pa.Array:
    return codes("C", people.ids[who], 8)


def affinities(catalog: Catalog, people: People, month: Month, purchases: Vector, share: Vector) -> pa.Table:
    """True purchases a month in each segment, at all companies together, and the share that this company is paid with."""
    who = np.arange(len(people))
    columns: dict[str, Any] = {"customer_id": _customers(people, who), "as_of": dates(np.full(len(who), month.last))}
    columns["share_of_wallet"] = real(share, 4)
    for place, name in enumerate(catalog.segments):
        columns[name] = real(purchases[:, place], 4)
    return pa.table(columns)


def hazards(people: People, month: Month, states: States, stages: list[str]) -> pa.Table:
    """At a month's end: the true chances of the coming month and the hidden state of every member."""
    who = np.flatnonzero(people.member & (people.joined <= month.last) & (people.left > month.last))
    columns: dict[str, Any] = {"customer_id": _customers(people, who), "as_of": dates(np.full(len(who), month.last))}
    for place, name in enumerate(HAZARDS):
        columns[name] = real(states.hazard[who, place], 6)
    columns["state"] = named(STATES, states.state[who])
    columns["level"] = real(states.after[who], 4)
    columns["rival"] = flags(states.rival[who])
    columns["life_stage"] = named(stages, stage(people, month.last)[who])
    return pa.table(columns)


def changes(people: People, catalog: Catalog, found: list[Change]) -> pa.Table:
    """Planted changes with their days."""
    who = np.concatenate([change[0] for change in found])
    columns: dict[str, Any] = {
        "customer_id": _customers(people, who),
        "kind": pa.array([change[1] for change in found for _ in range(len(change[0]))], pa.string()),
        "changed_on": dates(np.concatenate([change[2] for change in found])),
        "from_segment": named(catalog.segments, np.concatenate([change[3] for change in found])),
        "to_segment": named(catalog.segments, np.concatenate([change[4] for change in found])),
    }
    return pa.table(columns)


def life_events(people: People, catalog: Catalog, events: tuple[Vector, Vector, Vector]) -> pa.Table:
    """What happened in customers' lives."""
    who, kind, day = events
    columns: dict[str, Any] = {
        "customer_id": _customers(people, who),
        "kind": named(catalog.people["events"], kind),
        "happened_on": dates(day),
    }
    return pa.table(columns)


def uplift(people: People, all_: list[Contacts]) -> pa.Table:
    """Of every contact: the chance to buy in the segment without it, what it adds, the chance to use the offer."""
    who = np.concatenate([item.who for item in all_])
    columns: dict[str, Any] = {
        "campaign_id": codes("CP", np.concatenate([np.full(len(item.who), item.campaign.number) for item in all_]), 5),
        "customer_id": _customers(people, who),
        "is_holdout": flags(np.concatenate([item.holdout for item in all_])),
        "organic": real(np.concatenate([item.organic for item in all_]), 6),
        "uplift": real(np.concatenate([item.uplift for item in all_]), 6),
        "response": real(np.concatenate([item.response for item in all_]), 6),
    }
    return pa.table(columns)


def profiles(people: People, tastes: Tastes, states: States) -> pa.Table:
    """What a customer is, unseen: income, ease with things digital, share of wallet, frailty."""
    who = np.arange(len(people))
    columns: dict[str, Any] = {
        "customer_id": _customers(people, who),
        "monthly_income_krw": pa.array(np.round(people.income).astype(np.int64)),
        "digital": real(people.digital, 4),
        "share": real(tastes.share, 4),
        "frailty": real(states.frailty, 4),
    }
    return pa.table(columns)


def segments(catalog: Catalog) -> pa.Table:
    """Which industries make the segments of the truth."""
    return pa.table(
        {
            "segment_id": named(catalog.segments, catalog.segment_of),
            "name_ko": named(catalog.segment_names, catalog.segment_of),
            "industry_code": pa.array(catalog.leaves, pa.string()),
        }
    )
