"""How it came out: done in words, with its slip; or why not, and what to do next."""

from __future__ import annotations

from functools import partial
from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ui import kv
from kiosk.ui.screens import not_printed
from kiosk.ui.screens.message import TONES, parted
from kiosk.ui.screens.task_page import TaskPage
from kiosk.ui.widgets import sign  # noqa: F401  # its rule is used in the .kv file
from kiosk.ui.widgets.paged import FactRow, settle

UNSURE = ("failed", "unknown")


class TaskDone(TaskPage):
    """A refusal keeps the answers: back leads to the page it came from."""

    speaks_up = True
    body = StringProperty("")
    printing = StringProperty("")
    code = StringProperty("")
    icon = StringProperty("ok")
    tone = StringProperty("green")
    ground = StringProperty("green_soft")
    refused = BooleanProperty(False)
    reprintable = BooleanProperty(False)
    unprinted = BooleanProperty(False)  # its slip is not on paper: that comes first now
    unsure = BooleanProperty(False)
    by_hand = BooleanProperty(False)
    long = BooleanProperty(False)  # rows below the sentence
    _refusal = ""

    def enter(self, **facts: Any) -> None:
        self.forget()
        self._refusal = facts.get("refusal", "")
        self.code = facts.get("code", "")
        self.chimes = "error" if self._refusal else "done"
        self.render()
        settle(self)

    def render(self) -> None:
        super().render()
        tasks, tr = self.app.tasks, self.app.tr
        self.note = ""
        self.refused = bool(self._refusal)
        if self.refused:
            self.question, self.body = parted(self._refusal)
            self.tone, self.ground, self.icon = TONES[""]
            return
        told = tasks.told
        if told is None:
            return
        self.tone, self.ground, self.icon = TONES[told.tone]
        self.question, self.body = parted(self.words(told.key, **told.params))
        state = tasks.print_state
        self.printing = self._printing(told.slip) if told.slip else ""
        self.reprintable = state is not None and state.state in UNSURE
        self.unprinted = bool(self.reprintable and state is not None and state.reason != "no-proof")
        self.unsure = bool(state is not None and not_printed.unsure(state))
        self.by_hand = bool(state is not None and not_printed.by_hand(state))
        self.long = bool(told.rows)
        self.ids.rows.show(
            [partial(FactRow, title=row.title, value=row.value) for row in told.rows], keep=True
        )
        self.hint = tr("tasks.again") if tasks.task is not None else ""

    def forget(self) -> None:
        super().forget()
        self._refusal = self.body = self.printing = self.code = ""
        self.refused = self.reprintable = self.long = False
        self.unprinted = self.unsure = self.by_hand = False
        self.ids.rows.show(())

    def back(self) -> None:
        if self.refused:
            self.app.tasks.again()
        else:
            self.leave()

    def again(self) -> None:
        """The same task once more, from its first question."""
        task = self.app.tasks.task
        if task is not None:
            self.app.tasks.begin(task)

    def leave(self) -> None:
        """Back to the list of tasks."""
        task = self.app.tasks.task
        self.app.tasks.forget()
        self.app.flow.show("tasks", group=task.group if task is not None else "")

    def spoken(self) -> str:
        return f"{self.question}。{self.body}"

    def _printing(self, slip: str) -> str:
        state, tr = self.app.tasks.print_state, self.app.tr
        if state is None or state.state in ("queued", "printing"):
            return tr("tasks.printing", slip=slip)
        if state.state == "printed":
            return tr("tasks.printed", slip=slip)
        if state.reason == "no-proof":
            return tr("tasks.look", slip=slip)
        why = f"not_printed.{state.reason}"
        return tr("tasks.unprinted", slip=slip, why=tr(why if tr.has(why) else "not_printed.error"))


kv.load(__file__)
