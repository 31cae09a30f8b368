"""Reading views: one customer, a search, what holds for the whole generation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError
from zstandard import ZstdError

from hannun.base.errors import NotFound, StoreError
from hannun.store import Store
from hannun.views import gaps
from hannun.views.generations import CURRENT, LISTED
from hannun.views.packing import Unpacker
from hannun.views.schema import VERSION

_BUILD = "run: hannun views build"


class Views:
    """The current generation, whichever it is at each call. May be used from many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._open: tuple[str, Engine, dict[str, Any]] | None = None

    def facts(self) -> dict[str, Any]:
        """What holds for the whole generation: generation, as_of, basis, versions, gaps, customers, built_at.

        Raises:
            NotFound: no views were built yet.
        """
        return {name: value for name, value in self._current()[2].items() if name != "dictionary"}

    def get(self, customer_id: str) -> dict[str, Any] | None:
        """A customer's document as of the current generation; None: it has no such customer.

        Raises:
            NotFound: no views were built yet.
            StoreError: they are missing, broken, or of another version of the document.
        """
        generation, engine, facts = self._current()
        query = text("SELECT document FROM customers JOIN documents USING (id) WHERE customer_id = :id")
        with _reading(generation, engine) as connection:
            packed = connection.execute(query, {"id": customer_id}).scalar_one_or_none()
            if packed is None:
                return None
            document = json.loads(Unpacker(facts["dictionary"]).unpack(packed))
        gaps.lay(document, facts["gaps"])
        head = {
            "schema_version": VERSION,
            "generation": generation,
            **{name: facts[name] for name in ("as_of", "basis", "versions")},
        }
        return {**head, **document}

    def search(self, prefix: str, limit: int = 20) -> list[dict[str, Any]]:
        """Customers whose identifier begins with `prefix`, in order; the columns of a list, nothing personal.

        Raises:
            NotFound: no views were built yet.
        """
        generation, engine, _ = self._current()
        where = "WHERE customer_id >= :low AND customer_id < :high" if prefix else ""
        query = text(f"SELECT {', '.join(LISTED)} FROM customers {where} ORDER BY customer_id LIMIT :limit")
        bounds = {"low": prefix, "high": prefix + "\U0010ffff"} if prefix else {}
        with _reading(generation, engine) as connection:
            rows = connection.execute(query, {**bounds, "limit": limit}).mappings()
            return [{**row, "is_valid_member": bool(row["is_valid_member"])} for row in rows]

    def close(self) -> None:
        """Let go of the open file."""
        with self._lock:
            if self._open is not None:
                self._open[1].dispose()
                self._open = None

    def _current(self) -> tuple[str, Engine, dict[str, Any]]:
        """The generation that the pointer names, opened; the old one is let go when the pointer has moved."""
        with self._lock:
            for attempt in (1, 2):
                generation = self._store.pointer(CURRENT)
                if generation is None:
                    raise NotFound("no views were built yet", mend=_BUILD)
                if self._open is not None and self._open[0] == generation:
                    return self._open
                try:
                    engine = self._store.views(generation)
                    with _reading(generation, engine) as connection:
                        facts = _facts(connection)
                except StoreError:
                    # Two builds may have passed between the pointer and the file: ask once more.
                    if attempt == 2:
                        raise
                    continue
                if facts.get("schema_version") != VERSION:
                    engine.dispose()
                    raise StoreError(
                        f"the views of generation {generation} were built by another version of Hannun, and read differently",
                        mend=_BUILD,
                    )
                if self._open is not None:
                    self._open[1].dispose()
                self._open = (generation, engine, {"generation": generation, **facts})
                return self._open
            raise AssertionError("unreachable")


@contextmanager
def _reading(generation: str, engine: Engine) -> Iterator[Connection]:
    """A connection to a generation's file; what is wrong with the file is an error that says how to get another."""
    try:
        with engine.connect() as connection:
            yield connection
    except (SQLAlchemyError, ZstdError, ValueError) as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise StoreError(f"the views of generation {generation} cannot be read: {reason}", mend=_BUILD) from error


def _facts(connection: Connection) -> dict[str, Any]:
    rows = connection.execute(text("SELECT name, value FROM facts"))
    shared = connection.execute(text("SELECT dictionary FROM packing")).scalar_one_or_none() or b""
    return {"dictionary": shared, **{name: json.loads(value) for name, value in rows}}
