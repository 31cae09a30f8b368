"""A feature set as of a date, computed: SQL in, checked Arrow rows out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hannun import __version__
from hannun.base.errors import QueryError
from hannun.base.identifiers import digest
from hannun.compute import Session
from hannun.features.header import FeatureSet
from hannun.features.spending import Basis, Unseen, define_spending, spending_sql

ROWS = 131_072
_ALLOWED = (pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.date32(), pa.timestamp("us", tz="UTC"))


@dataclass(frozen=True)
class Built:
    """What building one set as of one date came to.

    Attributes:
        run: the name of the run; the same code on the same table versions has the same name.
        status: built, or unchanged when that very run stands in the table already.
        basis: where spending came from.
        unseen: money in the set's months that spending does not hold; None where nothing was built, or not from spending.
    """

    feature_set: str
    as_of: date
    run: str
    status: str
    rows: int
    basis: Basis
    versions: Mapping[str, int]
    unseen: Unseen | None = None


def prepare(session: Session) -> Basis:
    """Give a session what feature sets read besides the lake's tables."""
    return define_spending(session)


def run_name(feature: FeatureSet, as_of: date, versions: Mapping[str, int], basis: Basis) -> str:
    """The name of a run, from all that its result depends on."""
    tables = ",".join(f"{name}@{version}" for name, version in sorted(versions.items()))
    return digest("feature", __version__, feature.name, as_of.isoformat(), tables, feature.code_hash, spending_sql(basis))


def compute(session: Session, feature: FeatureSet, run: str) -> pa.RecordBatchReader:
    """The set's rows in the order of its grain, with `as_of` and `_run` around them; memory stays bounded.

    Raises:
        QueryError: the SQL fails or gives a type that the lake does not keep; while reading: a row lacks a value of the
            grain, or has that of another row.
    """
    as_of = session.as_of
    if as_of is None:
        raise QueryError(f"feature set '{feature.name}' needs an as_of", mend="open the session with one")
    wanted = session.parameters(feature.sql)
    values = {name: value for name, value in feature.parameters(as_of).items() if name in wanted}
    grain = ", ".join(feature.grain)
    try:
        # In order, so that the same run is the same bytes, and so that two rows of one grain stand side by side.
        found = session.stream(f"SELECT * FROM ({feature.sql}\n) ORDER BY {grain}", values, rows=ROWS)
    except QueryError as error:
        raise QueryError(f"{feature.source}: {error.message}", mend=error.mend or "mend the SQL") from None
    _check_types(feature, found.schema)
    schema = pa.schema([("as_of", pa.date32()), *found.schema, ("_run", pa.string())])
    day, name = pa.scalar(as_of, pa.date32()), pa.scalar(run)

    def batches() -> Iterator[pa.RecordBatch]:
        last: pa.RecordBatch | None = None
        for batch in found:
            last = _checked(feature, batch, last)
            rows = [pa.repeat(day, batch.num_rows), *batch.columns, pa.repeat(name, batch.num_rows)]
            yield pa.RecordBatch.from_arrays(rows, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _check_types(feature: FeatureSet, schema: pa.Schema) -> None:
    for item in schema:
        if item.type not in _ALLOWED and not (pa.types.is_decimal(item.type) and item.type.precision <= 18):
            raise QueryError(
                f"{feature.source}: column '{item.name}' is {item.type}", mend="cast it: a sum of won ends with ::BIGINT"
            )
        if item.name.endswith("_krw") and item.type != pa.int64():
            raise QueryError(
                f"{feature.source}: column '{item.name}' is {item.type}, and money is whole won", mend="cast it: ::BIGINT"
            )


def _checked(feature: FeatureSet, batch: pa.RecordBatch, before: pa.RecordBatch | None) -> pa.RecordBatch | None:
    """The last row of a batch, by its grain, if all rows differ in the grain; `before`: that of the batch before."""
    grain = pa.Table.from_batches([batch]).select(list(feature.grain))
    for name in feature.grain:
        if grain[name].null_count:
            raise QueryError(
                f"{feature.source}: '{name}' of the grain is empty in a row", mend="give it a value, or leave the row out"
            )
    if not grain.num_rows:
        return before
    rows = grain if before is None else pa.concat_tables([pa.Table.from_batches([before]), grain])
    same = np.ones(rows.num_rows - 1, np.bool_)
    for column in rows.combine_chunks().columns:
        same &= np.asarray(pc.equal(column.chunk(0)[1:], column.chunk(0)[:-1]))
    if same.any():
        row = rows.slice(int(np.flatnonzero(same)[0]), 1).to_pylist()[0]
        raise QueryError(f"{feature.source}: more than one row for {row}", mend="group by the grain")
    return rows.slice(rows.num_rows - 1).combine_chunks().to_batches()[0]
