"""Cells that stay empty, and the sentence that says why.

What is missing is the same for every customer of a generation, so it is kept once with the generation and laid
into a document when it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from hannun.views.cells import Gap, Message

# Cells that a later model fills: path → model.
NOT_YET: dict[str, str] = {
    "life_stage.coming_change": "state_change",
    "industries.next_merchants": "merchant_target",
    "value.preferences": "preference",
    "value.next_card": "card_product",
    "trend.shift": "state_change",
    "finance.churn": "voc",
    "finance.complaint": "voc",
}

# Cells that need rows of a table: path → tables, any one of which is missing or empty makes the gap.
NEEDS: dict[str, tuple[str, ...]] = {
    "status.membership": ("core.customers",),
    "status.demographics": ("core.customers",),
    "status.cards": ("core.cards",),
    "status.consents": ("core.consents",),
    "life_stage.stage": ("core.customers",),
    "life_stage.household": ("core.customers",),
    "industries.months_3": ("core.transactions", "core.industries"),
    "industries.months_12": ("core.transactions", "core.industries"),
    "industries.merchants": ("core.transactions", "core.merchants"),
    "value.spending": ("core.transactions",),
    "value.grades": ("score.marketing_score",),
    "trend.months": ("core.transactions",),
    "trend.change": ("core.transactions",),
    "finance.limits": ("core.limits",),
    "finance.statements": ("core.statements",),
    "finance.delinquency": ("core.delinquencies",),
    "finance.card_loans": ("core.card_loans",),
    "finance.revolving": ("core.revolving",),
    "finance.voc": ("core.voc",),
}

# Cells with something to say as long as one of these tables has rows.
NEEDS_ANY: dict[str, tuple[str, ...]] = {
    "value.events": ("core.cards", "core.customers", "core.campaign_contacts", "core.campaign_responses"),
}

TABLES = tuple(sorted({table for tables in (*NEEDS.values(), *NEEDS_ANY.values()) for table in tables}))


def gaps(filled: Collection[str]) -> dict[str, Gap]:
    """The gaps of a company whose tables `filled` have rows: path of the cell → gap."""
    found = {path: _not_yet(model) for path, model in NOT_YET.items()}
    for path, tables in NEEDS.items():
        missing = [table for table in tables if table not in filled]
        if missing:
            found[path] = _no_data(missing)
    for path, tables in NEEDS_ANY.items():
        if not any(table in filled for table in tables):
            found[path] = _no_data(list(tables))
    return found


def lay(document: dict[str, Any], found: Mapping[str, Any]) -> None:
    """Put gaps (as plain values) into a document, in place of what stands there."""
    for path, gap in found.items():
        column, _, cell = path.partition(".")
        document[column][cell] = gap


def _not_yet(model: str) -> Gap:
    return Gap(
        status="not_yet",
        filled_by=model,
        message=Message(
            ko=f"아직 산출하지 않습니다. '{model}' 모델이 준비되면 채워집니다.",
            en=f"Not computed yet: the model '{model}' will fill it.",
        ),
    )


def _no_data(tables: list[str]) -> Gap:
    names = ", ".join(tables)
    return Gap(
        status="no_data",
        needs=tables,
        message=Message(
            ko=f"자료가 없습니다. 비어 있거나 없는 테이블: {names}", en=f"No data. Tables that are missing or empty: {names}"
        ),
    )
