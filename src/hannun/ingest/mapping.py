"""Mapping files: how a company's own files become Hannun's tables.

A mapping names its sources (files and how they are written) and its tables (a SELECT over the sources). It lies in
`home/conf/mappings`, among the shipped ones, or anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from hannun.base.dates import SEOUL_NAME
from hannun.base.errors import MappingError
from hannun.base.identifiers import digest
from hannun.ingest.filespec import FileSpec


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Currency(_Strict):
    """The stated exchange: `to_krw(x)` in the mapping's SQL is `x × factor`, rounded half up to whole won."""

    from_: str = Field(alias="from", min_length=3, max_length=3)
    to: Literal["KRW"] = "KRW"
    factor: Decimal = Field(gt=0, max_digits=10, decimal_places=6)
    rounding: Literal["half_up"] = "half_up"


class TableRule(_Strict):
    """How one table is made.

    A primary rule has `from`: every row of that source gives the rows of its own, so it can be loaded in pieces and
    counted. A derived rule collects rows found inside the rows of its sources (`SELECT DISTINCT …`).
    """

    table: str = Field(min_length=1)
    derived: bool = False
    from_: str | None = Field(default=None, alias="from")
    sql: str = Field(default="", description="empty: the source's columns are the table's columns, by name")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.derived and not self.sql.strip():
            raise ValueError(f"table {self.table}: a derived table needs its sql")
        if not self.derived and self.from_ is None:
            raise ValueError(f"table {self.table}: name the source whose rows it is made of ('from'), or say 'derived: true'")
        return self

    @property
    def select(self) -> str:
        """The SELECT, also where the mapping leaves it out."""
        return self.sql.strip() or f'SELECT * FROM "{self.from_}"'


class Mapping(_Strict):
    """A mapping, checked."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    description: str = ""
    timezone: str = Field(default=SEOUL_NAME, description="of times that are written without a zone")
    load: Literal["live", "history"] = Field(
        default="live", description="when a row was known, where the SQL does not say: at ingestion, or at its event time"
    )
    currency: Currency | None = None
    sources: dict[str, FileSpec] = Field(min_length=1)
    tables: tuple[TableRule, ...] = Field(min_length=1)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"there is no time zone '{name}'") from None
        return name

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        seen: set[tuple[str, str]] = set()
        for rule in self.tables:
            if rule.from_ is not None and rule.from_ not in self.sources:
                raise ValueError(f"table {rule.table}: there is no source '{rule.from_}'; known: {', '.join(self.sources)}")
            place = (rule.table, rule.from_ or "")
            if not rule.derived and place in seen:
                raise ValueError(f"table {rule.table}: made twice from '{rule.from_}'; join the two SELECTs with UNION ALL")
            seen.add(place)
        return self

    @property
    def version(self) -> str:
        """A short name of what the mapping says, for reports of runs."""
        return digest(self.model_dump_json(by_alias=True), length=12)


def parse_mapping(text: str, where: str) -> Mapping:
    """A mapping from the text of its file; `where` names it in errors.

    Raises:
        MappingError: it is not YAML, or says something that Hannun does not know.
    """
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise MappingError(f"{where}: not readable as YAML: {' '.join(str(error).split())}", mend="mend the file") from None
    if not isinstance(document, dict):
        raise MappingError(f"{where}: a mapping is a YAML object with name, sources and tables", mend="mend the file")
    try:
        return Mapping.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        spot = ".".join(str(part) for part in first["loc"])
        raise MappingError(
            f"{where}: {spot + ': ' if spot else ''}{first['msg'].removeprefix('Value error, ')}", mend="mend the mapping file"
        ) from None


def read_mapping(path: Path) -> Mapping:
    """A mapping from its file.

    Raises:
        MappingError: the file cannot be read, or is no mapping.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"mapping {path} cannot be read: {error}", mend="name another file") from None
    return parse_mapping(text, str(path))


def find_mapping(name_or_file: str, overlay: Path | None = None) -> Mapping:
    """The mapping of that name (the company's own before the shipped ones), or in that file.

    Raises:
        MappingError: there is none, or it is wrong.
    """
    if name_or_file.endswith((".yaml", ".yml")) or "/" in name_or_file:
        return read_mapping(Path(name_or_file))
    with as_file(files("hannun.ingest") / "mappings") as shipped:
        folders = [folder for folder in (overlay, shipped) if folder is not None]
        for folder in folders:
            path = folder / f"{name_or_file}.yaml"
            if path.is_file():
                return read_mapping(path)
        known = ", ".join(_names(folders))
    raise MappingError(f"there is no mapping '{name_or_file}'", mend=f"name a file, or one of: {known}")


def _names(folders: Iterable[Path]) -> list[str]:
    return sorted({path.stem for folder in folders if folder.is_dir() for path in folder.glob("*.yaml")})
