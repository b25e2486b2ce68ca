"""Several lists of one page: a row of buttons, one of them chosen."""

from __future__ import annotations

from typing import Any

from kivy.properties import ListProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import kv
from kiosk.ui.widgets.button import Btn


class Tabs(BoxLayout):
    """Fires `on_tab(key)` when a tab is tapped; `tabs` are (key, words), `chosen` is a key."""

    __events__ = ("on_tab",)
    tabs: Any = ListProperty()
    chosen = StringProperty("")

    def on_tabs(self, *_args: object) -> None:
        """Make the buttons, or give those that are there their words."""
        if len(self.children) != len(self.tabs):
            self.clear_widgets()
            for _ in self.tabs:
                self.add_widget(Tab())
        for tab, (key, words) in zip(reversed(self.children), self.tabs, strict=True):
            tab.key, tab.name, tab.text = key, f"tab-{key}", words
        self.on_chosen()

    def on_chosen(self, *_args: object) -> None:
        """Mark the chosen one."""
        for tab in self.children:
            tab.chosen = tab.key == self.chosen

    def on_tab(self, key: str) -> None:
        """Default: nothing."""


class Tab(Btn):
    """One of them."""

    key = StringProperty("")

    def on_release(self) -> None:
        self.parent.dispatch("on_tab", self.key)


kv.load(__file__)
