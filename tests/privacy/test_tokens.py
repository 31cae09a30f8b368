"""Tokens join, and give nothing away."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hannun.base.errors import SettingsError
from hannun.privacy import Keys
from hannun.privacy.tokens import kind_of, token, tokenise

KEYS = Keys.from_master(b"m" * 32)


@pytest.mark.parametrize("spelling", ["010-1234-5678", "01012345678", "+82 10-1234-5678", "010 1234 5678", "821012345678"])
def test_all_spellings_of_a_phone_number_give_one_token(spelling: str) -> None:
    assert token(KEYS.token, "phone", spelling) == token(KEYS.token, "phone", "010-1234-5678")


def test_resident_number_and_email_are_normalised() -> None:
    assert token(KEYS.token, "resident_number", "900101-1234567") == token(KEYS.token, "resident_number", "9001011234567")
    assert token(KEYS.token, "email", " Hong@Example.com") == token(KEYS.token, "email", "hong@example.com")


def test_kinds_do_not_share_tokens_and_keys_do_not_either() -> None:
    assert token(KEYS.token, "phone", "0212345678")[4:] != token(KEYS.token, "resident_number", "0212345678")[4:]
    assert token(KEYS.token, "name", "홍길동") != token(Keys.from_master(b"n" * 32).token, "name", "홍길동")


@given(st.lists(st.one_of(st.none(), st.text(max_size=12)), max_size=30))
def test_an_array_is_tokenised_as_each_value_alone(values: list[str | None]) -> None:
    made, originals = tokenise(KEYS.token, "name", pa.array(values, pa.string()))
    assert made.to_pylist() == [None if value is None else token(KEYS.token, "name", value) for value in values]
    assert set(originals) == {value for value in made.to_pylist() if value is not None}


def test_the_kind_is_told_from_the_name_of_the_column() -> None:
    assert [kind_of(name) for name in ("phone", "mobile_no", "owner_name", "email", "resident_number", "passport")] == [
        "phone",
        "phone",
        "name",
        "email",
        "resident_number",
        "passport",
    ]


def test_a_short_master_key_is_refused_and_keys_are_not_printed() -> None:
    with pytest.raises(SettingsError, match="32"):
        Keys.from_master(b"short")
    assert repr(KEYS) == "Keys()"
