"""The application: JSON and pages over one source, behind the guard."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import nicegui
from fastapi import FastAPI, Request, Response
from nicegui import Client, ui
from nicegui.page import page as Page

from hannun.base.errors import HannunError, NotFound
from hannun.portal import api, search_page, tables_page, view_page
from hannun.portal.frame import BASE, QUASAR, frame, note, tag
from hannun.portal.guard import Guard
from hannun.portal.source import Source
from hannun.views.words import LANGUAGES, Language, Words

FAVICON = (
    '<svg viewBox="0 0 32 32" xmlns="http://www.w3.org/2000/svg"><rect width="32" height="32" rx="8" fill="#2f5bd3"/>'
    '<circle cx="16" cy="16" r="7" fill="none" stroke="#fff" stroke-width="3"/><circle cx="16" cy="16" r="2.4" fill="#fff"/></svg>'
)


def application(source: Source) -> Any:
    """The ASGI application. NiceGUI keeps its pages in one place a process, so make only one."""
    app = FastAPI(title="Hannun", docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json")
    api.errors(app)
    app.include_router(api.routes(source))
    nicegui.app.add_static_files("/static", str(files("hannun.portal") / "static"), max_cache_age=0)
    for language in LANGUAGES:
        _pages(source, language)
    _missing(source)
    ui.run_with(app, title="Hannun", favicon=FAVICON, language=QUASAR["ko"], tailwind=False, show_welcome_message=False)
    return Guard(app)


def _pages(source: Source, language: Language) -> None:
    base, words = BASE[language], Words(language)

    def on(path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        return ui.page(f"{base}{path}", language=QUASAR[language])

    @on("/")
    def search(q: str = "") -> None:
        search_page.page(words, source, q)

    @on("/customers/{customer_id}")
    def customer(customer_id: str, request: Request, client: Client) -> Response | None:
        try:
            document = source.views.get(customer_id)
            as_of = source.views.facts()["as_of"]
        except NotFound:
            view_page.unbuilt(words, source, customer_id)
            return _answer(client, request, 503)
        if document is None:
            view_page.unknown(words, source, customer_id, as_of)
            return _answer(client, request, 404)
        view_page.page(words, source, customer_id, document)
        return None

    @on("/tables")
    def tables() -> None:
        tables_page.page(words, source)

    @on("/tables/{name}")
    def table(name: str, request: Request, client: Client) -> Response | None:
        return None if tables_page.table(words, source, name) else _answer(client, request, 404)


def _answer(client: Client, request: Request, status: int) -> Response:
    response: Response = client.build_response(request, status)
    return response


def _missing(source: Source) -> None:
    """The pages for an address that is not there, and for what cannot be read."""

    def language_of(request: Request) -> Language:
        return "en" if request.url.path.startswith("/en/") else "ko"

    def build(request: Request, title: str, hint: str, status: int, language: Language) -> Response:
        words = Words(language)
        client = Client(Page("", language=QUASAR[language]), request=request)
        with client, frame(words, source, title=title, path="/", here=""):
            note(title, hint, kind="problem")
            tag("a", f"← {words('error.home')}", "crumb", href=f"{BASE[language]}/")
        return _answer(client, request, status)

    @nicegui.app.exception_handler(404)
    async def missing(request: Request, _: Exception) -> Response:
        language = language_of(request)
        words = Words(language)
        return build(request, words("error.missing_title"), words("error.missing_hint"), 404, language)

    @nicegui.app.exception_handler(HannunError)
    async def broken(request: Request, error: HannunError) -> Response:
        language = language_of(request)
        return build(request, Words(language)("error.title"), str(error), 503, language)
