"""Raising an objection: which line, what is wrong with it, and a numbered case slip; decides nothing."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.services.views import HistoryLine
from kiosk.ui import form, kv
from kiosk.ui.screens import history
from kiosk.ui.screens.page import Page
from kiosk.ui.tasks.at import Shot, jpeg
from kiosk.ui.widgets import header  # noqa: F401  # its rule is used in the .kv file


class AppealPage(Page):
    """Opened with a `line` of the household's history, or with a line of a `notice` that hangs."""

    speaks_up = True
    day = StringProperty("")
    what = StringProperty("")
    amount = StringProperty("")
    tone = StringProperty("ink")
    ground = StringProperty("")
    sent = BooleanProperty(False)
    camera = BooleanProperty(False)  # there is one: a note may be photographed
    noted = BooleanProperty(False)
    _note: Shot | None = None
    _line: HistoryLine | None = None
    _shown: Any = None
    _at: tuple[int, int] = (0, 0)

    def enter(self, **facts: Any) -> None:
        if "note" in facts or "again" in facts:  # back from the camera
            self._note = facts.get("note", self._note)
            self.noted = self._note is not None
            return
        self.forget()
        self.camera = self.app.backend.preview is not None
        self._line, self._shown = facts.get("line"), facts.get("shown")
        self._at = _place(self._line.entry if self._line else facts["notice"])
        self.render()

    def render(self) -> None:
        tr, line, shown = self.app.tr, self._line, self._shown
        if line is not None:
            self.day = form.day(tr, line.day)
            self.what = form.goods(tr, line.title) or form.kind(tr, line.kind)
            self.amount, self.tone = form.change(line.amount_tenths), history.tone(line)
        elif shown is not None:
            tenths = shown.now_tenths if shown.what == "earn" else -shown.now_tenths
            self.day = tr("board.person", name=shown.name, tail=shown.tail)
            self.what = shown.title
            self.amount, self.tone = form.change(tenths), "green" if tenths >= 0 else "red_text"

    def send(self) -> None:
        """Open the case, once."""
        flow, service = self.app.flow, self.app.backend.services.appeals
        if self.sent or not self.ground or flow.account is None:
            return
        self.sent = True
        proof, ground, at, shot = flow.account.proof, self.ground, self._at, self._note
        number = self._shown.line if self._shown is not None else 0
        evidence = self.app.backend.services.evidence

        def job(terminal: Any) -> Any:
            note = evidence.photo(jpeg(shot)).data if shot is not None else b""
            if number:
                return service.object_to(terminal, at, number, ground, proof=proof, note=note)
            return service.appeal(terminal, at, ground, proof=proof, note=note)

        flow.ask(job, then=self._opened, failed=self._failed)

    def back(self) -> None:
        """To where the line was chosen."""
        if self._shown is not None:
            self.app.flow.show("board", tab="notices")
        else:
            self.app.flow.show("history", again=True)

    def forget(self) -> None:
        self._line = self._shown = self._note = None
        self._at = (0, 0)
        self.day = self.what = self.amount = self.ground = ""
        self.sent = self.noted = False

    def spoken(self) -> str:
        return self.app.tr("speech.appeal")

    def _opened(self, case: Any) -> None:
        tr = self.app.tr
        printer = self.app.backend.settings.printer.address
        key = "appeal.done" if printer else "appeal.done_unprinted"
        sentence = tr(key, number=case.number, day=form.day(tr, case.due))
        self.forget()
        self.app.flow.message(sentence, tone="good")

    def _failed(self, error: BaseException) -> None:
        self.sent = False
        self.app.flow.refuse(error)


def _place(entry: str) -> tuple[int, int]:
    epoch, seq = entry.split("-")
    return int(epoch), int(seq)


kv.load(__file__)
