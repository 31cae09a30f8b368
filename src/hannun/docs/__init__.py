"""The reference pages, made from the code that they speak of: `python -m hannun.docs`."""

from hannun.docs.pages import PAGES, pages, stale, write

__all__ = ["PAGES", "pages", "stale", "write"]
