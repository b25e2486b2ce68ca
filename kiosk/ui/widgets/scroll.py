"""Lists that scroll, with a bar that stays visible and never fades."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.effects.scroll import ScrollEffect
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.recycleview import RecycleView
from kivy.uix.scrollview import ScrollView

from kiosk.ui import kv


class _SteadyBar:
    """Kivy fades the bar by an animation, and under the interrupt clock that means ticks without pause."""

    def _bind_inactive_bar_color(self, *_args: object) -> None:
        return


class _OneTouch:
    """Kivy's timer that turns a long touch into a press runs on after a short one has ended, and then judges
    whichever touch comes next: a second push becomes a tap, and a tap in a list within a list is lost."""

    _change_touch_mode: Callable[..., None]
    _get_uid: Callable[[], str]

    def on_scroll_stop(self, touch: Any, check_children: bool = True) -> Any:
        """A touch ends: so does its timer."""
        if self._get_uid() in touch.ud:
            Clock.unschedule(self._change_touch_mode)
        return super().on_scroll_stop(touch, check_children)  # type: ignore[misc]


class _Still(ScrollEffect):
    """A list that stops where the finger leaves it: `[screen] motion = false`."""

    def stop(self, val: float, t: float | None = None) -> None:
        """The finger is lifted."""
        super().stop(val, t)
        self.velocity = 0


class _AsWanted:
    """Runs on after a push and springs back at its ends, or does neither."""

    def __init__(self, **kwargs: Any) -> None:
        if not App.get_running_app().theme.motion:
            kwargs.setdefault("effect_cls", _Still)
        super().__init__(**kwargs)


class Gutter(BoxLayout):
    """Around a `Scroll` of cards: its bar goes into the margin, so that the cards end where the page's do.

    What scrolls inside leaves as much free on the right: `padding: 0, 0, app.theme.dp(24), 0`.
    """


class Scroll(_AsWanted, _SteadyBar, _OneTouch, ScrollView):
    """A page part that may be longer than its room."""


class Rows(_AsWanted, _SteadyBar, _OneTouch, RecycleView):
    """A long list of rows of one kind; fires `on_pick(key)` when a row that has a key is tapped."""

    __events__ = ("on_pick",)

    def on_pick(self, key: str) -> None:
        """Default: nothing."""


kv.load(__file__)
