"""What a view says, against numbers reckoned by hand from `company.py`."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from hannun.base.errors import NotFound
from hannun.views import View
from hannun.views.build import window_start
from tests.views import company
from tests.views.conftest import Company


def test_every_document_keeps_to_the_published_schema(built: Company) -> None:
    assert (built.views.facts()["customers"], built.views.facts()["schema_version"]) == (4, "2.0")
    for customer in ("C1", "C2", "C3", "C9"):
        View.model_validate_json(json.dumps(built.view(customer)))


def test_the_head_names_the_date_the_basis_and_the_table_versions(one: dict[str, Any]) -> None:
    assert (one["as_of"], one["basis"], one["schema_version"]) == ("2026-09-30", "approved", "2.0")
    assert one["versions"]["core.transactions"] > 0 and one["versions"]["core.card_loans"] == -1


def test_status(one: dict[str, Any]) -> None:
    status = one["status"]
    assert status["membership"]["state"] == "member"
    assert status["membership"]["tenure_months"] == 6 * 12 + 6
    assert status["demographics"]["age_band"] == "40-49"  # 40 until the day before her birthday
    assert status["demographics"]["region"] == "11"
    assert (status["cards"]["held"], status["cards"]["ever"], status["cards"]["is_valid_member"]) == (1, 2, True)
    assert [card["state"] for card in status["cards"]["items"]] == ["open", "closed"]
    assert [item["is_active"] for item in status["consents"]["items"]] == [False, True]
    assert status["consents"]["items"][1]["reconfirm_by"] == "2027-01-10"


def test_life_stage_is_derived_by_the_rule_or_given_by_the_company(one: dict[str, Any], built: Company) -> None:
    assert one["life_stage"]["stage"] == {"status": "ok", "source": "derived", "code": "raising_children", "given": None}
    assert one["life_stage"]["household"]["size_band"] == "5+"
    other = built.view("C2")
    assert other["life_stage"]["stage"]["source"] == "given" and other["life_stage"]["stage"]["given"] == "중년 부부"
    assert other["status"]["demographics"]["age_band"] == "45-54"


def test_industries_of_three_and_twelve_months(one: dict[str, Any]) -> None:
    three, twelve = one["industries"]["months_3"], one["industries"]["months_12"]
    assert [(item["industry_code"], item["krw"], item["share_percent"]) for item in three["items"]] == [
        ("I2", 200_000, 80.0),
        ("I1", 50_000, 20.0),
    ]
    assert (three["total_krw"], twelve["total_krw"]) == (250_000, 310_000)
    assert sum(item["krw"] for item in twelve["items"]) + twelve["other_krw"] == twelve["total_krw"]
    assert [(item["name"], item["krw"]) for item in one["industries"]["merchants"]["items"]] == [
        ("큰백화점", 260_000),
        ("골목커피", 50_000),
    ]


def test_value_and_events(one: dict[str, Any]) -> None:
    spending = one["value"]["spending"]
    assert (spending["annual_krw"], spending["monthly_average_krw"], spending["purchases"]) == (310_000, 25_833, 3)
    assert (spending["top_percent"], spending["compared_customers"]) == (34, 3)  # first of three
    assert [(event["on"], event["kind"]) for event in one["value"]["events"]["items"]] == [
        ("2026-09-06", "campaign_response"),
        ("2026-09-05", "campaign_contact"),
        ("2026-08-01", "card_closed"),
        ("2026-02-01", "card_issued"),
    ]


def test_grades_come_from_the_latest_scoring_that_the_date_allows_and_each_segment_stands_once(one: dict[str, Any]) -> None:
    grades = one["value"]["grades"]
    assert (grades["scored_as_of"], grades["member_of"]) == ("2026-09-30", 2)
    own = [item for item in grades["items"] if item["is_member"]]
    assert [(item["segment_id"], item["grade"], item["points"]) for item in own] == [("coffee", 1, 100), ("luxury", 2, 80)]
    assert own[0]["name_ko"] == "커피 애호"
    assert [(place["population"], place["grade"], place["usage_krw"]) for place in own[0]["populations"]] == [
        ("credit", 1, 16_666),
        ("wallet", 4, 5_000),
    ]


def test_grades_that_only_the_draw_decided_say_nothing(one: dict[str, Any], built: Company) -> None:
    others = [item for item in one["value"]["grades"]["items"] if not item["is_member"]]
    assert [(item["segment_id"], item["grade"], item["usage_krw"], item["related_usage_krw"]) for item in others] == [
        ("travel", 6, 0, 30_000)
    ]
    graded, not_graded = built.view("C2")["value"]["grades"], built.view("C9")["value"]["grades"]
    assert (graded["items"], graded["scored_as_of"]) == ([], "2026-09-30")
    assert (not_graded["items"], not_graded["scored_as_of"]) == ([], None)


def test_a_purchase_that_was_cancelled_in_full_counts_as_none(built: Company) -> None:
    document = built.view("C2")
    assert (document["value"]["spending"]["annual_krw"], document["value"]["spending"]["purchases"]) == (37_000, 2)
    assert document["trend"]["months"]["items"][-1]["purchases"] == 2
    [industry] = document["industries"]["months_3"]["items"]
    assert (industry["krw"], industry["purchases"]) == (37_000, 2)
    visits = {item["merchant_id"]: (item["krw"], item["purchases"]) for item in document["industries"]["merchants"]["items"]}
    assert visits == {"M1": (30_000, 1), "M3": (7_000, 1)}
    assert document["trend"]["change"]["last_on"] == "2026-09-06"


def test_what_is_carried_over_is_used_but_not_unpaid(empty: Company) -> None:
    day = date.fromisoformat

    def bill(key: str, on: str, due: str, billed: int, paid: int, paid_on: str) -> company.Row:
        return {
            "statement_id": key,
            "customer_id": "C2",
            "statement_on": day(on),
            "business_date": day(on),
            "due_on": day(due),
            "billed_krw": billed,
            "minimum_krw": billed // 10,
            "paid_krw": paid,
            "paid_on": day(paid_on),
        }

    limit = {"customer_id": "C2", "effective_on": day("2026-01-01"), "business_date": day("2026-01-01"), "kind": "total"}
    balance = {"customer_id": "C2", "closed_on": day("2026-08-31"), "business_date": day("2026-08-31"), "balance_krw": 90_000}
    empty.fill(
        statements=[
            bill("R1", "2026-08-14", "2026-08-25", 100_000, 10_000, "2026-08-25"),  # the rest is in the balance
            bill("R2", "2026-09-14", "2026-09-25", 50_000, 5_000, "2026-09-25"),  # the rest is not yet
        ],
        limits=[{**limit, "limit_krw": 1_000_000}],
        revolving=[balance],
    )
    empty.build()
    finance = empty.view("C2")["finance"]
    assert finance["statements"]["unpaid_krw"] == 0
    assert [item["state"] for item in finance["statements"]["items"]] == ["carried", "carried"]
    assert (finance["limits"]["used_krw"], finance["limits"]["used_percent"]) == (135_000, 13.5)
    assert finance["revolving"]["balance_krw"] == 90_000


def test_instalments_to_come_are_used(empty: Company) -> None:
    empty.fill(
        transactions=[
            company.purchase(20, "2026-09-20", "C1", "M2", 120_000, installment_months=12),
            company.purchase(21, "2026-07-20", "C1", "M2", 120_000, installment_months=6),  # billed in August and September
        ]
    )
    empty.build()
    assert empty.view("C1")["finance"]["limits"]["used_krw"] == 200_000 + 120_000 + 80_000


def test_what_is_still_to_come_is_not_told(empty: Company) -> None:
    day = date.fromisoformat
    empty.fill(
        customers=[{"customer_id": "C4", "member_type": "개인", "is_member": True, "joined_on": day("2026-10-20")}],
        consents=[
            {
                "customer_id": "C2",
                "purpose": "marketing",
                "channel": "app",
                "night": False,
                "given_at": company.noon("2026-01-10"),
                "withdrawn_at": company.noon("2026-10-05"),
            }
        ],
        statements=[
            {
                "statement_id": "S2",
                "customer_id": "C2",
                "statement_on": day("2026-09-14"),
                "business_date": day("2026-09-14"),
                "due_on": day("2026-09-25"),
                "billed_krw": 30_000,
                "paid_krw": 30_000,
                "paid_on": day("2026-10-02"),
            }
        ],
    )
    empty.build()
    assert empty.view("C4")["status"]["membership"]["state"] == "prospect"
    document = empty.view("C2")
    [consent] = document["status"]["consents"]["items"]
    assert (consent["is_active"], consent["withdrawn_on"]) == (True, None)
    assert document["finance"]["statements"]["unpaid_krw"] == 30_000
    assert "2026-10" not in json.dumps(document)


def test_a_customer_whose_record_was_deleted_has_no_view(empty: Company) -> None:
    gone = {"customer_id": "C1", "op": "delete", "business_date": date(2026, 9, 29)}
    empty.fill(customers=[gone])
    assert empty.build().customers == 3
    assert empty.views.get("C1") is None


def test_trend_has_thirteen_months_and_leaves_out_what_lies_beyond(one: dict[str, Any]) -> None:
    months = one["trend"]["months"]["items"]
    assert [month["month"] for month in months][:: len(months) - 1] == ["2025-09", "2026-09"] and len(months) == 13
    assert {month["month"]: month["krw"] for month in months if month["krw"]} == {
        "2025-09": 10_000,
        "2026-05": 60_000,
        "2026-07": 200_000,
        "2026-09": 50_000,
    }
    assert months[-1]["overseas_krw"] == 50_000 and months[-1]["cash_advance_krw"] == 70_000
    change = one["trend"]["change"]
    assert (change["last_3_krw"], change["before_3_krw"], change["change_percent"]) == (250_000, 60_000, 316.7)
    assert change["online_percent"] == round(100 * 110_000 / 320_000, 1)


def test_finance_and_voc(one: dict[str, Any]) -> None:
    finance = one["finance"]
    # unpaid 80,000 of the statement + 50,000 and 70,000 approved since
    assert (finance["limits"]["total_krw"], finance["limits"]["used_krw"], finance["limits"]["used_percent"]) == (
        2_000_000,
        200_000,
        10.0,
    )
    assert finance["statements"]["unpaid_krw"] == 80_000
    assert (finance["delinquency"]["open_krw"], finance["delinquency"]["open_days"], finance["delinquency"]["times_12"]) == (
        80_000,
        4,
        2,
    )
    assert (finance["voc"]["contacts_12"], finance["voc"]["contacts_3"], finance["voc"]["complaints_12"]) == (2, 1, 1)
    assert finance["voc"]["latest"][0] == {"on": "2026-09-29", "channel": "call", "kind": "문의"}


def test_who_has_left_or_is_known_by_number_only(one: dict[str, Any], built: Company) -> None:
    states = {}
    for customer in ("C2", "C3", "C9"):
        document = built.view(customer)
        states[customer] = (document["status"]["membership"]["state"], document["status"]["cards"]["is_valid_member"])
    assert states == {"C2": ("left", False), "C3": ("prospect", False), "C9": ("unknown", False)}
    assert built.view("C2")["value"]["events"]["contacts_12"] == 0


def test_no_personal_value_and_no_token_is_in_a_document(one: dict[str, Any]) -> None:
    text = json.dumps(one, ensure_ascii=False)
    for value in ("token-name-1", "token-phone-1", "1985-10-01", "11680", "글은 호수에 남는다"):
        assert value not in text


def test_cells_that_no_model_fills_yet_say_which_one_will(one: dict[str, Any]) -> None:
    churn = one["finance"]["churn"]
    assert (churn["status"], churn["filled_by"]) == ("not_yet", "voc")
    assert "voc" in churn["message"]["ko"] and "voc" in churn["message"]["en"]


def test_a_missing_table_switches_off_its_cells_and_nothing_else(empty: Company) -> None:
    empty.fill(without=("voc", "limits", "industries", "card_products"), scores=False)
    empty.build()
    document = empty.view("C1")
    assert document["finance"]["voc"]["status"] == "no_data" and document["finance"]["voc"]["needs"] == ["core.voc"]
    assert document["finance"]["limits"]["status"] == "no_data"
    assert document["industries"]["months_3"]["needs"] == ["core.industries"]
    assert document["value"]["grades"]["needs"] == ["score.marketing_score"]
    assert document["value"]["spending"]["annual_krw"] == 310_000
    assert document["status"]["cards"]["items"][0]["product_name"] is None


def test_a_company_with_transactions_only_still_has_views(empty: Company) -> None:
    empty.fill(without=tuple(name for name in company.company() if name != "transactions"), scores=False)
    assert empty.build().customers == 3
    document = empty.view("C1")
    assert document["status"]["membership"]["status"] == "no_data"
    assert document["trend"]["change"]["last_3_krw"] == 250_000


def test_an_empty_lake_is_refused(empty: Company) -> None:
    with pytest.raises(NotFound, match="nothing was known"):
        empty.build()


def test_spending_is_read_from_settlements_where_the_company_has_them(empty: Company) -> None:
    posted = [
        {"transaction_id": key, "posted_on": date.fromisoformat(on), "business_date": date.fromisoformat(on), "amount_krw": won}
        for key, on, won in (("T3", "2026-05-22", 60_000), ("T4", "2026-07-03", 290_000), ("T5", "2026-07-04", -100_000))
    ]
    empty.fill(settlements=posted)
    empty.build()
    document = empty.view("C1")
    assert document["basis"] == "settled"
    assert document["value"]["spending"]["annual_krw"] == 60_000 + 290_000 - 100_000


def test_windows_end_on_the_date() -> None:
    assert window_start(date(2026, 9, 30), 3) == date(2026, 7, 1)
    assert window_start(date(2026, 2, 28), 3) == date(2025, 12, 1)
    assert window_start(date(2026, 9, 15), 3) == date(2026, 6, 16)
    assert window_start(date(2026, 5, 30), 3) == date(2026, 3, 1)
    assert window_start(date(2026, 12, 30), 12) == date(2025, 12, 31)
