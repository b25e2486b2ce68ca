"""Erasing what is known of a household's people, on its request, by two; the chain stays whole.

What the county keeps goes with the next exchange: it reads the entry, and tells whoever else was told.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, select, update

from kiosk.ledger.entries import entry_id
from kiosk.ledger.masks import mask_name
from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, staff
from kiosk.services.feedrows import redacted
from kiosk.services.terminal import Terminal
from kiosk.slips import Content
from kiosk.slips.paper import Paper
from kiosk.slips.redemption import SlipData
from kiosk.store import side
from kiosk.store.prepared import Prepared
from kiosk.store.tables import feed_row, household, identity, member, print_job


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """What was erased here at once."""

    entry: str
    kept_beside: int  # names, notes and photographs that are gone
    copies: int  # of slips whose names are masked from now on
    rows: int  # of what the county had sent


class Forgotten(NamedTuple):
    """What was erased of one household."""

    beside: int
    copies: int
    rows: int


def erase(terminal: Terminal, household_id: str, actor: str, second: str) -> Erased:
    """Erase what is known of a household's people, and mask the names on its stored slips; at its home.

    Number, card and points stay, and so do entries: they carry numbers and references only. What is paper
    already stays paper. Raises `Refused`: `unknown-household`, `not-home`, `second-needed`, `role-may-not`.
    """
    if not second or second == actor:
        raise Refused("second-needed")
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "erase")
        staff.require(conn, second, "erase")
        deeds.require_home(conn, terminal, household_id)
        gone = forget(conn, household_id, writing.day)
        head = writing.append("erase", {"hh": household_id, **gone._asdict()}, actor, second)
    entry = entry_id(head.epoch, head.seq)
    return Erased(entry=entry, kept_beside=gone.beside, copies=gone.copies, rows=gone.rows)


def forget(conn: Connection, household_id: str, day: str) -> Forgotten:
    """Forget a household's people in the caller's transaction: here on request, or as the county says."""
    beside = side.erase(conn, household_id, day)
    copies = _mask_copies(conn, household_id)
    rows = _redact(conn, household_id)
    params = {"b_household": household_id}
    for statement in (_NAMELESS, _NOBODY, _NO_DIGEST):
        statement.run(conn, params)
    return Forgotten(beside, copies, rows)


def _redact(conn: Connection, household_id: str) -> int:
    """The county's rows that are stored here, so that folding them anew brings nothing back."""
    count = 0
    for row in _ROWS.all(conn, {"b_mark": household_id.encode()}):
        if (blank := redacted(row.data, household_id)) is not None:
            _ROW.run(conn, {"b_scope": row.scope, "b_pos": row.pos, "data": blank})
            count += 1
    return count


def _mask_copies(conn: Connection, household_id: str) -> int:
    found = _COPIES.all(conn, {"b_mark": f'"household":"{household_id}"'.encode()})
    for row in found:
        content = _masked(msgspec.json.decode(row.content, type=Content))
        _MASK.run(conn, {"b_id": row.id, "content": msgspec.json.encode(content)})
    return len(found)


def _masked(content: Content) -> Content:
    if isinstance(content, SlipData):
        name, taker = mask_name(content.head_name), mask_name(content.collector_name)
        return msgspec.structs.replace(content, head_name=name, collector_name=taker)
    if isinstance(content, Paper):
        facts = tuple(
            msgspec.structs.replace(fact, value=mask_name(fact.value)) if fact.person else fact
            for fact in content.facts
        )
        return msgspec.structs.replace(content, head_name=mask_name(content.head_name), facts=facts)
    return content


_NAMELESS = Prepared(
    update(household).where(household.c.id == bindparam("b_household")).values(name="", pinyin="")
)
_NOBODY = Prepared(
    update(member).where(member.c.household == bindparam("b_household")).values(name="", born=0)
)
_NO_DIGEST = Prepared(delete(identity).where(identity.c.household == bindparam("b_household")))
_ROWS = Prepared(
    select(feed_row.c.scope, feed_row.c.pos, feed_row.c.data).where(
        func.instr(feed_row.c.data, bindparam("b_mark")) > 0
    )
)
_ROW = Prepared(
    update(feed_row)
    .where(feed_row.c.scope == bindparam("b_scope"), feed_row.c.pos == bindparam("b_pos"))
    .values(data=bindparam("data"))
)
_COPIES = Prepared(
    select(print_job.c.id, print_job.c.content)
    .where(func.instr(print_job.c.content, bindparam("b_mark")) > 0)
    .order_by(print_job.c.id)
)
_MASK = Prepared(
    update(print_job).where(print_job.c.id == bindparam("b_id")).values(content=bindparam("content"))
)
