"""A feature set as of a date, computed: SQL in, a checked Arrow table out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from hannun import __version__
from hannun.base.errors import QueryError
from hannun.base.identifiers import digest
from hannun.compute import Session
from hannun.features.header import FeatureSet
from hannun.features.spending import Basis, define_spending, spending_sql

_ALLOWED = (pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.date32(), pa.timestamp("us", tz="UTC"))


@dataclass(frozen=True)
class Built:
    """What building one set as of one date came to.

    Attributes:
        run: the name of the run; the same code on the same table versions has the same name.
        status: built, or unchanged when that very run stands in the table already.
        basis: where spending came from.
    """

    feature_set: str
    as_of: date
    run: str
    status: str
    rows: int
    basis: Basis
    versions: Mapping[str, int]


def prepare(session: Session) -> Basis:
    """Give a session what feature sets read besides the lake's tables."""
    return define_spending(session)


def run_name(feature: FeatureSet, as_of: date, versions: Mapping[str, int], basis: Basis) -> str:
    """The name of a run, from all that its result depends on."""
    tables = ",".join(f"{name}@{version}" for name, version in sorted(versions.items()))
    return digest("feature", __version__, feature.name, as_of.isoformat(), tables, feature.code_hash, spending_sql(basis))


def compute(session: Session, feature: FeatureSet, run: str) -> pa.Table:
    """The set's rows, with `as_of` and `_run` in front of them.

    Raises:
        QueryError: the SQL fails, gives a type that the lake does not keep, or two rows of one grain.
    """
    as_of = session.as_of
    if as_of is None:
        raise QueryError(f"feature set '{feature.name}' needs an as_of", mend="open the session with one")
    sql = feature.sql
    wanted = session.parameters(sql)
    values = {name: value for name, value in feature.parameters(as_of).items() if name in wanted}
    try:
        found = session.query(sql, values)
    except QueryError as error:
        raise QueryError(f"{feature.source}: {error.message}", mend=error.mend or "mend the SQL") from None
    _check(feature, found)
    columns = dict(zip(found.schema.names, found.columns, strict=True))
    day, name = pa.scalar(as_of, pa.date32()), pa.scalar(run)
    return pa.table({"as_of": pa.repeat(day, found.num_rows), **columns, "_run": pa.repeat(name, found.num_rows)})


def _check(feature: FeatureSet, found: pa.Table) -> None:
    for item in found.schema:
        if item.type not in _ALLOWED and not (pa.types.is_decimal(item.type) and item.type.precision <= 18):
            raise QueryError(
                f"{feature.source}: column '{item.name}' is {item.type}", mend="cast it: a sum of won ends with ::BIGINT"
            )
        if item.name.endswith("_krw") and item.type != pa.int64():
            raise QueryError(
                f"{feature.source}: column '{item.name}' is {item.type}, and money is whole won", mend="cast it: ::BIGINT"
            )
    for name in feature.grain:
        if found.column(name).null_count:
            raise QueryError(
                f"{feature.source}: '{name}' of the grain is empty in a row", mend="give it a value, or leave the row out"
            )
    keys = found.select(list(feature.grain))
    if keys.group_by(list(feature.grain)).aggregate([]).num_rows != found.num_rows:
        counts = keys.group_by(list(feature.grain)).aggregate([([], "count_all")])
        first = counts.filter(pc.greater(counts.column("count_all"), 1)).slice(0, 1).to_pylist()[0]
        raise QueryError(f"{feature.source}: more than one row for {first}", mend="group by the grain")
