"""The month: deeds declared and reviewed, the panel's sheet made, scored, counted, signed and published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from kiosk.services import roles
from kiosk.ui import form
from kiosk.ui.tasks.at import At, place
from kiosk.ui.tasks.common import (
    TAKES,
    WHO,
    amount,
    day_step,
    member_step,
    rule_points,
    rule_steps,
    signed,
    words,
)
from kiosk.ui.tasks.steps import Number, Option, Photo, Pick, Step, Task, Told
from kiosk.words import points

GROUP = "month"
REASONS = ("no-proof", "other-rule", "wrong-amount", "wrong-day", "counted-already", "not-true", "other")
BODIES = ("committees", "supervision", "township")
EARN, DEDUCT = "earn", "deduct"

_WHY = words("way.reason", REASONS)
_VERDICT = words("ui.choice.review", ("pass", "return"))


def _returned(at: At) -> bool:
    return bool(at["verdict"] == "return")


def _what(at: At) -> str:
    sign = at["rule"].sign
    return str(at["what"]) if not sign else DEDUCT if sign == TAKES else EARN


def _declare(at: At) -> Any:
    book = at.services.declare
    claim = book.Claim(
        rule=at["rule"].id,
        amount_tenths=at["points"],
        deed=at["day"],
        what=_what(at),
        household=at.household,
        member=at.get("member", 0),
        evidence=at.photo(),
    )
    return book.declare(at.terminal, claim, actor=at.staff)


def _declared(at: At) -> list[Option]:
    return [
        Option(
            key=one.entry,
            title=at.family(one.name, one.household),
            detail=f"{one.title} · {form.day(at.tr, one.deed)}",
            figure=signed(-one.amount_tenths if one.what == DEDUCT else one.amount_tenths),
        )
        for one in at.services.declare.declarations(at.terminal, "declared")
    ]


def _review(at: At) -> Any:
    items = [place(entry) for entry in at["items"]]
    return at.services.declare.review(at.terminal, items, not _returned(at), at.get("why", ""), at.staff)


def _sheets(state: str, *, complete: bool = False) -> Callable[[At], Sequence[Option]]:
    """Sheets in a state; with `complete` those that everybody has signed."""

    def found(at: At) -> list[Option]:
        rows = [one for one in at.services.sheets.sheets(at.terminal) if one.state == state]
        return [_sheet(at, one) for one in rows if not complete or not one.missing]

    return found


def _sheet(at: At, one: Any) -> Option:
    bodies = at.tr("tasks.comma").join(at.tr.words(f"way.body.{body}") for body in one.missing)
    scored = at.tr("task.sheet-score.scored", n=len(one.scored))
    return Option(
        key=one.entry,
        title=at.tr("task.sheet-score.name", name=one.name, n=one.lines),
        detail=at.tr("task.sheet-sign.missing", bodies=bodies) if bodies else scored,
        figure=at.tr("tasks.points", points=points(one.tenths)),
    )


def _lines(at: At) -> list[Option]:
    _about, found = at.services.sheets.show(at.terminal, place(at["sheet"]))
    return [
        Option(
            key=str(one.line),
            title=f"{one.line}. {at.family(one.name, one.household)}",
            value=(one.line, f"{at.family(one.name, one.household)} {one.title}"),
            detail=one.title,
            figure=signed(-one.declared_tenths if one.what == DEDUCT else one.declared_tenths),
        )
        for one in found
        if one.state == "listed"
    ]


def _score_steps(at: At) -> Iterator[Step]:
    yield Pick(name="sheet", options=_sheets("open"))
    yield Pick(name="off", options=_lines, many=True, may_skip=True)
    for line, about in at.get("off", ()):
        yield Number(name=f"points.{line}", kind="points", least=0, about=about)
        yield Pick(name=f"why.{line}", options=_WHY, about=about)


def _score(at: At) -> Any:
    off = {line: (at[f"points.{line}"], at[f"why.{line}"]) for line, _about in at.get("off", ())}
    return at.services.scoring.score_sheet(at.terminal, place(at["sheet"]), off, at.staff)


def _drop(at: At) -> Any:
    items = {line: at["why"] for line, _about in at["lines"]}
    return at.services.scoring.drop(at.terminal, place(at["sheet"]), items, at.staff)


def _counted(_at: At, done: Any) -> Told:
    facts = {"lines": done.lines, "points": points(done.tenths), "returned": len(done.returned)}
    return Told(params=facts)


def _bodies(at: At) -> list[Option]:
    return [
        Option(key=body, title=at.tr.words(f"way.body.{body}"))
        for body in BODIES
        if roles.may(at.role, f"sign-{body}")
    ]


def _sign(at: At) -> Any:
    return at.services.signing.sign(
        *(at.terminal, place(at["sheet"]), at["body"], not _returned(at), at.get("why", ""), at.staff),
        document=at.photo(),
    )


def _months(at: At) -> list[Option]:
    this = at.today()[:7]
    year, number = int(this[:4]), int(this[5:])
    last = f"{year - (number == 1)}-{(number - 2) % 12 + 1:02}"
    return [Option(key=key, title=month) for key, month in (("this", this), ("last", last))]


MONTH = Number(
    name="month",
    kind="month",
    quick=lambda at: [Option(key=one.key, title=one.title, value=one.title) for one in _months(at)],
)


def _notices(at: At) -> list[Option]:
    return [
        Option(
            key=one.entry,
            title=at.tr("task.notice-print.name", number=one.number, sheet=one.sheet),
            detail=f"{one.since} — {one.until}",
            figure=at.tr("task.notice-print.lines", n=one.lines),
        )
        for one in at.services.notices.notices(at.terminal)
    ]


def _sheet_step(state: str, *, complete: bool = False) -> Pick:
    return Pick(name="sheet", options=_sheets(state, complete=complete))


def _task(name: str, icon: str, act: str | tuple[str, ...], steps: Any, run: Any, **more: Any) -> Task:
    return Task(name=name, group=GROUP, icon=icon, act=act, steps=steps, run=run, **more)


TASKS = (
    _task(
        "declare",
        "send",
        "declare",
        (
            WHO,
            *rule_steps(""),
            Pick(
                name="what",
                options=words("ui.choice.what", (EARN, DEDUCT)),
                when=lambda at: not at["rule"].sign,
            ),
            member_step(),
            rule_points(),
            day_step(),
            Photo(name="photo", when=lambda at: _what(at) == DEDUCT),
            Photo(name="photo", when=lambda at: _what(at) == EARN, may_skip=True),
        ),
        _declare,
        amount=amount(),
    ),
    _task(
        "review",
        "checklist",
        "review",
        (
            Pick(name="items", options=_declared, many=True),
            Pick(name="verdict", options=_VERDICT),
            Pick(name="why", options=_WHY, when=_returned),
        ),
        _review,
        told=lambda at, _entry: Told(
            params={"n": len(at["items"])}, key="sent_back" if _returned(at) else "done"
        ),
    ),
    _task(
        "sheet-make",
        "clipboard",
        "score",
        (MONTH,),
        lambda at: at.services.scoring.make(at.terminal, at["month"], at.staff),
        told=lambda _at, made: Told(params={"name": made.name, "n": made.lines}),
    ),
    _task(
        "sheet-score",
        "pen",
        "score",
        _score_steps,
        _score,
        told=lambda _at, done: Told(params={"n": len(done.stood_back)}),
    ),
    _task(
        "sheet-drop",
        "undo",
        "score",
        (
            _sheet_step("open"),
            Pick(name="lines", options=_lines, many=True),
            Pick(name="why", options=_WHY),
        ),
        _drop,
        told=lambda at, _entry: Told(params={"n": len(at["lines"])}),
    ),
    _task(
        "sheet-close",
        "lock",
        "score",
        (_sheet_step("open"),),
        lambda at: at.services.scoring.close(at.terminal, place(at["sheet"]), at.staff),
        told=_counted,
    ),
    _task(
        "sheet-sign",
        "signature",
        tuple(f"sign-{body}" for body in BODIES),
        (
            _sheet_step("closed"),
            Pick(name="body", options=_bodies),
            Pick(name="verdict", options=words("ui.choice.signing", ("pass", "return"))),
            Pick(name="why", options=_WHY, when=_returned),
            Photo(name="photo", when=lambda at: at["body"] == "township", may_skip=True),
        ),
        _sign,
        told=lambda at, _entry: Told(key="sent_back" if _returned(at) else "done"),
    ),
    _task(
        "publish",
        "megaphone",
        "publish",
        (_sheet_step("closed", complete=True),),
        lambda at: at.services.notices.publish(at.terminal, place(at["sheet"]), at.staff),
        told=lambda _at, made: Told(params={"number": made.number, "n": made.lines, "until": made.until}),
    ),
    _task(
        "notice-print",
        "print",
        "publish",
        (Pick(name="notice", options=_notices),),
        lambda at: at.services.noticeslips.print_notice(at.terminal, place(at["notice"]), at.staff),
        told=lambda _at, names: Told(slip=names[0]),
    ),
    _task(
        "points-slip",
        "doc",
        "publish",
        (Pick(name="notice", options=_notices), WHO),
        lambda at: at.services.noticeslips.print_points(
            at.terminal, place(at["notice"]), household_id=at.household, actor=at.staff
        ),
        told=lambda _at, name: Told(slip=name),
    ),
)
