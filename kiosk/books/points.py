"""积分台账: every entry that moved points, as a household's ledger line."""

from __future__ import annotations

from kiosk.books.forms import Desk
from kiosk.books.table import Cell, Column, Table
from kiosk.ledger import points
from kiosk.ledger.entries import Entry, check_code, entry_id
from kiosk.ledger.postings import postings
from kiosk.services import period
from kiosk.services.deeds import OPENING

POTS = (points.AVAILABLE, points.SAVED, points.HELD, points.OWED)


def ledger(desk: Desk, first: str, last: str, household: str = "") -> Table:
    """The ledger of the business days `first` … `last`, of one household or of all; names are whole."""
    rows: list[tuple[Cell, ...]] = []
    for written in period.between(desk.conn, first, last):
        entry = written.entry
        changes = _changes(entry, household)
        for who, moved in changes.items():
            rows.append(
                (
                    entry.day,
                    entry_id(entry.epoch, entry.seq),
                    who,
                    desk.heads.get(who, ""),
                    desk.say(f"books.kind-{entry.kind}"),
                    _why(desk, entry),
                    *(moved.get(pot, 0) for pot in POTS),
                    _people(desk, entry),
                    check_code(written.hash),
                )
            )
    columns = (
        Column(heading=desk.say("books.day"), weight=10),
        Column(heading=desk.say("books.entry"), weight=7),
        Column(heading=desk.say("books.household"), weight=8),
        Column(heading=desk.say("books.head"), weight=8),
        Column(heading=desk.say("books.what"), weight=9),
        Column(heading=desk.say("books.why"), weight=16),
        *(Column(heading=desk.say(f"books.{pot}"), weight=7, kind="points", summed=True) for pot in POTS),
        Column(heading=desk.say("books.people"), weight=12),
        Column(heading=desk.say("books.check-code"), weight=10),
    )
    frame = desk.frame("books.points-ledger", first, last)
    return Table(columns=columns, rows=tuple(rows), signs=desk.signs("manager", "supervisor"), **frame)


def _changes(entry: Entry, household: str) -> dict[str, dict[str, int]]:
    """Tenths by household and pot; a debt counts as a positive number."""
    found: dict[str, dict[str, int]] = {}
    for posting in postings(entry.kind, entry.body):
        if posting.pot in POTS and household in ("", posting.household):
            pots = found.setdefault(posting.household, {})
            change = -posting.tenths if posting.pot == points.OWED else posting.tenths
            pots[posting.pot] = pots.get(posting.pot, 0) + change
    return found


def _why(desk: Desk, entry: Entry) -> str:
    body = entry.body
    if "lines" in body:
        return "、".join(f"{desk.goods.get(line[0], (line[0], ''))[0]}×{line[1]}" for line in body["lines"])
    rule = body.get("rule", "")
    return desk.say("books.opening") if rule == OPENING else desk.rules.get(rule, rule)


def _people(desk: Desk, entry: Entry) -> str:
    if not entry.actor:
        return desk.say("books.county") if "order" in entry.body else ""
    return "、".join(desk.staff.get(who, who) for who in (entry.actor, entry.second) if who)
