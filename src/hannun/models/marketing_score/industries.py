"""Which of a company's industries a segment speaks of: by code, by Korean or English name, or by what stands above."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hannun.compute import Session

READS = "SELECT industry_code, coalesce(name_ko, '') AS ko, coalesce(name_en, '') AS en, parent_code FROM core.industries"
_SEVERAL = re.compile(r"[·,/&]|\band\b")


@dataclass(frozen=True, slots=True)
class Industry:
    """An industry of the company's tree."""

    code: str
    name_ko: str
    name_en: str
    parent: str | None


class Industries:
    """The tree of industries."""

    def __init__(self, industries: Iterable[Industry]) -> None:
        self._all: Mapping[str, Industry] = {item.code: item for item in industries}

    def __getitem__(self, code: str) -> Industry:
        return self._all[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def codes(self, terms: Iterable[str], excluded: Iterable[str] = ()) -> frozenset[str]:
        """Codes that one of `terms` fits and none of `excluded`."""
        return self._fitting(terms) - self._fitting(excluded)

    def _fitting(self, terms: Iterable[str]) -> frozenset[str]:
        wanted = [_Term(term) for term in terms]
        return frozenset(code for code in self._all if any(self._fits(code, term) for term in wanted))

    def _fits(self, code: str, term: _Term) -> bool:
        item: Industry | None = self._all[code]
        seen = set[str]()
        own = True
        while item is not None and item.code not in seen:
            # 미용·패션 holds more than beauty: what is below it has to fit by its own name.
            if term.is_code_of(item) or (term.is_in(item) and (own or not _SEVERAL.search(item.name_ko))):
                return True
            seen.add(item.code)
            item = self._all.get(item.parent) if item.parent else None
            own = False
        return False


def read_industries(session: Session) -> Industries:
    """The company's industries as the session knows them."""
    return Industries(Industry(*row.values()) for row in session.query(READS).to_pylist())


class _Term:
    def __init__(self, text: str) -> None:
        self._text = text
        self._latin = text.isascii()
        self._words = re.compile(rf"(?<![a-z0-9]){re.escape(text.lower())}(?![a-z0-9])")

    def is_code_of(self, item: Industry) -> bool:
        return self._text in (item.code, item.name_ko)

    def is_in(self, item: Industry) -> bool:
        if self._latin:
            return bool(self._words.search(item.name_en.lower()))
        return self._text in item.name_ko
