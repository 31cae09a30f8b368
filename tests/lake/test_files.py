"""Whole files beside the tables."""

from __future__ import annotations

import io

import pytest

from hannun.base.errors import LakeError
from hannun.lake import Lake


def test_a_file_comes_back_as_it_was(any_lake: Lake) -> None:
    content = bytes(range(256)) * 40_000
    assert any_lake.files.put("2026/09/카드 승인.csv", io.BytesIO(content)) == len(content)
    with any_lake.files.open("2026/09/카드 승인.csv") as file:
        assert file.read(3) == content[:3]
        file.seek(-5, 2)
        assert file.read() == content[-5:]
    assert any_lake.files.exists("2026/09/카드 승인.csv") and not any_lake.files.exists("2026/09")


def test_files_are_listed_by_prefix_and_deleted(any_lake: Lake) -> None:
    for name in ("b/2", "a/1", "a/10", "ab"):
        any_lake.files.put(name, io.BytesIO(b"x"))
    assert any_lake.files.list() == ["a/1", "a/10", "ab", "b/2"]
    assert any_lake.files.list("a/1") == ["a/1", "a/10"]
    any_lake.files.delete("a/1")
    any_lake.files.delete("a/1")
    assert any_lake.files.list("a/") == ["a/10"]
    assert any_lake.files.list("nothing/") == []


def test_a_file_is_replaced_whole_or_not_at_all(any_lake: Lake) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 0:
                raise OSError("the source went away")
            return super().read(size)

    any_lake.files.put("a", io.BytesIO(b"old"))
    with pytest.raises(LakeError, match="the source went away"):
        any_lake.files.put("a", Broken(b"n" * (9 << 20)))
    assert any_lake.files.open("a").read() == b"old"
    assert any_lake.files.list() == ["a"]
    any_lake.files.put("a", io.BytesIO(b"new"))
    assert any_lake.files.open("a").read() == b"new"


def test_names_that_lead_elsewhere_are_refused(any_lake: Lake) -> None:
    for name in ("", "/etc/passwd", "../x", "a/../../x", "a//b", "_part/x", "a\\b"):
        with pytest.raises(LakeError, match="is no name for a file"):
            any_lake.files.put(name, io.BytesIO(b"x"))


def test_a_missing_file_is_named(any_lake: Lake) -> None:
    with pytest.raises(LakeError, match="nope is not there"):
        any_lake.files.open("nope")
