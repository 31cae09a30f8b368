"""Masks show enough to recognise and too little to know."""

from __future__ import annotations

import pytest

from hannun.privacy.masks import hide, keyed_hash, mask


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("name", "홍길동", "홍*동"),
        ("name", "김구", "김*"),
        ("name", "남궁민수", "남**수"),
        ("name", "John Smith", "J*** S****"),
        ("phone", "01012341234", "010-****-1234"),
        ("phone", "+82 10-1234-1234", "010-****-1234"),
        ("phone", "02-123-4567", "02-***-4567"),
        ("phone", "119", "***"),
        ("email", "hong@example.com", "h***@example.com"),
        ("email", "no address", "***"),
        ("resident_number", "900101-1234567", "900101-*******"),
        ("passport", "M12345678", "***"),
        ("name", None, None),
    ],
)
def test_masks(kind: str, value: str | None, masked: str | None) -> None:
    assert mask(kind, value) == masked


def test_a_keyed_hash_joins_and_hides() -> None:
    assert keyed_hash(b"k", "홍길동") == keyed_hash(b"k", "홍길동") != keyed_hash(b"l", "홍길동")
    assert keyed_hash(b"k", None) is None
    assert hide("홍길동") is None
