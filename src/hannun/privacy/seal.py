"""Sealing of texts and files: AES-256-GCM, so that a changed or truncated ciphertext is found out.

A sealed text is `enc:` + base64url(nonce of 12 bytes + ciphertext). A sealed file is `HNS1`, a salt of 16 bytes, then
chunks of 1 MiB of plaintext, each with its tag of 16 bytes. The file's key is derived from the salt; the nonce is the
number of the chunk and a flag that marks the last one, so that no chunk can be dropped, moved or added.
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hannun.base.errors import HannunError
from hannun.privacy.keys import derive

PREFIX = "enc:"
MAGIC = b"HNS1"
SALT = 16
CHUNK = 1 << 20
TAG = 16
NONCE = 12


class SealBroken(HannunError):
    """A sealed text or file was changed, cut, or sealed with another key."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} cannot be opened: it was changed or cut, or sealed with another key", mend="restore it, or the master key"
        )


def is_sealed(text: str) -> bool:
    """Whether a text was made by `seal_text`."""
    return text.startswith(PREFIX)


def seal_text(key: bytes, text: str) -> str:
    """The sealed form of a text; sealing twice gives two different forms."""
    nonce = os.urandom(NONCE)
    return PREFIX + base64.urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, text.encode(), None)).decode()


def open_text(key: bytes, sealed: str) -> str:
    """The text that was sealed.

    Raises:
        SealBroken: it was not sealed with this key, or was changed.
    """
    try:
        data = base64.urlsafe_b64decode(sealed.removeprefix(PREFIX))
        return AESGCM(key).decrypt(data[:NONCE], data[NONCE:], None).decode()
    except (ValueError, InvalidTag):
        raise SealBroken("a sealed text") from None


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(NONCE - 1, "big") + bytes([last])


def seal_blocks(key: bytes, source: BinaryIO) -> Iterator[bytes]:
    """The sealed form of a file, block by block; memory: two chunks."""
    salt = os.urandom(SALT)
    cipher = AESGCM(derive(key, "file", salt))
    yield MAGIC + salt
    block, number = source.read(CHUNK), 0
    while True:
        following = source.read(CHUNK) if len(block) == CHUNK else b""
        yield cipher.encrypt(_nonce(number, not following), block, None)
        if not following:
            return
        block, number = following, number + 1


class SealedFile(io.RawIOBase):
    """The plaintext of a sealed file, as a stream to read from front to back.

    Raises:
        SealBroken: while reading, when a chunk was changed, moved or cut.
    """

    def __init__(self, key: bytes, source: BinaryIO, name: str) -> None:
        super().__init__()
        self._source = source
        self._name = name
        head = source.read(len(MAGIC) + SALT)
        if not head.startswith(MAGIC) or len(head) < len(MAGIC) + SALT:
            raise SealBroken(name)
        self._cipher = AESGCM(derive(key, "file", head[len(MAGIC) :]))
        self._number = 0
        self._chunk = source.read(CHUNK + TAG)
        self._plain = b""
        self._done = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._plain and not self._done:
            self._plain = self._next()
        size = min(len(buffer), len(self._plain))
        buffer[:size] = self._plain[:size]
        self._plain = self._plain[size:]
        return size

    def _next(self) -> bytes:
        following = self._source.read(CHUNK + TAG)
        self._done = not following
        try:
            plain = self._cipher.decrypt(_nonce(self._number, self._done), self._chunk, None)
        except InvalidTag:
            raise SealBroken(self._name) from None
        self._chunk, self._number = following, self._number + 1
        return plain

    def close(self) -> None:
        self._source.close()
        super().close()


def open_sealed(key: bytes, source: BinaryIO, name: str) -> BinaryIO:
    """A buffered reader of a sealed file's plaintext; `name` stands in errors."""
    return io.BufferedReader(SealedFile(key, source, name), CHUNK)


def is_sealed_file(head: bytes) -> bool:
    """Whether a file that begins with `head` was made by `seal_blocks`."""
    return head.startswith(MAGIC)
