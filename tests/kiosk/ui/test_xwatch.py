"""A touch wakes a screen that would sleep on for minutes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kiosk.demo.display import virtual_display
from tests.bench.finger import Finger


@pytest.mark.timeout(90)
def test_a_touch_wakes_a_sleeping_screen_and_letting_go_does_too() -> None:
    with (
        virtual_display(640, 480) as display,
        subprocess.Popen(
            [sys.executable, "-m", "tests.kiosk.ui.xwatch_run"],
            env={**os.environ, "DISPLAY": display},
            stdout=subprocess.PIPE,
            text=True,
        ) as sleeper,
        Finger(display) as finger,
    ):
        assert sleeper.stdout is not None
        try:
            assert sleeper.stdout.readline() == "ready\n"
            finger.press(320, 240)
            assert sleeper.stdout.readline() == "down\n"
            finger.lift()
            assert sleeper.stdout.readline() == "up\n"
            assert sleeper.wait(30) == 0, "and its watch ends with it"
        finally:
            sleeper.kill()
