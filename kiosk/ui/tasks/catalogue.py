"""Every task there is, in the order of the menu, and who may see it."""

from __future__ import annotations

from kiosk.services import roles
from kiosk.ui.tasks import activities, cards, days, goods, month, people, pots, redeeming, stocktake, verdicts
from kiosk.ui.tasks.steps import Task

TASKS: tuple[Task, ...] = (
    *redeeming.TASKS,
    *pots.TASKS,
    *activities.TASKS,
    *month.TASKS,
    *verdicts.TASKS,
    *goods.TASKS,
    *stocktake.TASKS,
    *cards.TASKS,
    *days.TASKS,
    *people.TASKS,
)
GROUPS = tuple(dict.fromkeys(task.group for task in TASKS))


def offered(role: str, group: str) -> tuple[Task, ...]:
    """The tasks of a group that a role may do."""
    return tuple(task for task in TASKS if task.group == group and may(role, task))


def groups(role: str) -> tuple[str, ...]:
    """The groups in which a role may do something."""
    return tuple(group for group in GROUPS if offered(role, group))


def task(name: str) -> Task:
    """The task of that name."""
    return next(one for one in TASKS if one.name == name)


def may(role: str, one: Task) -> bool:
    """Whether a role may do a task; one without an act is open to everybody who is signed in."""
    acts = (one.act,) if isinstance(one.act, str) else one.act
    return not one.act or any(roles.may(role, act) for act in acts)
