"""Identifiers made from what a thing is, so that doing a thing twice gives the same name twice."""

from __future__ import annotations

import hashlib
from pathlib import Path

BLOCK = 1 << 22


def digest(*parts: str | int, length: int = 32) -> str:
    """A stable hexadecimal name of `length` characters for the given parts (BLAKE2b)."""
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.blake2b(text.encode(), digest_size=32).hexdigest()[:length]


def fingerprint(path: Path) -> str:
    """The content fingerprint of a file: SHA-256, hexadecimal, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
