"""A snapshot: one version of a table as a list of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from hannun.base.errors import LakeError
from hannun.lake.model import DataFile
from hannun.lake.partition import typed


@dataclass(frozen=True)
class Snapshot:
    """One version of a table. It never changes, however the table goes on.

    Attributes:
        schema: Arrow schema, partition columns included.
        contract_version: the contract that the table was last brought to; empty for a table without one.
        statistics: the columns whose minimum and maximum the files carry.
        hot: a stream's table, with a short log.
    """

    table: str
    version: int
    schema: pa.Schema
    partition_by: tuple[str, ...]
    files: tuple[DataFile, ...]
    contract_version: str = ""
    description: str = ""
    statistics: tuple[str, ...] = ()
    hot: bool = False

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(file.rows for file in self.files)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    def prune(self, **bounds: tuple[Any, Any]) -> Snapshot:
        """Without the files in which no row can lie within all bounds.

        Args:
            bounds: by column, (lowest, highest), both inclusive; None leaves that end open. Values have the column's type.

        Raises:
            LakeError: there is no such column, or a bound is of another type.
        """
        for name in bounds:
            if name not in self.schema.names:
                raise LakeError(f"{self.table} has no column '{name}'", mend=f"its columns: {', '.join(self.schema.names)}")
        kept = tuple(file for file in self.files if all(self._may_hold(file, name, *bound) for name, bound in bounds.items()))
        return replace(self, files=kept)

    def _may_hold(self, file: DataFile, name: str, low: Any, high: Any) -> bool:
        if low is None and high is None:
            return True
        if name in self.partition_by:
            minimum = maximum = typed(file.partition[name], self.schema.field(name).type)
            if minimum is None:
                return False
        else:
            if file.nulls.get(name) == file.rows:
                return False
            minimum, maximum = file.minimum.get(name), file.maximum.get(name)
        try:
            return not (
                (low is not None and maximum is not None and maximum < low)
                or (high is not None and minimum is not None and minimum > high)
            )
        except TypeError:
            kind = self.schema.field(name).type
            raise LakeError(f"{self.table}: column '{name}' is of type {kind}", mend="give bounds of that type") from None


def data_files(actions: pa.Table, root: str) -> tuple[DataFile, ...]:
    """The files of a table version, from its add actions, oldest first."""
    files = []
    for row in actions.to_pylist():
        minimum, maximum, nulls, partition = (_part(row, name) for name in ("min", "max", "null_count", "partition"))
        files.append(
            DataFile(
                path=f"{root}/{row['path']}",
                name=row["path"],
                partition={name: None if value is None else str(value) for name, value in partition.items()},
                rows=row["num_records"],
                size=row["size_bytes"],
                minimum=_known(minimum),
                maximum=_known(maximum),
                nulls=_known(nulls),
                modified=row["modification_time"],
            )
        )
    return tuple(sorted(files, key=lambda file: (file.modified, file.name)))


def _part(row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return row.get(name) or {}


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
