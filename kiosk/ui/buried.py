"""Finds words that something drawn later lies over, as a card that has outgrown its page; changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kivy.graphics import BorderImage, Color, Rectangle, RoundedRectangle
from kivy.uix.label import Label
from kivy.uix.stencilview import StencilView
from kivy.uix.widget import Widget

from kiosk.ui.widgets.dialog import Dialog
from kiosk.ui.widgets.toast import Toast

Box = tuple[float, float, float, float]  # left, bottom, right, top in the window, px
FONT_ROOM = 0.2  # of its size
LEAST = 2.0  # px that lie over each other and are nobody's fault


def buried(root: Any) -> list[str]:
    """The words in `root` that a ground drawn after them covers, if only in part.

    What a dialog or a passing sentence covers is meant to be covered.
    """
    everywhere: Box = (0.0, 0.0, float(root.width), float(root.height))
    drawn = list(_drawn(root, everywhere, ()))
    found = []
    for at, (widget, box, _inside) in enumerate(drawn):
        if isinstance(widget, Label) and widget.text:
            later = (one for one in drawn[at + 1 :] if not isinstance(one[0], Label))
            if any(_over(box, ground) and widget not in inside for _, ground, inside in later):
                found.append(widget.text)
    return found


def _drawn(widget: Any, room: Box, parents: tuple[Any, ...]) -> Iterator[tuple[Any, Box, tuple[Any, ...]]]:
    """Words and grounds in the order they are drawn, each with what it lies in."""
    if widget.opacity <= 0 or isinstance(widget, Dialog | Toast):
        return
    if isinstance(widget, StencilView):
        room = _common(room, _box(widget, *widget.pos, *widget.size))
    if isinstance(widget, Label):
        yield widget, _common(room, _words(widget)), parents
    else:
        for pos, size in _grounds(widget):
            yield widget, _common(room, _box(widget, *pos, *size)), parents
    for child in reversed(widget.children):
        yield from _drawn(child, room, (*parents, widget))


def _grounds(widget: Widget) -> Iterator[tuple[Any, Any]]:
    """Position and size of what the widget itself paints under its children."""
    if isinstance(widget, StencilView):
        return  # its rectangle is the stencil
    alpha = 1.0
    for one in widget.canvas.before.children if widget.canvas.has_before else ():
        if isinstance(one, Color):
            alpha = one.a
        elif isinstance(one, BorderImage | Rectangle | RoundedRectangle) and alpha > 0:
            yield one.pos, one.size


def _words(label: Any) -> Box:
    """Where the words are, without the room a font keeps above and below: as wide as the label."""
    height = min(label.height, label.texture_size[1]) - 2 * FONT_ROOM * label.font_size
    return _box(label, label.x, label.center_y - height / 2, label.width, height)


def _box(widget: Any, x: float, y: float, width: float, height: float) -> Box:
    left, bottom = widget.to_window(x, y)
    return (left, bottom, left + width, bottom + height)


def _common(one: Box, two: Box) -> Box:
    return (max(one[0], two[0]), max(one[1], two[1]), min(one[2], two[2]), min(one[3], two[3]))


def _over(one: Box, two: Box) -> bool:
    left, bottom, right, top = _common(one, two)
    return right - left > LEAST and top - bottom > LEAST
