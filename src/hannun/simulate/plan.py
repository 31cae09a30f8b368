"""What is asked for: how many customers and months, until when, from which seed; and randomness that depends on nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hannun.base.dates import month_end, month_of, month_start
from hannun.base.errors import HannunError

Vector = NDArray[Any]

CHUNK = 2048
"""Customers that are simulated together. Part of what a seed means: another size gives another company."""
FAR = 1 << 30
"""A day that never comes."""
BARGAIN = 95
"""The habit (see `hashed`) of hunting for bargains: seen in the app, felt by campaigns."""


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days


@dataclass(frozen=True)
class Month:
    """One simulated month. Days are counted from 1970-01-01; `last` is the last day of the month."""

    index: int
    start: date
    first: int
    last: int

    @property
    def name(self) -> str:
        """Such as `2026-09`."""
        return month_of(self.start)

    @property
    def days(self) -> int:
        """Number of days."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Plan:
    """A company of `customers` people, watched for `months` months that end with the month of `until`."""

    customers: int
    months: int
    seed: int
    until: date

    def __post_init__(self) -> None:
        if not 1 <= self.customers <= CHUNK * 9999:
            raise HannunError(f"customers: {self.customers}", mend=f"1 to {CHUNK * 9999:,}")
        if not 1 <= self.months <= 240:
            raise HannunError(f"months: {self.months}", mend="1 to 240")
        if not 0 <= self.seed < 1 << 63:
            raise HannunError(f"seed: {self.seed}", mend="a whole number, not negative")
        if not date(2015, 1, 1) <= month_start(self.until, self.months - 1) or self.until >= date(2100, 1, 1):
            raise HannunError(f"until {month_of(self.until)} with {self.months} months", mend="stay within 2015 to 2099")

    @cached_property
    def calendar(self) -> tuple[Month, ...]:
        """The months, in order."""
        starts = [month_start(self.until, back) for back in range(self.months - 1, -1, -1)]
        return tuple(Month(i, start, day_number(start), day_number(month_end(start))) for i, start in enumerate(starts))

    @property
    def first(self) -> int:
        """The first simulated day."""
        return self.calendar[0].first

    @property
    def last(self) -> int:
        """The last simulated day."""
        return self.calendar[-1].last

    @property
    def chunks(self) -> tuple[tuple[int, int], ...]:
        """First customer and number of customers of every chunk."""
        return tuple((start, min(CHUNK, self.customers - start)) for start in range(0, self.customers, CHUNK))

    def random(self, purpose: str, *parts: int) -> np.random.Generator:
        """A generator that depends on the seed, its purpose and the parts (chunk, month) alone."""
        name = int.from_bytes(hashlib.blake2b(purpose.encode(), digest_size=8).digest(), "big")
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, name, *parts])))


def hashed(*parts: Vector | int) -> Vector:
    """A number in [0, 1) that belongs to the parts for ever: a habit that need not be stored."""
    return np.asarray((mixed(*parts) >> np.uint64(11)).astype(np.float64) * (1.0 / (1 << 53)))


def halves(*parts: Vector | int) -> tuple[Vector, Vector]:
    """Two numbers in [0, 1), of 32 bits each, that belong to the parts for ever."""
    state = mixed(*parts)
    high, low = state >> np.uint64(32), state & np.uint64(0xFFFFFFFF)
    return high.astype(np.float64) * 2.0**-32, low.astype(np.float64) * 2.0**-32


def mixed(*parts: Vector | int) -> Vector:
    """64 well mixed bits out of whole numbers (splitmix64)."""
    state: Vector = np.zeros(np.broadcast_shapes(*(np.shape(part) for part in parts)) or (1,), np.uint64)
    spare = np.empty_like(state)
    for part in parts:
        state ^= np.asarray(part).astype(np.uint64)
        state += np.uint64(0x9E3779B97F4A7C15)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            np.right_shift(state, np.uint64(shift), out=spare)
            state ^= spare
            state *= np.uint64(factor)
        np.right_shift(state, np.uint64(31), out=spare)
        state ^= spare
    return state


def inverse(weights: Vector, size: int = 1024) -> Vector:
    """A table of `size` places whose uniformly drawn place holds i with the probability of weights[i]."""
    edges = np.cumsum(np.asarray(weights, np.float64))
    middles = (np.arange(size) + 0.5) * (edges[-1] / size)
    return np.asarray(np.searchsorted(edges, middles, side="right"), np.int32)


def logistic(x: Vector) -> Vector:
    """1 / (1 + exp(-x))."""
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


def bell(u: Vector) -> Vector:
    """Nearly normal numbers from uniform ones."""
    u = np.clip(u, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(u / (1 - u)) / 1.702)
