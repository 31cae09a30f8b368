"""What a table is: made once, and changed by a migration a contract version only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
from deltalake import DeltaTable, Field
from deltalake import Schema as DeltaSchema

from hannun.base.errors import LakeError
from hannun.contracts import Migration
from hannun.lake import fit
from hannun.lake.errors import explained
from hannun.lake.partition import check_type
from hannun.lake.place import Place

CONTRACT = "hannun.contract"
HOT = "hannun.hot"
STATISTICS = "delta.dataSkippingStatsColumns"
LOG_RETENTION = "delta.logRetentionDuration"
FILE_RETENTION = "delta.deletedFileRetentionDuration"
KEPT_DAYS = 30
HOT_LOG_HOURS = 1


@dataclass(frozen=True)
class Wanted:
    """What a caller says that a table is."""

    table: str
    schema: pa.Schema
    partition_by: tuple[str, ...]
    statistics: tuple[str, ...]
    description: str = ""
    contract_version: str = ""
    migrations: tuple[Migration, ...] = ()
    hot: bool = False


@dataclass(frozen=True)
class Step:
    """What brings a table to what is wanted.

    Attributes:
        added: columns to add; NULL in the rows that are there.
        rewrite: column of the wanted schema → column of the stored rows, where every file must be written anew.
        properties: table properties to set.
    """

    added: tuple[pa.Field, ...] = ()
    rewrite: Mapping[str, str] | None = None
    properties: Mapping[str, str] | None = None


def wanted(
    table: str,
    schema: pa.Schema,
    *,
    partition_by: Sequence[str],
    statistics: Sequence[str],
    description: str = "",
    contract_version: str = "",
    migrations: Sequence[Migration] = (),
    hot: bool = False,
) -> Wanted:
    """A checked description of a table.

    Raises:
        LakeError: the name, a type, or a column named for partition or statistics is wrong.
    """
    area, dot, name = table.partition(".")
    if not dot or not area.replace("_", "a").isalnum() or not name.replace("_", "a").isalnum() or area.startswith("_"):
        raise LakeError(f"'{table}' is no name for a table", mend="write it as schema.table, such as core.cards")
    stored = fit.storable(table, schema)
    for kind, columns in (("partition", partition_by), ("statistics", statistics)):
        for column in columns:
            if column not in stored.names:
                raise LakeError(f"{table}: {kind} column '{column}' is not in the schema", mend="name one of its columns")
    for column in partition_by:
        check_type(table, stored.field(column))
    kept = tuple(dict.fromkeys(column for column in statistics if column not in partition_by))
    return Wanted(table, stored, tuple(partition_by), kept, description, contract_version, tuple(migrations), hot)


def create(place: Place, want: Wanted) -> None:
    """Make the table, empty."""
    with explained(f"{want.table} cannot be made in {place.root}"):
        place.make_folder("")
        DeltaTable.create(
            place.root,
            DeltaSchema.from_arrow(want.schema),
            mode="ignore",
            partition_by=list(want.partition_by),
            name=want.table,
            description=want.description or None,
            configuration={
                **_properties(want),
                LOG_RETENTION: f"interval {HOT_LOG_HOURS} hour" if want.hot else f"interval {KEPT_DAYS} days",
                FILE_RETENTION: f"interval {KEPT_DAYS} days",
                **({HOT: "true"} if want.hot else {}),
            },
            storage_options=place.options,
            raise_if_key_not_exists=False,
        )


def step(handle: DeltaTable, want: Wanted) -> Step | None:
    """What is to be done so that the table is as wanted; None when it is.

    Raises:
        LakeError: it differs in a way that no migration states, or was made by a newer contract.
    """
    stored = pa.schema(handle.schema())
    metadata = handle.metadata()
    if tuple(metadata.partition_columns) != want.partition_by:
        raise LakeError(
            f"{want.table} is partitioned by {_names(metadata.partition_columns)}, not by {_names(want.partition_by)}",
            mend="load it into a new table: a partition cannot be changed",
        )
    before = metadata.configuration.get(CONTRACT, "")
    if _number(want.contract_version) < _number(before):
        raise LakeError(
            f"{want.table} is of contract version {before}, this program has {want.contract_version or 'none'}",
            mend="use the newer program or contract",
        )
    properties = {name: value for name, value in _properties(want).items() if metadata.configuration.get(name) != value}
    if _same(stored, want.schema):
        return Step(properties=properties) if properties else None
    if _number(want.contract_version) == _number(before):
        raise LakeError(
            f"{want.table} is stored as it was before: {_difference(stored, want.schema)}",
            mend="raise the contract's version, and state a migration for anything but new columns",
        )
    origin = _origin(want, stored, before)
    added = tuple(field for field in want.schema if field.name not in origin)
    if all(name == source for name, source in origin.items()) and len(origin) == len(stored) and _kinds(stored, want.schema):
        return Step(added=added, properties=properties)
    return Step(rewrite=origin, properties=properties)


def apply(handle: DeltaTable, step: Step) -> None:
    """Add the columns and set the properties of a step; each is safe to repeat."""
    if step.added:
        fields: list[Field] = list(DeltaSchema.from_arrow(pa.schema(step.added)).fields)
        handle.alter.add_columns(fields)
        handle.update_incremental()
    if step.properties:
        handle.alter.set_table_properties(dict(step.properties), raise_if_not_exists=False)


def rewritten(want: Wanted, origin: Mapping[str, str], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The stored rows as the wanted schema holds them.

    Raises:
        LakeError: a value does not fit its column's new type.
    """
    for batch in batches:
        columns = [
            batch.column(origin[field.name]) if field.name in origin else pa.nulls(batch.num_rows, field.type)
            for field in want.schema
        ]
        yield fit.fitted(want.table, pa.table(columns, names=want.schema.names), want.schema)


