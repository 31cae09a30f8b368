"""A feature set: one `.sql` file with a typed header.

    -- name: recency
    -- entity: customer
    -- grain: customer_id
    -- as_of: the complete months before it
    -- months: 13
    -- description_en: …
    -- description_ko: …
    -- column customer_id: The customer / 고객번호

`months` says how far back the set looks: `$since` is the first day of the month that many months back (the month of
as_of counts as one), `$since_month` its text. `$as_of` is the business date. `version` (1.0.0 where it is not given) rises
when columns are added. The SELECT must give exactly the columns
that the header describes, in that order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from hannun.base.dates import month_of, month_start
from hannun.base.errors import QueryError
from hannun.base.identifiers import digest

RESERVED = ("as_of", "_run")
_LINE = re.compile(r"^--\s*(?P<key>[a-z_]+|column\s+[a-z_0-9]+)\s*:\s*(?P<value>.*?)\s*$")
_FIELDS = ("name", "entity", "grain", "as_of", "description_en", "description_ko")
_OPTIONAL = ("months", "version")
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")


@dataclass(frozen=True, slots=True)
class FeatureColumn:
    """A column of a feature set, described in English and Korean."""

    name: str
    description: str
    description_ko: str


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """A feature set as its file says it.

    Attributes:
        grain: the columns that name one row.
        months: how many calendar months back it looks, the month of as_of being the first; 0: it does not say.
        version: of the table's columns.
        sql: the SELECT, header included.
        source: the file, for messages.
    """

    name: str
    entity: str
    grain: tuple[str, ...]
    as_of: str
    months: int
    version: str
    description: str
    description_ko: str
    columns: tuple[FeatureColumn, ...]
    sql: str
    source: str

    @property
    def table(self) -> str:
        """The table that it fills."""
        return f"feature.{self.name}"

    @property
    def code_hash(self) -> str:
        """Changes whenever the file does."""
        return digest(self.sql, length=16)

    def since(self, as_of: date) -> date:
        """The first day that it looks at, as of a date."""
        return month_start(as_of, max(self.months - 1, 0))

    def parameters(self, as_of: date) -> dict[str, date | str]:
        """Values of the parameters that the SELECT may use."""
        since = self.since(as_of)
        return {"as_of": as_of, "since": since, "since_month": month_of(since)}


def read(path: Path) -> FeatureSet:
    """A feature set from its file.

    Raises:
        QueryError: the file is not one; the message names file and line.
    """
    try:
        return parse(path.read_text("utf-8"), str(path))
    except UnicodeDecodeError as error:
        raise QueryError(f"{path}: not UTF-8 at byte {error.start}", mend="save it as UTF-8") from None


def parse(text: str, where: str) -> FeatureSet:
    """A feature set from its text; `where` names it in errors.

    Raises:
        QueryError: the header is incomplete, or the SELECT does not give what the header says.
    """
    fields: dict[str, str] = {}
    columns: dict[str, FeatureColumn] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("--"):
            break
        _header_line(line, f"{where}, line {number}", fields, columns)
    for name in _FIELDS:
        if not fields.get(name):
            raise QueryError(f"{where}, line 1: the header has no '{name}'", mend=f"add a line '-- {name}: …' at the top")
    grain = tuple(part.strip() for part in fields["grain"].split(","))
    for part in grain:
        if part not in columns:
            raise QueryError(f"{where}: grain: no column '{part}' is described", mend=f"add '-- column {part}: English / 한국어'")
    found = FeatureSet(
        name=fields["name"],
        entity=fields["entity"],
        grain=grain,
        as_of=fields["as_of"],
        months=int(fields.get("months", "0")),
        version=fields.get("version", "1.0.0"),
        description=fields["description_en"],
        description_ko=fields["description_ko"],
        columns=tuple(columns.values()),
        sql=text,
        source=where,
    )
    _check_select(found)
    return found


def _header_line(line: str, where: str, fields: dict[str, str], columns: dict[str, FeatureColumn]) -> None:
    match = _LINE.match(line)
    if match is None:
        raise QueryError(f"{where}: '{line}' is not a header line", mend="write '-- key: value', remarks come below the header")
    key, value = match["key"], match["value"]
    if key.startswith("column"):
        name = key.split()[1]
        english, slash, korean = value.partition(" / ")
        if not slash:
            raise QueryError(f"{where}: column '{name}' needs two descriptions", mend="write 'English / 한국어'")
        if name in columns or name in RESERVED:
            raise QueryError(f"{where}: column '{name}' {'stands twice' if name in columns else 'is added by the builder'}")
        columns[name] = FeatureColumn(name, english.strip(), korean.strip())
        return
    if key not in (*_FIELDS, *_OPTIONAL):
        raise QueryError(f"{where}: unknown key '{key}'", mend=f"one of {', '.join((*_FIELDS, *_OPTIONAL, 'column'))}")
    if key in fields:
        raise QueryError(f"{where}: '{key}' stands twice", mend="remove one")
    if key == "name" and not _NAME.match(value):
        raise QueryError(f"{where}: name '{value}'", mend="lower-case letters, digits and underscores")
    if key == "months" and not value.isdigit():
        raise QueryError(f"{where}: months '{value}'", mend="write a whole number")
    fields[key] = value


def _check_select(found: FeatureSet) -> None:
    try:
        trees = [tree for tree in sqlglot.parse(found.sql, dialect="duckdb") if tree is not None]
    except ParseError as error:
        first = error.errors[0]
        raise QueryError(f"{found.source}, line {first['line']}: {first['description']}", mend="mend the SQL") from None
    if len(trees) != 1 or not isinstance(trees[0], exp.Select | exp.SetOperation):
        raise QueryError(f"{found.source}: it must hold exactly one SELECT", mend="one file a feature set")
    given, described = trees[0].named_selects, [column.name for column in found.columns]
    if given != described:
        wrong = next((pair for pair in zip(given, described, strict=False) if pair[0] != pair[1]), None)
        detail = (
            f"'{wrong[0]}' stands where the header has '{wrong[1]}'"
            if wrong
            else f"{len(given)} columns, {len(described)} described"
        )
        raise QueryError(f"{found.source}: the SELECT and its header differ: {detail}", mend="describe each column, in order")
