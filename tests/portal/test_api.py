"""The JSON behind the pages."""

from __future__ import annotations

import httpx

from hannun.views import View
from tests.views.conftest import Company


def test_health_names_the_generation(address: str, company: Company) -> None:
    answer = httpx.get(f"{address}/v1/health").json()
    assert answer["status"] == "ok"
    assert answer["views"]["as_of"] == "2026-09-30" and answer["views"]["customers"] == 4


def test_a_view_is_the_document_that_the_program_reads(address: str, company: Company) -> None:
    answer = httpx.get(f"{address}/v1/customers/C1/view")
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    assert answer.json() == company.view("C1")
    View.model_validate_json(answer.text)


def test_an_unknown_customer_is_404_with_a_mend(address: str) -> None:
    answer = httpx.get(f"{address}/v1/customers/C404/view")
    assert answer.status_code == 404
    assert "C404" in answer.json()["error"]["message"] and answer.json()["error"]["mend"]


def test_customers_are_found_by_the_beginning_of_their_identifier(address: str) -> None:
    answer = httpx.get(f"{address}/v1/customers", params={"query": "C", "limit": 2}).json()
    assert [row["customer_id"] for row in answer["customers"]] == ["C1", "C2"]
    assert httpx.get(f"{address}/v1/customers", params={"limit": 0}).status_code == 422


def test_tables_say_what_they_hold_in_both_languages_and_how_fresh_they_are(address: str) -> None:
    tables = {row["table"]: row for row in httpx.get(f"{address}/v1/tables").json()["tables"]}
    transactions = tables["core.transactions"]
    assert (transactions["rows"], transactions["latest"], transactions["version"]) == (14, "2026-10-01", transactions["version"])
    assert transactions["name_ko"] and transactions["description_ko"] and transactions["description_en"]
    assert tables["core.card_loans"]["rows"] is None
    assert "score.marketing_score" in tables


def test_a_foreign_host_name_or_page_is_refused(address: str) -> None:
    assert httpx.get(f"{address}/v1/health", headers={"Host": "hannun.example.com"}).status_code == 421
    assert httpx.get(f"{address}/v1/health", headers={"Origin": "https://example.com"}).status_code == 421
    assert httpx.get(f"{address}/v1/health", headers={"Host": "localhost:1"}).status_code == 200


def test_every_answer_keeps_a_page_to_itself(address: str) -> None:
    headers = httpx.get(f"{address}/").headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY" and headers["referrer-policy"] == "no-referrer"
