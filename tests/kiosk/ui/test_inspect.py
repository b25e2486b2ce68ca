"""What a looker-on is told is what a frame can show: never a page half laid out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kiosk.ui.inspect_client import Window
from tests.kiosk.ui import fake
from tests.kiosk.ui.rig import Rig

LOOKERS_ON = 4


def first_sight(window: Window, screen: str) -> dict[str, Any]:
    """The first answer that names that page, asked for without a pause."""
    while (state := window.state())["screen"] != screen:
        pass
    return state


def test_a_page_is_seen_whole_or_not_at_all(open_rig: Callable[..., Rig]) -> None:
    rig = open_rig()
    windows = [Window(rig.inspect, rig.display.name) for _ in range(LOOKERS_ON)]
    seen: list[dict[str, Any]] = []
    with ThreadPoolExecutor(LOOKERS_ON) as pool:
        for screen, act in (
            ("account", lambda: rig.do("scan", fake.CARD_217)),
            ("pots", lambda: rig.window.tap("pots")),
            ("account", lambda: rig.window.tap("back")),
            ("history", lambda: rig.window.tap("history")),
        ):
            looks = [pool.submit(first_sight, window, screen) for window in windows]
            act()
            seen += [look.result(10) for look in looks]
    for window in windows:
        window.close()
    assert [row["text"] for state in seen for row in state["widgets"] if row["text"] and not row["w"]] == []
