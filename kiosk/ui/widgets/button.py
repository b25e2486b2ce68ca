"""Buttons: primary (the one main action), ghost (the others), gold, quiet."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout

from kiosk.ui import kv
from kiosk.ui.widgets import icon  # noqa: F401  # its rule is used in the .kv file
from kiosk.ui.widgets.tappable import Tappable
from kiosk.ui.widgets.text import Text

_FILL = {"primary": "red", "ghost": "surface", "gold": "gold_soft", "quiet": "quiet"}
_FILL_DOWN = {"primary": "red_dark", "ghost": "quiet", "gold": "gold_deep", "quiet": "line"}
_EDGE = {"primary": "red_dark", "ghost": "border", "gold": "gold_line", "quiet": "quiet"}
_INK = {"primary": "on_red", "ghost": "ink", "gold": "gold_text", "quiet": "ink"}


class Btn(Tappable, FloatLayout):
    """A button with words and maybe an icon; `name` is what scripts and tests know it by."""

    name = StringProperty("")
    text = StringProperty("")
    icon = StringProperty("")
    kind = StringProperty("ghost")
    role = StringProperty("button")
    tall = NumericProperty(96)  # height in the drawing's pixels
    icon_length = NumericProperty(42)
    chosen = BooleanProperty(False)  # one of several choices, and this is it: its edge is twice as wide
    least = NumericProperty(0)  # height, px: a button grows with words that take two lines
    lipped = BooleanProperty(False)  # stands out from the page, as the main action while it can be tapped

    def fill(self, kind: str, state: str, disabled: bool, chosen: bool) -> str:
        """Tone of the ground."""
        if disabled:
            return "quiet"
        if chosen:
            return "red_soft"
        return (_FILL_DOWN if state == "down" else _FILL)[kind]

    def edge(self, kind: str, disabled: bool, chosen: bool) -> str:
        """Tone of the border."""
        if disabled:
            return "quiet"  # no border: where all grounds are white, too, it looks unlike what can be tapped
        return "red" if chosen else _EDGE[kind]

    def ink(self, kind: str, disabled: bool, chosen: bool) -> str:
        """Tone of words and icon."""
        if disabled:
            return "idle"
        return "red_text" if chosen else _INK[kind]

    def on_kv_post(self, _base: object) -> None:
        """Fit the words now and whenever they, their size or the button's width change."""
        self.ids.label.bind(font_size=self._fit)
        self.bind(width=self._fit, text=self._fit)
        self._fit()

    def _fit(self, *_args: object) -> None:
        label, row = self.ids.label, self.ids.row
        room = self.width - 2 * row.padding[0] - (row.spacing + self.ids.icon.width if self.icon else 0)
        label.text_size = (None, None)
        label.texture_update()
        if label.texture_size[0] > room > 0:
            label.text_size = (room, None)
            label.texture_update()
            label.text_size = (min(room, label.longest_line), None)  # the icon stands beside the words


class ButtonRow(BoxLayout):
    """Those of its buttons that have a name, all equally high; of one without not even its gap is left."""

    _buttons: tuple[Btn, ...] = ()

    def on_kv_post(self, _base: object) -> None:
        """Take note of all, then keep only the named ones."""
        self._buttons = tuple(reversed(self.children))
        for button in self._buttons:
            button.bind(name=self._arrange)
            button.size_hint_y = 1
            button.bind(least=button.setter("size_hint_min_y"))
            button.size_hint_min_y = button.least
        self._arrange()

    def _arrange(self, *_args: object) -> None:
        self.clear_widgets()
        for button in self._buttons:
            if button.name:
                self.add_widget(button)


class LinkBtn(Tappable, Text):
    """Words to tap that lead to more of the same; as high as a button, without ground."""

    name = StringProperty("")


kv.load(__file__)
