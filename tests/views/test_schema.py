"""The published schema of the document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from hannun.views import View, schema

PUBLISHED = Path(__file__).parents[2] / "docs" / "customer-view.schema.json"


def test_the_published_schema_is_the_one_in_the_program() -> None:
    assert json.loads(PUBLISHED.read_text("utf-8")) == schema(), f"write hannun.views.schema() to {PUBLISHED.name} again"


def test_a_column_that_the_schema_does_not_know_is_refused(one: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="name"):
        View.model_validate_json(json.dumps({**one, "name": "홍길동"}))
