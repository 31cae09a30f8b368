"""The vault: the originals of tokenised personal values, sealed with a key that lies outside the lake."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hannun.privacy import tokens as token_rules
from hannun.privacy.keys import Keys
from hannun.privacy.seal import NONCE, SealBroken

TABLE = "vault.tokens"
SCHEMA = pa.schema(
    [
        ("token", pa.string()),
        ("kind", pa.string()),
        ("ciphertext", pa.binary()),
        ("created_at", pa.timestamp("us", tz="UTC")),
    ]
)


class TokenTable(Protocol):
    """Where the vault's rows lie; the lake keeps them in `vault.tokens`."""

    def known(self, tokens: pa.Array) -> pa.Array:
        """One boolean a token: it is in the table."""
        ...

    def find(self, tokens: pa.Array) -> pa.Table:
        """The rows of these tokens: columns token, ciphertext."""
        ...

    def append(self, rows: pa.Table, app: str) -> None:
        """Add rows, once for each `app`."""
        ...


class Vault:
    """Tokenises values and gives originals back.

    What `tokenise` has seen is held in memory, sealed, until `flush` stores it: a load that fails before leaves no
    trace in the vault.
    """

    def __init__(self, keys: Keys, table: TokenTable) -> None:
        self.keys = keys
        self._table = table
        self._cipher = AESGCM(keys.vault)
        self._new: dict[str, tuple[str, bytes]] = {}

    def tokenise(self, kind: str, values: pa.Array | pa.ChunkedArray) -> pa.Array:
        """Tokens in place of values of one kind (see `tokens.kind_of`); NULL stays NULL."""
        made, originals = token_rules.tokenise(self.keys.token, kind, values)
        for token, value in originals.items():
            if token not in self._new:
                self._new[token] = (kind, self._seal(token, value))
        return made

    def flush(self, app: str, now: datetime) -> int:
        """Store what is new, in one commit named `app`; the number of originals stored."""
        if not self._new:
            return 0
        tokens = pa.array(list(self._new), pa.string())
        known = self._table.known(tokens).to_pylist()
        rows = [(token, *pair) for (token, pair), old in zip(self._new.items(), known, strict=True) if not old]
        if rows:
            columns = [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), SCHEMA, strict=False)]
            columns.append(pa.array([now] * len(rows), SCHEMA.field("created_at").type))
            self._table.append(pa.Table.from_arrays(columns, schema=SCHEMA), app)
        self._new.clear()
        return len(rows)

    def forget(self) -> None:
        """Drop what was tokenised and not yet stored."""
        self._new.clear()

    def reveal(self, tokens: Iterable[str]) -> dict[str, str]:
        """The originals of tokens; a token that the vault does not hold is left out.

        Raises:
            SealBroken: the vault was written with another key, or was changed.
        """
        wanted = pa.array(sorted(set(tokens)), pa.string())
        if not len(wanted):
            return {}
        found = self._table.find(wanted)
        pairs = zip(found["token"].to_pylist(), found["ciphertext"].to_pylist(), strict=True)
        return {token: self._open(token, ciphertext) for token, ciphertext in pairs}

    def _seal(self, token: str, value: str) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, value.encode(), token.encode())

    def _open(self, token: str, ciphertext: bytes) -> str:
        try:
            return self._cipher.decrypt(ciphertext[:NONCE], ciphertext[NONCE:], token.encode()).decode()
        except InvalidTag:
            raise SealBroken(f"the original of {token}") from None
