"""The marketing grades of one customer: each segment once, with the populations that it was graded in."""

from __future__ import annotations

from typing import Any

from hannun.portal import charts
from hannun.portal.frame import tag
from hannun.views import amounts
from hannun.views.words import Words

_LISTED = 8


def grades(words: Words, cell: dict[str, Any], _: dict[str, Any]) -> None:
    """Build the cell: a radar and a table of the segments of which the customer is a member, then those near."""
    if cell["scored_as_of"] is None:
        tag("p", words("grades.not_graded"), "gap")
        return
    own = [item for item in cell["items"] if item["is_member"]]
    near = [item for item in cell["items"] if not item["is_member"]]
    if own:
        tag("p", words("grades.member_of", n=cell["member_of"]), "hint first")
        radar = charts.grades(words, own)
        if radar is not None:
            names = ", ".join(_name(words, item) for item in own[:8])
            charts.draw(radar, "height: 240px", f"{words('cell.grades')}: {names}")
        _table(words, own[:_LISTED])
        if own[_LISTED:]:
            with tag("details", classes="more"):
                tag("summary", words("grades.more", n=len(own) - _LISTED))
                _table(words, own[_LISTED:])
    else:
        tag("p", words("grades.none"), "gap")
    if near:
        _near(words, near)
    tag("p", f"{words('field.scored_as_of')} {amounts.day(cell['scored_as_of'])}", "hint")


def _name(words: Words, item: dict[str, Any]) -> str:
    return words.either(item["name_ko"], item["name_en"], item["segment_id"])


def _table(words: Words, items: list[dict[str, Any]]) -> None:
    with tag("table", classes="list grades"):
        with tag("thead"), tag("tr"):
            for name, kind in (("segment", ""), ("grade", "right"), ("points", "right"), ("usage", "right")):
                tag("th", words(f"field.{name}"), kind, scope="col")
        with tag("tbody"):
            for item in items:
                _row(words, item)


def _row(words: Words, item: dict[str, Any]) -> None:
    with tag("tr"):
        with tag("td"):
            tag("span", _name(words, item))
            graded = [
                f"{words.of('population', one['population'])} {words('value.grade', n=one['grade'])}" for one in item["populations"]
            ]
            tag("p", " · ".join(graded), "quiet populations")
        with tag("td", classes="right"):
            tag("span", words("value.grade", n=item["grade"]), f"grade grade-{item['grade']}")
        tag("td", str(item["points"]), "right")
        tag("td", amounts.money(words, item["usage_krw"]), "right")


def _near(words: Words, items: list[dict[str, Any]]) -> None:
    tag("h3", words("grades.near"), "near", title=words("grades.near_hint"))
    with tag("ul", classes="entries"):
        for item in items:
            with tag("li"):
                tag("span", words("value.grade", n=item["grade"]), "entry-lead tone-quiet")
                with tag("span", classes="entry-body"):
                    tag("span", _name(words, item))
                    amount = (
                        amounts.money(words, item["usage_krw"])
                        if item["usage_krw"] > 0
                        else words("grades.related", amount=amounts.money(words, item["related_usage_krw"]))
                    )
                    tag("span", amount, "entry-detail")
