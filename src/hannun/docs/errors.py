"""The errors, from the tree of their classes."""

from __future__ import annotations

from collections.abc import Iterator

from hannun.base.errors import HannunError
from hannun.docs.markdown import code, page, table


def render() -> str:
    """The page."""
    rows = [(f"{'– ' * depth}{code(error.__name__)}", _meaning(error)) for depth, error in tree()]
    return page(
        "the classes in `src/hannun/base/errors.py`",
        "# Errors · 오류",
        "Everything that a user can mend is one of these. The command line prints it as one line, `hannun: WHAT → THE MEND`, "
        "and exits with status 1; `hannun --debug COMMAND` shows the traceback. In Python the message is `error.message`, the mend "
        "`error.mend`. Anything else that is raised is a fault of Hannun.",
        table(("error", "when"), rows),
    )


def tree(error: type[HannunError] = HannunError, depth: int = 0) -> Iterator[tuple[int, type[HannunError]]]:
    """The public errors with their depth, parents first, in the order in which they are written."""
    yield depth, error
    for child in error.__subclasses__():
        if child.__module__ == HannunError.__module__:
            yield from tree(child, depth + 1)


def _meaning(error: type[HannunError]) -> str:
    return (error.__doc__ or "").strip().split("\n\n")[0].rstrip(".")
