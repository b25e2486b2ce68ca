"""What hangs on the wall for everybody: notices, rules, honours, goods and funds; names are masked."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty

from kiosk.ui import kv
from kiosk.ui.screens import boardlists
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import empty, header, listrow, tabs  # noqa: F401  # rules used in the .kv file

TABS = ("notices", "rules", "honours", "funds")


class BoardPage(Page):
    """Opened from the attract page or an account; nothing on it belongs to the visit."""

    tab = StringProperty("notices")
    title = StringProperty("")
    body = StringProperty("")
    _found: Any = None

    def enter(self, **facts: Any) -> None:
        self.forget()
        self.tab = facts.get("tab", "notices")
        self._name_tabs()
        self.title = self.app.tr("board.loading")
        tab = self.tab
        job = boardlists.LISTS[tab].load

        def came(found: Any) -> None:
            if tab == self.tab:
                self._found = found
                self.render()

        self.app.flow.ask(lambda terminal: job(self.app.backend.services, terminal), then=came)

    def render(self) -> None:
        self._name_tabs()
        if self._found is None:
            return
        tr = self.app.tr
        lines = boardlists.LISTS[self.tab].lines(tr, self._found, self.app.flow.account is not None)
        self.ids.rows.lines = lines
        self.title = "" if lines else tr(f"board.{self.tab}_none")
        self.body = "" if lines else tr(f"board.{self.tab}_how")

    def forget(self) -> None:
        self._found = None
        self.title = self.body = ""
        self.ids.rows.lines = []

    def spoken(self) -> str:
        return self.app.tr(f"speech.board_{self.tab}")

    def picked(self, key: str) -> None:
        """A line of a notice that hangs was tapped: object to it."""
        entry, _, number = key.partition("/")
        for notice, lines in self._found or ():
            if notice.entry == entry:
                shown = next(one for one in lines if one.line == int(number))
                self.app.flow.show("appeal", notice=entry, shown=shown)

    def _name_tabs(self) -> None:
        self.ids.tabs.tabs = [(tab, self.app.tr(f"board.{tab}")) for tab in TABS]
        self.ids.tabs.chosen = self.tab


kv.load(__file__)
