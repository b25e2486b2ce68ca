"""A touch wakes a screen that would sleep on for minutes."""

from __future__ import annotations

import pytest

from tests.kiosk.ui.touched import touched


@pytest.mark.timeout(90)
def test_a_touch_wakes_a_sleeping_screen_and_letting_go_does_too() -> None:
    with touched("tests.kiosk.ui.xwatch_run") as sleeper:
        assert sleeper.says() == "ready"
        sleeper.press()
        assert sleeper.says() == "down"
        sleeper.lift()
        assert sleeper.says() == "up"
        assert sleeper.program.wait(30) == 0, "and its watch ends with it"
