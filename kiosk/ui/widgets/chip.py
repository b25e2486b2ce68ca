"""Chips of the top bar: a state in words beside its colour, or a small thing to tap."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import kv
from kiosk.ui.theme import TARGET_PX
from kiosk.ui.widgets import icon, text  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.tappable import Tappable


class Chip(BoxLayout):
    """Rounded ends, words, maybe a dot or an icon in front; a `ChipRow` leaves it out while not `shown`."""

    text = StringProperty("")
    icon = StringProperty("")
    dot = StringProperty("none")
    tone = StringProperty("ink2")
    ground = StringProperty("quiet")
    shown = BooleanProperty(True)
    spare = BooleanProperty(False)  # left out where the row has no room for all
    least = NumericProperty(0)  # width, px


class TapChip(Tappable, Chip):
    """A chip that can be tapped; the target is 60 px high and wide, whatever the bar and the word."""

    name = StringProperty("")
    least = NumericProperty(TARGET_PX)


class ChipRow(BoxLayout):
    """The shown ones of its chips, in the order of the .kv file; spare ones only as far as there is room."""

    room = NumericProperty(1_000_000)  # px
    _chips: tuple[Any, ...] = ()

    def on_kv_post(self, _base: object) -> None:
        """Take note of all chips, then keep only the shown ones."""
        self._chips = tuple(reversed(self.children))
        for chip in self._chips:
            chip.bind(shown=self._arrange, width=self._arrange, spare=self._arrange)
        self.bind(room=self._arrange, spacing=self._arrange)
        self._arrange()

    def _arrange(self, *_args: object) -> None:
        shown = [chip for chip in self._chips if chip.shown]
        for spare in [chip for chip in reversed(shown) if chip.spare]:
            if sum(chip.width + self.spacing for chip in shown) - self.spacing > self.room:
                shown.remove(spare)
        if shown != self.children[::-1]:
            self.clear_widgets()
            for chip in shown:
                self.add_widget(chip)


kv.load(__file__)
