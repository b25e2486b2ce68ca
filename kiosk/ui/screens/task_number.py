"""A question answered in digits: points, pieces, a day, a time; what is usual is offered beside the pad."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ui import kv
from kiosk.ui.screens.task_page import TaskPage
from kiosk.ui.tasks import entry
from kiosk.ui.tasks.steps import Number, Option
from kiosk.ui.widgets import numpad  # noqa: F401  # its rule is used in the .kv file
from kiosk.ui.widgets.button import Btn
from kiosk.ui.widgets.numpad import BACK, CLEAR


class TaskNumber(TaskPage):
    """Nothing but the pad writes into the box: a scan never does."""

    shown = StringProperty("")
    unit = StringProperty("")
    placeholder = StringProperty("")
    rest = StringProperty("")  # what is missing or wrong so far
    pad = StringProperty("digits")
    ready = BooleanProperty(False)
    _typed = ""

    def fill(self) -> None:
        step = self._step
        self.pad = "points" if step.kind == "points" else "digits"
        known = self.app.tasks.said(step.name)
        self._set(_typed_again(step, known.value) if known is not None else "")
        for one in self.prepared[1]:
            button = Btn(name=f"quick-{one.key}", text=one.title, role="body")
            button.bind(on_release=lambda _b, one=one: self._quick(one))
            self.ids.quick.add_widget(button)

    def render(self) -> None:
        super().render()
        if self.app.tasks.task is None or self.prepared is None:
            return
        self.hint = self.prepared[0] or self.hint
        here = f"tasks.here_{self._step.kind}"
        self.placeholder = self.app.tr(here if self.app.tr.has(here) else "tasks.type_here")
        self.unit = self.app.tr("unit.points") if self._step.kind == "points" else ""
        if not self._typed:
            self.shown = ""

    def key(self, key: str) -> None:
        """A key of the pad."""
        typed = self._typed
        if key == CLEAR:
            typed = ""
        elif key == BACK:
            typed = typed[:-1]
        else:
            typed = entry.keep(self._step.kind, typed, key)
        self._set(typed)

    def go_on(self) -> None:
        """The digits are all there."""
        step = self._step
        found = entry.value(step.kind, self._typed, step.least)
        if found is not None:
            self.app.tasks.answer(found, entry.reads(self.app.tr, step.kind, found))

    def forget(self) -> None:
        super().forget()
        self._typed = self.shown = self.unit = self.placeholder = self.rest = ""
        self.ready = False
        self.ids.quick.clear_widgets()

    @property
    def _step(self) -> Number:
        step = self.app.tasks.asked
        assert isinstance(step, Number)
        return step

    def _quick(self, one: Option) -> None:
        self.app.tasks.answer(one.answer, entry.reads(self.app.tr, self._step.kind, one.answer))

    def _set(self, typed: str) -> None:
        self._typed = typed
        self.shown = entry.shown(self._step.kind, typed)
        self.ready = entry.value(self._step.kind, typed, self._step.least) is not None
        self.rest = "" if self.ready else entry.rest(self.app.tr, self._step.kind, typed)


def _typed_again(step: Number, value: Any) -> str:
    """The digits that give `value`."""
    if step.kind == "points":
        whole, tenth = divmod(value, 10)
        return f"{whole}.{tenth}" if tenth else str(whole)
    if step.kind == "pin":
        return ""
    return "".join(filter(str.isdigit, str(value)))


kv.load(__file__)
