"""Where the vault's rows lie: the Delta table `vault.tokens`. No statistics are kept on any of its columns."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from hannun.base.errors import AlreadyCommitted
from hannun.lake import Lake, Txn
from hannun.privacy.vault import SCHEMA, TABLE


class LakeTokens:
    """`TokenTable` in the lake."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake

    def known(self, tokens: pa.Array) -> pa.Array:
        """One boolean a token: it is in the table. Reads the table's tokens batch by batch."""
        found = pa.array([], pa.string())
        if self._lake.exists(TABLE):
            for batch in self._lake.read(self._lake.snapshot(TABLE), ["token"]):
                hits = batch["token"].filter(pc.is_in(batch["token"], value_set=tokens))
                found = pa.concat_arrays([found, hits])
        return pc.is_in(tokens, value_set=found)

    def find(self, tokens: pa.Array) -> pa.Table:
        """The rows of these tokens."""
        if not self._lake.exists(TABLE):
            return SCHEMA.empty_table()
        reader = self._lake.read(self._lake.snapshot(TABLE), ["token", "ciphertext"])
        hits = [batch.filter(pc.is_in(batch["token"], value_set=tokens)) for batch in reader]
        return pa.Table.from_batches(hits, pa.schema([SCHEMA.field("token"), SCHEMA.field("ciphertext")]))

    def append(self, rows: pa.Table, app: str) -> None:
        """Add rows, once for each `app`."""
        self._lake.ensure(TABLE, SCHEMA, description="Originals of tokenised personal values, sealed")
        try:
            self._lake.append(TABLE, rows, Txn(app))
        except AlreadyCommitted:
            return
