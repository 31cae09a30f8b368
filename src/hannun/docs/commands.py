"""The command line, from the application that runs it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

import typer

from hannun.docs.markdown import code, page, table

INTRODUCTION = """\
The same everywhere:

- `--home DIR` (or `HANNUN_HOME`) chooses the home; the default is `./hannun-home`.
- `--json` prints one JSON document on standard output and nothing else; progress and log lines go to standard error.
- `--as-of 2026-09-30` is a business date: everything known by the end of that day in Seoul may be used.
- Exit status: 0 done; 1 the input or state is wrong (one line says what, where, and the mend; a traceback only with
  `--debug`, which stands before the command); 2 wrong usage; 3 done, but rows were quarantined and `--strict` was given.
- Repeating a command is safe: the second run says that there is nothing to do."""


def render(app: typer.Typer) -> str:
    """The page."""
    root = typer.main.get_command(app)
    found = list(commands(root))
    return page(
        "the command line in `src/hannun/cli/`",
        "# Commands · 명령",
        INTRODUCTION,
        table(("command", "what it does"), ((f"[`{name}`](#{_anchor(name)})", _first(command)) for name, command in found[1:])),
        *(part for name, command in found for part in _command(name, command)),
    )


def commands(command: Any, name: str = "hannun") -> Iterator[tuple[str, Any]]:
    """Every command and group below `command`, with its full name, in the order of `--help`."""
    if getattr(command, "hidden", False):
        return
    yield name, command
    for child in getattr(command, "commands", {}).values():
        yield from commands(child, f"{name} {child.name}")


def parameters(command: Any) -> list[Any]:
    """The visible arguments and options of a command, without `--help`."""
    return [item for item in command.params if not getattr(item, "hidden", False) and item.name != "help"]


def _command(name: str, command: Any) -> Iterator[str]:
    yield f'<a id="{_anchor(name)}"></a>'
    yield f"## {name}"
    usage = " ".join([name, *(_metavar(item) for item in parameters(command) if item.param_type_name == "argument")])
    if hasattr(command, "commands"):
        yield f"{_help(command)}\n\nCommands: {', '.join(code(child) for child in command.commands)}."
    else:
        yield f"```\n{usage}\n```\n\n{_help(command)}"
    rows = [(code(_names(item)), _type(item), _default(item), item.help or "") for item in parameters(command)]
    if rows:
        yield table(("option", "type", "default", "meaning"), rows)


def _names(item: Any) -> str:
    if item.param_type_name == "argument":
        return _metavar(item)
    return ", ".join(item.opts) + (f" / {', '.join(item.secondary_opts)}" if item.secondary_opts else "")


def _metavar(item: Any) -> str:
    text = (item.metavar or item.name or "").upper()
    text += "…" if item.nargs != 1 else ""
    return text if item.required else f"[{text}]"


def _type(item: Any) -> str:
    if getattr(item, "is_flag", False):
        return ""
    annotation = item.type_descriptor.annotation
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ", ".join(code(str(choice.value)) for choice in annotation)
    return str(annotation.__name__ if isinstance(annotation, type) else annotation).rpartition(".")[2].rstrip("]").lower()


def _default(item: Any) -> str:
    if item.required:
        return "required"
    value = item.default
    if value in (None, "", (), []) or isinstance(value, bool) or callable(value) or not getattr(item, "show_default", True):
        return ""
    return code(str(getattr(value, "value", value)))


def _help(command: Any) -> str:
    return str(command.help or "").strip()


def _first(command: Any) -> str:
    return _help(command).split("\n\n")[0]


def _anchor(name: str) -> str:
    return name.replace(" ", "-")
