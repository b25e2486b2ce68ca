"""On every page, in every size and language, words fit their boxes and targets are large enough.

Here the tightest windows are walked through; `make screens` looks at every size and language in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from kiosk.ui.inspect_client import texts
from tests.kiosk.ui.fits import faults, walls
from tests.kiosk.ui.rig import Rig, shows, walk

# The smallest window and the upright one in the language with the longer words; the largest text that each of
# the low ones offers.
WINDOWS = [
    (1024, 600, "en", "normal"),
    (1080, 1920, "en", "normal"),
    (1280, 800, "zh-CN", "largest"),
    (1024, 600, "zh-CN", "large"),
]

CLOCK = re.compile("[0-9]{2}:[0-9]{2}")

# Pages of the resident and of redeeming; those of tasks and of the desk have walks of their own.
WALKED = {
    *("attract", "account", "pots", "history", "why", "appeal", "appeal-note", "shelf", "good", "wishes"),
    *("reserve", "reserved", "board", "message", "sign-in", "manager", "next", "find", "redeem", "confirm"),
    *("done", "not-printed"),
}


@pytest.mark.parametrize(("width", "height", "locale", "text_size"), WINDOWS)
def test_everything_fits(
    open_rig: Callable[..., Rig], width: int, height: int, locale: str, text_size: str
) -> None:
    rig = open_rig(width, height, locale, text_size=text_size)
    found: list[str] = []
    seen = set()
    for name, _ in walk(rig):
        state = rig.window.settled()
        seen.add(state["screen"])
        found += faults(name, state) + walls(name, rig.window)
        if not state["staff"] and not shows("language")(state):
            found.append(f"{name}: a resident cannot switch the language")
        if name == "attract" and not any(CLOCK.fullmatch(text) for text in texts(state)):
            found.append("attract: no clock")
        if name == "account":  # with the time running, both ways
            for _ in range(2):
                before = rig.window.state()["language"]
                rig.window.tap("language")
                rig.window.wait_for("account", where=lambda s, before=before: s["language"] != before)
    assert not found, "\n".join(found)
    assert seen == WALKED
