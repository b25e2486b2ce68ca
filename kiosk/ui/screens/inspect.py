"""For whoever inspects: 一统八有 with what each rests on, checking the books, the audit pack on a stick."""

from __future__ import annotations

import re
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.services.roles import may
from kiosk.ui import kv
from kiosk.ui.i18n import Tr
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, progress, scroll, staterow  # noqa: F401  # rules used in the .kv file
from kiosk.ui.widgets.staterow import Told

MOST_PROBLEMS = 3
_ENTRY, _HOUSEHOLD = re.compile(r"\b\d+-\d+\b"), re.compile(r"…(\d{4})")


class InspectPage(Page):
    """The checklist is of this calendar year up to the business day."""

    note = StringProperty("")
    tone = StringProperty("ink2")
    busy = BooleanProperty(False)
    moving = BooleanProperty(False)  # how far it is can be told
    share = NumericProperty(0.0)
    checked = BooleanProperty(False)  # the books were, just now: the pack comes next
    may_pack = BooleanProperty(False)
    _rows: tuple[tuple[str, bool, str], ...] = ()

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        session = self.app.flow.session
        self.may_pack = session is not None and may(session.role, "audit")
        self._say("")
        self.render()

    def render(self) -> None:
        self.app.flow.ask(_checklist, self.app.tr.words.locale, then=self._came)

    def verify(self) -> None:
        """Check chain, sums, stock and slips."""
        if self.app.aside.run("check", then=self._checked, failed=self._refused):
            self._begin(self.app.tr("inspect.verifying"), moving=False)

    def pack(self) -> None:
        """Everything into one signed file on the stick."""
        session = self.app.flow.session
        if session is not None and self.app.aside.run(
            "pack", session.staff, then=self._packed, failed=self._refused, told=self._told
        ):
            self._begin(self.app.tr("inspect.packing"), moving=True)

    def forget(self) -> None:
        self._say("")
        self.checked = False

    def _begin(self, note: str, *, moving: bool) -> None:
        self.busy, self.moving, self.share = True, moving, 0.0
        self._say(note)

    def _end(self) -> None:
        self.busy = self.moving = False

    def _came(self, rows: tuple[tuple[str, bool, str], ...]) -> None:
        tr = self.app.tr
        there = {True: (tr("inspect.there"), "green"), False: (tr("inspect.missing"), "red_text")}
        staterow.fill(self.ids.rows, [Told(title, based, *there[ok]) for title, ok, based in rows])

    def _told(self, done: int, of: int) -> None:
        self.share = (done + 1) / (of + 1)

    def _checked(self, found: dict[str, Any]) -> None:
        self._end()
        self.checked = True
        tr = self.app.tr
        if found["ok"]:
            self._say(tr("inspect.whole", n=found["entries"]), "green")
        else:
            told = dict.fromkeys(_in_words(tr, one) for one in found["problems"])  # one place, told once
            few = tr("inspect.and").join(tuple(told)[:MOST_PROBLEMS])
            self._say(tr("inspect.broken", n=len(found["problems"]), what=few), "red_text")

    def _packed(self, file: str) -> None:
        self._end()
        self.checked = False
        self._say(self.app.tr("inspect.packed", file=file), "green")

    def _refused(self, error: BaseException) -> None:
        self._end()
        self._say("")
        self.app.flow.refuse(error)

    def _say(self, note: str, tone: str = "ink2") -> None:
        self.note, self.tone = note, tone


def _checklist(terminal: Any, locale: str) -> tuple[tuple[str, bool, str], ...]:
    """Each of the eight: its name, whether it is there, what that rests on."""
    from kiosk.books import checklist
    from kiosk.books.forms import Desk
    from kiosk.services.books import today

    day = today(terminal).day
    with terminal.read() as conn:
        desk = Desk(terminal, conn, locale)
        table = checklist.checklist(desk, f"{day[:4]}-01-01", day)
        there = desk.say("books.there")
    return tuple((str(title), verdict == there, str(based)) for title, verdict, based in table.rows)


def _in_words(tr: Tr, problem: str) -> str:
    """What is wrong, and where: a sentence of `services.checks` for people who keep no computers."""
    area, _, rest = problem.partition(":")
    entry, household = _ENTRY.search(rest), _HOUSEHOLD.search(rest)
    place = f"entry_{area}" if entry else f"household_{area}" if household else area
    where = entry[0] if entry else household[1] if household else ""
    for key in (f"inspect.wrong_{place}", f"inspect.wrong_{area}"):
        if tr.has(key):
            return tr(key, where=where)
    return tr("inspect.wrong_other")


kv.load(__file__)
