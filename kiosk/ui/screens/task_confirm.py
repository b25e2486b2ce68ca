"""The last page before it is done: everything that was chosen, in words, and one large button."""

from __future__ import annotations

from functools import partial

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ui import kv
from kiosk.ui.screens.task_goods import worded
from kiosk.ui.screens.task_page import TaskPage
from kiosk.ui.tasks.steps import Goods
from kiosk.ui.widgets.paged import FactRow


class TaskConfirm(TaskPage):
    """Nothing is written before the tap; two taps are one."""

    speaks_up = True
    amount = StringProperty("")
    go = StringProperty("")
    sent = BooleanProperty(False)

    def render(self) -> None:
        super().render()
        tasks, tr = self.app.tasks, self.app.tr
        if tasks.task is None:
            return
        self.question = self.words("confirm")
        self.hint = self.words("confirm_how", "")
        self.amount = tasks.task.amount(tasks.at)
        self.sent = tasks.busy
        self.go = tr("tasks.sent") if self.sent else self.words("go")
        facts: list[tuple[str, str]] = []
        for step in tasks.questions:
            answer = tasks.said(step.name)
            if isinstance(step, Goods) and answer is not None:
                facts += worded(tr, answer.value)
            elif answer is not None:
                name, _, _about = step.name.partition(".")
                facts.append((self.words(f"{name}_short", self.words(name)), answer.words))
        facts += [(row.title, row.value) for row in self.prepared or ()]
        self.ids.rows.show([partial(FactRow, title=title, value=value) for title, value in facts], keep=True)

    def forget(self) -> None:
        super().forget()
        self.amount = ""
        self.sent = False
        self.ids.rows.show(())

    def spoken(self) -> str:
        return f"{self.question}。{self.amount}"


kv.load(__file__)
