"""Taking a redemption back on the same day: points into the same buckets, goods onto the shelf, once."""

from __future__ import annotations

from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, staff
from kiosk.services.terminal import Terminal


def void(terminal: Terminal, epoch: int, seq: int, why: str, actor: str, second: str) -> str:
    """Undo a redemption of this business day, signed by two; returns the entry's id.

    Raises `Refused`: `second-needed`, `unknown-entry`, `not-reversible`, `already-reversed`, `not-today`,
    `role-may-not`.
    """
    if not second or second == actor:
        raise Refused("second-needed")
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "void")
        staff.require(writing.conn, second, "void")
        original = deeds.reversible(writing.conn, epoch, seq, ("redeem",))
        if original.day != writing.day:
            raise Refused("not-today")
        body = {
            "of": [epoch, seq],
            "hh": original.body["hh"],
            "to": deeds.alive(original.body["from"], writing.day),
            "lines": original.body["lines"],
            "why": why,
        }
        head = writing.append("void", body, actor, second)
    return entry_id(head.epoch, head.seq)
