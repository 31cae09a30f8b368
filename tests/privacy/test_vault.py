"""The vault holds originals sealed, once each, and gives them back."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from hannun.privacy import Keys, Vault
from hannun.privacy.seal import SealBroken
from hannun.privacy.vault import SCHEMA

NOW = datetime(2026, 10, 1, tzinfo=UTC)


class MemoryTable:
    """A token table in memory."""

    def __init__(self) -> None:
        self.rows = SCHEMA.empty_table()
        self.apps: list[str] = []

    def known(self, tokens: pa.Array) -> pa.Array:
        return pc.is_in(tokens, value_set=self.rows["token"].combine_chunks())

    def find(self, tokens: pa.Array) -> pa.Table:
        return self.rows.filter(pc.is_in(self.rows["token"], value_set=tokens))

    def append(self, rows: pa.Table, app: str) -> None:
        self.apps.append(app)
        self.rows = pa.concat_tables([self.rows, rows])


def test_originals_come_back_and_are_stored_once() -> None:
    table = MemoryTable()
    vault = Vault(Keys.from_master(b"m" * 32), table)
    tokens = vault.tokenise("phone", pa.array(["010-1234-5678", None, "01012345678", "010-9999-0000"]))
    assert vault.flush("one", NOW) == 2
    vault.tokenise("phone", pa.array(["010-9999-0000"]))
    assert vault.flush("two", NOW) == 0
    assert table.apps == ["one"]
    assert vault.reveal([tokens[0].as_py(), tokens[3].as_py(), "tel_unknown"]) == {
        tokens[0].as_py(): "010-1234-5678",
        tokens[3].as_py(): "010-9999-0000",
    }
    assert b"1234" not in b"".join(table.rows["ciphertext"].to_pylist())


def test_what_a_failed_load_has_seen_is_forgotten() -> None:
    table = MemoryTable()
    vault = Vault(Keys.from_master(b"m" * 32), table)
    vault.tokenise("name", pa.array(["홍길동"]))
    vault.forget()
    assert vault.flush("one", NOW) == 0 and table.rows.num_rows == 0


def test_another_key_cannot_read_the_vault() -> None:
    table = MemoryTable()
    vault = Vault(Keys.from_master(b"m" * 32), table)
    tokens = vault.tokenise("name", pa.array(["홍길동"]))
    vault.flush("one", NOW)
    with pytest.raises(SealBroken):
        Vault(Keys.from_master(b"n" * 32), table).reveal(tokens.to_pylist())
