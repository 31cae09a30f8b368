"""The tables of the lake: what each holds, how much of it, how fresh it is. No values are shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from hannun.contracts import Contract
from hannun.portal.frame import BASE, frame, note, tag
from hannun.portal.source import Source, TableInfo, find
from hannun.views import amounts
from hannun.views.words import Words

_COLUMNS = (("table", ""), ("rows", "right"), ("latest", "right"), ("version", "right wide"), ("owner", "wide"))


def page(words: Words, source: Source) -> None:
    """Build the list."""
    with frame(words, source, title=words("tables.title"), path="/tables", here="tables"):
        tag("h1", words("tables.title"), "title")
        tag("p", words("tables.lead"), "lead")
        tables = source.tables()
        if all(info.rows is None for info in tables):
            note(words("tables.empty_title"), words("tables.empty_hint"))
        with tag("table", classes="list tables"):
            with tag("thead"), tag("tr"):
                for name, kind in (
                    ("table", ""),
                    ("rows", "right"),
                    ("latest", "right"),
                    ("version", "right wide"),
                    ("owner", "wide"),
                ):
                    tag("th", words(f"tables.column_{name}"), kind, scope="col")
            with tag("tbody"):
                for info in tables:
                    _row(words, info)


def _row(words: Words, info: TableInfo) -> None:
    with tag("tr", classes="" if info.rows is not None else "absent"):
        with tag("td"):
            with tag("a", classes="table-link", href=f"{BASE[words.language]}/tables/{quote(info.table, safe='')}"):
                if words.language == "ko" and info.name_ko:
                    tag("span", info.name_ko, "table-name")
                tag("span", info.table, "mono quiet" if words.language == "ko" and info.name_ko else "mono table-name")
            tag("p", _description(words, info), "quiet")
        rows = f"{info.rows:,}" if info.rows is not None else words("tables.not_stored")
        tag("td", rows, "right number-cell")
        tag("td", amounts.day(info.latest.isoformat() if info.latest else None), "right number-cell")
        tag("td", "–" if info.version is None else str(info.version), "right wide")
        tag("td", info.owner or "–", "wide")


def _description(words: Words, info: TableInfo) -> str:
    return words.either(info.description_ko, info.description_en, words("tables.no_contract"))


def table(words: Words, source: Source, name: str) -> bool:
    """Build the page of one table; False: there is none of that name, and the page says so."""
    info = find({info.table: info for info in source.tables()}, name)
    path = f"/tables/{quote(name, safe='')}"
    with frame(words, source, title=info.table if info else words("error.title"), path=path, here="tables"):
        tag("a", f"← {words('tables.title')}", "crumb", href=f"{BASE[words.language]}/tables")
        if info is None:
            note(words("tables.unknown_title", name=name), words("tables.unknown_hint"), kind="problem")
            return False
        with tag("div", classes="head"):
            heading = info.name_ko if words.language == "ko" and info.name_ko else info.table
            tag("h1", heading, "title")
            with tag("div", classes="chips"):
                if heading != info.table:
                    tag("span", info.table, "chip mono")
                tag("span", f"{info.rows:,}" if info.rows is not None else words("tables.not_stored"), "chip")
                if info.latest:
                    tag("span", f"{words('tables.column_latest')} {amounts.day(info.latest.isoformat())}", "chip")
        tag("p", _description(words, info), "lead")
        tag("p", words("tables.no_values"), "hint")
        contract = source.contract(info.table)
        if contract is not None:
            _columns(words, contract)
    return True


def _columns(words: Words, contract: Contract) -> None:
    with tag("table", classes="list columns"):
        with tag("thead"), tag("tr"):
            for name, kind in (("name", ""), ("type", "wide"), ("class", ""), ("rule", "wide"), ("description", "wide")):
                tag("th", words(f"tables.column_{name}"), kind, scope="col")
        with tag("tbody"):
            for column in contract.columns:
                _column(words, contract, column)


def _column(words: Words, contract: Contract, column: Any) -> None:
    rules = []
    if column.name in contract.key:
        rules.append(words("tables.key"))
    elif column.required:
        rules.append(words("tables.required"))
    if column.reference:
        rules.append(words("tables.refers", target=f"{column.reference.table}.{column.reference.column}"))
    if column.allowed:
        rules.append(", ".join(column.allowed))
    korean = words.language == "ko"
    description = words.either(column.description_ko, column.description)
    with tag("tr"):
        with tag("td"):
            tag("span", column.name, "mono table-name")
            if korean and column.name_ko:
                tag("span", f" {column.name_ko}", "quiet")
            tag("p", description, "quiet narrow")
        tag("td", column.type, "mono quiet wide")
        personal = column.classification.startswith("pii") or column.classification == "sensitive"
        tag("td", words.of("class", column.classification), f"nowrap {'tone-warn' if personal else 'quiet'}")
        tag("td", " · ".join(rules), "wide quiet")
        tag("td", description, "wide")
