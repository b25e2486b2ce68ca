"""Public notice (公示): a signed sheet's lines, numbered, frozen and masked, hung for some working days.

What is printed of them is in `noticeslips`, how they are posted in `posting`, objections are in `appeals`.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from kiosk.ledger.cards import paper_number
from kiosk.ledger.entries import entry_id
from kiosk.ledger.masks import mask_name
from kiosk.ledger.refusals import Refused
from kiosk.ledger.workdays import add_working
from kiosk.services import holidays, scoring, signing, staff
from kiosk.services.declare import Place
from kiosk.services.terminal import Terminal
from kiosk.store import side
from kiosk.store.catalogue import rule_title
from kiosk.store.tables import household, notice, notice_line, sheet, sheet_line, state

TAIL = 4  # digits of a household's number that a notice shows


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One line as it hangs: frozen, the name masked."""

    line: int
    tail: str
    name: str
    rule: str
    what: str
    amount_tenths: int
    deed: str


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What hangs: kept beside the chain, its reference is in the entry."""

    titles: dict[str, str]
    lines: list[Line]


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as it stands on the business day."""

    entry: str
    number: str  # 0037-003
    sheet: str  # 2026-11-1
    since: str
    until: str  # the last day it hangs
    over: bool
    lines: int
    states: dict[str, int]  # noticed, objected, posted, awarded, dropped → lines


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a notice with what became of it."""

    line: int
    tail: str
    name: str  # masked
    title: str
    what: str
    amount_tenths: int  # as published
    now_tenths: int  # after an objection was decided
    deed: str
    state: str
    entry: str  # what posted it, "" before


def publish(terminal: Terminal, at: Place, actor: str) -> Notice:
    """Publish a sheet that everybody has signed: numbered, frozen, hung for the days of `rules.notice_days`.

    Raises `Refused`: `unknown-sheet`, `sheet-published`, `sheet-not-closed`, `sheet-not-signed` (body=),
    `nothing-to-publish`, `role-may-not`.
    """
    settings = terminal.settings
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "publish")
        found = scoring.the_sheet(conn, at)
        if found.state != "closed":
            raise Refused("sheet-published" if found.state == "published" else "sheet-not-closed")
        if signing.missing(conn, at, found.round, settings.rules.township_check):
            raise Refused("sheet-not-signed")
        view = _freeze(conn, at)
        if not view.lines:
            raise Refused("nothing-to-publish")
        until = add_working(writing.day, settings.rules.notice_days, holidays.calendar(settings))
        body = {
            "sheet": list(at),
            "number": 1 + (conn.execute(_LAST, {"b_epoch": writing.epoch}).scalar() or 0),
            "since": writing.day,
            "until": until,
            "view": side.put(conn, "notice", "", writing.day, msgspec.json.encode(view)),
        }
        head = writing.append("publish", body, actor)
        return _describe(conn, writing.terminal, the_notice(conn, (head.epoch, head.seq)), writing.day)


def notices(terminal: Terminal) -> tuple[Notice, ...]:
    """Every notice, newest first."""
    with terminal.read() as conn:
        day = conn.execute(_DAY).scalar() or ""
        rows = conn.execute(_NOTICES).all()
        return tuple(_describe(conn, terminal.identity.terminal, row, day) for row in rows)


def show(terminal: Terminal, at: Place) -> tuple[Notice, tuple[Shown, ...]]:
    """One notice with its lines as they were frozen. Raises `Refused("unknown-notice")`."""
    with terminal.read() as conn:
        day = conn.execute(_DAY).scalar() or ""
        found = the_notice(conn, at)
        about = _describe(conn, terminal.identity.terminal, found, day)
        return about, lines(conn, found)


def lines(conn: Connection, found: Any) -> tuple[Shown, ...]:
    """The lines of a notice; names are blank where the frozen view is not on this machine."""
    view = frozen(conn, found.view)
    hung = {one.line: one for one in view.lines}
    shown = []
    for row in conn.execute(_LINES, {"b_epoch": found.epoch, "b_seq": found.seq}):
        one = hung.get(row.line)
        shown.append(
            Shown(
                line=row.line,
                tail=row.household[-TAIL:],
                name=one.name if one else "",
                title=view.titles.get(row.rule, row.rule),
                what=row.what,
                amount_tenths=one.amount_tenths if one else row.amount,
                now_tenths=row.amount,
                deed=row.deed,
                state=row.state,
                entry=entry_id(row.by_epoch, row.by_seq) if row.by_seq else "",
            )
        )
    return tuple(shown)


def frozen(conn: Connection, ref: str) -> View:
    """What hung; empty where it never came to this machine."""
    kept = side.get(conn, ref)
    return msgspec.json.decode(kept.data, type=View) if kept and kept.data else View(titles={}, lines=[])


def _freeze(conn: Connection, at: Place) -> View:
    titles: dict[str, str] = {}
    frozen_lines = []
    for row in conn.execute(_AGREED, {"b_epoch": at[0], "b_seq": at[1]}):
        titles[row.rule] = row.title or row.rule
        tail, name = row.household[-TAIL:], mask_name(row.name or "")
        frozen_lines.append(Line(row.line, tail, name, row.rule, row.what, row.amount, row.deed))
    return View(titles=titles, lines=frozen_lines)


def the_notice(conn: Connection, at: Place) -> Any:
    """The notice with its sheet's month and number. Raises `Refused("unknown-notice")`."""
    found = conn.execute(_NOTICE, {"b_epoch": at[0], "b_seq": at[1]}).first()
    if found is None:
        raise Refused("unknown-notice")
    return found


def _describe(conn: Connection, terminal: int, row: Any, day: str) -> Notice:
    counted = conn.execute(_STATES, {"b_epoch": row.epoch, "b_seq": row.seq})
    states = {one.state: one.lines for one in counted}
    return Notice(
        entry=entry_id(row.epoch, row.seq),
        number=paper_number(terminal, row.epoch, row.number),
        sheet=f"{row.month}-{row.sheet_number}",
        since=row.since,
        until=row.until,
        over=day > row.until,
        lines=sum(states.values()),
        states=states,
    )


_DAY = select(state.c.value).where(state.c.name == "day")
_LAST = select(func.max(notice.c.number)).where(notice.c.epoch == bindparam("b_epoch"))
_NOTICES = (
    select(notice, sheet.c.month, sheet.c.number.label("sheet_number"))
    .select_from(
        notice.join(sheet, (sheet.c.epoch == notice.c.sheet_epoch) & (sheet.c.seq == notice.c.sheet_seq))
    )
    .order_by(notice.c.epoch.desc(), notice.c.seq.desc())
)
_NOTICE = _NOTICES.where(notice.c.epoch == bindparam("b_epoch"), notice.c.seq == bindparam("b_seq"))
_OF_NOTICE = (notice_line.c.epoch == bindparam("b_epoch"), notice_line.c.seq == bindparam("b_seq"))
_LINES = select(notice_line).where(*_OF_NOTICE).order_by(notice_line.c.line)
_STATES = (
    select(notice_line.c.state, func.count().label("lines")).where(*_OF_NOTICE).group_by(notice_line.c.state)
)
_AGREED = (
    select(sheet_line, household.c.name, rule_title(sheet_line.c.rule))
    .select_from(sheet_line.outerjoin(household, household.c.id == sheet_line.c.household))
    .where(
        sheet_line.c.epoch == bindparam("b_epoch"),
        sheet_line.c.seq == bindparam("b_seq"),
        sheet_line.c.state == "agreed",
    )
    .order_by(sheet_line.c.line)
)
