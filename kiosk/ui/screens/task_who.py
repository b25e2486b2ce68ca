"""Whose it is: a household by its card, or by number or initials; or many of them, one after another."""

from __future__ import annotations

from functools import partial
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.services.views import Account
from kiosk.ui import form, kv
from kiosk.ui.screens.task_page import TaskPage
from kiosk.ui.tasks.steps import Who
from kiosk.ui.widgets import numpad  # noqa: F401  # its rule is used in the .kv file
from kiosk.ui.widgets.numpad import BACK, CLEAR
from kiosk.ui.widgets.paged import TaskRow
from kiosk.words import points

REASON = "other"  # why without the card: staff look households up for their own work
LONGEST = {"digits": 7, "letters": 8}
LEAST = {"digits": 4, "letters": 2}
NAMED = 2


class TaskWho(TaskPage):
    """The card is quickest; the pad finds who has none at hand."""

    pad = StringProperty("digits")
    typed = StringProperty("")
    enough = BooleanProperty(False)
    many = BooleanProperty(False)
    chosen = NumericProperty(0)
    finding = BooleanProperty(False)  # the rows are what was found, not what is on the list
    _listed: tuple[tuple[Account | None, str], ...] = ()  # household and the words of its row
    _found: tuple[Account, ...] = ()

    def fill(self) -> None:
        step = self._step
        self.many = step.many
        known = self.app.tasks.said(step.name)
        if step.many and known is not None and step.each is None:
            self._listed = tuple((one, self._words(one)) for one in known.value)
        self._show()

    def render(self) -> None:
        super().render()
        self.ids.rows.empty = self.words("who_empty")

    def switch(self, pad: str) -> None:
        """Number or initials."""
        self.pad = pad
        self.key(CLEAR)

    def key(self, key: str) -> None:
        """A key of the pad."""
        if key == CLEAR:
            self.typed = ""
        elif key == BACK:
            self.typed = self.typed[:-1]
        elif len(self.typed) < LONGEST[self.pad]:
            self.typed += key
        self.enough = len(self.typed) >= LEAST[self.pad]
        if self.finding:
            self._show()

    def search(self) -> None:
        """Look up what was typed."""
        typed, by_name = self.typed, self.pad == "letters"

        def look(at: Any) -> Any:
            find = at.services.find.by_name if by_name else at.services.find.by_number
            return find(at.terminal, typed, REASON)

        self.app.tasks.look_up(look, self._came)

    def takes(self, code: str) -> bool:
        if not code.startswith("P1:"):
            return super().takes(code)
        if self._step.each is not None:
            self._tell(code)
        else:
            self.app.tasks.look_up(lambda at: at.services.find.by_card(at.terminal, code), self._is)
        return True

    def takes_identity(self, number: str) -> bool:
        def look(at: Any) -> Any:
            return at.services.find.by_digest(at.terminal, number)

        self.app.tasks.look_up(look, self._tell if self._step.each is not None else self._is)
        return True

    def go_on(self) -> None:
        """Everybody is on the list."""
        tr, found = self.app.tr, [one for one, _words in self._listed if one is not None]
        names = tr("tasks.comma").join(self.app.tasks.at.family(a.name, a.household) for a in found[:NAMED])
        words = names if len(found) <= NAMED else tr("tasks.and_more_homes", names=names, n=len(found))
        if self._step.each is not None:
            words = tr("tasks.homes", n=len(self._listed))
        self.app.tasks.answer(tuple(found) or len(self._listed), words)

    def forget(self) -> None:
        super().forget()
        self._listed = self._found = ()
        self.typed, self.pad = "", "digits"
        self.enough = self.finding = False
        self.chosen = 0
        self.ids.rows.show(())

    @property
    def _step(self) -> Who:
        step = self.app.tasks.asked
        assert isinstance(step, Who)
        return step

    def _came(self, accounts: tuple[Account, ...]) -> None:
        self._found = accounts
        self.finding = True
        if not accounts:
            self.app.toast.say(self.app.tr("find.none"))
        self._rows()

    def _is(self, account: Account) -> None:
        """This household is meant."""
        if self._step.each is not None:
            self._tell(account)
        elif not self.many:
            self.app.tasks.answer(account, self.app.tasks.at.family(account.name, account.household))
        elif any(one is not None and one.household == account.household for one, _words in self._listed):
            self.app.toast.say(self.app.tr("tasks.listed_already"))
            self._show()
        else:
            self._listed += ((account, self._words(account)),)
            self._show()

    def _tell(self, shown: Any) -> None:
        each = self._step.each
        assert each is not None

        def told(words: str) -> None:
            self._listed += ((None, words),)
            self._show()

        self.app.tasks.look_up(lambda at: each(at, shown), told)

    def _show(self) -> None:
        self.finding = False
        self._found = ()
        self.typed, self.enough = "", False
        self._rows()

    def _rows(self) -> None:
        self.chosen = len(self._listed)
        rows = self.ids.rows
        if self.finding:
            rows.show([partial(self._found_row, one) for one in self._found])
        else:
            rows.show([partial(self._listed_row, at) for at in range(len(self._listed))])
            rows.to_end()

    def _found_row(self, account: Account) -> TaskRow:
        tail = form.tail(account.household)
        detail = self.app.tr("tasks.has", tail=tail, points=points(account.available_tenths))
        name = self.app.tr("account.family", name=form.who(self.app.tr, account.name))
        row = TaskRow(name=f"found-{tail}", title=name, detail=detail, ending="next")
        row.bind(on_release=lambda _row: self._is(account))
        return row

    def _listed_row(self, at: int) -> TaskRow:
        account, words = self._listed[at]
        removable = account is not None
        name, ending = (f"listed-{at}", "close") if removable else ("", "")
        row = TaskRow(name=name, title=words, ending=ending)
        if removable:
            row.bind(on_release=lambda _row: self._remove(at))
        return row

    def _remove(self, at: int) -> None:
        self._listed = self._listed[:at] + self._listed[at + 1 :]
        self._show()

    def _words(self, account: Account) -> str:
        return self.app.tasks.at.family(account.name, account.household)


kv.load(__file__)
