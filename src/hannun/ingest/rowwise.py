"""A primary table is made row by row: the check of that, and the row number that each output row carries."""

from __future__ import annotations

from sqlglot import exp

from hannun.base.errors import MappingError

ROW = "__row"
_MEND = "make it a derived table ('derived: true'), or aggregate the other source in a subquery of its own"


def _touches(node: exp.Expr, source: str) -> bool:
    """Whether the source is read in this part, directly or through a WITH."""
    root = node.root()
    names = {source}
    for item in root.find_all(exp.CTE):
        if any(table.name in names for table in item.find_all(exp.Table)):
            names.add(item.alias)
    return any(table.name in names for table in node.find_all(exp.Table))


def check_row_wise(tree: exp.Expr, source: str, where: str) -> None:
    """Refuse SQL in which a row's output depends on other rows of the source.

    Raises:
        MappingError: it groups, aggregates, sorts out, limits or joins the source with itself.
    """
    for node in tree.find_all(exp.Select):
        if _touches(node, source):
            _check_select(node, source, where)
    for union in tree.find_all(exp.SetOperation):
        if _touches(union, source) and (not isinstance(union, exp.Union) or union.args.get("distinct")):
            raise MappingError(f"{where}: {union.key.upper()} compares rows of '{source}'", mend="use UNION ALL")
    for pivot in tree.find_all(exp.Pivot):
        if not pivot.args.get("unpivot"):
            raise MappingError(f"{where}: PIVOT gathers several rows of '{source}'", mend=_MEND)


def _check_select(node: exp.Select, source: str, where: str) -> None:
    clauses = {"group": "GROUP BY", "having": "HAVING", "distinct": "DISTINCT", "limit": "LIMIT", "offset": "OFFSET"}
    clauses |= {"qualify": "QUALIFY", "sample": "a sample"}
    for key, words in clauses.items():
        if node.args.get(key):
            raise MappingError(f"{where}: {words} makes one row depend on others of '{source}'", mend=_MEND)
    for call in node.find_all(exp.AggFunc, exp.Window):
        if call.find_ancestor(exp.Select) is node:
            raise MappingError(f"{where}: {call.sql('duckdb')} looks at several rows of '{source}'", mend=_MEND)
    for join in node.args.get("joins") or ():
        if join.side in ("RIGHT", "FULL"):
            raise MappingError(
                f"{where}: a {join.side} JOIN gives rows that no row of '{source}' stands behind", mend="use a LEFT JOIN"
            )
    inside = [item for item in _relations(node) if _touches(item, source)]
    if len(inside) > 1:
        raise MappingError(f"{where}: '{source}' is joined with itself", mend=_MEND)


def _relations(node: exp.Select) -> list[exp.Expr]:
    clause = node.args.get("from_")
    return [item.this for item in (clause, *(node.args.get("joins") or ())) if item is not None]


def arms(tree: exp.Expr) -> list[exp.Select]:
    """The SELECTs whose rows are the result: one, or those of a UNION ALL."""
    if isinstance(tree, exp.Select):
        return [tree]
    if isinstance(tree, exp.SetOperation):
        return arms(tree.left) + arms(tree.right)
    if isinstance(tree, exp.Subquery):
        return arms(tree.this)
    return []


def add_row(tree: exp.Expr, source: str, where: str) -> None:
    """Let every output row carry the row of the source that it comes from, as `__row`."""
    _add(tree, source, where, set())


def _add(tree: exp.Expr, source: str, where: str, done: set[int]) -> None:
    for select in arms(tree):
        if id(select) in done:
            continue
        done.add(id(select))
        relation = next((item for item in _relations(select) if _touches(item, source)), None)
        if relation is None:
            raise MappingError(
                f"{where}: a SELECT of the UNION does not read '{source}'", mend="load those rows by a table of their own"
            )
        select.append("expressions", exp.alias_(_row_of(relation, source, where, done), ROW, quoted=True))


def _row_of(relation: exp.Expr, source: str, where: str, done: set[int]) -> exp.Expr:
    """The expression for the source's row, as this relation gives it."""
    if isinstance(relation, exp.Table) and relation.name != source:
        inner = next(item for item in relation.root().find_all(exp.CTE) if item.alias == relation.name)
        _add(inner.this, source, where, done)
        return exp.column(ROW, table=relation.alias_or_name, quoted=True)
    if isinstance(relation, exp.Subquery) and not isinstance(relation.this, exp.Pivot):
        if not relation.alias:
            relation.set("alias", exp.TableAlias(this=exp.to_identifier("__inner")))
        _add(relation.this, source, where, done)
        return exp.column(ROW, table=relation.alias, quoted=True)
    pivots = relation.args.get("pivots") or ()
    alias = pivots[0].alias if pivots and pivots[0].alias else relation.alias_or_name
    # An unpivoted source keeps its other columns, the row among them.
    return exp.column("_row", table=alias or None, quoted=True)
