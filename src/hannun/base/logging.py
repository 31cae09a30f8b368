"""Log lines go to standard error, so that standard output stays free for results."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(*, verbose: bool = False, json: bool = False) -> None:
    """Set up structlog once, at the start of a process."""
    level = logging.DEBUG if verbose else logging.WARNING
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Looked up at each line: a program that swaps sys.stderr must not leave us with a closed file.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def get(room: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of a room."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(room=room)
    return logger
