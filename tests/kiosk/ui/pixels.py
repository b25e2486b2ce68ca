"""Contrast as it reached the glass: the ink of each label against its ground, measured on a screenshot.

Ground is the most frequent colour in a label's box. Ink is what differs most from it there, by the contrast
ratio of WCAG 2.2 (success criteria 1.4.3 and 1.4.6; `kiosk.ui.theme` has the formula): thin strokes are
smoothed and seldom reach their full colour, so the extreme counts and not an average, and `STRAY` pixels of
something beside the words do not make an extreme. Left out, and why:

- what cannot be used now (1.4.3 excepts inactive controls) and what lies under the question of a dialog;
- what a list has scrolled away, in whole or in part, or a toast covers;
- what lies over a picture or the camera, where no colour is its ground (`FLAT_SHARE`): counted, not judged.

Large print, which WCAG lets pass at 3:1 (4.5:1 in 1.4.6), is held to the same ratio as the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kiosk.ui.theme import luminance

LEAST = {"light": 4.5, "dark": 4.5, "contrast": 7.0}
STRAY = 2  # pixels
FLAT_SHARE = 0.7  # of the box that its ground and its ink make up at least; words on a plain one: over 0.8
NEAR = 40  # in each of red, green, blue: a gradient's neighbours are the same ground

_LINEAR = np.array([luminance((grey, grey, grey, 1)) for grey in np.arange(256) / 255])
_WEIGHTS = np.array([luminance((1, 0, 0, 1)), luminance((0, 1, 0, 1)), luminance((0, 0, 1, 1))])

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Measured:
    """One label: its ratio, 1 to 21, or 0 where it has no one ground."""

    text: str
    ratio: float
    ink: str  # "#2A211A"
    ground: str


def measured(picture: Image.Image, state: dict[str, Any]) -> list[Measured]:
    """Every label that can be judged on that picture of that state."""
    pixels: Pixels = np.asarray(picture.convert("RGB"))
    return [
        _measure(pixels[top:bottom, left:right].reshape(-1, 3), w["text"])
        for w, (left, top, right, bottom) in _judged(state, pixels.shape[1], pixels.shape[0])
    ]


def faint(labels: Iterable[Measured], theme: str) -> list[str]:
    """Which of them are too faint for that theme, in words; those without one ground are not among them."""
    return [
        f"{one.text!r} {one.ratio:.2f}:1, {one.ink} on {one.ground}, needs {LEAST[theme]}"
        for one in labels
        if one.ratio and one.ratio < LEAST[theme]
    ]


def _judged(state: dict[str, Any], width: int, height: int) -> list[tuple[dict[str, Any], Any]]:
    shown = [w for w in state["widgets"] if w["visible"] and w["label"] and w["text"].strip()]
    over = [w for w in shown if w["text"] == state["toast"]][-1:]
    found = []
    for w in shown:
        left, top, right, bottom = _box(w)
        whole = (left, top, right, bottom)
        inside = 0 <= left < right <= width and 0 <= top < bottom <= height
        scrolled = any(abs(a - b) > 1 for a, b in zip(w["seen"], _place(w), strict=True))
        under_toast = any(w is not one and _overlap(whole, _panel(one)) for one in over)
        if w["enabled"] and not w["covered"] and inside and not scrolled and not under_toast:
            found.append((w, whole))
    return found


def _place(w: dict[str, Any]) -> tuple[int, int, int, int]:
    return w["x"], w["y"], w["x"] + w["w"], w["y"] + w["h"]


def _panel(toast: dict[str, Any]) -> tuple[int, int, int, int]:
    """The ground of a toast around its words, as `toast.kv` draws it at the most."""
    left, top, right, bottom = _place(toast)
    across, down = round(1.3 * toast["font"]), round(0.75 * toast["font"])
    return left - across, top - down, right + across, bottom + down


def _box(w: dict[str, Any]) -> tuple[int, int, int, int]:
    """Where the words are: the label's texture in the middle of its box."""
    wide, high = (
        min(a, b) for a, b in zip(w.get("texture", (w["w"], w["h"])), (w["w"], w["h"]), strict=True)
    )
    left, top = w["x"] + (w["w"] - wide) // 2, w["y"] + (w["h"] - high) // 2
    return left, top, left + wide, top + high


def _overlap(one: tuple[int, int, int, int], two: tuple[int, int, int, int]) -> bool:
    return min(one[2], two[2]) > max(one[0], two[0]) and min(one[3], two[3]) > max(one[1], two[1])


def _measure(pixels: Pixels, text: str) -> Measured:
    shades = pixels.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    colours, counts = np.unique(shades, return_counts=True)
    ground = _parts(int(colours[counts.argmax()]))
    light = _LINEAR[pixels] @ _WEIGHTS
    order = light.argsort()
    at = float(_LINEAR[ground] @ _WEIGHTS)
    extremes = [int(order[min(STRAY, len(order) - 1)]), int(order[max(-1 - STRAY, -len(order))])]
    ratio, ink = max((_ratio(float(light[one]), at), one) for one in extremes)
    if _share_near(pixels, ground) + _share_near(pixels, pixels[ink]) < FLAT_SHARE:
        ratio = 0.0
    return Measured(text, ratio, _hex(pixels[ink]), _hex(ground))


def _ratio(one: float, two: float) -> float:
    return (max(one, two) + 0.05) / (min(one, two) + 0.05)


def _share_near(pixels: Pixels, colour: Any) -> float:
    apart = np.abs(pixels.astype(np.int16) - np.asarray(colour, np.int16))
    return float((apart.max(axis=1) <= NEAR).mean())


def _parts(shade: int) -> Pixels:
    return np.array([shade >> 16, shade >> 8 & 255, shade & 255], np.uint8)


def _hex(colour: Any) -> str:
    return "#" + "".join(f"{int(part):02X}" for part in colour)
