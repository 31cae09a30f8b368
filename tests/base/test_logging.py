"""Log lines go to standard error as it is when they are written."""

from __future__ import annotations

import io
import sys

import pytest

from hannun.base import logging


def test_a_line_goes_to_the_standard_error_of_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    logging.configure()
    log = logging.get("lake")
    log.warning("one")
    first.close()
    monkeypatch.setattr(sys, "stderr", second)
    log.warning("two", table="core.cards")
    assert "two" in second.getvalue() and "core.cards" in second.getvalue()


def test_standard_output_stays_free(capsys: pytest.CaptureFixture[str]) -> None:
    logging.configure()
    logging.get("lake").warning("one")
    assert capsys.readouterr().out == ""
