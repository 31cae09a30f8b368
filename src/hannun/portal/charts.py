"""Charts of the cells of a view: ECharts options, plain values in and out, and their place on the page."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from hannun.portal.frame import tag
from hannun.views.words import Words

INK, QUIET, LINE = "#1c2530", "#6b7683", "#e6e9ed"
ACCENT, SOFT, MARK = "#2f5bd3", "#b9c8f2", "#c77700"
FONT = '"Pretendard", "Noto Sans KR", "Noto Sans CJK KR", "Apple SD Gothic Neo", "Malgun Gothic", system-ui, sans-serif'

# How an amount is written on an axis and in a tooltip.
_SHORT = {
    "ko": "v => { const a = Math.abs(v); return a >= 1e8 ? +(v / 1e8).toFixed(1) + '억' "
    ": a >= 1e4 ? Math.round(v / 1e4).toLocaleString() + '만' : v.toLocaleString() }",
    "en": "v => { const a = Math.abs(v); return a >= 1e6 ? +(v / 1e6).toFixed(1) + 'M' "
    ": a >= 1e3 ? Math.round(v / 1e3) + 'K' : v.toLocaleString() }",
}
_EXACT = {"ko": "v => Number(v).toLocaleString() + '원'", "en": "v => '₩' + Number(v).toLocaleString()"}


def _base() -> dict[str, Any]:
    return {"animation": False, "textStyle": {"fontFamily": FONT, "color": INK, "fontSize": 12}}


def industries(words: Words, cell: dict[str, Any]) -> dict[str, Any]:
    """Industries as horizontal bars, the largest on top; the rest as one quiet bar."""
    rows = [
        {
            "name": words.industry(item),
            "value": item["krw"],
            "label": f"{item['share_percent']:.1f}%",
            "color": ACCENT if place == 0 else SOFT,
        }
        for place, item in enumerate(cell["items"])
    ]
    if cell["other_krw"] > 0:
        share = 100 * cell["other_krw"] / cell["total_krw"]
        rows.append({"name": words("field.other"), "value": cell["other_krw"], "label": f"{share:.1f}%", "color": LINE})
    return {
        **_base(),
        "grid": {"left": 132, "right": 52, "top": 2, "bottom": 2},
        "xAxis": {"type": "value", "show": False},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [row["name"] for row in rows],
            "axisLine": {"show": False},
            "axisTick": {"show": False},
            "axisLabel": {"color": INK, "width": 124, "overflow": "truncate"},
        },
        "tooltip": {"trigger": "item", ":valueFormatter": _EXACT[words.language], "confine": True},
        "series": [
            {
                "type": "bar",
                "barWidth": 14,
                "data": [
                    {
                        "value": row["value"],
                        "itemStyle": {"color": row["color"], "borderRadius": 3},
                        "label": {"show": True, "position": "right", "formatter": row["label"], "color": QUIET},
                    }
                    for row in rows
                ],
            }
        ],
    }


def trend(words: Words, cell: dict[str, Any]) -> dict[str, Any]:
    """13 months: spending offline and online as stacked bars, the number of purchases as a line."""
    items = cell["items"]
    bar = {"type": "bar", "stack": "krw", "barMaxWidth": 22}
    return {
        **_base(),
        "color": [ACCENT, SOFT, MARK],
        "legend": {"bottom": 0, "itemWidth": 10, "itemHeight": 10, "icon": "roundRect", "textStyle": {"color": QUIET}},
        "grid": {"left": 4, "right": 4, "top": 12, "bottom": 32, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "xAxis": {
            "type": "category",
            "data": [item["month"][2:].replace("-", ".") for item in items],
            "axisLine": {"lineStyle": {"color": LINE}},
            "axisTick": {"show": False},
            "axisLabel": {"color": QUIET, "hideOverlap": True},
        },
        "yAxis": [
            {
                "type": "value",
                "splitNumber": 4,
                "splitLine": {"lineStyle": {"color": LINE}},
                "axisLabel": {"color": QUIET, ":formatter": _SHORT[words.language]},
            },
            {"type": "value", "show": False, "min": 0},
        ],
        "series": [
            {
                **bar,
                "name": words("field.offline"),
                "data": [item["offline_krw"] for item in items],
                "tooltip": {":valueFormatter": _EXACT[words.language]},
            },
            {
                **bar,
                "name": words("field.online"),
                "data": [item["online_krw"] for item in items],
                "tooltip": {":valueFormatter": _EXACT[words.language]},
                "itemStyle": {"borderRadius": [3, 3, 0, 0]},
            },
            {
                "type": "line",
                "yAxisIndex": 1,
                "name": words("field.purchases"),
                "data": [item["purchases"] for item in items],
                "symbolSize": 5,
                "lineStyle": {"width": 1.5},
            },
        ],
    }


def grades(words: Words, items: list[dict[str, Any]]) -> dict[str, Any] | None:
    """A radar of the points in up to eight segments; None with fewer than three, where a radar says nothing."""
    items = items[:8]
    if len(items) < 3:
        return None
    names = [words.either(item["name_ko"], item["name_en"], item["segment_id"]) for item in items]
    return {
        **_base(),
        "tooltip": {"confine": True},
        "radar": {
            "indicator": [{"name": name, "max": 100} for name in names],
            "radius": "62%",
            "splitNumber": 4,
            "axisName": {"color": INK, "fontSize": 11},
            "splitArea": {"show": False},
            "splitLine": {"lineStyle": {"color": LINE}},
            "axisLine": {"lineStyle": {"color": LINE}},
        },
        "series": [
            {
                "type": "radar",
                "symbolSize": 4,
                "data": [{"name": words("field.points"), "value": [item["points"] for item in items]}],
                "lineStyle": {"color": ACCENT, "width": 1.5},
                "itemStyle": {"color": ACCENT},
                "areaStyle": {"color": ACCENT, "opacity": 0.12},
            }
        ],
    }


def draw(options: dict[str, Any], style: str, label: str) -> None:
    """Put a chart on the page; `label` says in words what it shows."""
    with tag("div", classes="chart", role="img", aria_label=label):
        ui.echart(options, renderer="svg").style(f"width: 100%; {style}")
