"""Segments from YAML: the shipped thirty, and a company's own laid over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from hannun.base.errors import HannunError, NotFound


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Match(_Strict):
    """One line of conditions, all of which a purchase must fit."""

    industries: tuple[str, ...] = ()
    excluded: tuple[str, ...] = Field(default=(), alias="except")
    brands: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    region: Literal["domestic", "overseas"] | None = None
    channel: Literal["online", "offline"] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Match:
        if not (self.industries or self.brands or self.keywords or self.region or self.channel):
            raise ValueError("a line without a condition would fit every purchase")
        if self.excluded and not self.industries:
            raise ValueError("'except' takes something out of 'industries', and there is none")
        return self


class Minimum(_Strict):
    """What makes a member of the segment, over the averaged months: won a month on average, and purchases in all."""

    monthly_krw: int = Field(default=1, ge=1)
    times: int = Field(default=1, ge=1)


class Segment(_Strict):
    """A group of customers with a taste in common."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name_ko: str = Field(min_length=1)
    name_en: str = Field(min_length=1)
    match: tuple[Match, ...] = Field(min_length=1)
    related: tuple[Match, ...] = ()
    minimum: Minimum = Minimum()


class Segments(Mapping[str, Segment]):
    """Segments by id, in the order of their files."""

    def __init__(self, segments: Mapping[str, Segment]) -> None:
        self._segments = dict(segments)

    def __getitem__(self, name: str) -> Segment:
        if name in self._segments:
            return self._segments[name]
        named = [item for item in self._segments.values() if name in (item.name_ko, item.name_en)]
        if len(named) == 1:
            return named[0]
        raise NotFound(f"there is no segment '{name}'", mend="see: hannun segments list")

    def __contains__(self, name: object) -> bool:
        return name in self._segments

    def __iter__(self) -> Iterator[str]:
        return iter(self._segments)

    def __len__(self) -> int:
        return len(self._segments)


def load_segments(overlay: Path | None = None) -> Segments:
    """The shipped segments; those of `overlay` (a folder) take the place of one with the same id, or come after them.

    Raises:
        HannunError: a file is wrong; the message names the file, the segment and the field.
    """
    found: dict[str, Segment] = {}
    with as_file(files("hannun.models.marketing_score") / "segments") as shipped:
        for folder in (shipped, overlay):
            if folder is not None and folder.is_dir():
                for path in sorted(folder.glob("*.yaml")):
                    found |= _read(path)
    return Segments(found)


def _read(path: Path) -> dict[str, Segment]:
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise HannunError(f"{path}: not readable as YAML: {' '.join(str(error).split())}", mend="mend the file") from None
    items = document.get("segments") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise HannunError(f"{path}: no list 'segments'", mend="write 'segments:' and one item a segment below it")
    segments: dict[str, Segment] = {}
    for number, item in enumerate(items, 1):
        segment = _segment(item, f"{path}: segment {number}")
        if segment.id in segments:
            raise HannunError(f"{path}: segment '{segment.id}' stands twice", mend="remove one, or give it another id")
        segments[segment.id] = segment
    return segments


def _segment(item: Any, where: str) -> Segment:
    try:
        return Segment.model_validate(item)
    except ValidationError as error:
        first = error.errors()[0]
        name = f" ({item['id']})" if isinstance(item, dict) and item.get("id") else ""
        spot = ".".join(str(part) for part in first["loc"])
        raise HannunError(f"{where}{name}: {spot}: {first['msg']}", mend="mend the segment") from None
