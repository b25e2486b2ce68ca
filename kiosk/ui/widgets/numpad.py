"""Keys to tap: digits for a PIN or a number, X for identity numbers, letters for pinyin initials."""

from __future__ import annotations

import random
from typing import Any

from kivy.properties import StringProperty
from kivy.uix.gridlayout import GridLayout

from kiosk.ui import kv
from kiosk.ui.widgets.button import Btn

CLEAR, BACK = "clear", "back"
DIGITS = (*"123456789", CLEAR, "0", BACK)
IDENTITY = (*"1234567890X", BACK)
POINTS = (*"123456789", ".", "0", BACK)
LETTERS = (*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", BACK)


class Keys(GridLayout):
    """A pad of keys that fires `on_key(key)`: a character, "clear" or "back"."""

    __events__ = ("on_key",)
    pad = StringProperty("digits")

    def on_kv_post(self, _base: Any) -> None:
        """Make the keys of the chosen pad."""
        self.bind(pad=lambda *_: self._make())
        self._make()

    def shuffle(self) -> None:
        """Digits in another order each time: fingers and smears on the glass tell no PIN."""
        digits = random.SystemRandom().sample("0123456789", 10)
        self._make((*digits[:9], CLEAR, digits[9], BACK))

    def _make(self, shuffled: tuple[str, ...] = ()) -> None:
        self.clear_widgets()
        digits = self.pad != "letters"
        self.cols = 3 if digits else 7
        for key in (
            shuffled
            or {"digits": DIGITS, "identity": IDENTITY, "letters": LETTERS, "points": POINTS}[self.pad]
        ):
            role = "button" if len(key) > 1 else "figure" if digits else "lead"
            self.add_widget(Key(key=key, name=f"key-{key}", role=role))

    def do_layout(self, *args: Any) -> None:
        """The last key, which holds a word, takes what its row has left."""
        super().do_layout(*args)
        if self.children and len(self.children) % self.cols:
            last = self.children[0]
            last.width = self.right - self.padding[2] - last.x
            self._trigger_layout.cancel()  # it is not to be laid out again because of its own doing

    def on_key(self, key: str) -> None:
        """Default: nothing."""


class Key(Btn):
    """One key."""

    key = StringProperty("")

    def on_release(self) -> None:
        self.parent.dispatch("on_key", self.key)


kv.load(__file__)
