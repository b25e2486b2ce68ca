"""What somebody of the staff may do here, by noun: only what their role may."""

from __future__ import annotations

from functools import partial
from typing import Any

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import kv
from kiosk.ui.screens.task_page import TaskPage
from kiosk.ui.tasks import catalogue
from kiosk.ui.tasks.steps import Task
from kiosk.ui.widgets.button import Btn
from kiosk.ui.widgets.paged import settle
from kiosk.ui.widgets.tappable import Tappable

COLUMNS = 2


class TaskTile(Tappable, BoxLayout):
    """One thing to do."""

    name = StringProperty("")
    icon = StringProperty("")
    title = StringProperty("")
    detail = StringProperty("")


class TaskPair(BoxLayout):
    """Tiles side by side."""


class Tasks(TaskPage):
    """Open it with `flow.show("tasks", group="goods")`; a group the role has nothing of shows its first."""

    group = StringProperty("")
    _wanted = ""
    _built: tuple[Any, ...] = ()

    def enter(self, **facts: Any) -> None:
        self.forget()
        self._wanted = facts.get("group", "")
        self.render()
        settle(self)

    def render(self) -> None:
        session, tr = self.app.flow.session, self.app.tr
        if session is None:
            return
        groups = catalogue.groups(session.role)
        self.group = self._wanted if self._wanted in groups else groups[0] if groups else ""
        self.title = tr("tasks.title")
        self._show_groups(groups)
        found = catalogue.offered(session.role, self.group)
        columns = 1 if self.app.theme.width < 12 * self.app.theme.fs("lead") * COLUMNS else COLUMNS
        pairs = [found[at : at + columns] for at in range(0, len(found), columns)]
        self.ids.rows.empty = tr("tasks.nothing_for_you")
        makes = [partial(self._pair, pair, columns) for pair in pairs]
        self.ids.rows.show(makes, keep=True, total=len(found), each=columns)

    def _show_groups(self, groups: tuple[str, ...]) -> None:
        """A button for each group, made once for each choice of them, language and text size."""
        tr, theme, box = self.app.tr, self.app.theme, self.ids.groups
        if self._built != (groups, tr, theme):
            self._built = (groups, tr, theme)
            box.clear_widgets()
            box.cols = max(1, min(len(groups), 4 if theme.tall else len(groups)))
            for group in groups:
                button = Btn(name=f"group-{group}", text=tr(f"tasks.group.{group}"), role="body")
                button.bind(on_release=lambda _b, group=group: self.enter(group=group))
                box.add_widget(button)
        for button in box.children:
            button.chosen = button.name == f"group-{self.group}"

    def back(self) -> None:
        self.app.flow.home()

    def takes(self, code: str) -> bool:  # noqa: ARG002
        return False

    def takes_identity(self, number: str) -> bool:  # noqa: ARG002
        return False

    def forget(self) -> None:
        super().forget()
        self._wanted = ""
        self.ids.rows.show(())

    def spoken(self) -> str:
        return str(self.title)

    def _pair(self, tasks: tuple[Task, ...], columns: int) -> TaskPair:
        pair, tr = TaskPair(), self.app.tr
        for task in tasks:
            tile = TaskTile(
                name=f"task-{task.name}",
                icon=task.icon,
                title=tr(f"task.{task.name}.title"),
                detail=tr(f"task.{task.name}.how"),
            )
            tile.bind(on_release=lambda _tile, task=task: self.app.tasks.begin(task))
            pair.add_widget(tile)
        for _ in range(columns - len(tasks)):
            pair.add_widget(BoxLayout())
        return pair


kv.load(__file__)
