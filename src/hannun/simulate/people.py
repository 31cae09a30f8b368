"""Customers of one chunk: who they are, where they live and work, what they earn; and the rows the company writes about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hannun.contracts import Contract
from hannun.simulate.catalog import Catalog
from hannun.simulate.columns import codes, dates, flags, named, ops, real, table, times, whole
from hannun.simulate.places import Places
from hannun.simulate.plan import FAR, Plan, Vector, inverse

PRIVATE, SOLE, CORPORATE = 0, 1, 2
SINGLE, MARRIED, PARTED = 0, 1, 2
RETIRED = 11
MEMBER_SHARE = 0.85
_KINDS = ["개인", "개인사업자", "법인"]
_MARITAL = ["미혼", "기혼", "이혼·사별"]
YEAR = 365.25


@dataclass
class People:
    """One entry a customer. Days are day numbers; `income` is won a month; what changes in life changes here in place."""

    start: int
    kind: Vector
    member: Vector
    woman: Vector
    born: Vector
    region: Vector
    lat: Vector
    lon: Vector
    work: Vector
    occupation: Vector
    marital: Vector
    married: Vector
    children: Vector
    youngest: Vector
    owns: Vector
    income: Vector
    joined: Vector
    left: Vector
    digital: Vector
    payday: Vector
    names: Vector

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def ids(self) -> Vector:
        """Numbers of the customers in the whole company."""
        return np.arange(self.start, self.start + len(self))

    def age(self, day: int) -> Vector:
        """Age in years."""
        return np.asarray((day - self.born) / YEAR)


def stage(people: People, day: int) -> Vector:
    """The true life stage on a day: position in the list of data/people.yaml."""
    age, child = people.age(day), (day - people.youngest) / YEAR
    single = people.marital != MARRIED
    return np.select(
        [
            people.occupation == RETIRED,
            single & (age < 28),
            single & (age < 39) & (people.marital == SINGLE),
            single,
            child < 7,
            child < 19,
            (people.children == 0) & (day - people.married < 5 * YEAR),
        ],
        [6, 0, 1, 7, 3, 4, 2],
        5,
    )


def build(plan: Plan, catalog: Catalog, places: Places, owners: Vector, *, start: int, size: int) -> People:
    """The customers `start` … `start + size - 1` as they are on the first day."""
    rng = plan.random("people", start)
    ids = np.arange(start, start + size)
    kind = np.where(rng.random(size) < 0.025, CORPORATE, np.where(rng.random(size) < 0.03, SOLE, PRIVATE))
    kind[np.isin(ids, owners)] = SOLE
    member = (rng.random(size) < MEMBER_SHARE) | (kind != PRIVATE)
    band = inverse(np.array([14, 18, 21, 22, 16, 9]))[rng.integers(0, 1024, size)]
    age = np.clip(20 + band * 10 + rng.random(size) * 10, 20, 84)
    woman = rng.random(size) < 0.5
    married_by = 1 / (1 + np.exp(-(age - 32.5) / 3.2)) * 0.84
    draw = rng.random(size)
    marital = np.where(draw < married_by, MARRIED, np.where((age > 38) & (rng.random(size) < 0.45), PARTED, SINGLE))
    wed_age = np.clip(rng.normal(31.5, 3.5, size), 21, age - 0.1)
    married = np.where(marital == MARRIED, plan.first - (age - wed_age) * YEAR, FAR).astype(np.int64)
    children = np.where(marital != SINGLE, np.minimum(rng.poisson(1.25, size), 3), 0)
    lag = rng.gamma(2.0, 1.4, size) + children * 1.6
    children = np.where(age - wed_age > lag, children, 0)
    youngest = np.where(children > 0, plan.first - np.maximum(age - wed_age - lag, 0.05) * YEAR, -FAR).astype(np.int64)
    region = inverse(catalog.inhabitants, 4096)[rng.integers(0, 4096, size)].astype(np.int64)
    occupation = _occupations(rng, age, woman, kind)
    curve = 2.1e6 + 2.6e6 * np.exp(-(((age - 47) / 14) ** 2))
    by_job = np.array([1.1, 1.05, 1.9, 1.15, 0.85, 0.95, 1.1, 0.95, 0.75, 0.4, 0.45, 0.6])[occupation]
    income = curve * by_job * np.exp(rng.normal(0, 0.42, size)) * np.where(kind == CORPORATE, 2.5, 1)
    joined = _joining(rng, plan, age)
    spread = rng.normal(0, 0.02, (2, size))
    return People(
        start=start,
        kind=kind,
        member=member,
        woman=woman,
        born=(plan.first - age * YEAR).astype(np.int64),
        region=region,
        lat=catalog.lat[region] + spread[0],
        lon=catalog.lon[region] + spread[1],
        work=places.near[region, rng.integers(0, 256, size)].astype(np.int64),
        occupation=occupation,
        marital=marital,
        married=married,
        children=children,
        youngest=youngest,
        owns=rng.random(size) < 0.25 + 0.4 * (age > 42) + 0.1 * (marital == MARRIED),
        income=income,
        joined=joined,
        left=np.full(size, FAR),
        digital=np.clip(rng.normal(1.25 - age / 75, 0.22, size), 0.02, 0.98),
        payday=np.array([25, 10, 21, 1, 5, 15])[inverse(np.array([40, 22, 14, 10, 8, 6]))[rng.integers(0, 1024, size)]],
        names=rng.integers(0, 1 << 30, (6, size)),
    )


def _occupations(rng: np.random.Generator, age: Vector, woman: Vector, kind: Vector) -> Vector:
    young = inverse(np.array([40, 6, 7, 3, 14, 10, 4, 7, 2, 0, 7, 0]))
    draw = rng.integers(0, 1024, len(age))
    job = young[draw].astype(np.int64)
    other = rng.random(len(age))
    job = np.where((age < 25) & (other < 0.55), 9, job)
    job = np.where(woman & (age > 34) & (other < 0.3), 8, job)
    job = np.where((age > 60) & (other < (age - 56) / 18), RETIRED, job)
    return np.where(kind != PRIVATE, 3, job)


def _joining(rng: np.random.Generator, plan: Plan, age: Vector) -> Vector:
    size = len(age)
    before = np.minimum(rng.exponential(5.0, size) + 0.05, np.minimum(age - 19, 22)) * YEAR
    within = plan.first + rng.integers(0, plan.last - plan.first + 1, size)
    return np.where(rng.random(size) < 0.13, within, plan.first - np.maximum(before, 5)).astype(np.int64)


def _full_names(people: People, catalog: Catalog, row: Vector) -> pa.Array:
    lists = catalog.people
    surnames = inverse(np.array(list(lists["surnames"].values())), 4096)
    draw = people.names[:, row]
    woman, company = people.woman[row], people.kind[row] == CORPORATE

    def part(names: list[str], line: int) -> pa.Array:
        return named(names, draw[line] % len(names))

    def either(women: pa.Array, men: pa.Array) -> pa.Array:
        return pc.if_else(pa.array(woman), women, men)

    first = either(part(lists["first_f"], 1), part(lists["first_m"], 1))
    second = either(part(lists["second_f"], 2), part(lists["second_m"], 2))
    surname = named(list(lists["surnames"]), surnames[draw[0] % 4096])
    person = pc.binary_join_element_wise(surname, first, second, "")
    firm = pc.binary_join_element_wise("주식회사 ", part(lists["company_first"], 1), part(lists["company_second"], 2), "")
    return pc.if_else(pa.array(company), firm, person)


def _resident_numbers(people: People, row: Vector) -> pa.Array:
    """Birth date, century and sex are right; the check digit is wrong on purpose, so that nobody has the number."""
    born = people.born[row].astype("datetime64[D]")
    months = born.astype("datetime64[M]")
    year = months.astype("datetime64[Y]").astype(np.int64) + 1970
    month, day = months.astype(np.int64) % 12 + 1, (born - months).astype(np.int64) + 1
    front = year % 100 * 10_000 + month * 100 + day
    back = ((year >= 2000) * 2 + 1 + people.woman[row]) * 100_000 + people.names[3, row] % 100_000
    digits = np.concatenate(
        [front[:, None] // 10 ** np.arange(5, -1, -1) % 10, back[:, None] // 10 ** np.arange(5, -1, -1) % 10], axis=1
    )
    check = (11 - digits @ np.array([2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10
    last = back * 10 + (check + 1 + people.names[4, row] % 9) % 10
    company = people.kind[row] == CORPORATE
    return pc.binary_join_element_wise(codes("", front, 6, missing=company), codes("", last, 7, missing=company), "-")


def rows(
    people: People,
    catalog: Catalog,
    contract: Contract,
    row: Vector,
    seconds: Vector,
    *,
    insert: Vector,
    stages: Vector,
    left: Vector,
) -> pa.Table:
    """Rows about the customers `row`, as they are now, known at `seconds`; `left` is the day of leaving or FAR."""
    company = people.kind[row] == CORPORATE
    lists = catalog.people
    # The second block of a mobile number never begins with 0 or 1: these numbers reach nobody.
    phone = people.ids[row] * 7919 % 20_000_000
    mail = pc.binary_join_element_wise(
        named(lists["mail_words"], people.names[4, row] % len(lists["mail_words"])),
        codes("", people.ids[row], 6),
        "",
    )
    band = np.searchsorted(np.array([20e6, 40e6, 60e6, 80e6, 100e6]) / 12, people.income[row])
    household = np.where(people.marital[row] == MARRIED, 2, 1) + people.children[row]
    member = people.member[row]
    given: dict[str, Any] = {
        "customer_id": codes("C", people.ids[row], 8),
        "member_type": named(_KINDS, people.kind[row]),
        "is_member": flags(member),
        "name": _full_names(people, catalog, row),
        "phone": pc.binary_join_element_wise(codes("010-", phone // 10_000, 4), codes("", phone % 10_000, 4), "-"),
        "email": pc.binary_join_element_wise(mail, named(lists["mail_hosts"], people.names[5, row] % 3), "@"),
        "resident_number": _resident_numbers(people, row),
        "birth_date": dates(np.where(company, FAR, people.born[row])),
        "sex": named(["M", "F"], np.where(company, -1, people.woman[row])),
        "region_code": named(catalog.regions, people.region[row]),
        "home_lat": real(people.lat[row], 2),
        "home_lon": real(people.lon[row], 2),
        "occupation": named(lists["occupations"], np.where(company, -1, people.occupation[row])),
        "marital_status": named(_MARITAL, np.where(company, -1, people.marital[row])),
        "household_size": whole(household, missing=company),
        "children": whole(people.children[row], missing=company),
        "home_ownership": named(["임차", "자가"], np.where(company, -1, people.owns[row])),
        "income_band": named(lists["income_bands"], np.where(company, -1, band)),
        "life_stage": named(lists["stages"], np.where(company, -1, stages)),
        "joined_on": dates(np.where(member, people.joined[row], FAR)),
        "left_on": dates(left),
        "known_at": times(seconds),
        "op": ops(insert),
    }
    return table(contract, given)
