"""The panel's month (月评分): a numbered sheet of reviewed declarations, scored by members, then counted.

Who signs a counted sheet is in `signing`, its publication in `notices`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from kiosk.ledger import panel as rules
from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import panel
from kiosk.services.clock import is_day
from kiosk.services.declare import REASONS, Place, within_rule
from kiosk.services.terminal import Terminal, Writing
from kiosk.store.tables import declaration, score, sheet, sheet_line

MOST_LINES = 1_000  # on one sheet; the rest goes onto the month's next one
MOST_OFF = 300  # lines one member scores otherwise than declared, or that are sent back in one go


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A new sheet."""

    entry: str
    name: str  # 2026-11-1
    lines: int


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """One member's word on a sheet."""

    entry: str
    stood_back: tuple[int, ...]  # lines of the own household or declared kin


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What the scores came to."""

    entry: str
    lines: int  # that go on
    changed: int  # of them with another amount than declared
    returned: tuple[int, ...]  # lines to which the panel gave nothing
    tenths: int


def make(terminal: Terminal, month: str, actor: str) -> Made:
    """Put every passed declaration of `month` or before onto a new numbered sheet.

    Raises `Refused`: `month-unreadable`, `scoring-day` (day=) before that day of the month,
    `nothing-to-score`, and what `panel.require` raises.
    """
    first = f"{month}-01"
    if not is_day(first):
        raise Refused("month-unreadable")
    with terminal.write() as writing:
        panel.require(writing.conn, actor, writing.day)
        opens = f"{month}-{terminal.settings.rules.scoring_day:02}"
        if writing.day < opens:
            raise Refused("scoring-day", day=opens)
        params = {"b_last": f"{month}-31", "b_most": MOST_LINES}
        items = [[row.epoch, row.seq] for row in writing.conn.execute(_PASSED, params)]
        if not items:
            raise Refused("nothing-to-score")
        number = 1 + (writing.conn.execute(_LAST, {"b_month": month}).scalar() or 0)
        body = {"do": "make", "month": month, "number": number, "items": items}
        head = writing.append("sheet", body, actor)
    return Made(entry=entry_id(head.epoch, head.seq), name=f"{month}-{number}", lines=len(items))


def score_sheet(terminal: Terminal, at: Place, off: Mapping[int, tuple[int, str]], actor: str) -> Scored:
    """A member agrees with every line but those in `off`: line → (tenths, reason), 0 gives nothing.

    Lines of the own household and declared kin are listed as stood back from and not counted. Raises
    `Refused`: `unknown-sheet`, `sheet-not-open`, `scored-already`, `unknown-line`, `stand-back`,
    `why-needed`, `absurd-amount`, `over-rule` (most_tenths=), `too-many` (most=), and what `panel.require`
    raises.
    """
    if len(off) > MOST_OFF:
        raise Refused("too-many", most=MOST_OFF)
    with terminal.write() as writing:
        member = panel.require(writing.conn, actor, writing.day)
        found = open_sheet(writing.conn, at)
        params = _at(at) | {"b_round": found.round, "b_staff": actor}
        if writing.conn.execute(_SCORED, params).first() is not None:
            raise Refused("scored-already")
        lines = {row.line: row for row in _lines(writing.conn, at)}
        out = rules.recused_lines(member, {line: row.household for line, row in lines.items()})
        body = {
            "do": "score",
            "sheet": list(at),
            "round": found.round,
            "election": member.election,
            "out": list(out),
            "off": [
                [line, tenths, why]
                for line, (tenths, why) in sorted(off.items())
                if _sensible(writing, lines, out, line, tenths, why)
            ],
        }
        head = writing.append("sheet", body, actor)
    return Scored(entry=entry_id(head.epoch, head.seq), stood_back=out)


def drop(terminal: Terminal, at: Place, items: Mapping[int, str], actor: str) -> str:
    """Send lines back for a reason, before they are counted: line → reason. Returns the entry's id.

    Raises `Refused`: `unknown-sheet`, `sheet-not-open`, `unknown-line`, `why-needed`, `stand-back`,
    `too-many` (most=), and what `panel.require` raises.
    """
    if not 0 < len(items) <= MOST_OFF:
        raise Refused("too-many", most=MOST_OFF)
    with terminal.write() as writing:
        member = panel.require(writing.conn, actor, writing.day)
        open_sheet(writing.conn, at)
        lines = {row.line: row for row in _lines(writing.conn, at)}
        for line, why in items.items():
            if line not in lines:
                raise Refused("unknown-line")
            if why not in REASONS:
                raise Refused("why-needed")
            if rules.is_recused(member, lines[line].household):
                raise Refused("stand-back")
        body = {"do": "drop", "sheet": list(at), "items": [[line, items[line]] for line in sorted(items)]}
        head = writing.append("sheet", body, actor)
    return entry_id(head.epoch, head.seq)


def close(terminal: Terminal, at: Place, actor: str) -> Counted:
    """Count the scores: each line gets the middle one; a line that comes to nothing is returned.

    Raises `Refused`: `unknown-sheet`, `sheet-not-open`, `quorum-missing` (line=, quorum=) while fewer
    members than the quorum scored a line, and what `panel.require` raises.
    """
    with terminal.write() as writing:
        panel.require(writing.conn, actor, writing.day)
        found = open_sheet(writing.conn, at)
        lines = {row.line: row for row in _lines(writing.conn, at)}
        words = writing.conn.execute(_WORDS, _at(at) | {"b_round": found.round}).all()
        outs = [json.loads(row.out) for row in words]
        quorum = terminal.settings.rules.panel_quorum
        if short := rules.short_of(sorted(lines), outs, quorum):
            raise Refused("quorum-missing", line=short[0], quorum=quorum)
        amounts = _amounts(lines, words, outs)
        changed = [[line, amounts[line]] for line in sorted(lines) if amounts[line] != lines[line].declared]
        body = {"do": "close", "sheet": list(at), "round": found.round, "changed": changed}
        head = writing.append("sheet", body | {"staff": [row.staff for row in words]}, actor)
    returned = tuple(line for line in sorted(lines) if not amounts[line])
    return Counted(
        entry=entry_id(head.epoch, head.seq),
        lines=len(lines) - len(returned),
        changed=len(changed) - len(returned),
        returned=returned,
        tenths=sum(amounts.values()),
    )


def open_sheet(conn: Connection, at: Place) -> Any:
    """The sheet. Raises `Refused`: `unknown-sheet`, or `sheet-not-open` once its scores are counted."""
    found = the_sheet(conn, at)
    if found.state != "open":
        raise Refused("sheet-not-open")
    return found


def the_sheet(conn: Connection, at: Place) -> Any:
    """The sheet, whatever its state. Raises `Refused("unknown-sheet")`."""
    found = conn.execute(_SHEET, _at(at)).first()
    if found is None:
        raise Refused("unknown-sheet")
    return found


def scorers(conn: Connection, at: Place, line: int = 0) -> list[Any]:
    """Who scored the sheet, or that line of it, in any round: rows of `score`, oldest first."""
    words = conn.execute(_ALL_WORDS, _at(at)).all()
    return [row for row in words if line not in json.loads(row.out)]


def _sensible(
    writing: Writing, lines: Mapping[int, Any], out: Sequence[int], line: int, tenths: int, why: str
) -> bool:
    """Whether the score says something else than the line does. Raises `Refused` for one that can't be."""
    if line not in lines:
        raise Refused("unknown-line")
    if line in out:
        raise Refused("stand-back")
    if why not in REASONS:
        raise Refused("why-needed")
    if tenths < 0:
        raise Refused("absurd-amount")
    within_rule(writing, lines[line].rule, tenths)
    return bool(tenths != lines[line].declared)


