"""Looks through everything the pages of a running window hold, also what is not shown, for given words."""

from __future__ import annotations

import threading
from typing import Any

WAIT_S = 10.0


def held(words: list[str]) -> list[str]:
    """ "page: word" for each word that is somewhere in a page's properties, attributes or list data."""
    from kivy.app import App
    from kivy.clock import Clock

    found: list[str] = []
    done = threading.Event()

    def look(_dt: float) -> None:
        flow = App.get_running_app().flow
        for name in flow.made():
            text = "\n".join(_texts(flow.page(name)))
            found.extend(f"{name}: {word}" for word in words if word in text)
        done.set()

    Clock.schedule_once(look, -1)
    assert done.wait(WAIT_S), "the screen's thread does not answer"
    return found


def _texts(page: Any) -> list[str]:
    from kivy.properties import StringProperty

    said: list[str] = []
    for widget in page.walk():
        for name, one in widget.properties().items():
            if isinstance(one, StringProperty) or name in ("lines", "data"):
                said.append(str(one.get(widget)))
        own = vars(widget).items() if widget is page else ()
        said += [repr(value) for name, value in own if name.startswith("_") and _ours(value)]
    return said


def _ours(value: Any) -> bool:
    """Facts a page keeps: views, tuples, words; not Kivy's own bookkeeping."""
    return isinstance(value, str | tuple | dict) or type(value).__module__.startswith("kiosk.services")
