"""A question over the page: one sentence, and two answers; the one that changes nothing is the red one."""

from __future__ import annotations

from collections.abc import Callable

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.ui import kv
from kiosk.ui.widgets import button, card, text  # noqa: F401  # their rules are used in the .kv file


class Dialog(AnchorLayout):
    """Asks one question at a time, laid `over` everything; touches outside do nothing.

    Closed, it is in no tree: what nobody sees costs no drawing.
    """

    over = ObjectProperty()
    open = BooleanProperty(False)
    title = StringProperty("")
    body = StringProperty("")
    yes = StringProperty("")
    no = StringProperty("")
    _then: Callable[[], None] | None = None
    _else: Callable[[], None] | None = None

    def ask(
        self,
        title: str,
        body: str,
        yes: str,
        no: str,
        then: Callable[[], None],
        otherwise: Callable[[], None],
    ) -> None:
        """Show the question; exactly one of `then` and `otherwise` is called, after it is gone."""
        self.title, self.body, self.yes, self.no = title, body, yes, no
        self._then, self._else = then, otherwise
        self.open = True

    def on_open(self, _dialog: object, is_open: bool) -> None:
        """There is a question, or no more."""
        if is_open:
            self.over.add_widget(self)
        else:
            self.over.remove_widget(self)

    def answer(self, yes: bool) -> None:
        """Take the question away and go on."""
        chosen = self._then if yes else self._else
        self.close()
        if chosen is not None:
            chosen()

    def close(self) -> None:
        """Take the question away without an answer."""
        self.open = False
        self.title = self.body = ""
        self._then = self._else = None

    def on_touch_down(self, touch: object) -> bool:
        super().on_touch_down(touch)
        return True


kv.load(__file__)
