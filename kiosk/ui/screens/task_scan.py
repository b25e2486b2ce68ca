"""A code of ours to scan: a slip's, a document's."""

from __future__ import annotations

from kiosk.ui import kv
from kiosk.ui.screens.task_page import TaskPage
from kiosk.ui.tasks.steps import Code
from kiosk.ui.widgets import sign  # noqa: F401  # its rule is used in the .kv file


class TaskScan(TaskPage):
    """Only a code of the kind that was asked for answers."""

    def takes(self, code: str) -> bool:
        step = self.app.tasks.asked
        assert isinstance(step, Code)
        if code.startswith(step.starts):
            self.app.tasks.answer(code, (code.split(":") + [""] * step.part)[step.part])
        else:
            self.app.toast.say(self.words("other_code"))
        return True


kv.load(__file__)
