"""How the panel's sheets stand: their lines, who scored and stood back, who signed; changes nothing."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.ledger.entries import entry_id
from kiosk.services import scoring, signing
from kiosk.services.declare import Place
from kiosk.services.terminal import Terminal
from kiosk.store.catalogue import rule_title
from kiosk.store.tables import household, sheet, sheet_line

MOST_LISTED = 500


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """One body's word in this round."""

    body: str
    staff: str  # "" where it came by the county's order
    day: str
    passed: bool
    why: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet as it stands."""

    entry: str
    name: str  # 2026-11-1
    day: str  # it was made
    state: str  # open, closed, published
    round: int
    lines: int  # that are not sent back
    tenths: int
    scored: tuple[str, ...]  # by whom, in this round
    stood_back: dict[str, tuple[int, ...]]  # member → lines
    signed: tuple[Signed, ...]
    missing: tuple[str, ...]  # bodies whose word is still wanted, once it is counted
    why: str  # reason of the last return


class SheetLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a sheet. The name is whole: mask it before it is shown."""

    line: int
    household: str
    name: str
    member: int
    title: str
    what: str
    deed: str
    declared_tenths: int
    amount_tenths: int
    state: str  # listed, agreed, returned
    why: str
    declaration: str


def sheets(terminal: Terminal) -> tuple[Sheet, ...]:
    """Every sheet, newest first."""
    with terminal.read() as conn:
        rows = conn.execute(_SHEETS).all()
        return tuple(_describe(conn, terminal, row) for row in rows)


def show(terminal: Terminal, at: Place) -> tuple[Sheet, tuple[SheetLine, ...]]:
    """One sheet with its lines. Raises `Refused("unknown-sheet")`."""
    with terminal.read() as conn:
        about = _describe(conn, terminal, scoring.the_sheet(conn, at))
        rows = conn.execute(_LINES, {"b_epoch": at[0], "b_seq": at[1]}).all()
        return about, tuple(_line(row) for row in rows)


def _describe(conn: Connection, terminal: Terminal, row: Any) -> Sheet:
    at = (row.epoch, row.seq)
    words = [one for one in scoring.scorers(conn, at) if one.round == row.round]
    rows = conn.execute(_LINES, {"b_epoch": at[0], "b_seq": at[1]})
    lines = [one for one in rows if one.state != "returned"]
    closed = row.state == "closed"
    township = terminal.settings.rules.township_check
    return Sheet(
        entry=entry_id(*at),
        name=f"{row.month}-{row.number}",
        day=row.day,
        state=row.state,
        round=row.round,
        lines=len(lines),
        tenths=sum(one.amount for one in lines),
        scored=tuple(one.staff for one in words),
        stood_back={one.staff: tuple(out) for one in words if (out := json.loads(one.out))},
        signed=tuple(
            Signed(body=one.body, staff=one.staff, day=one.day, passed=bool(one.passed), why=one.why)
            for one in signing.signatures(conn, at, row.round)
        ),
        missing=signing.missing(conn, at, row.round, township) if closed else (),
        why=row.why,
    )


def _line(row: Any) -> SheetLine:
    return SheetLine(
        line=row.line,
        household=row.household,
        name=row.name or "",
        member=row.member,
        title=row.title or row.rule,
        what=row.what,
        deed=row.deed,
        declared_tenths=row.declared,
        amount_tenths=row.amount,
        state=row.state,
        why=row.why,
        declaration=entry_id(row.of_epoch, row.of_seq),
    )


_SHEETS = select(sheet).order_by(sheet.c.epoch.desc(), sheet.c.seq.desc()).limit(MOST_LISTED)
_LINES = (
    select(sheet_line, household.c.name, rule_title(sheet_line.c.rule))
    .select_from(sheet_line.outerjoin(household, household.c.id == sheet_line.c.household))
    .where(sheet_line.c.epoch == bindparam("b_epoch"), sheet_line.c.seq == bindparam("b_seq"))
    .order_by(sheet_line.c.line)
)
