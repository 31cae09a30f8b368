"""What every page shares: the head, the language switch, small pieces of markup."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from hannun.portal.source import Source
from hannun.views import amounts
from hannun.views.words import Language, Words

QUASAR: dict[Language, Literal["ko-KR", "en-US"]] = {"ko": "ko-KR", "en": "en-US"}
BASE: dict[Language, str] = {"ko": "", "en": "/en"}


class Tag(TextElement):
    """An HTML element with text, which is never read as markup."""

    def __init__(self, tag: str, text: str = "", classes: str = "", **attributes: str | int | bool) -> None:
        super().__init__(tag=tag, text=text)
        self.classes(classes)
        for name, value in attributes.items():
            self.props[name.replace("_", "-")] = value


def tag(name: str, text: str = "", classes: str = "", **attributes: str | int | bool) -> Any:
    """An element; to be used as a context manager when it has children. `aria_label` becomes `aria-label`."""
    return Tag(name, text, classes, **attributes)


@contextmanager
def frame(words: Words, source: Source, *, title: str, path: str, here: str) -> Iterator[None]:
    """A page.

    Args:
        title: of the browser's tab, before the product's name.
        path: the page's path without its language, for the language switch.
        here: which entry of the navigation the page belongs to: customers or tables.
    """
    base = BASE[words.language]
    other: Language = "en" if words.language == "ko" else "ko"
    ui.page_title(f"{title} · {words('app.name')}")
    ui.add_head_html('<link rel="stylesheet" href="/static/hannun.css"><script src="/static/keys.js" defer></script>')
    tag("a", words("app.skip"), "skip", href="#main")
    with tag("header", classes="top"), tag("div", classes="top-inner"):
        with tag("a", classes="brand", href=f"{base}/"):
            tag("span", words("app.name"), "brand-name")
            tag("span", source.company, "brand-company")
        with tag("nav", classes="nav"):
            for name, target in (("customers", "/"), ("tables", "/tables")):
                link = tag("a", words(f"nav.{name}"), "nav-link", href=f"{base}{target}")
                if name == here:
                    link.props["aria-current"] = "page"
        tag("a", words("app.language"), "language", href=f"{BASE[other]}{path}", lang=other, title=words("app.language_hint"))
    with tag("main", classes="page", id="main"):
        yield
    tag("footer", words("app.local"), "foot")


def note(title: str, hint: str, *, kind: str = "empty") -> None:
    """An empty or error state: what it is, and what to do."""
    with tag("div", classes=f"note {kind}", role="status"):
        tag("h2", title)
        tag("p", hint)


def as_of_line(words: Words, facts: dict[str, Any]) -> str:
    """`2026.09.30 기준 · 매입 기준 · 고객 20,000명`."""
    parts = [
        words("app.as_of", day=amounts.day(facts["as_of"])),
        words(f"view.basis_{facts['basis']}"),
        words("search.count", n=f"{facts['customers']:,}"),
    ]
    return " · ".join(parts)
