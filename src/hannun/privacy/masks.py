"""Masks: what a person without the right to see an original sees instead."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from hashlib import sha256

_NOT_DIGIT = re.compile(r"\D")
_MOBILE_HEAD = 3
_TAIL = 4


def mask_name(name: str) -> str:
    """`홍*동`, `김*`, `남**수`; of a Latin name the first letter of each word stays: `J*** S****`."""
    text = name.strip()
    if not text:
        return text
    if text.isascii():
        return " ".join(word[0] + "*" * (len(word) - 1) for word in text.split())
    if len(text) <= 2:
        return text[0] + "*" * (len(text) - 1)
    return text[0] + "*" * (len(text) - 2) + text[-1]


def mask_phone(phone: str) -> str:
    """`010-****-1234`; a number too short to be one is hidden whole."""
    digits = _NOT_DIGIT.sub("", phone)
    if digits.startswith("82"):
        digits = "0" + digits[2:].removeprefix("0")
    if len(digits) < 9:
        return "*" * len(phone)
    head = 2 if digits.startswith("02") else _MOBILE_HEAD
    return f"{digits[:head]}-{'*' * (len(digits) - head - _TAIL)}-{digits[-_TAIL:]}"


def mask_email(email: str) -> str:
    """`h***@example.com`: the first letter and the domain stay."""
    local, at, domain = email.strip().partition("@")
    return f"{local[:1]}***@{domain}" if at else "***"


def mask_resident_number(number: str) -> str:
    """`900101-*******`: the date of birth stays."""
    digits = _NOT_DIGIT.sub("", number)
    return f"{digits[:6]}-*******" if len(digits) == 13 else "*" * len(number)


_MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "phone": mask_phone,
    "email": mask_email,
    "resident_number": mask_resident_number,
}


def mask(kind: str, value: str | None) -> str | None:
    """The mask of a value of one kind (see `tokens.kind_of`); an unknown kind is hidden whole; NULL stays NULL."""
    if value is None:
        return None
    return _MASKS[kind](value) if kind in _MASKS else "***"


def hide(value: object) -> None:
    """The mask that shows nothing: NULL."""


def keyed_hash(key: bytes, value: str | None) -> str | None:
    """16 hexadecimal digits that stand for a value, the same for the same value, and not to be guessed without the key."""
    return None if value is None else hmac.digest(key, value.encode(), sha256).hex()[:16]
