"""A question answered from a list: one row is tapped, or several and then the button below."""

from __future__ import annotations

from functools import partial
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty

from kiosk.ui import kv
from kiosk.ui.screens.message import parted
from kiosk.ui.screens.task_page import TaskPage
from kiosk.ui.tasks.steps import Option, Pick
from kiosk.ui.widgets.paged import TaskRow

NAMED = 3  # of several chosen rows so many are named in the summary


class TaskPick(TaskPage):
    """Rows of the step's options; a scanned code chooses the row it belongs to."""

    many = BooleanProperty(False)
    none = BooleanProperty(False)  # there is nothing to choose: why, and the way back
    chosen = NumericProperty(0)
    _ticked: frozenset[str] = frozenset()

    def fill(self) -> None:
        step, known = self.app.tasks.asked, self._known()
        assert isinstance(step, Pick)
        options = self._options()
        self.many = step.many and bool(options)
        self._ticked = frozenset(one.key for one in options if step.many and known and one.answer in known)
        self.chosen = len(self._ticked)
        self.ids.rows.show([partial(self._row, one) for one in options])

    def render(self) -> None:
        super().render()
        self.none = self.prepared is not None and not self._options()
        if self.none:
            self.question, self.hint = parted(self.words("none"))[0], ""
            self.ids.rows.empty = parted(self.words("none"))[1] or self.app.tr("tasks.none_next")

    def takes(self, code: str) -> bool:
        found = next((one for one in self._options() if one.code and one.code == code), None)
        if found is None:
            return super().takes(code)
        self._tapped(found)
        return True

    def go_on(self) -> None:
        """Several were chosen: on with them."""
        found = [one for one in self._options() if one.key in self._ticked]
        tr = self.app.tr
        names = tr("tasks.comma").join(one.title for one in found[:NAMED])
        words = names if len(found) <= NAMED else tr("tasks.and_more", names=names, n=len(found))
        self.app.tasks.answer(tuple(one.answer for one in found), words)

    def all(self) -> None:
        """Every row, or none."""
        options = self._options()
        full = len(self._ticked) == len(options)
        self._ticked = frozenset() if full else frozenset(one.key for one in options)
        self._ticks()

    def forget(self) -> None:
        super().forget()
        self._ticked = frozenset()
        self.chosen, self.none = 0, False
        self.ids.rows.show(())

    def _known(self) -> Any:
        step = self.app.tasks.asked
        found = self.app.tasks.said(step.name) if step is not None else None
        return found.value if found is not None else None

    def _options(self) -> tuple[Option, ...]:
        return self.prepared or ()

    def _row(self, one: Option) -> TaskRow:
        row = TaskRow(
            name=f"pick-{one.key}",
            title=one.title,
            detail=one.detail,
            figure_text=one.figure,
            ending="" if self.many else "next",
            many=self.many,
            ticked=one.key in self._ticked,
        )
        row.bind(on_release=lambda _row: self._tapped(one))
        return row

    def _tapped(self, one: Option) -> None:
        self.app.flow.touched()
        if not self.many:
            self.app.tasks.answer(one.answer, one.title)
            return
        self._ticked ^= {one.key}
        self._ticks()

    def _ticks(self) -> None:
        self.chosen = len(self._ticked)
        self.ids.rows.show([partial(self._row, one) for one in self._options()], keep=True)


kv.load(__file__)
