"""Household cards: a new one, a lost one, which of them counts; and the household's own PIN."""

from __future__ import annotations

from typing import Any

from kiosk.ui.tasks.at import At
from kiosk.ui.tasks.common import WHO, words
from kiosk.ui.tasks.steps import Number, Pick, Row, Second, Task, Told, Who

GROUP = "cards"
REASONS = ("first", "lost", "torn", "other")
BY_IDENTITY = "digest"


def _issue(at: At) -> Any:
    return at.services.cards.issue(at.terminal, at["who"].proof, at["why"], at.staff, at.second)


def _cards(at: At, found: Any) -> Told:
    rows = tuple(
        Row(
            title=at.tr("task.card-list.serial", n=one.serial),
            value=at.tr.words(f"cards.{one.state}"),
        )
        for one in found
    )
    return Told(params={"n": len(rows)}, rows=rows)


TASKS = (
    Task(
        name="card-new",
        group=GROUP,
        icon="card",
        act="card",
        steps=(
            Who(name="who"),
            Pick(name="why", options=words("ui.choice.card", REASONS)),
            Second(act="card-agree", when=lambda at: at["who"].proof.how != BY_IDENTITY),
        ),
        run=_issue,
        told=lambda _at, done: Told(params={"serial": done.serial}, slip=done.slip),
    ),
    Task(
        name="card-lost",
        group=GROUP,
        icon="ban",
        act="card",
        steps=(WHO,),
        run=lambda at: at.services.cards.report_lost(at.terminal, at.household, at.staff),
    ),
    Task(
        name="card-list",
        group=GROUP,
        icon="search",
        act="card",
        steps=(WHO,),
        run=lambda at: at.services.cards.cards_of(at.terminal, at.household),
        told=_cards,
        at_once=True,
    ),
    Task(
        name="pin-set",
        group=GROUP,
        icon="key",
        act="pin",
        steps=(WHO, Number(name="pin", kind="pin")),
        run=lambda at: at.services.household_pin.set_pin(at.terminal, at["who"].proof, at["pin"], at.staff),
    ),
    Task(
        name="pin-clear",
        group=GROUP,
        icon="close",
        act="pin",
        steps=(WHO,),
        run=lambda at: at.services.household_pin.set_pin(at.terminal, at["who"].proof, "", at.staff),
    ),
)
