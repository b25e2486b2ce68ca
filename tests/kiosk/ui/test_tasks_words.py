"""Every task has its words in both languages, roles that exist, and questions that can be asked."""

from __future__ import annotations

import pytest

from kiosk.services import roles
from kiosk.ui.i18n import Tr
from kiosk.ui.tasks import catalogue
from kiosk.ui.tasks.at import At
from kiosk.ui.tasks.steps import Task
from kiosk.words import Words


def questions(task: Task) -> tuple[str, ...]:
    """The names of a task's steps, as far as they are known before anything is answered."""
    at = At(services=None, terminal=None, tr=Tr(Words()), staff="", role="")
    return tuple(step.name for step in task.questions(at))


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("task", catalogue.TASKS, ids=lambda task: task.name)
def test_every_task_has_its_words(task: Task, locale: str) -> None:
    tr, words = Tr(Words(locale)), Words(locale)
    for key in ("title", "how"):
        assert tr(f"task.{task.name}.{key}")
    assert any(tr.has(f"task.{task.name}.{key}") for key in ("done", "true"))
    for name in questions(task):
        assert tr.has(f"task.{task.name}.{name}") or tr.has(f"step.{name}"), name
        assert name == "slip" or any(tr.has(f"{of}.{name}_short") for of in (f"task.{task.name}", "step")), (
            name
        )
    assert f"ui.tasks.group.{task.group}" in words


def test_names_are_single_and_acts_exist() -> None:
    names = [task.name for task in catalogue.TASKS]
    assert len(names) == len(set(names)) >= 45
    for task in catalogue.TASKS:
        acts = (task.act,) if isinstance(task.act, str) else task.act
        assert all(act in roles.ACTS for act in acts if act), task.name


def test_everybody_sees_only_what_their_role_may_do() -> None:
    seen = {
        role: {t.name for g in catalogue.GROUPS for t in catalogue.offered(role, g)} for role in roles.ROLES
    }
    assert seen["technician"] == {"check-slip"}
    assert "sheet-score" in seen["panel"] and "earn" in seen["panel"] and "void" not in seen["panel"]
    assert {"receive", "day-close", "card-new"} <= seen["manager"] and "honour-give" not in seen["manager"]
    assert set().union(*seen.values()) == {task.name for task in catalogue.TASKS}
