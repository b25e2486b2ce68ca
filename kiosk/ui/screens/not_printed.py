"""Points are taken and written down, the slip is not on paper yet: why, and what to do."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty

from kiosk.ui import kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import facts, sign  # noqa: F401  # their rules are used in the .kv file
from kiosk.words import points

# Whoever has seen the paper run out knows that the slip is torn: the printer prints it again by itself.
PLAIN_REASONS = ("paper-out", "cover-open")


class NotPrinted(Page):
    """Leaves by itself when the printer has done its work."""

    chimes = "error"
    speaks_up = True
    why = StringProperty("")
    kept = StringProperty("")
    charge = StringProperty("")
    after = StringProperty("")
    copies = StringProperty("")

    def enter(self, **given: Any) -> None:  # noqa: ARG002
        self.render()

    def render(self) -> None:
        desk, tr = self.app.desk, self.app.tr
        if desk.done is None or desk.print_state is None:
            return
        state = desk.print_state
        unsure = state.state == "unknown" and state.reason not in PLAIN_REASONS
        key = "not_printed.unknown" if unsure else f"not_printed.{state.reason}"
        if state.state in ("queued", "printing"):
            key = "not_printed.trying"
        self.why = tr(key) if tr.has(key) else tr("not_printed.error")
        self.kept = tr("not_printed.kept", slip=desk.done.slip)
        self.charge = tr("done.points", points=points(desk.done.charged_tenths))
        self.after = tr("done.points", points=points(desk.done.available_tenths))
        both = self.app.backend.settings.printer.resident_copy
        self.copies = tr("not_printed.both" if both else "not_printed.one")
        if unsure:
            self.copies = tr("not_printed.look")

    def forget(self) -> None:
        self.why = self.kept = self.charge = self.after = self.copies = ""

    def spoken(self) -> str:
        return self.app.tr("speech.not_printed", why=self.why)


kv.load(__file__)
