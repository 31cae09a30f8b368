"""One chunk of customers, month after month: what happens to them and the rows that the company writes about it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hannun.contracts import Contracts
from hannun.simulate import (
    basket,
    campaigns,
    credit,
    digital,
    holdings,
    life,
    money,
    people,
    responses,
    special,
    states,
    tastes,
    truth,
    voice,
)
from hannun.simulate.basket import Basket
from hannun.simulate.campaigns import Campaign, Contacts
from hannun.simulate.catalog import Catalog
from hannun.simulate.columns import DAY
from hannun.simulate.places import Places
from hannun.simulate.plan import FAR, Month, Plan, Vector
from hannun.simulate.products import Products
from hannun.simulate.spending import Scene, everyday, finish, visible

Tables = dict[str, pa.Table]


@dataclass(frozen=True)
class World:
    """What all chunks share."""

    plan: Plan
    catalog: Catalog
    places: Places
    products: Products
    campaigns: tuple[Campaign, ...]
    contracts: Contracts
    owners: Vector


def known(table: pa.Table, plan: Plan) -> pa.Table:
    """Only what is known by the end of the last day."""
    end = pa.scalar((plan.last + 1) * DAY, pa.int64()).cast(pa.timestamp("s"))
    return table.filter(pc.less(table["known_at"], end))


@dataclass
class Late:
    """Cancels that come in later months, by the numbers of what they cancel."""

    baskets: list[Basket] = field(default_factory=list)


class Chunk:
    """The customers `start` … of the company. Call `before`, then `month` for each month in order, then `after`."""

    def __init__(self, world: World, index: int) -> None:
        start, size = world.plan.chunks[index]
        self.world, self.index = world, index
        self.people = people.build(world.plan, world.catalog, world.places, world.owners, start=start, size=size)
        self.tastes = tastes.build(world.plan, world.catalog, self.people)
        self.holdings = holdings.build(world.plan, world.products, self.people, self.tastes)
        self.states = states.build(world.plan, world.catalog, self.people, self.tastes)
        self.accounts = money.open_accounts(self.people, np.where(self.people.joined < world.plan.first, self.states.billed, 0))
        self.credit = credit.build(world.plan, self.people)
        self.consents = credit.consents(world.plan, self.people)
        self.life = life.Life()
        self.late = Late()

    def before(self) -> Tables:
        """Rows about those who were there before the first month."""
        first = self.world.plan.first
        old = np.flatnonzero(self.people.joined < first)
        # What the master knows of a family was told when it happened, not when the customer joined.
        heard = np.where(
            self.people.marital == people.MARRIED, np.maximum(self.people.married, self.people.youngest), self.people.youngest
        )
        since = np.minimum(np.maximum(self.people.joined, heard), first - 1)
        return {"customers": self._customers(old, since[old] * DAY + 9 * 3600, first, insert=old >= 0, left=np.full(len(old), FAR))}

    def _customers(self, who: Vector, seconds: Vector, day: int, *, insert: Vector, left: Vector) -> pa.Table:
        stages = people.stage(self.people, day)[who]
        contract = self.world.contracts["customers"]
        return people.rows(self.people, self.world.catalog, contract, who, seconds, insert=insert, stages=stages, left=left)

    def month(self, month: Month) -> tuple[Tables, Tables]:
        """A month: the rows of the company's files, and those of the truth."""
        world, crowd = self.world, self.people
        rng = world.plan.random("month", self.index, month.index)
        changed = states.step(rng, month, world.catalog, crowd, self.tastes, states=self.states)
        masters = self._masters(month)
        holdings.leave(self.holdings, crowd, np.flatnonzero((crowd.left >= month.first) & (crowd.left <= month.last)))
        events = life.step(rng, month, world.catalog, world.places, crowd, tastes=self.tastes, life=self.life)
        factor, room = tastes.rates(world.catalog, crowd, self.tastes, month.first)
        scene = Scene(
            world.catalog, world.places, crowd, self.tastes, self.holdings, self.states, month,
            self.accounts.stop_from, self.accounts.stop_until,
        )  # fmt: skip
        seen = visible(scene, factor)
        contacts = [
            campaigns.contact(rng, scene, self.states, self.consents, item, seen=seen)
            for item in campaigns.of_month(world.campaigns, month)
        ]
        bought, travellers = self._purchases(rng, scene, factor, seen, room, contacts=contacts)
        rows = self._money(rng, month, bought)
        rows["transactions"] = basket.transactions(bought, world.catalog, crowd, world.contracts["transactions"])
        rows["customers"] = masters
        rows["campaign_contacts"] = responses.contact_rows(contacts, crowd.start, world.contracts["campaign_contacts"])
        rows["campaign_responses"] = responses.responses(rng, scene, contacts, bought, world.contracts["campaign_responses"])
        rows["voc"] = voice.step(
            rng, month, self.index, crowd, self.states,
            holdings=self.holdings, products=world.products, contract=world.contracts["voc"],
        )  # fmt: skip
        states.observe(self.states, *money.totals(bought, world.catalog, len(crowd)))
        states.hazards(rng, month, crowd, self.holdings, world.products, states=self.states)
        rows["app_events"] = digital.app_events(rng, month, self.index, crowd, self.states, contract=world.contracts["app_events"])
        rows["documents"] = digital.documents(rng, month, crowd, world.contracts["documents"])
        return rows, self._truth(month, [*changed, travellers], events, contacts, factor=factor, seen=seen)

    def _masters(self, month: Month) -> pa.Table:
        """News of the customer master: who joined, what was told, who left; as people are on the month's first day."""
        joined = np.flatnonzero((self.people.joined >= month.first) & (self.people.joined <= month.last))
        left = np.flatnonzero((self.people.left >= month.first) & (self.people.left <= month.last))
        told, second = life.news(self.life, month)
        stays = (self.people.left[told] > second // DAY) & (self.people.joined[told] < second // DAY)
        told, second = told[stays], second[stays]
        who = np.concatenate([joined, told, left])
        kind = np.repeat([0, 1, 2], [len(joined), len(told), len(left)])
        day = np.where(kind == 0, self.people.joined[who], self.people.left[who])
        seconds = np.where(kind == 0, day * DAY + 9 * 3600, day * DAY + 18 * 3600)
        seconds[kind == 1] = second
        return self._customers(who, seconds, month.first, insert=kind == 0, left=np.where(kind == 2, day, FAR))

    def _purchases(
        self, rng: np.random.Generator, scene: Scene, factor: Vector, seen: Vector, room: Vector, *, contacts: list[Contacts]
    ) -> tuple[Basket, states.Change]:
        crowd, month = self.people, scene.month
        bought = everyday(rng, scene, seen, room)
        trip = special.trips(rng, scene, factor)
        gone = special.away(bought, len(crowd), trip)
        for item in contacts:
            gone |= campaigns.withheld(bought, scene.catalog, item, len(crowd))
        bought = bought.take(np.flatnonzero(~gone))
        extra = [finish(rng, scene, *campaigns.purchases(rng, scene, item), room=room, bills=0) for item in contacts]
        bought = basket.joined([bought, *extra])
        special.from_abroad(scene, bought)
        abroad = special.abroad(rng, scene, trip, room)
        bought = basket.joined([bought, abroad, special.advances(rng, scene)])
        now, later, rows = special.cancels(rng, scene, bought)
        due = [part.take(np.flatnonzero(part.second < (month.last + 1) * DAY)) for part in self.late.baskets]
        self.late.baskets = [part.take(np.flatnonzero(part.second >= (month.last + 1) * DAY)) for part in self.late.baskets]
        everything = basket.joined([bought, now, *due])
        done = basket.numbered(everything, self.index, month.name)
        later.original = everything.number[rows]
        self.late.baskets = [basket.joined([*self.late.baskets, later])]
        return done, self._first_trips(abroad)

    def _first_trips(self, abroad: Basket) -> states.Change:
        """First purchases abroad of those who had none before."""
        who, place = np.unique(abroad.who, return_index=True)
        fresh = ~self.states.travelled[who]
        self.states.travelled[who] = True
        none = np.full(int(fresh.sum()), -1)
        return who[fresh], "first_overseas", abroad.second[place[fresh]] // DAY, none, none

    def _money(self, rng: np.random.Generator, month: Month, bought: Basket) -> Tables:
        contracts = self.world.contracts
        settled = money.settle(rng, month, self.accounts, bought, contracts["settlements"])
        statements, billed, failed = money.bill(
            rng, month, self.accounts, self.people, self.states.hazard, contract=contracts["statements"]
        )
        money.charge(month, self.accounts, bought, self.holdings, self.people)
        self.states.billed = np.where(billed > 0, 0.5 * self.states.billed + 0.5 * billed, 0.8 * self.states.billed)
        self.states.past_due[failed] = 0
        credit.step(rng, month, self.credit, self.people, self.states.spend, hazard=self.states.hazard, failed=failed)
        return {
            "settlements": settled,
            "statements": statements,
            "revolving": money.revolving(month, self.accounts, self.people, contracts["revolving"]),
        }

    def _truth(
        self,
        month: Month,
        changed: list[states.Change],
        events: tuple[Vector, Vector, Vector],
        contacts: list[Contacts],
        *,
        factor: Vector,
        seen: Vector,
    ) -> Tables:
        catalog, crowd = self.world.catalog, self.people
        found = {
            "changes": truth.changes(crowd, catalog, changed),
            "hazards": truth.hazards(crowd, month, self.states, catalog.people["stages"]),
            "life_events": truth.life_events(crowd, catalog, events),
            "uplift": truth.uplift(crowd, contacts),
        }
        if (self.world.plan.months - 1 - month.index) % 3 == 0:
            purchases = tastes.monthly(catalog, factor)
            ours = tastes.monthly(catalog, seen).sum(axis=1) / np.maximum(purchases.sum(axis=1), 1e-9)
            found["affinities"] = truth.affinities(catalog, crowd, month, purchases, ours)
        return found

    def after(self) -> tuple[Tables, Tables]:
        """What is written once: cards, consents, limits, loans, delinquencies; and the hidden profiles."""
        plan, contracts = self.world.plan, self.world.contracts
        cards = holdings.rows(
            self.people, self.holdings, self.world.products, contracts["cards"], plan=plan, stops=self.accounts.stops
        )
        limits = credit.limits(self.credit, self.people, contracts["limits"])
        last = pa.scalar(plan.last, pa.int32()).cast(pa.date32())
        rows = {
            "cards": known(cards, plan),
            "consents": known(credit.consent_rows(plan, self.people, self.consents, contracts["consents"]), plan),
            "limits": limits.filter(pc.less_equal(limits["effective_on"], last)),
            "card_loans": known(credit.loans(self.credit, self.people, contracts["card_loans"]), plan),
            "delinquencies": known(money.delinquencies(self.accounts, self.people, contracts["delinquencies"]), plan),
        }
        return rows, {"profiles": truth.profiles(self.people, self.tastes, self.states)}
