"""Objections taken down and answered, and what scores lead to: honours given and withdrawn."""

from __future__ import annotations

from typing import Any

from kiosk.ui import form
from kiosk.ui.tasks.at import At, place
from kiosk.ui.tasks.common import WHO, history, words
from kiosk.ui.tasks.steps import Number, Option, Photo, Pick, Second, Task, Told
from kiosk.words import points

GROUP = "month"
GROUNDS = ("not-mine", "not-true", "amount", "missing", "unfair", "other")
OUTCOMES = ("upheld", "less", "more", "all")
LEVELS = ("village", "township", "banner", "league", "region", "nation")

_GROUND = Pick(name="why", options=words("appeal", GROUNDS))


def _appeal(at: At) -> Any:
    return at.services.appeals.appeal(
        *(at.terminal, place(at["entry"]), at["why"]),
        household_id=at.household,
        actor=at.staff,
        note=at.photo(),
    )


def _cases(at: At) -> list[Option]:
    return [
        Option(
            key=one.entry,
            title=at.tr(
                "task.appeal-decide.case_name", number=one.number, about=at.tr.words(f"appeal.{one.why}")
            ),
            detail=at.family(one.name, one.household) if one.household else "",
            figure=at.tr("task.appeal-decide.due", day=form.day(at.tr, one.due)),
        )
        for one in at.services.appeals.cases(at.terminal)
    ]


def _decide(at: At) -> Any:
    return at.services.verdicts.decide(
        at.terminal, place(at["case"]), at["outcome"], at.get("points"), at["why"], at.staff, at.second
    )


def _titles(at: At) -> list[Option]:
    return [Option(key=one.id, title=one.name) for one in at.services.honours.catalogue().honour]


def _years(at: At) -> list[Option]:
    year = int(at.today()[:4])
    return [Option(key=str(one), title=str(one), value=one) for one in (year, year - 1)]


def _register(at: At) -> list[Option]:
    return [
        Option(
            key=one.entry,
            title=at.family(one.name, one.household),
            detail=f"{at.tr.words(f'honours.{one.level}')} · {one.title}",
            figure=str(one.year),
        )
        for one in at.services.honours.register(at.terminal)
        if one.held
    ]


def _give(at: At) -> Any:
    return at.services.honours.give(
        at.terminal, at.household, at["title_q"], at["level"], at["year"], at.staff, at.second
    )


TASKS = (
    Task(
        name="appeal-new",
        group=GROUP,
        icon="question",
        act="appeal",
        steps=(
            WHO,
            Pick(name="entry", options=history("earn", "deduct")),
            _GROUND,
            Photo(name="photo", may_skip=True),
        ),
        run=_appeal,
        told=lambda at, case: Told(
            params={"number": case.number, "due": form.day(at.tr, case.due)}, slip=case.slip
        ),
    ),
    Task(
        name="appeal-decide",
        group=GROUP,
        icon="signature",
        act="decide",
        steps=(
            Pick(name="case", options=_cases),
            Pick(name="outcome", options=words("appeal", OUTCOMES)),
            Number(name="points", kind="points", when=lambda at: at["outcome"] in ("less", "more")),
            _GROUND,
            Second(act="decide"),
        ),
        run=_decide,
        told=lambda _at, done: Told(
            params={
                "number": done.case.number,
                "was": points(done.was_tenths),
                "now": points(done.now_tenths),
            }
        ),
    ),
    Task(
        name="honour-give",
        group=GROUP,
        icon="medal",
        act="honour",
        steps=(
            WHO,
            Pick(name="title_q", options=_titles),
            Pick(name="level", options=words("honours", LEVELS)),
            Number(name="year", kind="year", quick=_years),
            Second(act="honour"),
        ),
        run=_give,
    ),
    Task(
        name="honour-withdraw",
        group=GROUP,
        icon="close",
        act="honour",
        steps=(
            Pick(name="honour", options=_register),
            Pick(name="why", options=words("ui.choice.why", ("mistake", "misconduct", "other"))),
            Second(act="honour"),
        ),
        run=lambda at: at.services.honours.withdraw(
            at.terminal, *place(at["honour"]), at["why"], at.staff, at.second
        ),
    ),
)
