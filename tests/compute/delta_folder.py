"""Delta tables in a folder, as snapshots with file lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from hannun.contracts import Contract


@dataclass(frozen=True)
class File:
    path: str
    partition: Mapping[str, str | None]
    rows: int
    minimum: Mapping[str, Any]
    maximum: Mapping[str, Any]


@dataclass(frozen=True)
class Snapshot:
    version: int
    schema: pa.Schema
    partition_by: tuple[str, ...]
    files: tuple[File, ...]

    def prune(self, **bounds: tuple[Any, Any]) -> Snapshot:
        def keep(file: File) -> bool:
            for name, (low, high) in bounds.items():
                least = file.partition.get(name, file.minimum.get(name))
                most = file.partition.get(name, file.maximum.get(name))
                if (
                    least is not None
                    and most is not None
                    and ((low is not None and most < low) or (high is not None and least > high))
                ):
                    return False
            return True

        return replace(self, files=tuple(file for file in self.files if keep(file)))


class DeltaFolder:
    def __init__(self, root: Path) -> None:
        self.root = root

    def append(self, contract: Contract, data: pa.Table) -> None:
        self.write(contract.table, data, contract.statistics_columns, ("business_month",) if contract.partitioned else ())

    def write(self, table: str, data: pa.Table, statistics: tuple[str, ...] = (), partition_by: tuple[str, ...] = ()) -> None:
        write_deltalake(
            str(self.root / table.replace(".", "/")),
            data,
            mode="append",
            schema_mode="merge",
            partition_by=list(partition_by) or None,
            configuration={"delta.dataSkippingStatsColumns": ",".join(statistics)} if statistics else None,
        )

    def exists(self, table: str) -> bool:
        return DeltaTable.is_deltatable(str(self.root / table.replace(".", "/")))

    def snapshot(self, table: str, *, version: int | None = None) -> Snapshot:
        delta = DeltaTable(str(self.root / table.replace(".", "/")), version=version)
        actions = pa.table(delta.get_add_actions(flatten=True)).to_pylist()
        files = tuple(
            File(
                path=str(self.root / table.replace(".", "/") / action["path"]),
                partition=_under(action, "partition."),
                rows=action["num_records"],
                minimum=_under(action, "min."),
                maximum=_under(action, "max."),
            )
            for action in actions
        )
        return Snapshot(delta.version(), pa.schema(delta.schema().to_arrow()), tuple(delta.metadata().partition_columns), files)


def _under(action: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in action.items() if name.startswith(prefix)}
