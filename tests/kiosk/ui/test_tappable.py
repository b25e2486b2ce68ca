"""A finger lifted from what is no longer on the screen taps nothing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kiosk.demo.display import virtual_display
from tests.bench.finger import Finger


def heard(*words: str) -> list[str]:
    """What the button of `tests.kiosk.ui.tappable_run` heard of one press and lift."""
    with (
        virtual_display(640, 480) as display,
        subprocess.Popen(
            [sys.executable, "-m", "tests.kiosk.ui.tappable_run", *words],
            env={**os.environ, "DISPLAY": display},
            stdout=subprocess.PIPE,
            text=True,
        ) as program,
        Finger(display) as finger,
    ):
        assert program.stdout is not None
        try:
            assert program.stdout.readline() == "ready\n"
            finger.press(320, 240)
            assert program.stdout.readline() == "pressed\n"
            finger.lift()
            return program.stdout.read().split()
        finally:
            program.kill()


@pytest.mark.timeout(90)
def test_only_what_is_still_there_is_tapped() -> None:
    assert heard("stays") == ["released", "lifted"]
    assert heard() == ["lifted"]
