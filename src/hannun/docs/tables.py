"""The table reference, from the contracts."""

from __future__ import annotations

from collections.abc import Iterator

from hannun.contracts import PARTITION, SYSTEM_COLUMNS, Column, Contract, Contracts
from hannun.docs.markdown import code, page, table

CLASSES = {
    "pii.direct": (
        "names a person by itself; stored as a token only, the original encrypted in the vault",
        "그 자체로 사람을 알아볼 수 있는 정보. 토큰으로만 저장하고 원본은 금고에 암호화한다.",
    ),
    "pii.quasi": (
        "names a person together with other columns",
        "다른 정보와 함께 사람을 알아볼 수 있는 정보.",
    ),
    "sensitive": (
        "harms a person when shown: credit information and what a customer said",
        "드러나면 고객에게 해가 되는 정보. 신용정보와 상담 내용 등.",
    ),
    "internal": ("for the company's own use", "회사 안에서만 쓰는 정보."),
    "public": ("published, or may be", "공시되었거나 공개해도 되는 정보."),
}


def render(contracts: Contracts) -> str:
    """The page."""
    return page(
        "the contracts in `src/hannun/contracts/tables/`",
        "# Tables · 테이블 정의서",
        f"{len(contracts)} tables, {sum(len(item.columns) for item in contracts.values())} columns. "
        "Each has a contract in the Open Data Contract Standard v3.1; a company lays its own over them in `conf/contracts/` of its "
        "home. `hannun contracts show TABLE` prints the same in the terminal.",
        "테이블마다 계약(ODCS v3.1)이 하나씩 있습니다. 회사 고유의 테이블과 컬럼은 홈의 `conf/contracts/`에 두면 위에 겹쳐집니다.",
        _overview(contracts),
        "## How tables refer to each other · 테이블 관계",
        _diagram(contracts),
        "## Classification · 정보 등급",
        table(("class", "meaning", "뜻"), ((code(name), *words) for name, words in CLASSES.items())),
        "## Columns of the system · 시스템 컬럼",
        f"Every table also has these; a table that is stored by month has `{PARTITION}` (`YYYY-MM`) too.",
        table(
            ("column", "한글명", "type", "meaning"),
            ((code(name), korean, str(kind), english) for name, (kind, korean, english) in SYSTEM_COLUMNS.items()),
        ),
        *(part for contract in contracts.values() for part in _table(contract)),
    )


def _overview(contracts: Contracts) -> str:
    rows = (
        (f"[{item.table}](#{item.table})", item.name_ko, item.kind, str(len(item.columns)), item.owner, item.description)
        for item in contracts.values()
    )
    return table(("table", "테이블", "kind", "columns", "owner", "what it holds"), rows)


def _diagram(contracts: Contracts) -> str:
    lines = [
        f"    {target} ||--o{{ {source} : {' '.join(columns) if len(columns) == 1 else chr(34) + ', '.join(columns) + chr(34)}"
        for (target, source), columns in sorted(_edges(contracts).items())
    ]
    return "\n".join(["```mermaid", "erDiagram", *lines, "```"])


def _edges(contracts: Contracts) -> dict[tuple[str, str], list[str]]:
    edges: dict[tuple[str, str], list[str]] = {}
    for contract in contracts.values():
        for column in contract.columns:
            if column.reference:
                target = column.reference.table.partition(".")[2]
                edges.setdefault((target, contract.name), []).append(column.name)
    return edges


def _table(contract: Contract) -> Iterator[str]:
    yield f'<a id="{contract.table}"></a>'
    yield f"## {contract.table} · {contract.name_ko}"
    yield f"{contract.description}.  \n{contract.description_ko}"
    kind = "entity: a new row of a key is a new state" if contract.kind == "entity" else "event: a key comes once"
    facts = [
        f"**kind** {kind}",
        f"**key** {', '.join(code(name) for name in contract.key)}",
        f"**time** {code(contract.event_time or '') or 'none: reference data, always known'}",
        f"**version** {contract.version}",
        f"**owner** {contract.owner}",
    ]
    if contract.event_time and contract.delay != "0 seconds":
        facts.insert(3, f"**history known after** {contract.delay}")
    if contract.partitioned:
        facts.insert(3, f"**stored by** {code(PARTITION)}")
    yield " · ".join(facts)
    yield table(
        ("column", "한글명", "type", "", "class", "refers to, or holds", "description · 설명"),
        (
            (
                code(column.name),
                column.name_ko,
                column.type,
                "key" if column.name in contract.key else "required" if column.required else "",
                column.classification,
                _holds(column),
                f"{column.description}<br>{column.description_ko}",
            )
            for column in contract.columns
        ),
    )


def _holds(column: Column) -> str:
    if column.reference:
        return f"[{column.reference.table}](#{column.reference.table})"
    if column.allowed:
        return ", ".join(code(value) for value in column.allowed)
    if column.minimum is not None and column.maximum is not None:
        return f"{column.minimum:,} … {column.maximum:,}"
    if column.minimum is not None:
        return f"≥ {column.minimum:,}"
    return f"≤ {column.maximum:,}" if column.maximum is not None else ""
