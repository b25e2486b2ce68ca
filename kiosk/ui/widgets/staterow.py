"""Rows of lists: what it is, more about it below, its state in words on the right; one kind can be tapped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import kv
from kiosk.ui.widgets import chip, text  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.tappable import Tappable


class Told(NamedTuple):
    """What one row says; `name` makes it something that tests and scripts can tap."""

    title: str
    detail: str = ""
    state: str = ""
    tone: str = "ink2"
    name: str = ""
    chosen: bool = False  # of those that can be tapped: the one it is about now


class StateRow(BoxLayout):
    """One line of a list."""

    title = StringProperty("")
    detail = StringProperty("")
    state_words = StringProperty("")
    tone = StringProperty("ink2")

    def fill(self, told: Told) -> None:
        """Show it."""
        self.title, self.detail, self.state_words, self.tone = told.title, told.detail, told.state, told.tone


class StateChoice(Tappable, StateRow):
    """One line of a list that can be tapped."""

    name = StringProperty("")
    chosen = BooleanProperty(False)

    def fill(self, told: Told) -> None:
        """Show it under its name."""
        super().fill(told)
        self.name, self.chosen = told.name, told.chosen


def fill(box: Any, rows: Sequence[Told], chosen: Callable[[str], None] | None = None) -> None:
    """Show `rows` in `box`, keeping and refilling the widgets it has; a tapped one calls `chosen(name)`."""
    while len(box.children) > len(rows):
        box.remove_widget(box.children[0])
    while len(box.children) < len(rows):
        if chosen is None:
            box.add_widget(StateRow())
        else:
            row = StateChoice()
            row.bind(on_release=lambda tapped: chosen(tapped.name))
            box.add_widget(row)
    for widget, told in zip(reversed(box.children), rows, strict=True):
        widget.fill(told)


kv.load(__file__)
