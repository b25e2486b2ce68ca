"""Books to carry away: which, for which days, as a table or a page; onto a USB stick, with its progress."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.services.views import Today
from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, progress, scroll  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.button import Btn

BOOKS = (  # of a household alone, see `kiosk export household-file`: that is asked for by the household
    "redemption-register",
    "points-ledger",
    "goods-ledger",
    "redemption-notice",
    "fund-notice",
    "red-list",
    "checklist",
    "rules-of-the-centre",
    "privacy",
)
TEXTS = ("rules-of-the-centre", "privacy")
PERIODS = ("month", "last-month", "quarter", "year")


class BooksPage(Page):
    """One book at a time; the stick is looked for when it is wanted."""

    book = StringProperty(BOOKS[0])
    period = StringProperty(PERIODS[0])
    suffix = StringProperty(".xlsx")
    is_text = BooleanProperty(False)
    busy = BooleanProperty(False)
    share = NumericProperty(0.0)
    note = StringProperty("")
    tone = StringProperty("ink2")
    days = StringProperty("")
    _day = ""

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        self.app.flow.ask(self.app.backend.services.books.today, then=self._came)
        self._say("")
        self.render()

    def render(self) -> None:
        tr, box = self.app.tr, self.ids.books
        if len(box.children) != len(BOOKS):
            for name in BOOKS:
                button = Btn(name=f"book-{name}", role="body")
                button.bind(on_release=lambda _button, name=name: self.choose(name))
                box.add_widget(button)
        for name, button in zip(BOOKS, reversed(box.children), strict=True):
            button.text, button.chosen = tr(f"books.{name}"), name == self.book
        first, last = self._span()
        self.days = (
            ""
            if self.is_text or not first
            else tr("books.days", first=form.day(tr, first), last=form.day(tr, last))
        )

    def choose(self, name: str) -> None:
        """Which book; texts are pages and have no days."""
        self.book, self.is_text = name, name in TEXTS
        if self.is_text:
            self.suffix = ".pdf"
        self._say("")
        self.render()

    def when(self, period: str) -> None:
        """For which days."""
        self.period = period
        self._say("")
        self.render()

    def write(self) -> None:
        """Write it to the stick."""
        session = self.app.flow.session
        if session is None:
            return
        first, last = self._span()
        words = (self.book, first, last, self.suffix, session.staff)
        started = self.app.aside.run(
            "book", *words, then=self._written, failed=self._refused, told=self._told
        )
        if started:
            self.busy, self.share = True, 0.0
            self._say(self.app.tr("books.writing"))

    def forget(self) -> None:
        self._say("")

    def _span(self) -> tuple[str, str]:
        """First and last day of the chosen period, whole months."""
        if not self._day:
            return "", ""
        day = date.fromisoformat(self._day)
        if self.period == "last-month":
            day = day.replace(day=1) - timedelta(days=1)
        first, last = day.month, day.month
        if self.period == "quarter":
            first = day.month - (day.month - 1) % 3
            last = first + 2
        elif self.period == "year":
            first, last = 1, 12
        ends = date(day.year, last, monthrange(day.year, last)[1])
        return date(day.year, first, 1).isoformat(), ends.isoformat()

    def _came(self, today: Today) -> None:
        self._day = today.day
        self.render()

    def _told(self, done: int, of: int) -> None:
        self.share = (done + 1) / (of + 1)

    def _written(self, file: str) -> None:
        self.busy, self.share = False, 0.0
        self._say(self.app.tr("books.written"), "green")
        self.days = "" if self.app.theme.compact else file

    def _refused(self, error: BaseException) -> None:
        self.busy, self.share = False, 0.0
        self._say("")
        self.app.flow.refuse(error)

    def _say(self, note: str, tone: str = "ink2") -> None:
        self.note, self.tone = note, tone


kv.load(__file__)
