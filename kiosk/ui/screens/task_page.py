"""What every page of a task shows (back, which task, how far), and what it does with scans not asked for."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ListProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import card, paged  # noqa: F401  # rules the pages of tasks use


class TaskHead(BoxLayout):
    """Back, title, how far, home: always in one place; under the title what was chosen so far, as much of it
    as fits in a line. Fires `on_back` and `on_home`."""

    __events__ = ("on_back", "on_home")
    title = StringProperty("")
    note = StringProperty("")
    chosen = ListProperty([])

    def line(self, chosen: list[str], label: Any, room: float, font_px: float) -> str:
        """The first of `chosen` that fit into `room` px side by side."""
        found = ""
        for words in chosen:
            longer = f"{found} · {words}" if found else words
            if label.natural(longer, font_px) > room:
                break
            found = longer
        return found

    def on_back(self) -> None:
        """Default: nothing."""

    def on_home(self) -> None:
        """Default: nothing."""


class TaskPage(Page):
    """One question of the task that runs; its words are the step's own or those all tasks share."""

    title = StringProperty("")
    note = StringProperty("")
    question = StringProperty("")
    hint = StringProperty("")
    so_far = ListProperty([])
    may_skip = BooleanProperty(False)
    skip_words = StringProperty("")
    prepared: Any = None

    def enter(self, **facts: Any) -> None:
        self.forget()
        self.prepared = facts.get("prepared")
        self.fill()
        self.render()
        paged.settle(self)

    def fill(self) -> None:
        """About to be shown with a new question: set what was answered before."""

    def render(self) -> None:
        tasks = self.app.tasks
        if tasks.task is None:
            return
        self.title = self.app.tr(f"task.{tasks.task.name}.title")
        self.note = self.app.tr("tasks.progress", n=tasks.progress[0], all=tasks.progress[1])
        self.so_far = tasks.so_far
        if tasks.step is not None:
            name = tasks.step.name.partition(".")[0]  # what is asked for each of several: "pieces.soap"
            self.question = self.words(name)
            self.hint = tasks.step.about or self.words(f"{name}_how", "")
            self.skip_words = self.words(f"{name}_skip", self.app.tr("tasks.skip"))
            self.may_skip = tasks.step.may_skip

    def words(self, name: str, otherwise: str | None = None, /, **params: object) -> str:
        """The task's own words for `name`, or those shared by all tasks."""
        tr, task = self.app.tr, self.app.tasks.task
        own = f"task.{task.name}.{name}" if task is not None else ""
        if own and tr.has(own):
            return tr(own, **params)
        if otherwise is not None and not tr.has(f"step.{name}"):
            return otherwise
        return tr(f"step.{name}", **params)

    def back(self) -> None:
        """One step back."""
        self.app.tasks.back()

    def takes(self, code: str) -> bool:  # noqa: ARG002
        self.app.toast.say(self.app.tr("tasks.not_now"))
        return True

    def takes_identity(self, number: str) -> bool:  # noqa: ARG002
        return self.takes("")

    def forget(self) -> None:
        self.prepared = None
        self.title = self.note = self.question = self.hint = ""
        self.so_far = []

    def spoken(self) -> str:
        return f"{self.question}。{self.hint}"


kv.load(__file__)
