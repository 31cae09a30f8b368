"""A column's rules as DuckDB expressions: the typed value, and the reason why a row cannot have it."""

from __future__ import annotations

from dataclasses import dataclass

from hannun.contracts import Column

FIRST_DAY, LAST_DAY = "1900-01-01", "2100-01-01"

_UNREADABLE = {
    "bigint": ("not_a_number", "is no whole number that fits"),
    "double": ("not_a_number", "is no number"),
    "decimal": ("not_a_number", "is no number that fits {type}"),
    "date": ("not_a_date", "is no date"),
    "timestamp": ("not_a_timestamp", "is no time"),
    "boolean": ("not_a_boolean", "is neither yes nor no"),
    "string": ("not_text", "is no text"),
}


def quoted(name: str) -> str:
    """An identifier as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class TypedColumn:
    """A contract's column and what the mapping gives for it.

    Attributes:
        given: the output's type in DuckDB; None when the mapping does not give the column.
        raw, value: SQL names of the given and the typed value.
        bad_cast: SQL name of the text that a CAST of the mapping could not read.
    """

    column: Column
    given: str | None
    raw: str
    value: str
    bad_cast: str | None = None

    @property
    def family(self) -> str:
        return self.column.type.partition("(")[0]

    def typed(self) -> str:
        """The typed value: NULL when nothing is given, or when it cannot be read."""
        target = self.column.sql_type
        if self.given is None:
            return f"CAST(NULL AS {target})"
        if self.given == "VARCHAR":
            return self._from_text(target)
        if self.given == target:
            return f"finite({self.raw})" if target == "DOUBLE" else self.raw
        if target == "VARCHAR":
            return f"CAST({self.raw} AS VARCHAR)"
        if self.family == "bigint" and (self.given.startswith("DECIMAL") or self.given in ("DOUBLE", "FLOAT")):
            return f"CASE WHEN {self.raw} = round({self.raw}) THEN TRY_CAST({self.raw} AS BIGINT) END"
        if self.family == "double":
            return f"finite(TRY_CAST({self.raw} AS DOUBLE))"
        return f"TRY_CAST({self.raw} AS {target})"

    def _from_text(self, target: str) -> str:
        if self.family == "string":
            return f"nullif({self.raw}, '')"
        if self.family == "decimal":
            return self._decimal(target)
        return f"parse_{self.family}({self.raw})"

    def _decimal(self, target: str) -> str:
        """Digits beyond the scale must be zeros: nothing is rounded away."""
        scale = int(self.column.type.rstrip(")").partition(",")[2] or 0)
        clean = f"clean_number({self.raw})"
        tries = [
            f"CASE WHEN regexp_full_match({text}, '-?[0-9]+([.][0-9]{{0,{scale}}}{zeros})?') THEN TRY_CAST({text} AS {target}) END"
            for text, zeros in ((self.raw, ""), (clean, "0*"))
        ]
        return f"coalesce({', '.join(tries)})"

    def rules(self) -> list[tuple[str, str, str]]:
        """The rules in the order in which they are told: (SQL condition of a bad row, reason code, SQL text of the detail)."""
        found = []
        code, words = _UNREADABLE[self.family]
        words = words.format(type=self.column.type)
        if self.bad_cast is not None:
            found.append((f"{self.bad_cast} IS NOT NULL AND {self.bad_cast} <> ''", code, literal(words)))
        if self.given is not None and self._can_fail:
            there = f"trim({self.raw}) <> ''" if self.given == "VARCHAR" else f"{self.raw} IS NOT NULL"
            found += self._number_rules(there)
            found.append((f"{self.value} IS NULL AND {there}", code, literal(words)))
        if self.column.required:
            found.append((f"{self.value} IS NULL", "missing", literal("must be given")))
        return found + self._range_rules()

    def doubts(self) -> list[str]:
        """Cheap SQL conditions, one of which holds on every row that has a problem, and on few others."""
        found = [f"{self.bad_cast} <> ''"] if self.bad_cast is not None else []
        if self.column.required:
            found.append(f"{self.value} IS NULL")
        elif self.given is not None and self._can_fail:
            empty = f" AND {self.raw} <> ''" if self.given == "VARCHAR" else ""
            found.append(f"{self.value} IS NULL AND {self.raw} IS NOT NULL{empty}")
        return found + [condition for condition, _, _ in self._range_rules()]

    @property
    def _can_fail(self) -> bool:
        return self.family != "string" and not (self.given == self.column.sql_type and self.family != "double")

    def _number_rules(self, there: str) -> list[tuple[str, str, str]]:
        """Why a number cannot be read, more exactly."""
        if self.given != "VARCHAR" or self.family not in ("bigint", "decimal", "double"):
            return []
        missing = f"{self.value} IS NULL AND {there}"
        found = [(f"{missing} AND NOT isfinite(TRY_CAST({self.raw} AS DOUBLE))", "not_finite", literal("is not a finite number"))]
        if self.family == "bigint":
            clean = f"clean_number({self.raw})"
            found += [
                (f"{missing} AND {clean} IS NOT NULL AND NOT regexp_full_match({clean}, '-?[0-9]+([.]0*)?')", "not_an_integer",
                 literal("has a fraction")),
                (f"{missing} AND {clean} IS NOT NULL", "out_of_range", literal("has more digits than the column takes")),
            ]  # fmt: skip
        if self.family == "decimal":
            found.append(
                (f"{missing} AND clean_number({self.raw}) IS NOT NULL", "out_of_range",
                 literal(f"does not fit {self.column.type}"))
            )  # fmt: skip
        return found

    def _range_rules(self) -> list[tuple[str, str, str]]:
        if self.given is None:
            return []
        found = []
        if self.column.allowed:
            values = ", ".join(literal(value) for value in self.column.allowed)
            found.append(
                (f"{self.value} NOT IN ({values})", "not_allowed", literal(f"is none of {', '.join(self.column.allowed)}"))
            )
        if self.column.minimum is not None:
            bound = f"{self.column.minimum:.17g}"
            found.append((f"{self.value} < {bound}", "below_minimum", literal(f"is less than {bound}")))
        if self.column.maximum is not None:
            bound = f"{self.column.maximum:.17g}"
            found.append((f"{self.value} > {bound}", "above_maximum", literal(f"is more than {bound}")))
        if self.family in ("date", "timestamp"):
            kind = self.column.sql_type
            condition = f"{self.value} < {kind} '{FIRST_DAY}' OR {self.value} >= {kind} '{LAST_DAY}'"
            found.append((condition, "date_out_of_range", literal("lies outside 1900–2100")))
        return found
