"""The pages in a real browser: what a user sees, with the keyboard, in both languages, on a desk and in a hand."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.portal.conftest import CHROMIUM
from tests.views.conftest import Company

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
sync_api = pytest.importorskip("playwright.sync_api")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    with sync_api.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


SIZES = {"desk": (1280, 900), "hand": (390, 844)}
both_sizes = pytest.mark.parametrize("page", list(SIZES), indirect=True)


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: sync_api.Browser, address: str) -> Iterator[sync_api.Page]:
    """A page that fails the test when it asks another server, logs an error, or is wider than the screen."""
    width, height = SIZES[getattr(request, "param", "desk")]
    opened = browser.new_page(viewport={"width": width, "height": height}, base_url=address)
    asked: set[str] = set()
    troubles: list[str] = []
    opened.on("request", lambda sent: asked.add(urlsplit(sent.url).netloc))
    opened.on("websocket", lambda socket: asked.add(urlsplit(socket.url).netloc))
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda line: troubles.append(line.text) if line.type == "error" and "404" not in line.text else None)
    yield opened
    wide = opened.evaluate("document.documentElement.scrollWidth")
    opened.close()
    assert asked - {""} == {urlsplit(address).netloc}
    assert not troubles
    assert wide <= width


@both_sizes
def test_search_and_open_a_customer_with_the_keyboard_alone(page: sync_api.Page) -> None:
    page.goto("/")
    assert page.title() == "고객 찾기 · 한눈"
    field = page.locator("input.search-input")
    field.wait_for()
    page.locator("a.result").nth(3).wait_for()
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("C2")
    sync_api.expect(page.locator("a.result")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/C2")
    assert page.title() == "고객 C2 · 한눈"
    assert "탈회" in page.inner_text("main")


def test_a_search_without_result_says_so(page: sync_api.Page) -> None:
    page.goto("/")
    page.locator("input.search-input").fill("nobody")
    sync_api.expect(page.locator(".note h2")).to_contain_text("nobody")


@both_sizes
def test_the_view_shows_six_sections_charts_and_what_is_not_there_yet(page: sync_api.Page) -> None:
    page.goto("/customers/C1")
    sync_api.expect(page.locator("section.card")).to_have_count(6)
    page.locator(".chart svg").nth(1).wait_for()
    text = page.inner_text("main")
    for words in (
        "고객현황",
        "라이프스테이지",
        "주요 소비업종",
        "고객가치·이벤트",
        "이용추이",
        "금융·VOC",
        "31만원",
        "상위 34%",
        "80,000원",
    ):
        assert words in text
    assert "이탈 가능성" in text and "준비 중" in text
    assert "core.revolving" in text


def test_industries_switch_between_three_and_twelve_months(page: sync_api.Page) -> None:
    page.goto("/customers/C1")
    total = page.locator("p.total")
    sync_api.expect(total).to_have_text("25만원")
    page.get_by_role("button", name="최근 12개월").click()
    sync_api.expect(total).to_have_text("31만원")
    assert page.get_by_role("button", name="최근 12개월").get_attribute("aria-pressed") == "true"


def test_the_language_switch_stays_on_the_page(page: sync_api.Page) -> None:
    page.goto("/customers/C1")
    assert page.evaluate("document.documentElement.lang") == "ko-KR"
    page.locator("a.language").click()
    page.wait_for_url("**/en/customers/C1")
    assert page.evaluate("document.documentElement.lang") == "en-US"
    text = page.inner_text("main")
    assert "Main spending industries" in text and "Department store" in text and "Top 34 %" in text
    page.locator("a.language").click()
    page.wait_for_url("**/customers/C1")


def test_an_unknown_customer_and_an_unknown_page_are_404_with_a_way_back(page: sync_api.Page) -> None:
    for path in ("/customers/C404", "/en/customers/C404", "/tables/nope", "/nothing/here", "/en/nothing"):
        answer = page.goto(path)
        assert answer is not None and answer.status == 404, path
        sync_api.expect(page.locator(".note.problem")).to_be_visible()
        assert page.locator("a.crumb").count() == 1


@both_sizes
def test_tables_are_listed_and_described_without_values(page: sync_api.Page) -> None:
    page.goto("/tables")
    assert "승인내역" in page.inner_text("main")
    page.get_by_role("link", name="core.customers").click()
    page.wait_for_url("**/tables/core.customers")
    text = page.inner_text("main")
    assert "개인식별정보" in text and "birth_date" in text
    assert "token-name-1" not in page.content()
    page.goto("/en/tables/customers")
    assert "direct personal data" in page.inner_text("main")


def test_text_from_data_is_never_read_as_markup(page: sync_api.Page) -> None:
    page.goto("/customers/<img src=x onerror=alert(1)>")
    assert "<img src=x" in page.inner_text("main")
    assert page.locator("main img").count() == 0


def test_swapped_views_are_shown_without_a_restart(page: sync_api.Page, company: Company) -> None:
    page.goto("/customers/C1")
    before = company.view("C1")["generation"]
    assert not company.build(count_suspended=True).already_built
    page.goto("/customers/C2")
    assert "유효회원" in page.inner_text(".head")
    assert company.view("C1")["generation"] != before
    company.build()
