"""CASTs written in a mapping: one text that cannot be cast must cost its own row, not the file."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from hannun.ingest.rowwise import arms

TO_KRW = "to_krw"
TRY_TO_KRW = "try_to_krw"
# Inside these an expression may be skipped for some rows, so that its failing alone says nothing.
_CONDITIONAL = (exp.Case, exp.If, exp.Coalesce, exp.And, exp.Or, exp.Subquery, exp.Lambda, exp.Select, exp.TryCast)


@dataclass(frozen=True)
class Cast:
    """An extra output: the text that could not be read for an output column, else NULL.

    `kind` is the wanted type in DuckDB's words, such as `DECIMAL(18, 2)`.
    """

    output: str
    alias: str
    kind: str


def mend_casts(tree: exp.Expr) -> tuple[Cast, ...]:
    """Turn the CASTs of the SELECT list into TRY_CASTs, with an output beside each column that tells of failures.

    A CAST under a condition stays as it is (it may be guarded on purpose): where it fails, the runner looks for the row.
    """
    selects = arms(tree)
    width = {len(select.expressions) for select in selects}
    if not selects or len(width) > 1 or (len(selects) > 1 and any(item.is_star for arm in selects for item in arm.expressions)):
        return ()
    found: list[Cast] = []
    for index in range(width.pop()):
        spots = [_unconditional(select.expressions[index]) for select in selects]
        if not any(spots):
            continue
        cast = Cast(
            selects[0].expressions[index].alias_or_name,
            f"__bad_{index}",
            next(_kind(node) for nodes in spots for node in nodes),
        )
        checks = [[_check(node) for node in nodes] for nodes in spots]
        for select, texts in zip(selects, checks, strict=True):
            select.append("expressions", exp.alias_(_first(texts), cast.alias, quoted=True))
        found.append(cast)
    return tuple(found)


def make_lenient(tree: exp.Expr) -> None:
    """Let every CAST of a derived table give NULL where it fails: the row it stands in has its own place to complain."""
    for node in list(tree.find_all(exp.Cast)):
        if type(node) is exp.Cast:
            node.replace(exp.TryCast(this=node.this.copy(), to=node.to.copy()))
    for call in tree.find_all(exp.Anonymous):
        if call.name.lower() == TO_KRW:
            call.set("this", TRY_TO_KRW)


def _unconditional(projection: exp.Expr) -> list[exp.Expr]:
    """The casts of a projection that are made for every row, the innermost first."""
    nodes = [
        node
        for node in projection.find_all(exp.Cast, exp.Anonymous)
        if (type(node) is exp.Cast and not node.to.is_type("text", "varchar"))
        or (isinstance(node, exp.Anonymous) and node.name.lower() == TO_KRW)
    ]
    return [node for node in reversed(nodes) if _runs_always(node, projection)]


def _runs_always(node: exp.Expr, projection: exp.Expr) -> bool:
    while node is not projection:
        if node.parent is None or isinstance(node.parent, _CONDITIONAL):
            return False
        node = node.parent
    return True


def _kind(node: exp.Expr) -> str:
    return node.to.sql("duckdb") if isinstance(node, exp.Cast) else "BIGINT"


def _check(node: exp.Expr) -> exp.Expr:
    """Make one cast lenient in place; the expression for the text that it could not read."""
    if isinstance(node, exp.Cast):
        operand = node.this
        lenient: exp.Expr = exp.TryCast(this=operand.copy(), to=node.to.copy())
    else:
        operand = node.expressions[0]
        lenient = exp.Anonymous(this=TRY_TO_KRW, expressions=[operand.copy()])
    text = exp.cast(operand.copy(), "VARCHAR")
    failed = exp.and_(
        exp.Not(this=exp.Is(this=text.copy(), expression=exp.Null())),
        exp.Is(this=lenient.copy(), expression=exp.Null()),
    )
    node.replace(lenient)
    return exp.Case(ifs=[exp.If(this=failed, true=text)])


def _first(texts: list[exp.Expr]) -> exp.Expr:
    if not texts:
        return exp.cast(exp.Null(), "VARCHAR")
    return texts[0] if len(texts) == 1 else exp.Coalesce(this=texts[0], expressions=texts[1:])
