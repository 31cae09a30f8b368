"""Placeholders: a key that a row refers to and that no row has yet becomes a row with nothing but the key."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Named
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hannun.contracts import Contract, Contracts
from hannun.ingest.engine import Engine
from hannun.ingest.gather import gathered
from hannun.ingest.hashes import Seen
from hannun.ingest.shape import Shape
from hannun.ingest.typing_rules import literal, quoted
from hannun.lake import Lake


@dataclass(frozen=True)
class _Reference:
    column: str
    target: str


class References:
    """The keys that the rows of some tables refer to, and when each was first referred to."""

    def __init__(self, engine: Engine, shapes: Iterable[Shape], lake: Lake, contracts: Contracts) -> None:
        self._engine = engine
        self._lake = lake
        self._contracts = contracts
        self._of = {
            shape.table: [
                _Reference(column.name, column.reference.table)
                for column in shape.contract.columns
                if column.reference is not None and column.name in shape.given
            ]
            for shape in shapes
        }
        self._names = {target: engine.fresh("references__") for target in self.targets}
        self._own = {target: engine.fresh("own_keys__") for target in self.targets}
        self._seen = {(table, item.column): Seen() for table, found in self._of.items() for item in found}
        self._selves = [table for table, found in self._of.items() if any(item.target == table for item in found)]
        for target in self.targets:
            kind = contracts[target].column(contracts[target].key[0]).sql_type
            engine.run(f"CREATE OR REPLACE TEMP TABLE {self._names[target]} (k {kind}, known_at TIMESTAMPTZ, _row BIGINT)")
            if target in self._selves:
                engine.run(f"CREATE OR REPLACE TEMP TABLE {self._own[target]} (k {kind})")

    @property
    def targets(self) -> list[str]:
        """The tables that are referred to."""
        return list(dict.fromkeys(item.target for found in self._of.values() for item in found))

    def columns(self, table: str) -> list[str]:
        """The columns of a table that refer to others: `add` wants a hash of each."""
        return [item.column for item in self._of.get(table, ())]

    def add(self, table: str, rows: pa.Table, hashes: Named[str, np.ndarray]) -> None:
        """Note what the good rows of a table refer to."""
        if table in self._selves:
            self._engine.see("__own", rows.select([self._contracts[table].key[0]]))
            self._engine.run(f"INSERT INTO {self._own[table]} SELECT * FROM __own")
        times = np.asarray(pc.cast(rows["known_at"], pa.int64()))
        for item in self._of.get(table, ()):
            unseen = self._seen[table, item.column].unseen(hashes[item.column], times)
            if not unseen.any():
                continue
            self._engine.see("__new", rows.select([item.column, "known_at", "_row"]).filter(pa.array(unseen)))
            name = quoted(item.column)
            self._engine.run(
                f"INSERT INTO {self._names[item.target]} SELECT {name}, min(known_at), min_by(_row, known_at) FROM __new "
                f"WHERE {name} IS NOT NULL GROUP BY 1"
            )

    def missing(self, target: str, source: str) -> pa.Table:
        """Placeholder rows of a table: keys of which it has no row, or only a placeholder of a later time.

        Args:
            source: fingerprint of the file that refers to them.
        """
        contract = self._contracts[target]
        table = self._names[target]
        key = contract.key[0]
        self._engine.run(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT k, min(known_at) AS known_at, min_by(_row, known_at) AS _row "
            f"FROM {table} GROUP BY k"
        )
        if self._lake.exists(target):
            stored = self._lake.snapshot(target)
            if key in stored.statistics:
                low, high = self._engine.query(f"SELECT min(k) AS low, max(k) AS high FROM {table}").to_pylist()[0].values()
                stored = stored.prune(**{key: (low, high)})
            for batch in gathered(self._lake.read(stored, [key, "known_at", "is_placeholder"])):
                self._engine.see("__batch", batch)
                self._engine.run(
                    f"DELETE FROM {table} AS r USING __batch b WHERE b.{quoted(key)} = r.k "
                    "AND (NOT b.is_placeholder OR b.known_at <= r.known_at)"
                )
        if target in self._selves:
            self._engine.run(f"DELETE FROM {table} AS r USING {self._own[target]} b WHERE b.k = r.k")
        return self._rows(contract, source)

    def _rows(self, contract: Contract, source: str) -> pa.Table:
        columns = [
            f"k AS {quoted(contract.key[0])}",
            "known_at",
            "'insert' AS op",
            "seoul_date(known_at) AS business_date",
            "true AS is_placeholder",
            f"{literal(source)} AS _source",
            "_row",
        ]
        found = self._engine.query(f"SELECT {', '.join(columns)} FROM {self._names[contract.table]} ORDER BY 1")
        schema = contract.arrow_schema
        arrays = []
        for field in schema:
            if field.name in found.schema.names:
                arrays.append(found[field.name].cast(field.type))
            elif contract.partitioned and field.name == schema.names[-1]:
                arrays.append(pc.strftime(found["business_date"].cast(pa.timestamp("s")), format="%Y-%m"))
            else:
                arrays.append(pa.nulls(found.num_rows, field.type))
        return pa.Table.from_arrays(arrays, schema=schema)

    def close(self) -> None:
        """Forget the references."""
        for target in self.targets:
            self._engine.drop(self._names[target])
            self._engine.drop(self._own[target])
