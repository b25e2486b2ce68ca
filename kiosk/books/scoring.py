"""月评分表: the panel's sheets for the office: who scored, stood back and signed; names are whole."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.books.forms import Desk
from kiosk.books.table import Cell, Column, Table
from kiosk.ledger.entries import place_of
from kiosk.services import sheets
from kiosk.services.sheets import Sheet, SheetLine


def sheet(desk: Desk, first: str, last: str) -> list[Table]:
    """The sheets made on the business days `first` … `last`, oldest first; one empty page for none."""
    found = [one for one in reversed(sheets.sheets(desk.terminal)) if first <= one.day <= last]
    pages = [_page(desk, *sheets.show(desk.terminal, place_of(one.entry))) for one in found]
    return pages or [_empty(desk, first, last)]


def _page(desk: Desk, about: Sheet, lines: tuple[SheetLine, ...]) -> Table:
    rows = tuple(_row(desk, one) for one in lines)
    frame = desk.frame("books.month-sheet", about.day, about.day)
    signs = desk.signs("panel", "committees", "supervision")
    facts = tuple(_facts(desk, about))
    return Table(columns=_columns(desk), rows=rows, facts=facts, signs=signs, number=about.name, **frame)


def _row(desk: Desk, one: SheetLine) -> tuple[Cell, ...]:
    sign = 1 if one.what == "earn" else -1
    word = desk.say(f"way.reason.{one.why}") if one.why else ""
    return (
        one.line,
        one.household,
        one.name,
        one.title,
        one.deed,
        sign * one.declared_tenths,
        0 if one.state == "returned" else sign * one.amount_tenths,
        word,
    )


def _facts(desk: Desk, about: Sheet) -> Iterator[tuple[str, str]]:
    """How the sheet stands: whose scores count, who stood back from which lines, who signed when."""
    yield desk.say("books.sheet-state"), desk.say(f"way.state.{about.state}")
    yield desk.say("books.scored-by"), "、".join(desk.staff.get(one, one) for one in about.scored)
    for one, out in about.stood_back.items():
        lines = "、".join(map(str, out))
        yield (
            desk.say("books.stood-back"),
            desk.say("books.stood-back-from", name=desk.staff.get(one, one), lines=lines),
        )
    for signed in about.signed:
        who = desk.staff.get(signed.staff, signed.staff) or desk.say("books.county")
        key = "books.signed-on" if signed.passed else "books.sent-back-on"
        yield desk.say(f"way.body.{signed.body}"), desk.say(key, name=who, day=signed.day)


def _empty(desk: Desk, first: str, last: str) -> Table:
    frame = desk.frame("books.month-sheet", first, last)
    return Table(columns=_columns(desk), rows=(), notes=(desk.say("way.none"),), **frame)


def _columns(desk: Desk) -> tuple[Column, ...]:
    return (
        Column(heading=desk.say("books.line"), weight=5, kind="count"),
        Column(heading=desk.say("books.household"), weight=8),
        Column(heading=desk.say("books.head"), weight=8),
        Column(heading=desk.say("books.rule"), weight=18),
        Column(heading=desk.say("books.deed"), weight=10),
        Column(heading=desk.say("books.declared"), weight=8, kind="points", summed=True),
        Column(heading=desk.say("books.given"), weight=8, kind="points", summed=True),
        Column(heading=desk.say("books.remark"), weight=14),
    )
