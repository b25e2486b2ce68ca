"""Activities: announced, signed in to by card, credited all at once or called off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.services.calloff import REASONS
from kiosk.services.views import Account
from kiosk.ui import form
from kiosk.ui.tasks.at import At, place
from kiosk.ui.tasks.common import GIVES, day_step, proof, rule_steps, words
from kiosk.ui.tasks.steps import Number, Option, Photo, Pick, Row, Second, Task, Told, Who
from kiosk.words import Words, points

GROUP = "points"
TITLES = ("cleanup", "talk", "study", "visit", "patrol", "culture", "sports", "meeting")
PLACES = ("hall", "square", "courtyard", "road", "school", "site")
TIMES = ("08:00", "09:00", "14:00", "19:00")
SHEET_ROWS = 30
WITHOUT_CARD = "other"


def _titles(at: At) -> list[Option]:
    """What the rule is called, or what activities usually are; kept in Chinese whatever the screen speaks."""
    own = at["rule"].title
    return [Option(key="rule", title=own, value=own), *_fixed(at, "ui.choice.title", TITLES)]


def _places(at: At) -> list[Option]:
    own = at.place_name
    return [Option(key="own", title=own, value=own), *_fixed(at, "ui.choice.place", PLACES)]


def _fixed(at: At, prefix: str, keys: tuple[str, ...]) -> list[Option]:
    chinese = Words(terms=at.tr.words.terms)
    return [
        Option(key=key, title=at.tr.words(f"{prefix}.{key}"), value=chinese(f"{prefix}.{key}"))
        for key in keys
    ]


def _announce(at: At) -> Any:
    rows = SHEET_ROWS if at["sheet"] == "yes" else 0
    return at.services.activities.announce(
        *(at.terminal, at["rule"].id, at["day"], at["time"], at["title_q"], at["place"], at.staff),
        sheet_rows=rows,
    )


def _listed(at: At) -> list[Option]:
    return [
        Option(
            key=one.entry,
            title=one.title,
            detail=f"{form.day(at.tr, one.day)} {one.time} · {one.place}",
            figure=at.tr("task.activity-sign.signed", n=one.signed),
        )
        for one in at.services.activities.listing(at.terminal)
        if not one.off and _FITS.get(at.task, lambda _one: True)(one)
    ]


_FITS: dict[str, Callable[[Any], bool]] = {
    "activity-credit": lambda one: one.signed > one.credited,
    "activity-off": lambda one: not one.credited,
}


def _sign(at: At, shown: Any) -> str:
    """One household, by card text or found at the desk."""
    book = at.services.activities
    if isinstance(shown, Account):
        done = book.sign_in_at_desk(
            at.terminal, place(at["activity"]), shown.household, WITHOUT_CARD, at.staff
        )
    else:
        done = book.sign_in_by_card(at.terminal, place(at["activity"]), shown)
    key = "again" if done.repeated else "in"
    return at.tr(f"task.activity-sign.{key}", home=at.family(done.name, done.household))


def _credit(at: At) -> Any:
    return at.services.crediting.credit(at.terminal, place(at["activity"]), at.staff, at.second, proof(at))


def _credited(at: At, done: Any) -> Told:
    rows = tuple(
        Row(title=at.family(one.name, one.household), value=at.tr.refusal(one.code, one.params))
        for one in done.left
    )
    facts = {"homes": done.households, "points": points(done.tenths), "left": len(rows)}
    return Told(params=facts, rows=rows, key="done_some" if rows else "done")


TASKS = (
    Task(
        name="activity-new",
        group=GROUP,
        icon="calendar",
        act="activity",
        steps=(
            *rule_steps(GIVES),
            Pick(name="title_q", options=_titles),
            Pick(name="place", options=_places),
            day_step(back=1, ahead=3),
            Number(
                name="time",
                kind="time",
                quick=lambda _at: [Option(key=time, title=time) for time in TIMES],
            ),
            Pick(name="sheet", options=words("ui.choice.sheet", ("no", "yes"))),
        ),
        run=_announce,
        told=lambda at, made: Told(
            params={"day": form.day(at.tr, made.day), "time": made.time, "points": points(made.amount_tenths)}
        ),
    ),
    Task(
        name="activity-sign",
        group=GROUP,
        icon="card",
        act="activity",
        steps=(Pick(name="activity", options=_listed), Who(name="who", many=True, each=_sign)),
        run=lambda at: at.services.activities.one(at.terminal, place(at["activity"])),
        told=lambda _at, one: Told(params={"n": one.signed}),
        at_once=True,
    ),
    Task(
        name="activity-credit",
        group=GROUP,
        icon="plus",
        act="deed",
        steps=(
            Pick(name="activity", options=_listed),
            Photo(name="photo", may_skip=True),
            Second(act="deed"),
        ),
        run=_credit,
        told=_credited,
    ),
    Task(
        name="activity-off",
        group=GROUP,
        icon="close",
        act="activity",
        steps=(
            Pick(name="activity", options=_listed),
            Pick(name="why", options=words("activity.why", REASONS)),
        ),
        run=lambda at: at.services.calloff.call_off(at.terminal, place(at["activity"]), at["why"], at.staff),
        told=lambda _at, done: Told(params={"n": done.activity.signed}, slip=done.slip),
    ),
)
