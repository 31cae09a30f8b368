"""Card loans, limits and consents: slow things, written once for a chunk at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from hannun.contracts import Contract
from hannun.simulate.columns import DAY, codes, dates, decimals, flags, named, ops, table, times, whole
from hannun.simulate.people import CORPORATE, PRIVATE, People
from hannun.simulate.plan import FAR, Month, Plan, Vector, hashed

LIMIT_KINDS = ("total", "cash_advance", "card_loan")
REASONS = ("신규", "정기 상향", "고객 요청", "연체 하향", "소득 변동")
PURPOSES = (
    *(("marketing", channel) for channel in ("sms", "phone", "email", "app")),
    *((purpose, "all") for purpose in ("third_party", "credit_info", "profiling")),
)
_GIVEN = np.array([0.68, 0.36, 0.52, 0.60, 0.55, 0.97, 0.72])
_TERMS = np.array([6, 12, 24, 36])


@dataclass
class Credit:
    """Loans (customer, day, principal, rate, term, day of closing) and limits (customer, day, kind, won, reason) so far."""

    limit: Vector
    loans: list[tuple[Vector, ...]] = field(default_factory=list)
    limits: list[tuple[Vector, ...]] = field(default_factory=list)


def build(plan: Plan, people: People) -> Credit:
    """Limits given at joining, and loans that run already."""
    rng = plan.random("credit", people.start)
    limit = np.clip(np.round(people.income * rng.lognormal(0.6, 0.4, len(people)) / 5e5), 1, 100) * 5e5
    credit = Credit(limit)
    member = np.flatnonzero(people.member)
    for kind, part in enumerate((1.0, 0.4, 1.2)):
        if kind < 2:
            won = np.round(limit[member] * part / 1e5) * 1e5
            credit.limits.append(_limits(member, people.joined[member], kind, won, 0))
    some = member[(people.kind[member] == PRIVATE) & (rng.random(len(member)) < 0.03) & (people.joined[member] < plan.first - 60)]
    _lend(rng, credit, people, some, plan.first - rng.integers(1, 59, len(some)))
    return credit


def _limits(who: Vector, day: Vector, kind: int, won: Vector, reason: int) -> tuple[Vector, ...]:
    return who, day, np.full(len(who), kind), won, np.full(len(who), reason)


def _lend(rng: np.random.Generator, credit: Credit, people: People, who: Vector, day: Vector) -> None:
    principal = np.clip(np.round(people.income[who] * rng.lognormal(0.5, 0.6, len(who)) / 1e5), 5, 500) * 1e5
    rate = 70_000 + (rng.beta(2, 2, len(who)) * 129_000).astype(np.int64) // 100 * 100
    term = _TERMS[rng.integers(0, 4, len(who))]
    early = rng.random(len(who)) < 0.35
    life = np.where(early, term * 30 * (0.15 + 0.8 * rng.random(len(who))), term * 30.44).astype(np.int64)
    credit.loans.append((who, day, principal, rate, term, day + life))


def step(
    rng: np.random.Generator, month: Month, credit: Credit, people: People, spend: Vector, *, hazard: Vector, failed: Vector
) -> None:
    """Loans taken and limits changed this month."""
    alive = people.member & (people.joined < month.first) & (people.left >= FAR) & (people.kind != CORPORATE)
    draw = rng.random((3, len(people)))
    taker = np.flatnonzero(alive & (draw[0] < hazard[:, 2]))
    _lend(rng, credit, people, taker, month.first + rng.integers(0, month.days, len(taker)))
    up = np.flatnonzero(alive & (draw[1] < 0.004 + 0.03 * (spend > 0.5 * credit.limit)))
    credit.limit[up] = np.minimum(np.round(credit.limit[up] * 1.3 / 5e5) * 5e5 + 5e5, 9e7)
    asked = np.where(draw[2][up] < 0.4, 2, 1)
    day = month.first + (draw[2][up] * month.days).astype(np.int64)
    credit.limits.append((up, day, np.zeros(len(up), np.int64), credit.limit[up].copy(), asked))
    down = np.setdiff1d(failed[draw[1][failed] < 0.5], up)
    credit.limit[down] = np.maximum(np.round(credit.limit[down] * 0.6 / 5e5) * 5e5, 5e5)
    credit.limits.append(_limits(down, np.full(len(down), month.last), 0, credit.limit[down].copy(), 3))


def loans(credit: Credit, people: People, contract: Contract) -> pa.Table:
    """Rows about loans: taken, repaid."""
    who, day, principal, rate, term, end = (np.concatenate([part[i] for part in credit.loans]) for i in range(6))
    row = np.concatenate([np.arange(len(who))] * 2)
    first = np.arange(len(row)) < len(who)
    given: dict[str, Any] = {
        "loan_id": codes("L", people.ids[who] * 100_000 + day, 14).take(pa.array(row)),
        "customer_id": codes("C", people.ids[who[row]], 8),
        "opened_on": dates(day[row]),
        "principal_krw": whole(principal[row]),
        "balance_krw": whole(np.where(first, principal[row], 0)),
        "rate_percent": decimals(rate[row], 7, 4),
        "term_months": whole(term[row]),
        "closed_on": dates(np.where(first, FAR, end[row])),
        "known_at": times(np.where(first, day[row] * DAY + 14 * 3600, end[row] * DAY + 17 * 3600)),
        "op": ops(first),
    }
    return table(contract, given)


def limits(credit: Credit, people: People, contract: Contract) -> pa.Table:
    """The history of limits."""
    who, day, kind, won, reason = (np.concatenate([part[i] for part in credit.limits]) for i in range(5))
    given: dict[str, Any] = {
        "customer_id": codes("C", people.ids[who], 8),
        "effective_on": dates(day),
        "kind": named(LIMIT_KINDS, kind),
        "limit_krw": whole(won),
        "reason": named(REASONS, reason),
    }
    return table(contract, given)


@dataclass
class Consents:
    """Seconds of giving and withdrawing of every purpose (customer × purpose); FAR × DAY: never."""

    given: Vector
    withdrawn: Vector

    def stands(self, who: Vector, purpose: Vector | int, second: Vector | int) -> Vector:
        """Whether the consent stands at that second."""
        return np.asarray((self.given[who, purpose] <= second) & (self.withdrawn[who, purpose] > second))


def consents(plan: Plan, people: People) -> Consents:
    """Consents of a chunk for the whole time; who leaves withdraws nothing, the company stops using them."""
    rng = plan.random("consents", people.start)
    size = (len(people), len(PURPOSES))
    never = np.int64(FAR) * DAY
    share = np.where(people.member[:, None], _GIVEN, np.array([0.9, 0.5, 0.6, 0.3, 0.8, 0.0, 0.4]))
    known = people.joined[:, None] * DAY + 9 * 3600 + 1800
    later = np.where(rng.random(size) < 0.85, 0, (rng.random(size) * 700).astype(np.int64) * DAY)
    given = np.where(rng.random(size) < share, known + later + rng.integers(0, 3600, size), never)
    life = (rng.exponential(4200, size) * DAY).astype(np.int64)
    withdrawn = np.where(given < never, given + DAY + life, never)
    # What was withdrawn before the first month is no longer on file.
    gone = withdrawn < plan.first * DAY
    return Consents(np.where(gone, never, given), np.where(gone, never, withdrawn))


def consent_rows(plan: Plan, people: People, consent: Consents, contract: Contract) -> pa.Table:
    """Rows about consents: given, reconfirmed after two years, withdrawn."""
    who, purpose = np.nonzero(consent.given < np.int64(FAR) * DAY)
    given, withdrawn = consent.given[who, purpose], consent.withdrawn[who, purpose]
    two = given + 730 * DAY
    many = np.maximum((plan.last * DAY - given) // (730 * DAY), 0)
    last_time = given + many * 730 * DAY
    again = np.flatnonzero((many > 0) & (last_time < withdrawn) & (two < withdrawn))
    out = np.flatnonzero(withdrawn < np.int64(FAR) * DAY)
    row = np.concatenate([np.arange(len(who)), again, out])
    kind = np.repeat([0, 1, 2], [len(who), len(again), len(out)])
    ended, redone = kind == 2, (kind == 1) | ((kind == 2) & np.isin(row, again))
    known = np.select([kind == 0, kind == 1], [given[row], last_time[row]], withdrawn[row])
    pairs = purpose[row]
    columns: dict[str, Any] = {
        "customer_id": codes("C", people.ids[who[row]], 8),
        "purpose": named([name for name, _ in PURPOSES], pairs),
        "channel": named([name for _, name in PURPOSES], pairs),
        "night": flags(hashed(people.ids[who[row]], pairs, 71) < 0.12),
        "given_at": times(given[row]),
        "withdrawn_at": times(withdrawn[row], missing=~ended),
        "reconfirmed_at": times(last_time[row], missing=~redone),
        "known_at": times(known),
        "op": ops(kind == 0),
    }
    return table(contract, columns)
