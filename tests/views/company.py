"""A company small enough to reckon by hand: four customers, seen on 2026-09-30."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from hannun.contracts import Contract

AS_OF = date(2026, 9, 30)
MARKUP = "</script><script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">"
Row = dict[str, Any]


def noon(day: str) -> datetime:
    """Noon in Seoul on that day."""
    return datetime.fromisoformat(f"{day}T03:00:00").replace(tzinfo=UTC)


def table(contract: Contract, rows: list[Row]) -> pa.Table:
    """Rows of a contract's table, known on the evening of their business date."""
    filled = []
    for number, row in enumerate(rows, 1):
        day: date = row.get("business_date") or date(2026, 1, 1)
        system = {
            "known_at": noon(day.isoformat()),
            "op": "insert",
            "business_date": day,
            "is_placeholder": False,
            "_source": "hand",
            "_row": number,
        }
        filled.append({**system, "business_month": f"{day:%Y-%m}", **row})
    return pa.Table.from_pylist(filled, schema=contract.arrow_schema)


def purchase(number: int, day: str, customer: str, merchant: str, won: int, **more: Any) -> Row:
    """An approval at noon."""
    return {
        "transaction_id": f"T{number}",
        "approved_at": noon(day),
        "business_date": date.fromisoformat(day),
        "card_id": f"K{customer[1:]}",
        "customer_id": customer,
        "merchant_id": merchant,
        "amount_krw": won,
        "currency": "KRW",
        "product": "purchase",
        "region": "domestic",
        "channel": "offline",
        "installment_months": 0,
        "interest_free": False,
        **more,
    }


def company() -> dict[str, list[Row]]:
    """All tables but settlements."""
    day = date.fromisoformat
    return {
        "customers": [
            {
                "customer_id": "C1",
                "member_type": "개인",
                "is_member": True,
                "name": "token-name-1",
                "phone": "token-phone-1",
                "birth_date": day("1985-10-01"),
                "sex": "F",
                "region_code": "11680",
                "occupation": "회사원",
                "marital_status": "기혼",
                "household_size": 6,
                "children": 2,
                "joined_on": day("2020-03-15"),
            },
            {
                "customer_id": "C2",
                "member_type": "개인",
                "is_member": True,
                "age_band": "45-54",
                "life_stage": "중년 부부",
                "joined_on": day("2024-01-01"),
                "left_on": day("2026-06-30"),
            },
            {"customer_id": "C3", "member_type": "개인", "is_member": False, "birth_date": day("2001-01-01")},
            {"customer_id": "C9", "member_type": None, "is_placeholder": True},
        ],
        "consents": [
            {
                "customer_id": "C1",
                "purpose": "marketing",
                "channel": "sms",
                "night": False,
                "given_at": noon("2025-01-10"),
                "withdrawn_at": None,
            },
            {
                "customer_id": "C1",
                "purpose": "marketing",
                "channel": "phone",
                "night": False,
                "given_at": noon("2025-01-10"),
                "withdrawn_at": noon("2026-05-05"),
            },
        ],
        "card_products": [
            {"product_id": "P1", "name": "한눈 데일리", "name_en": "Hannun Daily", "kind": "credit"},
            {"product_id": "P2", "name": "한눈 체크", "name_en": "Hannun Check", "kind": "check"},
        ],
        "cards": [
            {
                "card_id": "K1",
                "product_id": "P1",
                "holder_id": "C1",
                "payer_id": "C1",
                "relation": "본인",
                "issued_on": day("2020-03-15"),
                "suspended": False,
            },
            {
                "card_id": "K1b",
                "product_id": "P2",
                "holder_id": "C1",
                "payer_id": "C1",
                "relation": "본인",
                "issued_on": day("2026-02-01"),
                "closed_on": day("2026-08-01"),
                "suspended": False,
            },
            {
                "card_id": "K2",
                "product_id": "P1",
                "holder_id": "C2",
                "payer_id": "C2",
                "relation": "본인",
                "issued_on": day("2024-01-01"),
                "suspended": True,
            },
        ],
        "industries": [
            {"industry_code": "I1", "name_ko": "커피", "name_en": "Coffee"},
            {"industry_code": "I2", "name_ko": "백화점", "name_en": "Department store"},
        ],
        "merchants": [
            {"merchant_id": "M1", "name": "골목커피", "industry_code": "I1"},
            {"merchant_id": "M2", "name": "큰백화점", "industry_code": "I2"},
            {"merchant_id": "M3", "name": MARKUP, "industry_code": "I1"},
        ],
        "transactions": [
            purchase(1, "2025-08-31", "C1", "M1", 999_999),  # before the 13 months
            purchase(2, "2025-09-10", "C1", "M1", 10_000),  # in the 13 months, not in the 12
            purchase(3, "2026-05-20", "C1", "M2", 60_000, channel="online"),
            purchase(4, "2026-07-01", "C1", "M2", 300_000, installment_months=3),
            purchase(5, "2026-07-02", "C1", "M2", -100_000, original_transaction_id="T4"),
            purchase(6, "2026-09-30", "C1", "M1", 50_000, region="overseas", channel="online"),
            purchase(7, "2026-09-30", "C1", "M1", 70_000, product="cash_advance"),
            purchase(8, "2026-10-01", "C1", "M1", 888_888),  # after as_of
            purchase(9, "2026-09-01", "C2", "M1", 30_000),
            purchase(10, "2026-09-02", "C9", "M1", 5_000),
            purchase(11, "2026-09-03", "C2", "M3", 20_000),  # cancelled in full, in two parts
            purchase(12, "2026-09-04", "C2", "M3", -15_000, original_transaction_id="T11"),
            purchase(13, "2026-09-05", "C2", "M3", -5_000, original_transaction_id="T11"),
            purchase(14, "2026-09-06", "C2", "M3", 7_000),
        ],
        "limits": [
            {
                "customer_id": "C1",
                "effective_on": day("2025-01-01"),
                "business_date": day("2025-01-01"),
                "kind": "total",
                "limit_krw": 1_000_000,
            },
            {
                "customer_id": "C1",
                "effective_on": day("2026-03-01"),
                "business_date": day("2026-03-01"),
                "kind": "total",
                "limit_krw": 2_000_000,
            },
        ],
        "statements": [
            {
                "statement_id": "S1",
                "customer_id": "C1",
                "statement_on": day("2026-09-14"),
                "business_date": day("2026-09-14"),
                "due_on": day("2026-09-25"),
                "billed_krw": 200_000,
                "paid_krw": 120_000,
                "paid_on": day("2026-09-25"),
            },
        ],
        "delinquencies": [
            {"delinquency_id": "D1", "customer_id": "C1", "overdue_from": day("2026-09-26"), "overdue_krw": 80_000},
            {
                "delinquency_id": "D2",
                "customer_id": "C1",
                "overdue_from": day("2026-01-26"),
                "overdue_krw": 10_000,
                "resolved_on": day("2026-01-28"),
            },
        ],
        "voc": [
            {
                "voc_id": f"V{number}",
                "customer_id": "C1",
                "received_at": noon(on),
                "business_date": day(on),
                "channel": "call",
                "kind": kind,
                "text": "글은 호수에 남는다",
            }
            for number, (on, kind) in enumerate([("2025-09-01", "문의"), ("2026-02-01", "불만"), ("2026-09-29", "문의")], 1)
        ],
        "campaigns": [{"campaign_id": "A1", "name": "가을 커피"}],
        "campaign_contacts": [
            {
                "campaign_id": "A1",
                "customer_id": customer,
                "contacted_at": noon("2026-09-05"),
                "business_date": day("2026-09-05"),
                "channel": "sms",
                "is_holdout": customer == "C2",
            }
            for customer in ("C1", "C2")
        ],
        "campaign_responses": [
            {
                "response_id": "R1",
                "campaign_id": "A1",
                "customer_id": "C1",
                "responded_at": noon("2026-09-06"),
                "business_date": day("2026-09-06"),
                "kind": "click",
            }
        ],
    }


