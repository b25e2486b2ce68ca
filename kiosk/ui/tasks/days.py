"""The day and the month closed, a day opened by hand, and the end of the year."""

from __future__ import annotations

from typing import Any

from kiosk.services.clock import day_after
from kiosk.ui.tasks.at import At
from kiosk.ui.tasks.common import day_step
from kiosk.ui.tasks.month import MONTH
from kiosk.ui.tasks.steps import Number, Option, Row, Second, Task, Told
from kiosk.words import points

GROUP = "day"


def _figures(period: str) -> Any:
    """What closing the period would say: only what there was of it."""

    def found(at: At) -> list[Row]:
        done = at.services.closing.preview(at.terminal, at.get(period, ""))
        say = at.tr.words
        rows = [
            Row(title=say(f"closing.{n}"), value=points(tenths))
            for n, tenths in done.points.items()
            if tenths
        ]
        return rows + [Row(title=say(f"closing.{n}"), value=str(c)) for n, c in done.counts.items() if c]

    return found


def _closed(_at: At, done: Any) -> Told:
    if done.stubs_missing:
        return Told(params={"n": done.stubs_missing}, slip=done.slip, key="missing", tone="")
    return Told(params={"period": done.period}, slip=done.slip)


def _yesterday(at: At) -> list[Option]:
    day = day_after(at.today(), -1)
    return [Option(key="yesterday", title=at.tr("tasks.day-1"), value=day)]


def _ending(at: At) -> list[Row]:
    found = at.services.expiry.preview(at.terminal, at["through"])
    say = at.tr
    return [
        Row(title=say("task.close-year.homes"), value=str(len(found.lines))),
        Row(title=say("task.close-year.saved"), value=points(found.saved_tenths)),
        Row(title=say("task.close-year.expired"), value=points(found.expired_tenths)),
    ]


TASKS = (
    Task(
        name="day-close",
        group=GROUP,
        icon="checklist",
        act="day-close",
        steps=(Number(name="stubs", kind="pieces", least=0, may_skip=True),),
        run=lambda at: at.services.closing.close(at.terminal, "", at.get("stubs"), at.staff),
        told=_closed,
        check=_figures(""),
    ),
    Task(
        name="month-close",
        group=GROUP,
        icon="doc",
        act="day-close",
        steps=(MONTH,),
        run=lambda at: at.services.closing.close(at.terminal, at["month"], None, at.staff),
        told=_closed,
        check=_figures("month"),
    ),
    Task(
        name="day-open",
        group=GROUP,
        icon="calendar",
        act="day",
        steps=(day_step("date", back=0, ahead=1),),
        run=lambda at: at.services.day.open_by_person(at.terminal, at["date"], at.staff),
        told=lambda _at, day: Told(params={"day": day}),
    ),
    Task(
        name="close-year",
        group=GROUP,
        icon="archive",
        act="close-year",
        steps=(Number(name="through", kind="day", quick=_yesterday), Second(act="close-year")),
        run=lambda at: at.services.expiry.close_year(at.terminal, at.staff, at.second, at["through"]),
        told=lambda _at, done: Told(
            params={
                "n": len(done.lines),
                "saved": points(done.saved_tenths),
                "expired": points(done.expired_tenths),
            }
        ),
        check=_ending,
    ),
)
