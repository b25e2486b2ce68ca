"""Where the points of a household came from and where they went, newest first."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.services.views import HistoryLine
from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, scroll  # noqa: F401  # their rules are used in the .kv file
from kiosk.words import points


class HistoryRow(BoxLayout):
    """One line."""

    day = StringProperty("")
    title = StringProperty("")
    detail = StringProperty("")
    amount = StringProperty("")
    tone = StringProperty("ink")


class HistoryPage(Page):
    """The household of the visit."""

    who = StringProperty("")
    empty = StringProperty("")
    _lines: tuple[HistoryLine, ...] = ()

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        flow = self.app.flow
        self.forget()
        if flow.account is not None:
            self.empty = self.app.tr("history.loading")
            flow.ask(self.app.backend.services.history.history, flow.account.household, then=self._came)
            self.render()

    def render(self) -> None:
        tr, account = self.app.tr, self.app.flow.account
        self.who = (
            tr("history.who", name=form.who(tr, account.name), points=points(account.available_tenths))
            if account
            else ""
        )
        self.ids.rows.data = [self._row(line) for line in self._lines]
        self.ids.rows.scroll_y = 1.0

    def forget(self) -> None:
        self._lines = ()
        self.who = self.empty = ""
        self.ids.rows.data = []

    def _came(self, lines: tuple[HistoryLine, ...]) -> None:
        self._lines = lines
        self.empty = "" if lines else self.app.tr("history.empty")
        self.render()

    def _row(self, line: HistoryLine) -> dict[str, str]:
        tr = self.app.tr
        kind = tr(f"kind.{line.kind}") if tr.has(f"kind.{line.kind}") else line.kind
        up = line.amount_tenths >= 0
        slip = tr("history.slip", slip=line.slip) if line.slip else ""
        return {
            "day": form.day(tr, line.day),
            "title": line.title or kind,
            "detail": " · ".join(part for part in (kind if line.title else "", slip) if part),
            "amount": f"{'+' if up else '−'}{points(abs(line.amount_tenths))}",
            "tone": "green" if up else "ink" if line.kind == "redeem" else "red_text",
        }


kv.load(__file__)