SCORES = pa.schema(
    [
        ("as_of", pa.date32()),
        ("population", pa.string()),
        ("segment_id", pa.string()),
        ("customer_id", pa.string()),
        ("is_member", pa.bool_()),
        ("usage_krw", pa.int64()),
        ("related_usage_krw", pa.int64()),
        ("score", pa.float64()),
        ("rank", pa.int64()),
        ("grade", pa.int64()),
        ("points", pa.int64()),
        ("tie_broken", pa.bool_()),
        ("model_version", pa.string()),
    ]
)


def scores() -> pa.Table:
    """Scorings of the credit population, of which the latest by the as_of counts, and one of another population."""
    day, before, after = date(2026, 9, 30), date(2026, 8, 31), date(2026, 10, 31)
    rows = [
        (before, "credit", "coffee", "C1", True, 10_000, 0, 1.0, 9, 5, 20, False, "1"),
        (day, "credit", "coffee", "C1", True, 16_666, 0, 1.0, 1, 1, 100, False, "1"),
        (day, "credit", "luxury", "C1", True, 66_666, 0, 1.0, 2, 2, 80, False, "1"),
        (day, "wallet", "coffee", "C1", True, 5_000, 0, 1.0, 7, 4, 40, False, "1"),
        (day, "check", "coffee", "C1", False, 1_000, 0, 0.5, 9, 6, 10, False, "1"),  # says less than the membership
        (day, "credit", "golf", "C1", False, 0, 0, 0.0, 9, 6, 10, True, "1"),  # only the draw decided
        (day, "credit", "pets", "C1", False, 0, 0, 0.0, 9, 7, 5, False, "1"),  # below all, by nothing
        (day, "credit", "travel", "C1", False, 0, 30_000, 0.4, 9, 6, 10, False, "1"),
        (day, "wallet", "travel", "C1", False, 0, 10_000, 0.4, 9, 6, 10, False, "1"),
        (day, "credit", "golf", "C2", False, 0, 0, 0.0, 9, 7, 5, True, "1"),
        (after, "credit", "coffee", "C1", True, 0, 0, 1.0, 9, 5, 20, False, "1"),
    ]
    return pa.Table.from_pylist([dict(zip(SCORES.names, row, strict=True)) for row in rows], schema=SCORES)
