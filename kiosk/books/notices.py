"""积分公示: each notice as it hangs on the wall, numbered, frozen and masked; a page a notice."""

from __future__ import annotations

from kiosk.books.forms import Desk
from kiosk.books.table import Column, Table
from kiosk.ledger.entries import place_of
from kiosk.services import notices
from kiosk.services.notices import Notice, Shown


def points(desk: Desk, first: str, last: str) -> list[Table]:
    """The notices published on the business days `first` … `last`, oldest first; one empty page for none.

    What was published stands there, whatever an objection has changed since.
    """
    found = [one for one in reversed(notices.notices(desk.terminal)) if first <= one.since <= last]
    pages = [_page(desk, *notices.show(desk.terminal, place_of(one.entry))) for one in found]
    return pages or [_empty(desk, first, last)]


def _page(desk: Desk, about: Notice, lines: tuple[Shown, ...]) -> Table:
    rows = tuple(
        (
            one.line,
            desk.say("books.masked", name=one.name, tail=one.tail),
            one.title,
            one.deed,
            one.amount_tenths if one.what == "earn" else -one.amount_tenths,
        )
        for one in lines
    )
    facts = (
        (desk.say("notice.sheet"), about.sheet),
        (desk.say("notice.hangs"), f"{about.since} — {about.until}"),
    )
    notes = (desk.say("notice.how-to-object", until=about.until), *desk.contacts())
    frame = desk.frame("books.points-notice", about.since, about.until)
    return Table(columns=_columns(desk), rows=rows, facts=facts, notes=notes, number=about.number, **frame)


def _empty(desk: Desk, first: str, last: str) -> Table:
    frame = desk.frame("books.points-notice", first, last)
    return Table(columns=_columns(desk), rows=(), notes=(desk.say("notice.none"),), **frame)


def _columns(desk: Desk) -> tuple[Column, ...]:
    return (
        Column(heading=desk.say("books.line"), weight=5, kind="count"),
        Column(heading=desk.say("books.resident"), weight=14),
        Column(heading=desk.say("books.rule"), weight=20),
        Column(heading=desk.say("books.deed"), weight=10),
        Column(heading=desk.say("books.points"), weight=8, kind="points", summed=True),
    )
