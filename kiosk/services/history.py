"""What happened on a household's account, as its people read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, select

from kiosk.ledger import cards, points
from kiosk.ledger.entries import Entry, decode_own, entry_id
from kiosk.services import homes
from kiosk.services.deeds import OPENING
from kiosk.services.terminal import Terminal
from kiosk.services.views import HistoryLine
from kiosk.store import side
from kiosk.store.tables import activity, appeal_case, goods, journal, posting, rule

MOST_LINES = 200


def history(terminal: Terminal, household_id: str, limit: int = 50) -> tuple[HistoryLine, ...]:
    """The latest entries that moved this household's points, newest first."""
    with terminal.read() as conn:
        rows = conn.execute(
            _LATEST, {"b_household": household_id, "b_limit": max(0, min(limit, MOST_LINES))}
        ).all()
        named = {row.sku: row.name for row in conn.execute(_GOODS)} if rows else {}
        return tuple(_line(conn, terminal, named, row) for row in rows)


def _line(conn: Connection, terminal: Terminal, named: Mapping[str, str], row: Any) -> HistoryLine:
    entry = decode_own(row.data)
    number = entry.body.get("slip", 0)
    return HistoryLine(
        entry=entry_id(entry.epoch, entry.seq),
        day=entry.day,
        kind=entry.kind,
        title=_title(conn, named, entry),
        amount_tenths=row.change or 0,
        slip=cards.slip_number(terminal.identity.terminal, entry.epoch, number) if number else "",
        disputed=bool(row.disputed),
    )


def _title(conn: Connection, named: Mapping[str, str], entry: Entry) -> str:
    """Goods, rule or the other centre by name; "" where the kind of entry says it all."""
    if entry.kind == "move-out":
        return homes.name(conn, entry.body["to"], entry.body["hh"])
    if entry.kind == "move-in":
        return homes.name(conn, entry.body["move"][0], entry.body["hh"])
    if "lines" in entry.body:
        return "、".join(
            named.get(sku, sku) + (f"×{pieces}" if pieces > 1 else "")
            for sku, pieces, *_ in entry.body["lines"]
        )
    if entry.body.get("rule", OPENING) == OPENING:
        return ""
    wanted = {"b_id": entry.body["rule"], "b_version": entry.body.get("rv", 0)}
    title = str(conn.execute(_RULE, wanted).scalar() or entry.body["rule"])
    held = _activity(conn, entry)
    return f"{title}（{held}）" if held else title


def _activity(conn: Connection, entry: Entry) -> str:
    """What the activity that it was credited for is called; "" for an entry of none."""
    epoch, seq = entry.body.get("activity", (0, 0))
    ref = conn.execute(_ACTIVITY, {"b_epoch": epoch, "b_seq": seq}).scalar()
    return side.text(conn, ref) if ref else ""


_OPEN_CASE = exists().where(
    appeal_case.c.of_epoch == posting.c.epoch,
    appeal_case.c.of_seq == posting.c.seq,
    appeal_case.c.of_line == 0,
    appeal_case.c.outcome == "",
)
_LATEST = (
    select(
        posting.c.epoch,
        posting.c.seq,
        journal.c.data,
        func.sum(posting.c.tenths).filter(posting.c.pot == points.AVAILABLE).label("change"),
        _OPEN_CASE.label("disputed"),
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
_ACTIVITY = select(activity.c.title).where(
    activity.c.epoch == bindparam("b_epoch"), activity.c.seq == bindparam("b_seq")
)
_RULE = (
    select(rule.c.title)
    .where(rule.c.id == bindparam("b_id"))
    .order_by((rule.c.version == bindparam("b_version")).desc(), rule.c.counts_from.desc())
    .limit(1)
)
