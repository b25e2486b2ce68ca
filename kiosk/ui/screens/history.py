"""Where the points of a household came from and where they went, newest first; each line says why."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.services.views import HistoryLine
from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import empty, header, listrow  # noqa: F401  # their rules are used in the .kv file
from kiosk.words import points

DOUBTFUL = ("earn", "deduct")  # kinds that may be appealed against


class HistoryPage(Page):
    """The household of the visit; opened to read, or to choose the line of an appeal."""

    who = StringProperty("")
    title = StringProperty("")
    body = StringProperty("")
    choosing = BooleanProperty(False)
    _lines: tuple[HistoryLine, ...] = ()

    def enter(self, **facts: Any) -> None:
        flow = self.app.flow
        if facts.get("again") and self._lines:
            return  # back from one line: the others are where they were
        self.forget()
        self.choosing = bool(facts.get("choosing"))
        if flow.account is not None:
            self.title = self.app.tr("history.loading")
            flow.ask(self.app.backend.services.history.history, flow.account.household, then=self._came)
            self.render()

    def render(self) -> None:
        tr, account = self.app.tr, self.app.flow.account
        self.who = (
            tr("history.who", name=form.who(tr, account.name), points=points(account.available_tenths))
            if account
            else ""
        )
        self.ids.rows.lines = [self._row(line) for line in self._lines if self._wanted(line)]

    def forget(self) -> None:
        self._lines = ()
        self.who = self.title = self.body = ""
        self.choosing = False
        self.ids.rows.lines = []

    def spoken(self) -> str:
        return self.app.tr("speech.history_choosing" if self.choosing else "speech.history")

    def picked(self, entry: str) -> None:
        """A line was tapped."""
        line = next(line for line in self._lines if line.entry == entry)
        self.app.flow.show("appeal" if self.choosing else "why", line=line)

    def _came(self, lines: tuple[HistoryLine, ...]) -> None:
        self._lines = lines
        some = any(map(self._wanted, lines))
        tr = self.app.tr
        self.title = "" if some else tr("history.none_doubtful" if self.choosing else "history.empty")
        self.body = "" if some else tr("history.ask" if self.choosing else "history.how")
        self.render()

    def _wanted(self, line: HistoryLine) -> bool:
        return not self.choosing or (line.kind in DOUBTFUL and not line.disputed)

    def _row(self, line: HistoryLine) -> dict[str, Any]:
        tr = self.app.tr
        kind = form.kind(tr, line.kind)
        parts = (
            kind if line.title else "",
            tr("history.slip", slip=line.slip) if line.slip else "",
            tr("history.disputed") if line.disputed else "",
        )
        return listrow.line(
            form.goods(tr, line.title) or kind,
            key=line.entry,
            lead=form.day(tr, line.day),
            detail=" · ".join(part for part in parts if part),
            value=form.change(line.amount_tenths),
            tone=tone(line),
            more=tr("history.choose" if self.choosing else "history.why"),
        )


def tone(line: HistoryLine) -> str:
    """The colour of what a line changed; the sign says the same."""
    return "green" if line.amount_tenths >= 0 else "ink" if line.kind == "redeem" else "red_text"


kv.load(__file__)
