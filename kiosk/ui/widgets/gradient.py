"""The red gradient of the big card, made once as a small texture that the chip stretches."""

from __future__ import annotations

from functools import cache
from typing import Any

from kivy.graphics.texture import Texture

_SIDE = 32


@cache
def diagonal(top_left: tuple[float, ...], bottom_right: tuple[float, ...], flipped: bool = False) -> Any:
    """A texture running from one colour to the other at about 150 degrees; `flipped` for rounded rectangles,
    which take their rows from the top."""
    made = Texture.create(size=(_SIDE, _SIDE), colorfmt="rgb")
    pixels = bytearray()
    for row in reversed(range(_SIDE)) if flipped else range(_SIDE):  # rows run upwards
        for column in range(_SIDE):
            share = min(1.0, max(0.0, 0.72 * (1 - row / (_SIDE - 1)) + 0.42 * column / (_SIDE - 1)))
            pixels.extend(
                round(255 * (a + (b - a) * share))
                for a, b in zip(top_left[:3], bottom_right[:3], strict=True)
            )
    made.mag_filter = "nearest"  # neighbours differ by less than one step of a screen's colours
    made.blit_buffer(bytes(pixels), colorfmt="rgb", bufferfmt="ubyte")
    return made
