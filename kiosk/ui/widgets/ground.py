"""Rounded grounds with smooth corners, each drawn at one go: small textures that `BorderImage` stretches.

Kivy's smooth rounded rectangle takes two drawings, with an edge four: on a page of cards, doors and chips
that was half of the time of a frame.
"""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Any, NamedTuple

Tone = tuple[float, ...]
_WHITE: Tone = (1.0, 1.0, 1.0, 1.0)
_MIDDLE = 2  # pixels between the corners, which are stretched


class _Shape(NamedTuple):
    """A rounded rectangle inside a texture, in pixels; rows count from the top."""

    left: int
    top: int
    bottom: int
    radius: int
    round_top: bool = True
    round_bottom: bool = True

    def covers(self, column: float, row: float) -> float:
        """How much of the pixel with this middle lies inside; only for the left half."""
        if column < self.left or not self.top < row < self.bottom:
            return 0.0
        across = self.left + self.radius - column
        above = self.top + self.radius - row if self.round_top else 0.0
        below = row - (self.bottom - self.radius) if self.round_bottom else 0.0
        beyond = max(above, below)
        if across <= 0 or beyond <= 0:
            return 1.0
        square = across * across + beyond * beyond
        if square <= (self.radius - 0.5) ** 2:
            return 1.0
        return max(0.0, self.radius - sqrt(square) + 0.5)


def whole(x: float, y: float) -> tuple[int, int]:
    """Where a ground begins: corners are sharp on whole pixels only."""
    return (round(x), round(y))


def between(x: float, y: float, right: float, top: float) -> tuple[int, int]:
    """The size of a ground from `whole(x, y)` to `whole(right, top)`."""
    return (round(right) - round(x), round(top) - round(y))


def radius(wanted: float, width: float, height: float) -> int:
    """A corner's radius in whole pixels, no more than half of the shorter side."""
    return max(1, int(min(wanted, width / 2, height / 2)))


def border(pixels: int, lip: int = 0) -> tuple[int, int, int, int]:
    """What `BorderImage` takes as its border, for corners of so many pixels: bottom, right, top, left."""
    return (pixels + lip, pixels, pixels, pixels)


def plain(pixels: int, corners: str = "all") -> Any:
    """A white ground to be tinted by a `Color`; round are `all` corners, or those at `top` or `bottom`."""
    high = 2 * pixels + _MIDDLE
    shape = _Shape(0, 0, high, pixels, corners != "bottom", corners != "top")
    return _texture(shape, shape, _WHITE, _WHITE)


def edged(pixels: int, fill: Tone, edge: Tone, edge_px: int) -> Any:
    """A ground with an edge in another tone, to be drawn in white."""
    high = 2 * pixels + _MIDDLE
    inner = _Shape(edge_px, edge_px, high - edge_px, max(1, pixels - edge_px))
    return _texture(_Shape(0, 0, high, pixels), inner, tuple(fill), tuple(edge))


def lipped(pixels: int, fill: Tone, edge: Tone, lip: int) -> Any:
    """A ground that stands on a lip in another tone, `lip` pixels high, to be drawn in white."""
    high = 2 * pixels + lip + _MIDDLE
    return _texture(_Shape(0, 0, high, pixels), _Shape(0, 0, high - lip, pixels), tuple(fill), tuple(edge))


@cache
def _texture(outer: _Shape, inner: _Shape, fill: Tone, edge: Tone) -> Any:
    from kivy.graphics.texture import Texture  # shapes and sizes are worked out without a window

    size, drawn = _drawing(outer, inner, fill, edge)
    made = Texture.create(size=size, colorfmt="rgba")
    made.mag_filter = made.min_filter = "nearest"  # corners are drawn as large as they are
    made.blit_buffer(drawn, colorfmt="rgba", bufferfmt="ubyte")
    return made


def _drawing(outer: _Shape, inner: _Shape, fill: Tone, edge: Tone) -> tuple[tuple[int, int], bytes]:
    """Size and RGBA pixels, rows running upwards; what `inner` leaves over of `outer` is the edge."""
    half = outer.radius + _MIDDLE // 2
    pixels: dict[tuple[float, float], bytes] = {}  # nearly all are clear, edge or fill
    rows = []
    for row in reversed(range(outer.bottom)):
        left = []
        for column in range(half):
            shares = (inner.covers(column + 0.5, row + 0.5), outer.covers(column + 0.5, row + 0.5))
            if shares not in pixels:
                pixels[shares] = _pixel(fill, edge, *shares)
            left.append(pixels[shares])
        rows.append(b"".join([*left, *reversed(left)]))
    return (2 * half, outer.bottom), b"".join(rows)


def _pixel(fill: Tone, edge: Tone, filled: float, covered: float) -> bytes:
    red, green, blue, clear = (f * filled + e * (1 - filled) for f, e in zip(fill, edge, strict=True))
    return bytes((round(255 * red), round(255 * green), round(255 * blue), round(255 * clear * covered)))
