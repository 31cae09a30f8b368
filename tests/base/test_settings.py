"""Settings: where they come from, and errors that name them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hannun.base.errors import SettingsError
from hannun.base.settings import Settings


def test_a_folder_without_settings_is_no_home(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"hannun init --home"):
        Settings.load(tmp_path)


def test_a_variable_stands_above_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hannun.toml").write_text("threads = 1\nusage_months = 6\n", "utf-8")
    monkeypatch.setenv("HANNUN_THREADS", "2")
    settings = Settings.load(tmp_path)
    assert (settings.threads, settings.usage_months) == (2, 6)


@pytest.mark.parametrize("text", ["thread = 1\n", "threads = -1\n", "threads = 'many'\n"])
def test_a_wrong_setting_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "hannun.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match="thread"):
        Settings.load(tmp_path)


def test_a_secret_is_named_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.of(tmp_path)
    monkeypatch.setenv("THE_KEY", "abc")
    assert settings.secret("env:THE_KEY") == b"abc"
    (tmp_path / "k").write_text("def\n", "utf-8")
    assert settings.secret("file:k") == b"def"
    for wrong in ("env:NO_SUCH", "file:missing", "plain-secret"):
        with pytest.raises(SettingsError) as caught:
            settings.secret(wrong)
        assert "plain-secret" not in str(caught.value)
