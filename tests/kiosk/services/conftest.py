"""Two terminals between which points move."""

from __future__ import annotations

import pytest

from kiosk.services.terminal import Terminal
from tests.kiosk.services.moving import introduce
from tests.village import HandClock, Village, receive


@pytest.fixture
def home(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


@pytest.fixture
def away(village: Village, clock: HandClock, home: Terminal) -> Terminal:
    """A second centre's terminal: its goods, everybody's keys, not a single point."""
    other = village.terminal(38, clock)
    introduce(home, other)
    receive(other, "soap", 100, "", "finance", "M037A", "R037A")
    return other