def _properties(want: Wanted) -> dict[str, str]:
    found = {CONTRACT: want.contract_version} if want.contract_version else {}
    if want.statistics:
        found[STATISTICS] = ",".join(want.statistics)
    else:
        found["delta.dataSkippingNumIndexedCols"] = "0"
    return found


def _origin(want: Wanted, stored: pa.Schema, before: str) -> dict[str, str]:
    """Where each wanted column's values come from, after all migrations that are due."""
    origin = {name: name for name in stored.names}
    recast: set[str] = set()
    for migration in sorted(want.migrations, key=lambda item: _number(item.version)):
        if not _number(before) < _number(migration.version) <= _number(want.contract_version):
            continue
        for old, new in migration.rename.items():
            if old not in origin:
                raise LakeError(f"{want.table}: migration {migration.version} renames '{old}', which is not there", mend="mend it")
            origin[new] = origin.pop(old)
            recast = {new if name == old else name for name in recast}
        for name in migration.drop:
            origin.pop(name, None)
        recast |= set(migration.recast)
    for name, source in origin.items():
        if name not in want.schema.names:
            raise LakeError(
                f"{want.table}: contract {want.contract_version} has no column '{name}' any more",
                mend="state a migration with drop or rename",
            )
        if stored.field(source).type != want.schema.field(name).type and name not in recast:
            raise LakeError(
                f"{want.table}: column '{name}' is stored as {stored.field(source).type}, wanted as {want.schema.field(name).type}",
                mend="state a migration with recast",
            )
    return origin


def _same(one: pa.Schema, two: pa.Schema) -> bool:
    return set(one.names) == set(two.names) and _kinds(one, two)


def _kinds(one: pa.Schema, two: pa.Schema) -> bool:
    return all(one.field(name).type == two.field(name).type for name in one.names if name in two.names)


def _difference(stored: pa.Schema, want: pa.Schema) -> str:
    parts = [f"'{name}' is new" for name in want.names if name not in stored.names]
    parts += [f"'{name}' is gone" for name in stored.names if name not in want.names]
    parts += [
        f"'{name}' is {stored.field(name).type}, wanted as {want.field(name).type}"
        for name in stored.names
        if name in want.names and stored.field(name).type != want.field(name).type
    ]
    return ", ".join(parts)


def _number(version: str) -> tuple[int, ...]:
    parts = version.split(".") if version else []
    if not all(part.isdigit() for part in parts):
        raise LakeError(f"'{version}' is no contract version", mend="write it as 1.0.0")
    return tuple(int(part) for part in parts)


def _names(columns: Sequence[str]) -> str:
    return ", ".join(columns) or "nothing"
