"""A small program with a window of its own, and a finger for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.demo.display import virtual_display
from tests.bench.finger import Finger


class Touched:
    """What it says, line by line, and a finger at the middle of its window."""

    def __init__(self, program: subprocess.Popen[str], finger: Finger) -> None:
        self.program, self._finger = program, finger

    def says(self) -> str:
        """Its next line."""
        assert self.program.stdout is not None
        return self.program.stdout.readline().strip()

    def rest(self) -> list[str]:
        """All that it says until it ends."""
        assert self.program.stdout is not None
        return self.program.stdout.read().split()

    def press(self) -> None:
        """Put the finger down."""
        self._finger.press(320, 240)

    def lift(self) -> None:
        """Take it away."""
        self._finger.lift()


@contextmanager
def touched(module: str, *words: str) -> Iterator[Touched]:
    """The program under an X server of its own; it is killed at the end, unless it has ended."""
    with (
        virtual_display(640, 480) as display,
        subprocess.Popen(
            [sys.executable, "-m", module, *words],
            env={**os.environ, "DISPLAY": display},
            stdout=subprocess.PIPE,
            text=True,
        ) as program,
        Finger(display) as finger,
    ):
        try:
            yield Touched(program, finger)
        finally:
            program.kill()
