"""The line to the county: what waits, when it was last reached, what was put aside, exchange now."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, scroll, sign, staterow  # noqa: F401  # rules used in the .kv file
from kiosk.ui.widgets.staterow import Told

MOST_KINDS = 8


class LinePage(Page):
    """Everything here is known without the line."""

    well = BooleanProperty(True)
    title = StringProperty("")
    how = StringProperty("")
    can_exchange = BooleanProperty(False)
    exchanging = BooleanProperty(False)
    _found: Any = None
    _asked_at_ms = -1  # the last exchange when "exchange now" was tapped

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        self.exchanging = False
        self._look()
        self.render()

    def news(self) -> None:
        """The line changed its state: an exchange has ended, well or not."""
        if self.exchanging and self.app.line.last_exchange_at_ms != self._asked_at_ms:
            self.app.toast.say(self.app.tr("line.exchanged"))
        self.exchanging = False
        self._look()
        self.render()

    def render(self) -> None:
        tr, line, alone = self.app.tr, self.app.line, self.app.bar.alone
        self.well = line.online or alone
        self.title = tr("line.alone" if alone else "line.online" if line.online else "line.offline")
        self.how = tr("line.alone_how" if alone else "line.online_how" if line.online else "line.offline_how")
        self.can_exchange = self.app.backend.exchange is not None and not self.exchanging
        staterow.fill(self.ids.rows, self._rows())

    def exchange(self) -> None:
        """Talk to the county now."""
        if self.app.backend.exchange is not None:
            self.exchanging = True
            self._asked_at_ms = self.app.line.last_exchange_at_ms
            self.app.backend.exchange()
            self.render()

    def _look(self) -> None:
        self.app.flow.ask(self.app.backend.services.outgoing.outgoing, then=self._came)

    def _came(self, found: Any) -> None:
        self._found = found
        self.render()

    def _rows(self) -> list[Told]:
        tr, found = self.app.tr, self._found
        if found is None:
            return []
        at_ms = self.app.line.last_exchange_at_ms
        day = f"{datetime.fromtimestamp(at_ms / 1000).astimezone():%Y-%m-%d}"
        when = tr("line.at", day=form.day(tr, day), time=form.clock(at_ms)) if at_ms else tr("line.never")
        since = tr("line.since", day=form.day(tr, found.since)) if found.since else tr("line.nothing_waits")
        rows = [
            Told(tr("line.last"), "", when, "ink2"),
            Told(
                tr("line.waiting"),
                since,
                tr("manager.entries", n=found.waiting),
                "gold_text" if found.waiting else "green",
            ),
        ]
        kinds: Counter[str] = Counter()
        for kind, count in found.kinds:
            kinds[tr(f"kind.{kind}") if tr.has(f"kind.{kind}") else tr("line.other_kind")] += count
        for words, count in kinds.most_common(MOST_KINDS):
            rows.append(Told(tr("line.part", kind=words), "", tr("manager.entries", n=count), "ink2"))
        if found.blocked:
            rows.append(Told(tr("line.blocked"), tr.refusal(found.blocked, {}), tr("line.ask"), "red_text"))
        aside = tr("line.aside_how" if found.set_aside else "line.no_aside")
        state = tr("line.files", n=len(found.set_aside)) if found.set_aside else ""
        rows.append(Told(tr("line.aside"), aside, state, "red_text" if found.set_aside else "green"))
        return rows


kv.load(__file__)
