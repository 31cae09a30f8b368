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
    assert built.views.facts()["customers"] == 4
    for customer in ("C1", "C2", "C3", "C9"):
        View.model_validate_json(json.dumps(built.view(customer)))


def test_the_head_names_the_date_the_basis_and_the_table_versions(one: dict[str, Any]) -> None:
    assert (one["as_of"], one["basis"], one["schema_version"]) == ("2026-09-30", "approved", "1.0")
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


def test_grades_come_from_the_latest_scoring_that_the_date_allows(one: dict[str, Any]) -> None:
    grades = one["value"]["grades"]
    assert grades["scored_as_of"] == "2026-09-30" and grades["segments"] == 2
    assert [(item["segment_id"], item["grade"], item["points"]) for item in grades["items"]] == [
        ("coffee", 1, 100),
        ("luxury", 2, 80),
    ]
    assert grades["items"][0]["name_ko"] == "커피 애호"


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
