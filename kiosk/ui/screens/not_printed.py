"""Points are taken and written down, the slip is not on paper yet: why, and what to do."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.services.views import PrintState
from kiosk.ui import kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import facts, sign  # noqa: F401  # their rules are used in the .kv file
from kiosk.words import points

# Whoever has seen the paper run out knows that the slip is torn: the printer prints it again by itself.
PLAIN_REASONS = ("paper-out", "cover-open")
# What a person mends at the printer: it goes on printing then, without being told to.
MENDED_THERE = (*PLAIN_REASONS, "unplugged", "stalled", "no-printer")


def unsure(state: PrintState) -> bool:
    """Whether somebody has to look if the slip is whole."""
    return state.state == "unknown" and state.reason not in PLAIN_REASONS


def by_hand(state: PrintState) -> bool:
    """Whether only the button prints the slip: nothing that is mended at the printer does."""
    return state.state == "failed" and state.reason not in MENDED_THERE


class NotPrinted(Page):
    """Leaves by itself when the printer has done its work. Red is the button only where it must be tapped."""

    chimes = "error"
    speaks_up = True
    why = StringProperty("")
    kept = StringProperty("")
    charge = StringProperty("")
    after = StringProperty("")
    copies = StringProperty("")
    unsure = BooleanProperty(False)
    by_hand = BooleanProperty(False)
    trying = BooleanProperty(False)

    def enter(self, **given: Any) -> None:  # noqa: ARG002
        self.render()

    def render(self) -> None:
        desk, tr = self.app.desk, self.app.tr
        if desk.done is None or desk.print_state is None:
            return
        state = desk.print_state
        self.unsure, self.by_hand = unsure(state), by_hand(state)
        self.trying = state.state in ("queued", "printing")
        key = "not_printed.unknown" if self.unsure else f"not_printed.{state.reason}"
        if self.trying:
            key = "not_printed.trying"
        self.why = tr(key) if tr.has(key) else tr("not_printed.error")
        self.kept = tr("not_printed.kept", slip=desk.done.slip)
        self.charge = tr("done.points", points=points(desk.done.charged_tenths))
        self.after = tr("done.points", points=points(desk.done.available_tenths))
        both = self.app.backend.settings.printer.resident_copy
        self.copies = tr("not_printed.both" if both else "not_printed.one")
        if self.unsure:
            self.copies = desk.done.slip

    def forget(self) -> None:
        self.why = self.kept = self.charge = self.after = self.copies = ""

    def spoken(self) -> str:
        return self.app.tr("speech.not_printed", why=self.why)


kv.load(__file__)
