"""The settings, from the fields of the settings object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hannun.base.settings import FILE_NAME, Settings
from hannun.docs.markdown import code, page, table


def render() -> str:
    """The page."""
    rows = []
    for name, field in Settings.model_fields.items():
        variable = f"HANNUN_{name.upper()}"
        rows.append(
            (
                code(name),
                code(variable),
                _type(field.annotation),
                code(_default(field.get_default(call_default_factory=True))),
                field.description or "",
            )
        )
    return page(
        "the fields of `Settings` in `src/hannun/base/settings.py`",
        "# Settings · 설정",
        f"The settings of a home stand in its `{FILE_NAME}`, which `hannun init` writes. A variable stands above the file. "
        "A list or mapping in a variable is written as JSON. An unknown setting or a wrong value is refused by name.",
        "A secret is never written into the file: a setting names it, as `env:NAME` (a variable) or `file:PATH` (a file; a "
        "relative path begins at the home). `home` is not in the file: it is given by `--home` or `HANNUN_HOME`.",
        table(("setting", "variable", "type", "default", "meaning"), rows),
    )


def _type(annotation: Any) -> str:
    if annotation is None:
        return ""
    text = annotation.__name__ if isinstance(annotation, type) and not hasattr(annotation, "__args__") else str(annotation)
    return text.replace("pathlib.Path", "Path").replace("Path", "path").replace("str", "text").replace(" | None", "")


def _default(value: Any) -> str:
    if value is None or value in ("", {}):
        return ""
    return str(value) if isinstance(value, str | int | Path) else repr(value)
