"""Lists that scroll, with a bar that stays visible and never fades."""

from __future__ import annotations

from kivy.uix.recycleview import RecycleView
from kivy.uix.scrollview import ScrollView

from kiosk.ui import kv


class _SteadyBar:
    """Kivy fades the bar by an animation, and under the interrupt clock that means ticks without pause."""

    def _bind_inactive_bar_color(self, *_args: object) -> None:
        return


class Scroll(_SteadyBar, ScrollView):
    """A page part that may be longer than its room."""


class Rows(_SteadyBar, RecycleView):
    """A long list of rows of one kind; fires `on_pick(key)` when a row that has a key is tapped."""

    __events__ = ("on_pick",)

    def on_pick(self, key: str) -> None:
        """Default: nothing."""


kv.load(__file__)
