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
    """Six categories in catalogue order; the longest bar is the largest figure."""

    def titles(self) -> tuple[str, ...]:
        """The titles shown now, in order."""
        return tuple(bar.title for bar in reversed(self.children))

    def show(self, rows: tuple[tuple[str, int], ...]) -> None:
        """Set (title, tenths) of each category; rows are made once and refilled."""
        while len(self.children) < len(rows):
            self.add_widget(Bar(tone=CATEGORY_TONES[len(self.children) % len(CATEGORY_TONES)]))
        while len(self.children) > len(rows):
            self.remove_widget(self.children[0])
        most = max((abs(tenths) for _, tenths in rows), default=0)
        for bar, (title, tenths) in zip(reversed(self.children), rows, strict=True):
            bar.title = title
            bar.value = f"{'+' if tenths >= 0 else '−'}{points(abs(tenths))}"
            bar.share = abs(tenths) / most if most else 0.0


kv.load(__file__)
