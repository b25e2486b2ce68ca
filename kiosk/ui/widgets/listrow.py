"""One line of a long list: what is in front, title and words below, a figure at the end; or a heading."""

from __future__ import annotations

import math
from typing import Any

from kivy.app import App
from kivy.properties import BooleanProperty, ListProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import kv
from kiosk.ui.theme import Theme
from kiosk.ui.widgets import text  # noqa: F401  # its rule is used in the .kv file
from kiosk.ui.widgets.scroll import Rows
from kiosk.ui.widgets.tappable import Tappable

LINE = 1.46  # height of a line of the font, em
_WIDE_FROM = "\u2e80"


class ListRow(Tappable, BoxLayout):
    """Made by `List` from `line(…)`; with a `key` it can be tapped, and the list fires `on_pick(key)`."""

    name = StringProperty("")
    key = StringProperty("")
    lead = StringProperty("")
    title = StringProperty("")
    above = StringProperty("")  # small words above the title
    detail = StringProperty("")
    more = StringProperty("")  # words that say what a tap shows
    value = StringProperty("")
    tone = StringProperty("ink")  # of the value, of a heading
    heading = BooleanProperty(False)
    box: Any = ObjectProperty(None)  # the height its words need, set by `List`

    def value_em(self, value: str) -> float:
        """How wide the figure at the end is, in its font's size."""
        return value_em(value)

    def more_em(self, more: str) -> float:
        """How wide the words that say what a tap shows are, in their font's size."""
        return more_em(more)

    def on_release(self) -> None:
        if self.key:
            self.parent.parent.dispatch("on_pick", self.key)


class List(Rows):
    """Lines below each other, each as high as its words."""

    lines: Any = ListProperty()

    def on_lines(self, *_args: object) -> None:
        """Other lines: from the first one on."""
        self._fit()
        self.scroll_y = 1.0

    def on_kv_post(self, _base: Any) -> None:
        """Reckon again in another width or text size."""
        self.bind(width=self._fit)
        App.get_running_app().bind(theme=self._fit)

    def _fit(self, *_args: object) -> None:
        theme: Theme = App.get_running_app().theme
        self.data = [one | {"box": (None, _height(one, theme, self.width))} for one in self.lines]


def line(title: str, **parts: Any) -> dict[str, Any]:
    """A line's data with every property set: rows are used again for other lines."""
    row = {
        "key": "",
        "lead": "",
        "above": "",
        "detail": "",
        "more": "",
        "value": "",
        "tone": "ink",
        "heading": False,
    }
    row |= {"title": title} | parts
    row["name"] = f"row-{row['key']}" if row["key"] else ""
    return row


def _height(row: dict[str, Any], theme: Theme, width_px: float) -> float:
    body, small = theme.fs("body"), theme.fs("small")
    if row["heading"]:
        return max(
            theme.dp(84), body * LINE * _lines(row["title"], body, width_px - theme.dp(80)) + theme.dp(30)
        )
    room = width_px - theme.dp(68) - theme.dp(24) * 3
    room -= body * 4.8 if row["lead"] else 0
    room -= theme.fs("figure") * value_em(row["value"])
    room -= body * more_em(row["more"])
    under = _lines(row["above"], small, room) + _lines(row["detail"], small, room)
    words = _lines(row["title"], body, room) * body + under * small
    return max(60 if row["key"] else 0, theme.dp(104), words * LINE + theme.dp(36))


def value_em(value: str) -> float:
    """How wide the figure at the end is, in its font's size; figures below each other end at one line."""
    return max(3.0, _em(value) + 0.4) if value else 0.0


def more_em(more: str) -> float:
    """How wide the words that say what a tap shows are, in their font's size."""
    return _em(more) + 0.6 if more else 0.0


def _em(words: str) -> float:
    return sum(1.0 if character >= _WIDE_FROM else 0.62 for character in words)


def _lines(words: str, font_px: float, room_px: float) -> int:
    """How many lines the words take, reckoned rather high."""
    return math.ceil(_em(words) * font_px / max(room_px - 2 * font_px, font_px)) if words else 0


kv.load(__file__)
