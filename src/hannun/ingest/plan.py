"""What a table's SELECT in a mapping needs and means: its sources, their columns, and whether it works row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from hannun.base.errors import MappingError
from hannun.ingest.casts import Cast, make_lenient, mend_casts
from hannun.ingest.mapping import Mapping, TableRule
from hannun.ingest.rowwise import add_row, check_row_wise

BATCH = "batch__"
OWN = "own__"
SOURCE = "source__"
_TABLE_FUNCTIONS = (exp.GenerateSeries, exp.Unnest, exp.Values)


@dataclass(frozen=True)
class Plan:
    """A table's SELECT, ready for DuckDB.

    Attributes:
        sql: reads `source__<name>` for each source but the first. For that it reads `batch__<name>` (a primary table; its SQL also
            gives `__row`, the row of that source, and the columns of `casts`) or `own__<name>` (a derived table).
        sources: what it reads, the first one first.
        columns: of each source the columns that may be read; None means all.
        direct: where a primary's SQL only names columns and constants: output → (source column, None) or (None, constant).
        casts: outputs that hold the text which a CAST of the mapping could not read, else NULL.
    """

    rule: TableRule
    sql: str
    sources: tuple[str, ...]
    columns: dict[str, frozenset[str] | None]
    casts: tuple[Cast, ...] = ()
    direct: dict[str, tuple[str | None, Any]] | None = None

    @property
    def first(self) -> str:
        """The source under whose files the table is reported."""
        return self.rule.from_ or self.sources[0]

    @property
    def lookups(self) -> tuple[str, ...]:
        """The sources that must be read whole before a row can be mapped."""
        return tuple(name for name in self.sources if name != self.first)


def plan_table(mapping: Mapping, rule: TableRule) -> Plan:
    """Plan one table of a mapping.

    Raises:
        MappingError: the SQL is wrong, reads something that is no source, or is not row-wise where it must be.
    """
    where = f"mapping {mapping.name}, table {rule.table}"
    tree = _parse(rule.select, where)
    names = _sources(tree, mapping, where)
    if not names:
        raise MappingError(f"{where}: the SQL reads none of the sources", mend=f"known sources: {', '.join(mapping.sources)}")
    columns = {name: _columns(tree) for name in names}
    casts: tuple[Cast, ...] = ()
    direct = None
    first = rule.from_ or names[0]
    if rule.derived:
        make_lenient(tree)
    else:
        if first not in names:
            raise MappingError(f"{where}: the SQL does not read '{first}'", mend="read it, or change 'from'")
        check_row_wise(tree, first, where)
        direct = _direct(tree)
        casts = mend_casts(tree)
        add_row(tree, first, where)
    for table in _source_tables(tree, names):
        alias = table.alias or table.name
        prefix = SOURCE if table.name != first else OWN if rule.derived else BATCH
        table.set("this", exp.to_identifier(prefix + table.name, quoted=True))
        if not table.args.get("pivots") or not table.alias:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    return Plan(rule, tree.sql(dialect="duckdb"), names, columns, casts, direct)


def _parse(sql: str, where: str) -> exp.Expr:
    try:
        statements = [item for item in sqlglot.parse(sql, dialect="duckdb") if item is not None]
    except SqlglotError as error:
        raise MappingError(f"{where}: the SQL is wrong: {' '.join(str(error).split())}", mend="mend the mapping") from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise MappingError(f"{where}: the SQL must be one SELECT", mend="mend the mapping")
    return statements[0]


def _source_tables(tree: exp.Expr, names: tuple[str, ...]) -> Iterator[exp.Table]:
    shadowed = {item.alias for item in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        if table.name in names and table.name not in shadowed:
            yield table


def _sources(tree: exp.Expr, mapping: Mapping, where: str) -> tuple[str, ...]:
    """The sources in the order in which a reader of the FROM clauses meets them."""
    shadowed = {item.alias for item in tree.find_all(exp.CTE)}
    found: dict[str, None] = {}
    for clause in (*tree.find_all(exp.From, bfs=False), tree):
        for table in clause.find_all(exp.Table, bfs=False):
            if not isinstance(table.this, exp.Identifier):
                if not isinstance(table.this, _TABLE_FUNCTIONS):
                    raise MappingError(f"{where}: the SQL reads {table.sql('duckdb')}", mend="read the mapping's sources only")
            elif table.name in mapping.sources and not table.db:
                found[table.name] = None
            elif table.name not in shadowed or table.db:
                known = ", ".join(mapping.sources)
                raise MappingError(f"{where}: there is no source '{table.sql('duckdb')}'", mend=f"known sources: {known}")
    return tuple(found)


def _direct(tree: exp.Expr) -> dict[str, tuple[str | None, Any]] | None:
    """The outputs of a SELECT that is nothing but columns and constants of one source; None when it is more."""
    if not isinstance(tree, exp.Select) or any(
        value for key, value in tree.args.items() if key not in ("expressions", "from_", "kind", "order")
    ):
        return None
    source = tree.args["from_"].this
    if not isinstance(source, exp.Table) or source.args.get("pivots"):
        return None
    found: dict[str, tuple[str | None, Any]] = {}
    for item in tree.expressions:
        node = item.unalias()
        if isinstance(node, exp.Column) and not node.is_star:
            found[item.alias_or_name] = (node.name, None)
        elif isinstance(node, exp.Literal | exp.Boolean | exp.Null | exp.Neg):
            try:
                found[item.alias_or_name] = (None, node.to_py())
            except ValueError:
                return None
        else:
            return None
    return found


def _columns(tree: exp.Expr) -> frozenset[str] | None:
    """Every name that stands in the SQL, lower case; None when a star reads all columns."""
    for star in tree.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            return None
    return frozenset(item.name.lower() for item in tree.find_all(exp.Identifier))
