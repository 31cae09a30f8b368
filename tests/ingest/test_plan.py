"""A mapping's SQL is understood before a file is read: its sources, and whether it works row by row."""

from __future__ import annotations

import pytest

from hannun.base.errors import MappingError
from hannun.ingest.mapping import find_mapping, parse_mapping
from hannun.ingest.plan import Plan, plan_table


def plan(sql: str, derived: bool = False) -> Plan:
    kind = "derived: true" if derived else "from: a"
    sources = "sources: {a: {files: [a]}, b: {files: [b]}}"
    text = f"name: x\n{sources}\ntables:\n  - table: cards\n    {kind}\n    sql: |\n      {sql}\n"
    mapping = parse_mapping(text, "x")
    return plan_table(mapping, mapping.tables[0])


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT DISTINCT x FROM a",
        "SELECT count(*) FROM a",
        "SELECT x FROM a GROUP BY x",
        "SELECT x FROM a LIMIT 3",
        "SELECT x, row_number() OVER () FROM a",
        "SELECT x FROM a UNION SELECT y FROM a",
        "SELECT x FROM a EXCEPT SELECT y FROM b",
        "SELECT x FROM b RIGHT JOIN a USING (x)",
        "SELECT l.x FROM a l JOIN a r USING (x)",
        "SELECT x FROM (SELECT DISTINCT x FROM a)",
        "WITH c AS (SELECT max(x) AS x FROM a) SELECT x FROM c",
        "SELECT x FROM a WHERE x = (SELECT max(x) FROM a)",
    ],
)
def test_a_primary_table_that_is_not_row_wise_is_refused(sql: str) -> None:
    with pytest.raises(MappingError):
        plan(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT x FROM a LEFT JOIN b USING (x)",
        "SELECT x FROM a JOIN (SELECT x, max(y) AS y FROM b GROUP BY x) m USING (x)",
        "SELECT x AS z FROM a UNION ALL SELECT y AS z FROM a",
        "WITH c AS (SELECT x FROM a WHERE x <> '') SELECT * FROM c",
        "SELECT x FROM (SELECT x FROM a) s",
        "SELECT v FROM a UNPIVOT (v FOR m IN (x, y))",
    ],
)
def test_row_wise_sql_carries_the_row(sql: str) -> None:
    assert "__row" in plan(sql).sql


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT x FROM c",
        "SELECT x FROM read_csv('/etc/passwd')",
        "DROP TABLE a",
        "SELECT x FROM",
        "SELECT 1 AS x",
        "SELECT x FROM s.a",
    ],
)
def test_sql_that_reads_something_else_is_refused(sql: str) -> None:
    with pytest.raises(MappingError, match="mapping x, table cards"):
        plan(sql, derived=True)


def test_sources_columns_and_casts_are_told() -> None:
    found = plan("SELECT CAST(t.x AS BIGINT) AS n, CASE WHEN y <> '' THEN CAST(y AS DATE) END AS d FROM a t JOIN b ON b.k = t.k")
    assert found.sources == ("a", "b") and found.first == "a" and found.lookups == ("b",)
    assert found.columns["b"] is not None and {"k", "x", "y"} <= found.columns["b"]
    assert [(cast.output, cast.kind) for cast in found.casts] == [("n", "BIGINT")]
    assert found.direct is None
    assert plan("SELECT x, y AS z, 'KRW' AS c, NULL AS n, -1 AS m FROM a").direct == {
        "x": ("x", None),
        "z": ("y", None),
        "c": (None, "KRW"),
        "n": (None, None),
        "m": (None, -1),
    }


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[", "YAML"),
        ("a: 1", "name"),
        ("{name: x, sources: {a: {files: [a]}}, tables: [{table: cards, from: b}]}", "no source 'b'"),
        ("{name: x, sources: {a: {files: [a]}}, tables: [{table: cards}]}", "from"),
        ("{name: x, timezone: Asia/Nowhere, sources: {a: {files: [a]}}, tables: [{table: cards, from: a}]}", "Nowhere"),
        ("{name: x, sources: {a: {files: [a]}}, tables: [{table: cards, from: a}, {table: cards, from: a}]}", "UNION ALL"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(text: str, named: str) -> None:
    with pytest.raises(MappingError, match=named):
        parse_mapping(text, "file.yaml")


def test_shipped_mappings_are_found_by_name_and_can_be_planned() -> None:
    for name in ("contracts", "complete_journey", "simulated"):
        mapping = find_mapping(name)
        assert [plan_table(mapping, rule).rule.table for rule in mapping.tables]
    with pytest.raises(MappingError, match="complete_journey"):
        find_mapping("nope")
