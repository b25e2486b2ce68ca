"""A window that is tapped with an unsteady hand: no tap hits the middle, each is off by 12 px another way."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from kiosk.ui.inspect_client import Window

OFF_PX = 12
WAYS = ((1, 1), (-1, -1), (1, -1), (-1, 1), (1, 0), (-1, 0), (0, 1), (0, -1))


class Unsteady(Window):
    """What can be tapped is 60 px and more, so every one of these taps must still hit."""

    def __init__(self, inspect_socket: Path, display: str, start_timeout_s: float = 30.0) -> None:
        self._ways = itertools.cycle(WAYS)  # in turn, so that a journey taps the same again
        super().__init__(inspect_socket, display, start_timeout_s)

    def aim(self, widget: dict[str, Any]) -> tuple[int, int]:
        (x, y), (across, down) = super().aim(widget), next(self._ways)
        return x + across * OFF_PX, y + down * OFF_PX

    def put_down(self, x: int, y: int, to_x: int, to_y: int) -> None:
        """A finger put down at one place and moved to another, where it stays until `lift`."""
        self._xdotool("mousemove", *map(str, (x, y)), "mousedown", "1", "mousemove", *map(str, (to_x, to_y)))

    def lift(self) -> None:
        """The finger goes up where it is."""
        self._xdotool("mouseup", "1")
