"""The world's fixed lists: industries with how people buy in them, regions, segments; as vectors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import yaml

from hannun.contracts import Contract
from hannun.simulate.columns import table
from hannun.simulate.plan import Vector, inverse

HOURS = {
    "allday": [2, 1, 1, 1, 1, 2, 4, 6, 7, 6, 6, 7, 9, 8, 7, 7, 7, 8, 9, 9, 9, 8, 6, 4],
    "morning": [0, 0, 0, 0, 0, 1, 5, 14, 15, 10, 9, 9, 15, 14, 9, 8, 7, 5, 4, 4, 3, 2, 1, 0],
    "day": [0, 0, 0, 0, 0, 0, 0, 1, 3, 8, 11, 11, 9, 10, 11, 11, 10, 9, 7, 4, 2, 1, 0, 0],
    "meals": [0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 4, 16, 22, 12, 4, 3, 4, 9, 16, 15, 9, 4, 1, 0],
    "dinner": [2, 1, 0, 0, 0, 0, 0, 1, 1, 1, 3, 9, 12, 6, 3, 3, 6, 14, 19, 15, 9, 7, 6, 4],
    "evening": [2, 1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 6, 5, 5, 6, 8, 10, 12, 12, 11, 9, 5],
    "night": [10, 6, 3, 1, 1, 0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3, 4, 6, 8, 10, 13, 14, 13],
    "commute": [1, 0, 0, 0, 0, 2, 6, 16, 15, 7, 4, 4, 5, 4, 4, 5, 7, 13, 15, 9, 5, 4, 3, 2],
}
WEEKS = {  # Monday to Sunday
    "flat": [1.0, 0.98, 1.0, 1.0, 1.05, 1.0, 0.95],
    "work": [1.2, 1.2, 1.2, 1.2, 1.15, 0.6, 0.45],
    "weekend": [0.8, 0.75, 0.8, 0.85, 1.05, 1.55, 1.4],
    "friday": [0.75, 0.75, 0.9, 1.05, 1.6, 1.45, 0.7],
}
BILLS = ("030201", "030202", "030203", "100403", "110101", "110102", "110201", "110202", "120201", "120202", "120203", "090202")
"""Leaves that are paid once a month on a fixed day, at most."""


def data(name: str) -> dict[str, Any]:
    """A data file of this package."""
    text = (files("hannun.simulate") / "data" / f"{name}.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return found


@dataclass(frozen=True)
class Catalog:
    """Vectors by leaf (industries), by segment and by region; see data/*.yaml for their meaning."""

    leaves: tuple[str, ...]
    leaf_names: tuple[str, ...]
    brands: tuple[tuple[str, ...], ...]
    segments: tuple[str, ...]
    segment_names: tuple[str, ...]
    segment_of: Vector
    rate: Vector
    median: Vector
    sigma: Vector
    rounding: Vector
    elasticity: Vector
    online: Vector
    density: Vector
    hours: Vector
    hour_tables: Vector
    weeks: Vector
    week_weights: Vector
    bills: Vector
    users: Vector
    female: Vector
    stage: Vector
    peak: Vector
    width: Vector
    season: Vector
    regions: tuple[str, ...]
    region_names: tuple[str, ...]
    lat: Vector
    lon: Vector
    inhabitants: Vector
    abroad: tuple[tuple[Any, ...], ...]
    people: dict[str, Any]

    def leaf(self, code: str) -> int:
        """The position of a leaf."""
        return self.leaves.index(code)

    def segment(self, name: str) -> int:
        """The position of a segment."""
        return self.segments.index(name)


@cache
def catalog() -> Catalog:
    """The fixed lists, read once."""
    tree, people, places = data("industries"), data("people"), data("regions")
    rows = tree["leaves"]
    segments = people["segments"]
    names = tuple(segments)
    hours, weeks = tuple(HOURS), tuple(WEEKS)

    def column(place: int, kind: Any = np.float64) -> Vector:
        return np.array([row[place] for row in rows], kind)

    def of_segment(key: str) -> Vector:
        return np.array([segments[name][key] for name in names], np.float64)

    return Catalog(
        leaves=tuple(row[0] for row in rows),
        leaf_names=tuple(row[1] for row in rows),
        brands=tuple(tuple(row[15]) for row in rows),
        segments=names,
        segment_names=tuple(segments[name]["name"] for name in names),
        segment_of=np.array([names.index(row[5]) for row in rows]),
        rate=column(6),
        median=column(7),
        sigma=column(8),
        rounding=column(9, np.int64),
        online=column(12),
        density=column(13),
        elasticity=column(14),
        hours=np.array([hours.index(row[10]) for row in rows]),
        hour_tables=np.stack([inverse(np.array(HOURS[name]), 256) for name in hours]),
        weeks=np.array([weeks.index(row[11]) for row in rows]),
        week_weights=np.array([WEEKS[name] for name in weeks]),
        bills=np.array([row[0] in BILLS for row in rows]),
        users=of_segment("users"),
        female=of_segment("female"),
        stage=np.array([segments[name]["stage"] for name in names], np.float64),
        peak=of_segment("peak"),
        width=of_segment("width"),
        season=np.array([people["season"].get(name, [1.0] * 12) for name in names], np.float64),
        regions=tuple(row[0] for row in places["regions"]),
        region_names=tuple(row[1] for row in places["regions"]),
        lat=np.array([row[2] for row in places["regions"]], np.float64),
        lon=np.array([row[3] for row in places["regions"]], np.float64),
        inhabitants=np.array([row[4] for row in places["regions"]], np.float64),
        abroad=tuple(tuple(row) for row in places["abroad"]),
        people=people,
    )


def industries(contract: Contract) -> pa.Table:
    """The tree as a table: tops, groups, leaves."""
    tree = data("industries")
    rows: list[tuple[str, str, str, str | None, str | None, str | None]] = []
    rows += [(code, name[0], name[1], None, None, None) for code, name in tree["tops"].items()]
    rows += [(code, name[0], name[1], code[:2], None, None) for code, name in tree["groups"].items()]
    rows += [(row[0], row[1], row[2], row[0][:4], row[3], row[4]) for row in tree["leaves"]]
    columns = list(zip(*rows, strict=True))
    names = ("industry_code", "name_ko", "name_en", "parent_code", "mcc", "association_code")
    given: dict[str, Any] = {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
    given["is_tax_or_utility"] = pa.array([row[0].startswith("12") for row in rows])
    return table(contract, given)
