"""What is sealed can be read with the key only, and not be changed unseen."""

from __future__ import annotations

import io

import pytest

from hannun.privacy import Keys
from hannun.privacy.seal import CHUNK, TAG, SealBroken, open_sealed, open_text, seal_blocks, seal_text

KEY = Keys.from_master(b"m" * 32).archive


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7])
def test_a_file_of_any_size_comes_back(size: int) -> None:
    plain = bytes(index % 251 for index in range(size))
    sealed = b"".join(seal_blocks(KEY, io.BytesIO(plain)))
    assert open_sealed(KEY, io.BytesIO(sealed), "x").read() == plain
    assert size < 100 or plain[:100] not in sealed


def test_a_cut_moved_or_changed_file_is_found_out() -> None:
    sealed = b"".join(seal_blocks(KEY, io.BytesIO(b"a" * (2 * CHUNK + 5))))
    head, size = 20, CHUNK + TAG
    chunks = [sealed[head + index * size : head + (index + 1) * size] for index in range(3)]
    cut = sealed[: head + 2 * size]
    moved = sealed[:head] + chunks[1] + chunks[0] + chunks[2]
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for broken in (cut, moved, changed, sealed[:10]):
        with pytest.raises(SealBroken):
            open_sealed(KEY, io.BytesIO(broken), "x").read()


def test_a_text_needs_its_own_key() -> None:
    sealed = seal_text(KEY, "주민 900101-1234567")
    assert "900101" not in sealed
    assert open_text(KEY, sealed) == "주민 900101-1234567"
    with pytest.raises(SealBroken):
        open_text(b"x" * 32, sealed)
