"""Goods with pieces, scanned or chosen from the shelf; the pad writes the pieces of the chosen line."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.services.views import ShelfItem
from kiosk.ui import kv
from kiosk.ui.screens.task_page import TaskPage
from kiosk.ui.tasks import entry
from kiosk.ui.tasks.steps import Goods, Line
from kiosk.ui.widgets import numpad  # noqa: F401  # its rule is used in the .kv file
from kiosk.ui.widgets.numpad import BACK, CLEAR
from kiosk.ui.widgets.paged import TaskRow


class TaskGoods(TaskPage):
    """Scanning a good again adds one; what is typed takes the place of what was there."""

    closed = BooleanProperty(False)
    dated = BooleanProperty(False)
    shelving = BooleanProperty(False)  # the rows are the shelf, not the list
    dating = BooleanProperty(False)  # the pad writes the date, not the pieces
    shown = StringProperty("")
    unfinished = StringProperty("")  # what is wrong with a date as far as it is typed
    current = StringProperty("")  # what the pad writes
    filled = NumericProperty(0)  # lines with pieces
    _lines: tuple[Line, ...] = ()
    _shelf: tuple[ShelfItem, ...] = ()
    _at = -1
    _typed = ""
    _fresh = True  # the next digit begins anew

    def fill(self) -> None:
        step = self._step
        self.closed, self.dated = step.closed, step.dated
        lines, self._shelf = self.prepared
        known = self.app.tasks.said(step.name)
        if known is not None:
            said = {line.sku: line for line in known.value}
            rest = tuple(line for line in known.value if line.sku not in {one.sku for one in lines})
            lines = tuple(said.get(line.sku, line) for line in lines) + rest
        self._lines = tuple(lines)
        self._choose(0 if self._lines else -1)

    def render(self) -> None:
        super().render()
        self.ids.rows.empty = self.words("goods_empty")

    def takes(self, code: str) -> bool:
        self.app.tasks.look_up(lambda at: at.services.shelf.by_barcode(at.terminal, code), self._scanned)
        return True

    def key(self, key: str) -> None:
        """A key of the pad."""
        if self._at < 0 or self.shelving:
            self.app.toast.say(self.words("goods_first"))
            return
        typed = "" if self._fresh and key not in (CLEAR, BACK) else self._typed
        self._fresh = False
        if key == CLEAR:
            typed = ""
        elif key == BACK:
            typed = typed[:-1]
        else:
            typed = entry.keep("day" if self.dating else "pieces", typed, key)
        self._typed = typed
        line = self._lines[self._at]
        if self.dating:
            self._set(replace(line, best_before=str(entry.value("day", typed) or "")))
        else:
            self._set(replace(line, pieces=int(typed) if typed else None))

    def date(self, dating: bool) -> None:
        """What the pad writes: until when it is good, or how many."""
        self.dating = dating
        self._begin()
        self._show(keep=True)

    def shelf(self) -> None:
        """Choose from the shelf instead of scanning; again: back to the list."""
        self.shelving = not self.shelving
        self._show()

    def remove(self) -> None:
        """Take the chosen line away."""
        if self._at >= 0 and not self.closed:
            self._lines = self._lines[: self._at] + self._lines[self._at + 1 :]
            self._choose(min(self._at, len(self._lines) - 1))

    def go_on(self) -> None:
        """The list is complete."""
        kept = self._kept()
        pieces = sum(line.pieces or 0 for line in kept)
        self.app.tasks.answer(kept, self.app.tr("tasks.goods_sum", n=len(kept), pieces=pieces))

    def forget(self) -> None:
        super().forget()
        self._lines, self._shelf, self._at, self._typed = (), (), -1, ""
        self.shelving = self.dating = False
        self.shown = self.current = self.unfinished = ""
        self.filled = 0
        self.ids.rows.show(())

    @property
    def _step(self) -> Goods:
        step = self.app.tasks.asked
        assert isinstance(step, Goods)
        return step

    def _kept(self) -> tuple[Line, ...]:
        blank = self._step.blank
        return tuple(one for one in self._lines if one.pieces is not None and (blank or one.pieces > 0))

    def _scanned(self, item: ShelfItem) -> None:
        self.shelving = self.dating = False
        at = next((at for at, line in enumerate(self._lines) if line.sku == item.sku), -1)
        if at >= 0 and self._step.blank:
            self._choose(at)  # what is counted is typed, not scanned
        elif at >= 0:
            line = self._lines[at]
            self._lines = (
                *self._lines[:at],
                replace(line, pieces=min((line.pieces or 0) + 1, 999_999)),
                *self._lines[at + 1 :],
            )
            self._choose(at)
        elif self.closed:
            self.app.toast.say(self.words("goods_not_here", name=item.name))
        else:
            self._lines += (Line(sku=item.sku, name=item.name, unit=item.unit, pieces=1),)
            self._choose(len(self._lines) - 1)

    def _choose(self, at: int) -> None:
        self._at = at
        self.dating = False
        self._begin()
        self._show(keep=True)

    def _begin(self) -> None:
        self._typed, self._fresh = "", True
        if self._at >= 0:
            line = self._lines[self._at]
            pieces = "" if line.pieces is None else str(line.pieces)
            self._typed = line.best_before.replace("-", "") if self.dating else pieces

    def _set(self, line: Line) -> None:
        self._lines = (*self._lines[: self._at], line, *self._lines[self._at + 1 :])
        self._show(keep=True)

    def _show(self, *, keep: bool = False) -> None:
        self.filled = len(self._kept())
        self.shown = entry.shown("day", self._typed) if self.dating else self._typed
        self.unfinished = entry.rest(self.app.tr, "day", self._typed) if self.dating else ""
        self.current = self._lines[self._at].name if self._at >= 0 else ""
        if self.shelving:
            self.ids.rows.show([partial(self._shelf_row, item) for item in self._shelf])
            return
        self.ids.rows.show([partial(self._row, at) for at in range(len(self._lines))], keep=keep)
        if keep and not self.ids.rows.first <= self._at < self.ids.rows.first + self.ids.rows.shown:
            self.ids.rows.to_row(self._at)

    def _row(self, at: int) -> TaskRow:
        line, tr = self._lines[at], self.app.tr
        until = tr("tasks.until", day=line.best_before) if line.best_before else ""
        detail = tr("tasks.comma").join(part for part in (line.note, until) if part)
        pieces = "" if line.pieces is None else tr("tasks.pieces", n=line.pieces, unit=line.unit)
        row = TaskRow(
            name=f"line-{line.sku}",
            title=line.name,
            detail=detail,
            figure_text=pieces or tr("tasks.not_counted"),
            ticked=at == self._at,
        )
        row.bind(on_release=lambda _row: self._choose(at))
        return row

    def _shelf_row(self, item: ShelfItem) -> TaskRow:
        left = self.app.tr("tasks.pieces", n=item.on_hand, unit=item.unit)
        row = TaskRow(
            name=f"shelf-{item.sku}",
            title=item.name,
            detail=self.app.tr("tasks.left", left=left),
            ending="plus",
        )
        row.bind(on_release=lambda _row: self._scanned(item))
        return row


def worded(tr: Any, lines: tuple[Line, ...]) -> list[tuple[str, str]]:
    """The lines as a summary lists them."""
    found = []
    for line in lines:
        pieces = tr("tasks.pieces", n=line.pieces, unit=line.unit)
        until = tr("tasks.until", day=line.best_before) if line.best_before else ""
        found.append((line.name, tr("tasks.comma").join(part for part in (pieces, until) if part)))
    return found


kv.load(__file__)
