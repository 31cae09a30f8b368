"""Tokens: what stands in a table instead of a personal value.

The same person's value gives the same token wherever it comes in, so that tables still join; without the key nobody
can tell whose it is, nor try values until one fits.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

_NOT_DIGIT = re.compile(r"\D")
_SPACE = re.compile(r"\s+")
_PREFIXES = {"phone": "tel_", "email": "eml_", "resident_number": "rrn_", "name": "nam_"}
_WORDS = {
    "phone": ("phone", "mobile", "tel"),
    "email": ("email", "mail"),
    "resident_number": ("resident", "rrn", "jumin"),
    "name": ("name",),
}
TOKEN_BYTES = 16


def kind_of(column: str) -> str:
    """The kind of personal value that a column of this name holds; a column of no known kind is a kind of its own."""
    words = column.lower().split("_")
    for kind, marks in _WORDS.items():
        if any(mark in words for mark in marks):
            return kind
    return column


def normalise(kind: str, value: str) -> str:
    """The form that is hashed: one for all spellings of the same value."""
    text = unicodedata.normalize("NFKC", value).strip()
    if kind == "email":
        return text.lower()
    if kind == "phone":
        digits = _NOT_DIGIT.sub("", text)
        if digits.startswith("82") and (text.startswith("+") or len(digits) > 11):
            digits = "0" + digits[2:].removeprefix("0")
        return digits or text
    if kind == "resident_number":
        return _NOT_DIGIT.sub("", text) or text
    return _SPACE.sub(" ", text)


def token(key: bytes, kind: str, value: str) -> str:
    """The token of one value: a prefix that names the kind, then 32 hexadecimal digits of HMAC-SHA256."""
    digest = hmac.digest(key, f"{kind}\0{normalise(kind, value)}".encode(), hashlib.sha256)
    return _PREFIXES.get(kind, "pii_") + digest[:TOKEN_BYTES].hex()


def tokenise(key: bytes, kind: str, values: pa.Array | pa.ChunkedArray) -> tuple[pa.Array, dict[str, str]]:
    """Tokens in place of values (string, NULL stays NULL), and the original of each token that occurs.

    Of several spellings of one value the first is kept as the original.
    """
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    encoded = pc.dictionary_encode(values.cast(pa.string()))
    originals: dict[str, str] = {}
    tokens = []
    for value in encoded.dictionary.to_pylist():
        made = token(key, kind, value)
        originals.setdefault(made, value)
        tokens.append(made)
    return pa.array(tokens, pa.string()).take(encoded.indices), originals
