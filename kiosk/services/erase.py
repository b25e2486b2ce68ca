"""Erasing what lies beside the chain of one household, on its request, by two; the chain stays whole."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, bindparam, func, select, update

from kiosk.ledger.entries import entry_id
from kiosk.ledger.masks import mask_name
from kiosk.ledger.refusals import Refused
from kiosk.services import staff
from kiosk.services.terminal import Terminal
from kiosk.slips import Content
from kiosk.slips.paper import Paper
from kiosk.slips.redemption import SlipData
from kiosk.store import side
from kiosk.store.prepared import Prepared
from kiosk.store.tables import household, print_job


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """What was erased here; what the county keeps is the county's to erase."""

    entry: str
    kept_beside: int  # names, notes and photographs that are gone
    copies: int  # of slips whose names are masked from now on


def erase(terminal: Terminal, household_id: str, actor: str, second: str) -> Erased:
    """Erase names, notes and photographs kept of a household, and mask the names on its stored slips.

    Entries stay as they are: they carry numbers and references only. What is paper already stays paper.
    Raises `Refused`: `unknown-household`, `second-needed`, `role-may-not`.
    """
    if not second or second == actor:
        raise Refused("second-needed")
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "erase")
        staff.require(conn, second, "erase")
        if _HOUSEHOLD.first(conn, {"b_id": household_id}) is None:
            raise Refused("unknown-household")
        gone = side.erase(conn, household_id, writing.day)
        copies = _mask_copies(conn, household_id)
        body = {"hh": household_id, "beside": gone, "copies": copies}
        head = writing.append("erase", body, actor, second)
    return Erased(entry=entry_id(head.epoch, head.seq), kept_beside=gone, copies=copies)


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


_HOUSEHOLD = Prepared(select(household.c.id).where(household.c.id == bindparam("b_id")))
_COPIES = Prepared(
    select(print_job.c.id, print_job.c.content)
    .where(func.instr(print_job.c.content, bindparam("b_mark")) > 0)
    .order_by(print_job.c.id)
)
_MASK = Prepared(
    update(print_job).where(print_job.c.id == bindparam("b_id")).values(content=bindparam("content"))
)
