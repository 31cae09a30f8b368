"""Building the single views of a home, and reading one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hannun.base.errors import NotFound
from hannun.views import Built, Views, make
from hannun.workflows.home import Home


def build_views(home: Home, as_of: date, *, progress: Callable[[int, int], None] = lambda *_: None) -> Built:
    """Build the views of all customers, and let readers move to them when they are complete.

    Args:
        progress: called with (steps done, steps).

    Raises:
        NotFound: nothing is known about any customer.
        StoreError: another build runs.
    """
    run_id = home.store.start_run("views build", home.clock.now(), {"as_of": as_of.isoformat()})
    status, details, versions = "failed", {"as_of": as_of.isoformat()}, dict[str, int]()
    try:
        with home.engine.session(as_of=as_of) as session:
            built = make(
                session,
                home.store,
                as_of,
                has_scores=home.lake.exists("score.marketing_score"),
                segments={segment.id: (segment.name_ko, segment.name_en) for segment in home.segments.values()},
                count_suspended=home.settings.count_suspended,
                now=home.clock.now,
                progress=progress,
            )
            versions = session.versions
        status, details = "done", details | {"generation": built.generation}
    finally:
        home.store.end_run(run_id, home.clock.now(), status=status, versions=versions, details=details)
    return built


def view(home: Home, customer_id: str) -> dict[str, Any]:
    """One customer's document.

    Raises:
        NotFound: there is no such customer, or no views were built.
    """
    reader = Views(home.store)
    try:
        document = reader.get(customer_id)
        as_of = reader.facts()["as_of"]
    finally:
        reader.close()
    if document is None:
        raise NotFound(
            f"no customer '{customer_id}' in the views as of {as_of}",
            mend="check the identifier, or build newer views: hannun views build",
        )
    return document
