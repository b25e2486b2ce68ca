"""Rows in pages: as many as fit are shown whole, and two large buttons turn the page; nothing scrolls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.label import Label

from kiosk.ui import kv
from kiosk.ui.widgets import button, icon, namelabel, text  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.tappable import Tappable

Make = Callable[[], Any]
SETTLE_ROUNDS = 4  # words into their width, rows around their words, the row around both


class TaskRow(Tappable, BoxLayout):
    """One large row to tap: title, detail, a figure on the right; `ticked` where several may be chosen."""

    name = StringProperty("")
    title = StringProperty("")
    detail = StringProperty("")
    figure_text = StringProperty("")
    ending = StringProperty("")  # the icon at its end: "next" where a tap leads on, "close" where it goes
    many = BooleanProperty(False)
    ticked = BooleanProperty(False)


class FactRow(BoxLayout):
    """What something is, and what it is here; not to be tapped."""

    title = StringProperty("")
    value = StringProperty("")
    share = NumericProperty(0.55)  # of the title's width to the value's


class Paged(BoxLayout):
    """Give it rows by `show`; it measures them and keeps to its own height."""

    first = NumericProperty(0)
    shown = NumericProperty(0)
    count = NumericProperty(0)
    total = NumericProperty(0)  # things in all rows together
    each = NumericProperty(1)  # things in a row
    empty = StringProperty("")  # said where there is no row at all
    apart = BooleanProperty(True)  # rows to tap keep a gap; rows to read need none
    prefix = StringProperty("")  # of the names of its buttons, where a page has several
    theme = ObjectProperty(None)

    def __init__(self, **kwargs: Any) -> None:
        self._makes: Sequence[Make] = ()
        self._starts: list[int] = []  # where the pages before this one begin
        self._soon = Clock.create_trigger(lambda _dt: self._fit(), 0)
        super().__init__(**kwargs)

    def on_kv_post(self, _base: object) -> None:
        """Fit again whenever the room or the size of the words changes."""
        self.ids.room.bind(size=lambda *_: self._soon())
        self.bind(theme=lambda *_: self._soon())

    def show(self, makes: Sequence[Make], *, keep: bool = False, total: int = 0, each: int = 1) -> None:
        """Show these rows, each made by a call when it is wanted; with `keep` from the page shown now.

        `total` things, `each` in a row, where rows hold several.
        """
        self._makes = makes
        self.total, self.each = total or len(makes), each
        self.count = len(makes)
        if not keep or self.first >= len(makes):
            self.first, self._starts = 0, []
        self._fit()

    def span(self, first: float, shown: float, total: float, each: float) -> dict[str, int]:
        """Which of how many things are shown, counted from 1."""
        last = min(int((first + shown) * each), int(total))
        return {"first": int(first * each) + 1, "last": last, "n": int(total)}

    def turn(self, by: int) -> None:
        """The next page, or the one before."""
        if by > 0 and self.first + self.shown < self.count:
            self._starts.append(int(self.first))
            self.first += self.shown
        elif by < 0 and self._starts:
            self.first = self._starts.pop()
        self._fit()

    def to_end(self) -> None:
        """The page with the last row."""
        while self.first + self.shown < self.count:
            self.turn(1)

    def to_row(self, at: int) -> None:
        """The page with that row."""
        self.first, self._starts = 0, []
        self._fit()
        while self.first + self.shown <= at:
            self.turn(1)

    def fit_now(self) -> None:
        """What was put off to the next frame."""
        if self._soon.is_triggered:
            self._soon.cancel()
            self._fit()

    def _fit(self) -> None:
        box, room = self.ids.rows, self.ids.room
        box.clear_widgets()
        used, at = 0.0, int(self.first)
        while at < len(self._makes):
            row = self._makes[at]()
            row.size_hint_x = None
            row.width = room.width
            settle(row)
            if used and used + row.height > room.height + 1:
                break
            row.size_hint_x = 1
            box.add_widget(row)
            used += row.height + box.spacing
            at += 1
        self.shown = at - int(self.first)


def settle(widget: Any) -> None:
    """Do at once what Kivy has put off to the next frame: words into their width, rows around their words.

    Rows can then be measured before they are shown, and a page stands still from its first frame on.
    """
    for _ in range(SETTLE_ROUNDS):
        for part in list(widget.walk(restrict=True)):
            if isinstance(part, Label) and part._trigger_texture.is_triggered:
                part._trigger_texture.cancel()
                part.texture_update()
            elif hasattr(part, "_trigger_layout") and part._trigger_layout.is_triggered:
                part._trigger_layout.cancel()
                part.do_layout()
            if isinstance(part, Paged):
                part.fit_now()


kv.load(__file__)
