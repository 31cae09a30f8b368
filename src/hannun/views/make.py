"""One generation of views, from a session to the moved pointer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hannun import __version__
from hannun.base.errors import NotFound, StoreError
from hannun.base.identifiers import digest
from hannun.compute import Session
from hannun.features import spending_sql
from hannun.store import Store
from hannun.views import build, gaps, generations, queries
from hannun.views.read import Views
from hannun.views.schema import VERSION


@dataclass(frozen=True)
class Built:
    """What became of a build.

    Attributes:
        customers: documents in the generation.
        already_built: the generation was there before: nothing was done.
    """

    generation: str
    as_of: date
    customers: int
    already_built: bool


def make(
    session: Session,
    store: Store,
    as_of: date,
    *,
    has_scores: bool,
    segments: Mapping[str, tuple[str, str]],
    count_suspended: bool = False,
    now: Callable[[], datetime],
    progress: Callable[[int, int], None] = lambda *_: None,
    chunk_customers: int = build.CHUNK_CUSTOMERS,
) -> Built:
    """Build the views of all customers, and let the pointer move to them.

    The same table versions, date, names and program give the same generation, so a second run has nothing to do.

    Args:
        session: over the lake as known at `as_of`.
        has_scores: the lake has `score.marketing_score`.
        segments: Korean and English names of the marketing segments.
        count_suspended: a holder of suspended cards only counts as a valid member (유효회원), too.
        now: the present instant.
        progress: called with (steps done, steps).
        chunk_customers: customers that are worked on at once; decides the memory needed, not the result.

    Raises:
        NotFound: nothing is known about any customer.
        StoreError: another build runs.
    """
    with store.locks.hold("views"):
        plan = build.plan(session, as_of, has_scores=has_scores, count_suspended=count_suspended, chunk_customers=chunk_customers)
        if not plan.filled & {"core.customers", "core.transactions"}:
            raise NotFound(f"nothing was known about any customer by {as_of}", mend="load files: hannun ingest PATH --mapping NAME")
        generation = _name(plan, segments)
        customers = _standing(store, generation)
        if customers is not None:
            return Built(generation, as_of, customers, True)
        facts = {
            "as_of": as_of.isoformat(),
            "basis": plan.basis,
            "versions": plan.versions,
            "gaps": {path: gap.model_dump(mode="json") for path, gap in gaps.gaps(plan.filled).items()},
        }
        batches = build.documents(session, plan, segments, progress)
        customers = generations.write(store, generation, batches, facts, now)
    return Built(generation, as_of, customers, False)


def _standing(store: Store, generation: str) -> int | None:
    """The customers of the generation that readers see, if it is this one and can be read."""
    if store.pointer(generations.CURRENT) != generation:
        return None
    reader = Views(store)
    try:
        return int(reader.facts()["customers"])
    except StoreError:
        return None
    finally:
        reader.close()


def _name(plan: build.Plan, segments: Mapping[str, tuple[str, str]]) -> str:
    """The name of a generation: the date, and a digest of all that its content depends on."""
    sql = [spending_sql(plan.basis), *(queries.text(name) for name in queries.ALL), f"suspended={plan.count_suspended}"]
    read = [f"{table}={version}" for table, version in sorted(plan.versions.items())]
    names = [f"{key}={ko}={en}" for key, (ko, en) in sorted(segments.items())]
    return f"{plan.as_of:%Y%m%d}-{digest(__version__, VERSION, *sql, *read, *names, length=12)}"
