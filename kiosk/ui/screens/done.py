"""It is done: what was taken, what is left, where the slip is."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty

from kiosk.ui import kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import facts, sign  # noqa: F401  # their rules are used in the .kv file
from kiosk.words import points


class Done(Page):
    """After a redemption; the printer's news turns up here."""

    chimes = "done"
    speaks_up = True
    charge = StringProperty("")
    after = StringProperty("")
    slip = StringProperty("")
    printing = StringProperty("")

    def enter(self, **given: Any) -> None:  # noqa: ARG002
        self.render()

    def render(self) -> None:
        desk, tr = self.app.desk, self.app.tr
        if desk.done is None:
            return
        self.charge = tr("done.points", points=points(desk.done.charged_tenths))
        self.after = tr("done.points", points=points(desk.done.available_tenths))
        self.slip = desk.done.slip
        state = desk.print_state.state if desk.print_state else "queued"
        self.printing = tr({"printed": "done.printed", "unknown": "done.look"}.get(state, "done.printing"))

    def forget(self) -> None:
        self.charge = self.after = self.slip = self.printing = ""

    def spoken(self) -> str:
        return self.app.tr("speech.done", charge=self.charge, after=self.after)


kv.load(__file__)
