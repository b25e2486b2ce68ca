"""What happened on a household's account, as its people read it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from kiosk.ledger import cards, points
from kiosk.ledger.entries import Entry, decode_own, entry_id
from kiosk.services import homes
from kiosk.services.deeds import OPENING
from kiosk.services.terminal import Terminal
from kiosk.services.views import HistoryLine
from kiosk.store.tables import goods, journal, posting, rule

MOST_LINES = 200


def history(terminal: Terminal, household_id: str, limit: int = 50) -> tuple[HistoryLine, ...]:
    """The latest entries that moved this household's points, newest first."""
    with terminal.read() as conn:
        rows = conn.execute(
            _LATEST, {"b_household": household_id, "b_limit": max(0, min(limit, MOST_LINES))}
        ).all()
        return tuple(_line(conn, terminal, row) for row in rows)


def _line(conn: Connection, terminal: Terminal, row: Any) -> HistoryLine:
    entry = decode_own(row.data)
    number = entry.body.get("slip", 0)
    return HistoryLine(
        entry=entry_id(entry.epoch, entry.seq),
        day=entry.day,
        kind=entry.kind,
        title=_title(conn, entry),
        amount_tenths=row.change or 0,
        slip=cards.slip_number(terminal.identity.terminal, entry.epoch, number) if number else "",
    )


def _title(conn: Connection, entry: Entry) -> str:
    """Goods, rule or the other centre by name; "" where the kind of entry says it all."""
    if entry.kind == "move-out":
        return homes.name(conn, entry.body["to"], entry.body["hh"])
    if entry.kind == "move-in":
        return homes.name(conn, entry.body["move"][0], entry.body["hh"])
    if "lines" in entry.body:
        named = {row.sku: row.name for row in conn.execute(_GOODS)}
        return "、".join(
            named.get(sku, sku) + (f"×{pieces}" if pieces > 1 else "")
            for sku, pieces, *_ in entry.body["lines"]
        )
    if entry.body.get("rule", OPENING) == OPENING:
        return ""
    return str(conn.execute(_RULE, {"b_id": entry.body["rule"]}).scalar() or entry.body["rule"])


_LATEST = (
    select(
        posting.c.epoch,
        posting.c.seq,
        journal.c.data,
        func.sum(posting.c.tenths).filter(posting.c.pot == points.AVAILABLE).label("change"),
    )
    .select_from(
        posting.join(journal, (journal.c.epoch == posting.c.epoch) & (journal.c.seq == posting.c.seq))
    )
    .where(posting.c.household == bindparam("b_household"))
    .group_by(posting.c.epoch, posting.c.seq)
    .order_by(posting.c.epoch.desc(), posting.c.seq.desc())
    .limit(bindparam("b_limit"))
)
_GOODS = select(goods.c.sku, goods.c.name).order_by(goods.c.counts_from)  # the latest name stands
_RULE = select(rule.c.title).where(rule.c.id == bindparam("b_id"))
