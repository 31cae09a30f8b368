"""The texts of the single view and the pages, in Korean and English, from one catalogue: `words.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from hannun.base.errors import HannunError

Language = Literal["ko", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every text: dotted key → language → text."""
    document: dict[str, Any] = yaml.safe_load((files("hannun.views") / "words.yaml").read_text("utf-8"))
    return {f"{group}.{key}": texts for group, entries in document.items() for key, texts in entries.items()}


class Words:
    """The texts in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with its `{names}` filled in.

        Raises:
            KeyError: there is no such text: a mistake in the program.
        """
        return catalogue()[key][self.language].format(**values)

    def of(self, group: str, code: object) -> str:
        """A value from data in words: the text of `group.code`; the value as it is where there is none, a dash for nothing."""
        if code is None or code == "":
            return "–"
        entry = catalogue().get(f"{group}.{code}")
        return entry[self.language] if entry else str(code)

    def either(self, ko: str | None, en: str | None, fallback: str = "–") -> str:
        """The one of two names that this language wants, else the other, else `fallback`."""
        return (ko or en or fallback) if self.language == "ko" else (en or ko or fallback)

    def industry(self, item: Mapping[str, Any]) -> str:
        """The name of an industry of the document, its code where it has none."""
        unknown = self("view.not_stated") if item["industry_code"] == "UNKNOWN" else item["industry_code"]
        return self.either(item["name_ko"], item["name_en"], unknown)

    def message(self, gap: Mapping[str, Any]) -> str:
        """The sentence of an empty cell."""
        text: str = gap["message"][self.language]
        return text


def language_of(text: str) -> Language:
    """A language from its code.

    Raises:
        HannunError: there are no texts in it.
    """
    for known in LANGUAGES:
        if text == known:
            return known
    raise HannunError(f"there are no texts in '{text}'", mend=f"choose one of {', '.join(LANGUAGES)}")
