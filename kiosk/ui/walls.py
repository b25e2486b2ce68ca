"""Finds what stands invisibly before a button: where a finger at its middle would really end; taps nothing.

It follows the way Kivy hands a touch on: front to back, and what is disabled keeps what falls on it.
"""

from __future__ import annotations

from typing import Any

from kivy.uix.scrollview import ScrollView

from kiosk.ui.widgets.dialog import Dialog
from kiosk.ui.widgets.tappable import Tappable

Point = tuple[float, float]  # from the window's lower left corner, px


def walled(root: Any) -> list[str]:
    """Names of the buttons in `root` that look as if they could be tapped, but can't be reached."""
    asks = any(isinstance(child, Dialog) for child in root.children)
    found = []
    for widget in root.walk():
        if not (isinstance(widget, Tappable) and widget.name and widget.tappable()):
            continue
        if asks and not any(isinstance(parent, Dialog) for parent in _parents(widget)):
            continue
        middle = widget.to_window(*widget.center)
        if _can_be_seen(widget, middle) and _ends_in(root, middle) is not widget:
            found.append(widget.name)
    return found


def _ends_in(widget: Any, point: Point) -> Any:
    """What takes a touch at `point`, of `widget` and all in it; None for nothing."""
    inside = _inside(widget, point)
    if isinstance(widget, Tappable) and not widget.tappable():
        return None
    if isinstance(widget, ScrollView) and not inside:
        return None
    if widget.disabled and inside:
        return widget
    for child in widget.children:
        taken = _ends_in(child, point)
        if taken is not None:
            return taken
    return widget if isinstance(widget, Dialog) or (isinstance(widget, Tappable) and inside) else None


def _can_be_seen(widget: Any, point: Point) -> bool:
    """Whether no list has scrolled that place away."""
    return all(_inside(parent, point) for parent in _parents(widget) if isinstance(parent, ScrollView))


def _inside(widget: Any, point: Point) -> bool:
    left, bottom = widget.to_window(*widget.pos)
    return bool(left <= point[0] <= left + widget.width and bottom <= point[1] <= bottom + widget.height)


def _parents(widget: Any) -> list[Any]:
    found, parent = [], widget.parent
    while parent is not None and parent is not parent.parent:
        found.append(parent)
        parent = parent.parent
    return found
