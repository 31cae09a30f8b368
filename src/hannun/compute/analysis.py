"""What a piece of SQL reads: its tables, its parameters, and plain bounds that let files be skipped.

The text itself is never rewritten: DuckDB runs it as it stands. sqlglot only looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from hannun.base.errors import QueryError

SCHEMAS = ("core", "history", "feature", "score", "decision", "quarantine")

_LOW, _HIGH = (exp.GT, exp.GTE), (exp.LT, exp.LTE)
_MIRROR: dict[type[exp.Expr], type[exp.Expr]] = {exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE}


@dataclass(frozen=True)
class Parameter:
    """A value that comes with the query."""

    name: str


@dataclass(frozen=True)
class Bound:
    """`low <= column <= high`, either side open; sides are constants or parameters."""

    column: str
    low: Any = None
    high: Any = None


@dataclass(frozen=True)
class Reading:
    """What a SELECT reads.

    Attributes:
        tables: full names, each once, in order of appearance.
        plain: names without a schema: registered tables, definitions, the statement's own common table expressions.
        parameters: names of the `$parameters`.
        bounds: for tables that appear exactly once: what every row that matters must satisfy.
    """

    tables: tuple[str, ...]
    plain: frozenset[str]
    parameters: frozenset[str]
    bounds: Mapping[str, tuple[Bound, ...]] = field(default_factory=dict)


def read(sql: str) -> Reading:
    """Look at one SELECT.

    Raises:
        QueryError: it is not one SELECT, or names a schema that the lake does not have.
    """
    tree = _parse(sql)
    places: dict[str, list[exp.Table]] = {}
    plain: set[str] = set()
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            continue
        if not table.db:
            plain.add(table.name.lower())
            continue
        if table.catalog or table.db.lower() not in SCHEMAS:
            raise QueryError(f"there is no '{table.sql(dialect='duckdb')}'", mend=f"schemas: {', '.join(SCHEMAS)}")
        places.setdefault(f"{table.db}.{table.name}".lower(), []).append(table)
    parameters = set()
    for place in tree.find_all(exp.Placeholder, exp.Parameter):
        if not place.name:
            raise QueryError("a parameter without a name", mend="write it as $name")
        parameters.add(place.name)
    bounds = {name: _bounds(found[0]) for name, found in places.items() if len(found) == 1}
    return Reading(tuple(places), frozenset(plain), frozenset(parameters), {name: found for name, found in bounds.items() if found})


def _parse(sql: str) -> exp.Query:
    try:
        trees = [tree for tree in sqlglot.parse(sql, dialect="duckdb") if tree is not None]
    except SqlglotError as error:
        first = (getattr(error, "errors", None) or [{}])[0]
        where = f"line {first['line']}, column {first['col']}: " if first.get("line") else ""
        reason = first.get("description") or str(error)
        raise QueryError(f"SQL, {where}{' '.join(reason.split())}", mend="mend the SQL") from None
    if len(trees) != 1:
        raise QueryError(f"{len(trees)} statements", mend="give exactly one SELECT")
    tree = trees[0]
    changing = next(tree.find_all(exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Copy), None)
    if changing is not None or not isinstance(tree, exp.Select | exp.SetOperation | exp.Subquery):
        raise QueryError(f"a {(changing or tree).key.upper()} is not a query", mend="give one SELECT")
    return tree


def _bounds(table: exp.Table) -> tuple[Bound, ...]:
    """Conjuncts of the WHERE around `table` that bound a column of it.

    A comparison is never true for NULL, so this holds on the outer side of a join, too.
    """
    parent = table.parent
    if isinstance(parent, exp.Join | exp.From):
        parent = parent.parent
    if not isinstance(parent, exp.Select):
        return ()
    where = parent.args.get("where")
    if where is None:
        return ()
    alone = not parent.args.get("joins") and not parent.args.get("laterals")
    found = []
    for part in where.this.flatten() if isinstance(where.this, exp.And) else (where.this,):
        bound = _bound(part.unnest(), table.alias_or_name.lower(), alone)
        if bound is not None:
            found.append(bound)
    return tuple(found)


def _bound(part: exp.Expr, name: str, alone: bool) -> Bound | None:
    def column(node: exp.Expr) -> str | None:
        if isinstance(node, exp.Column) and (node.table.lower() == name or (alone and not node.table)):
            return node.name.lower()
        return None

    if isinstance(part, exp.Between):
        target, low, high = column(part.this), _constant(part.args["low"]), _constant(part.args["high"])
        return Bound(target, low, high) if target and low is not None and high is not None else None
    if not isinstance(part, exp.EQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
        return None
    kind: type[exp.Expr] = type(part)
    left, right = part.this, part.expression
    if column(left) is None:
        kind, left, right = _MIRROR.get(kind, kind), right, left
    target, value = column(left), _constant(right)
    if target is None or value is None:
        return None
    if kind is exp.EQ:
        return Bound(target, value, value)
    return Bound(target, low=value) if kind in _LOW else Bound(target, high=value)


def _constant(node: exp.Expr) -> Any:
    """A text, whole number, date in quotes, or parameter; None for anything else."""
    if isinstance(node, exp.Cast) and node.to.is_type("date"):
        node = node.this
    if isinstance(node, exp.Placeholder | exp.Parameter):
        return Parameter(node.name)
    if isinstance(node, exp.Literal):
        return node.this if node.is_string else int(node.this) if node.is_int else None
    return None
