"""Ground common to all tests: hypothesis settings, an invented village, a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.village import HandClock, Village

settings.register_profile("kiosk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kiosk")


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands at 2026-11-23 10:00 until it is moved."""
    return HandClock()


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """A village whose terminals are closed at the end of the test."""
    made = Village(tmp_path)
    yield made
    made.close()
