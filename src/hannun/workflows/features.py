"""Build feature sets of a home, each as of a date, into the lake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date

from hannun import features
from hannun.base.dates import FIRST_YEAR
from hannun.features import Built, FeatureSet
from hannun.lake import Txn
from hannun.workflows.home import Home

EVER = date(FIRST_YEAR, 1, 1)
Progress = Callable[[str], None]


def build(home: Home, as_of: date, names: Sequence[str] = (), *, progress: Progress = lambda _: None) -> list[Built]:
    """Build feature sets as of a date; those whose sources and code have not changed are left as they are.

    Args:
        names: the sets; none: all.
    """
    sets = home.features
    wanted = list(dict.fromkeys(sets[name] for name in names)) if names else list(sets.values())
    results = []
    run_id = home.store.start_run("features build", home.clock.now(), {"as_of": as_of.isoformat()})
    status = "failed"
    try:
        for feature in wanted:
            progress(f"{feature.table} as of {as_of}")
            results.append(_build_one(home, as_of, feature))
        status = "done"
    finally:
        versions = {name: version for result in results for name, version in result.versions.items()}
        sets_ = {
            item.feature_set: {
                "status": item.status,
                "rows": item.rows,
                "spending": item.basis,
                "unseen": item.unseen and asdict(item.unseen),
            }
            for item in results
        }
        details = {"as_of": as_of.isoformat(), "sets": sets_}
        home.store.end_run(run_id, home.clock.now(), status=status, versions=versions, details=details)
    return results


def _build_one(home: Home, as_of: date, feature: FeatureSet) -> Built:
    with home.engine.session(as_of=as_of) as session:
        basis = features.prepare(session)
        versions = session.touch(feature.sql)
        run = features.run_name(feature, as_of, versions, basis)
        standing, rows = _standing(home, feature.table, as_of)
        if standing == run:
            return Built(feature.name, as_of, run, "unchanged", rows, basis, versions)
        data = features.compute(session, feature, run)
        since = feature.since(as_of) if feature.months else EVER
        lost = features.unseen(session, basis, since, as_of) if "core.transactions" in versions else None
        home.lake.ensure(
            feature.table,
            data.schema,
            partition_by=["as_of"],
            statistics=list(feature.grain),
            description=f"{feature.description} / {feature.description_ko}",
            contract_version=feature.version,
        )
        with home.lake.stage(feature.table) as stager:
            for batch in data:
                stager.write(batch)
            rows = stager.rows
            if standing is None and not rows:
                return Built(feature.name, as_of, run, "empty", 0, basis, versions)
            app = f"{feature.table}/{as_of}"
            txn = Txn(app, (home.lake.committed_version(feature.table, app) or 0) + 1)
            home.lake.commit(feature.table, stager.files, txn, replace=[{"as_of": as_of.isoformat()}])
    return Built(feature.name, as_of, run, "built", rows, basis, versions, lost)


def _standing(home: Home, table: str, as_of: date) -> tuple[str | None, int]:
    """The run whose rows stand in the table as of a date, and how many there are."""
    if not home.lake.exists(table):
        return None, 0
    with home.engine.session() as session:
        found = session.query(f"SELECT min(_run) AS run, count(*) AS n FROM {table} WHERE as_of = $day", {"day": as_of})
        [row] = found.to_pylist()
    return row["run"], row["n"]
