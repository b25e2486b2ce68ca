"""On every page, in every size and language, words fit their boxes and targets are large enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.kiosk.ui.rig import Rig, walk

SIZES = [(1280, 800, "zh-CN"), (1280, 800, "en"), (1024, 600, "zh-CN"), (1024, 600, "en"), (1080, 1920, "en")]


SCROLLS = ("shelf", "pick", "history")  # what is below their last line is no fault


def faults(name: str, state: dict[str, Any], scrolling: tuple[str, ...] = SCROLLS) -> list[str]:
    """What is cut off, outside, too small or overlapping on one page."""
    found = []
    width, height = state["size"]
    shown = [w for w in state["widgets"] if w["visible"]]
    for w in shown:
        where = f"{name}: {w['id'] or w['text']!r}"
        if "texture" in w and w["text"]:
            wide, high = w["texture"]
            if wide > w["w"] + 1 or high > w["h"] + 1:
                found.append(f"{where} needs {w['texture']}, has {w['w']}x{w['h']}")
            if w["font"] < 18:
                found.append(f"{where} is {w['font']} px")
        scrolls = name in scrolling
        if w["x"] < -1 or w["x"] + w["w"] > width + 1 or (not scrolls and w["y"] + w["h"] > height + 1):
            found.append(f"{where} leaves the window: {w['x']},{w['y']} {w['w']}x{w['h']}")
        if w["id"] and not w["id"].startswith("tile-") and min(w["w"], w["h"]) < 60:
            found.append(f"{where} is too small to hit: {w['w']}x{w['h']}")
    targets = [w for w in shown if w["id"] and not (state["dialog"] and not w["id"].startswith("dialog"))]
    for at, one in enumerate(targets):
        for two in targets[at + 1 :]:
            across = min(one["x"] + one["w"], two["x"] + two["w"]) - max(one["x"], two["x"])
            down = min(one["y"] + one["h"], two["y"] + two["h"]) - max(one["y"], two["y"])
            if across > 1 and down > 1 and one["id"] != two["id"] and name not in scrolling:
                found.append(f"{name}: {one['id']} and {two['id']} overlap")
    return found


@pytest.mark.parametrize(("width", "height", "locale"), SIZES)
def test_everything_fits(open_rig: Callable[..., Rig], width: int, height: int, locale: str) -> None:
    all_fits(open_rig(width, height, locale))


def all_fits(rig: Rig) -> None:
    """Walk through every page; nothing may be cut off."""
    found: list[str] = []
    seen = set()
    for name, _ in walk(rig):
        state = rig.window.settled()
        seen.add(state["screen"])
        found += faults(name, state)
    assert not found, "\n".join(found)
    assert len(seen) == 13, f"pages seen: {sorted(seen)}"