def _amounts(lines: Mapping[int, Any], words: Sequence[Any], outs: Sequence[list[int]]) -> dict[int, int]:
    off = [{line: tenths for line, tenths, _why in json.loads(row.off)} for row in words]
    return {
        line: rules.outcome(
            [other.get(line, row.declared) for other, out in zip(off, outs, strict=True) if line not in out]
        )
        for line, row in lines.items()
    }


def _lines(conn: Connection, at: Place) -> Sequence[Any]:
    return conn.execute(_LISTED, _at(at)).all()


def _at(at: Place) -> dict[str, Any]:
    return {"b_epoch": at[0], "b_seq": at[1]}


_PASSED = (
    select(declaration.c.epoch, declaration.c.seq)
    .where(declaration.c.state == "passed", declaration.c.deed <= bindparam("b_last"))
    .order_by(declaration.c.household, declaration.c.deed, declaration.c.epoch, declaration.c.seq)
    .limit(bindparam("b_most"))
)
_LAST = select(func.max(sheet.c.number)).where(sheet.c.month == bindparam("b_month"))
_SHEET = select(sheet).where(sheet.c.epoch == bindparam("b_epoch"), sheet.c.seq == bindparam("b_seq"))
_LISTED = select(sheet_line).where(
    sheet_line.c.epoch == bindparam("b_epoch"),
    sheet_line.c.seq == bindparam("b_seq"),
    sheet_line.c.state == "listed",
)
_ALL_WORDS = (
    select(score)
    .where(score.c.epoch == bindparam("b_epoch"), score.c.seq == bindparam("b_seq"))
    .order_by(score.c.round, score.c.by_epoch, score.c.by_seq)
)
_WORDS = _ALL_WORDS.where(score.c.round == bindparam("b_round"))
_SCORED = select(score.c.staff).where(
    score.c.epoch == bindparam("b_epoch"),
    score.c.seq == bindparam("b_seq"),
    score.c.round == bindparam("b_round"),
    score.c.staff == bindparam("b_staff"),
)
