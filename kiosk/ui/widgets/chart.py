"""A picture of figures: one bar for each category in its colour, the figure beside it."""

from __future__ import annotations

from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import kv
from kiosk.ui.theme import CATEGORY_TONES
from kiosk.ui.widgets import text  # noqa: F401  # their rules are used in the .kv file
from kiosk.words import points


class Bar(BoxLayout):
    """One category."""

    title = StringProperty("")
    value = StringProperty("")
    share = NumericProperty(0.0)
    tone = StringProperty("brown")


class Chart(BoxLayout):
    """One bar for each category, in catalogue order; the longest bar is the largest figure.

    Where not all of them have room, the smallest figures are left out: no line is ever cut.
    """

    line = NumericProperty(1)  # the height one bar takes, px
    _rows: tuple[tuple[str, int], ...] = ()

    def titles(self) -> tuple[str, ...]:
        """The titles of all categories, in order."""
        return tuple(title for title, _ in self._rows)

    def show(self, rows: tuple[tuple[str, int], ...]) -> None:
        """Set (title, tenths) of each category; bars are made once and refilled."""
        self._rows = rows
        self._fill()

    def on_height(self, *_args: object) -> None:
        """Leave out what has no room any more, or bring it back."""
        self._fill()

    on_line = on_height

    def _fill(self) -> None:
        shown = self._with_room()
        while len(self.children) < len(shown):
            self.add_widget(Bar())
        while len(self.children) > len(shown):
            self.remove_widget(self.children[0])
        most = max((abs(tenths) for _, tenths in self._rows), default=0)
        for bar, at in zip(reversed(self.children), shown, strict=True):
            title, tenths = self._rows[at]
            bar.tone = CATEGORY_TONES[at % len(CATEGORY_TONES)]
            bar.title = title
            bar.value = f"{'+' if tenths > 0 else '−' if tenths else ''}{points(abs(tenths))}"
            bar.share = abs(tenths) / most if most else 0.0

    def _with_room(self) -> list[int]:
        """The places of the rows that have room: those of the largest figures."""
        room = int(self.height / self.line)
        largest = sorted(range(len(self._rows)), key=lambda at: (-abs(self._rows[at][1]), at))
        return sorted(largest[:room])


kv.load(__file__)
