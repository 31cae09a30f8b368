"""What all tests share."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings

from hannun.base.clock import FixedClock
from hannun.contracts import Contracts, load

# How long an example takes says how busy the machine is, never that a property is broken.
settings.register_profile("hannun", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hannun")


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at noon of 1 October 2026 in Seoul."""
    return FixedClock(datetime(2026, 10, 1, 3, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def shipped() -> Contracts:
    """The contracts as shipped."""
    return load()
