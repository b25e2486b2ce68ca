"""Moves that come here: taken in whole or declined, each once for ever; by a slip it is checked offline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.keys import verify_text
from kiosk.ledger import cards, moves
from kiosk.ledger.entries import entry_id
from kiosk.ledger.moves import Move, MoveId
from kiosk.ledger.refusals import Refused
from kiosk.services import homes, printing, staff
from kiosk.services.moves import guest_mark
from kiosk.services.terminal import Terminal, Writing
from kiosk.services.views import Proof
from kiosk.slips.paper import Fact
from kiosk.store.journal import Head
from kiosk.store.tables import issuer, pot
from kiosk.store.tables import move_in as move_in_table
from kiosk.words import points as in_words


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """A move that is here now."""

    entry: str
    move: str  # "37/1-284"
    slip: str
    household: str
    origin: str  # name of the centre it was sent from
    amount_tenths: int
    available_tenths: int  # of the household here, afterwards
    home: bool  # the household has moved here with everything


def move_in(terminal: Terminal, text: str, proof: Proof, actor: str) -> Arrived:
    """Take in the move of the slip with the code `text`, shown together with the household's card.

    Raises `Refused`: `move-unreadable`, `move-forged`, `move-issuer-unknown`, `foreign-county`,
    `move-elsewhere` (home=), `move-other`, `move-known`, `move-was-declined`, `move-old`, `move-void`,
    `role-may-not`.
    """
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "move")
        move_id, move = read(terminal, writing.conn, text)
        if move.household != proof.household:
            raise Refused("move-other")
        require_takable(writing, move_id, move)
        _require_standing(terminal, writing.conn, move_id)
        number = printing.next_number(writing)
        head = enter(writing, move_id, move, {"how": proof.how, "slip": number}, actor)
        available = writing.conn.execute(_AVAILABLE, {"b_household": move.household}).scalar() or 0
        origin = homes.name(writing.conn, move_id.terminal, move.household)
        facts = (
            Fact(label="voucher.from", value=origin),
            Fact(label="voucher.amount", value=in_words(move.available), bold=True),
            Fact(label="voucher.here", value=in_words(available), bold=True),
        )
        slip = printing.queue_paper(
            *(writing, head, number, "voucher.title-in"),
            tenths=move.available,
            actor=actor,
            household=move.household,
            facts=facts,
            signs=("voucher.sign-resident", "slip.sign_clerk"),
        )
    return Arrived(
        entry=entry_id(head.epoch, head.seq),
        move=str(move_id),
        slip=slip,
        household=move.household,
        origin=origin,
        amount_tenths=move.available,
        available_tenths=available,
        home=move.home is not None,
    )


def decline(terminal: Terminal, text: str, actor: str) -> str:
    """Never take in the move of this slip; the county then lets its sender take it back. Returns the entry.

    Raises `Refused` as `move_in`.
    """
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "move")
        move_id, move = read(terminal, writing.conn, text)
        require_takable(writing, move_id, move)
        head = writing.append("move-declined", {"hh": move.household, "move": list(move_id)}, actor)
    return entry_id(head.epoch, head.seq)


def read(terminal: Terminal, conn: Connection, text: str) -> tuple[MoveId, Move]:
    """The move on a slip, its signature checked offline. Raises `Refused` as `move_in`."""
    code = cards.move_code(text.strip())
    if code is None:
        raise Refused("move-forged" if cards.kind_of(text.strip()) == "move" else "move-unreadable")
    if code.issuer.partition("-")[0] != terminal.identity.county:
        raise Refused("foreign-county")
    said = moves.of_code(code)
    if said is None:
        raise Refused("move-forged")
    public = conn.execute(_ISSUER, {"b_id": code.issuer}).scalar()
    if public is None:
        raise Refused("move-issuer-unknown")
    if not verify_text(bytes.fromhex(public), code.signature, cards.signed_part(text.strip())):
        raise Refused("move-forged")
    return said


def require_takable(writing: Writing, move_id: MoveId, move: Move) -> None:
    """Raises `Refused` unless the move is for us, in this epoch of ours, and neither here nor declined."""
    if move.dest != writing.terminal:
        raise Refused("move-elsewhere", home=homes.name(writing.conn, move.dest, move.household))
    known = writing.conn.execute(
        _KNOWN, {"b_terminal": move_id.terminal, "b_epoch": move_id.epoch, "b_seq": move_id.seq}
    ).scalar()
    if known is not None:
        raise Refused("move-known" if known == "in" else "move-was-declined")
    if move.dest_epoch != writing.epoch:
        raise Refused("move-old")


def enter(writing: Writing, move_id: MoveId, move: Move, more: Mapping[str, Any], actor: str = "") -> Head:
    """Write the `move-in`; the caller has seen to it that it may be."""
    body = {**moves.in_body(move), "move": list(move_id), **more, **guest_mark(writing, move.household)}
    return writing.append("move-in", body, actor)


def _require_standing(terminal: Terminal, conn: Connection, move_id: MoveId) -> None:
    """Raises `Refused("move-void")` when the sender's epoch is over and its county never had this move.

    Those points are still where they were: the sender went on without this entry.
    """
    sender = cards.issuer_name(terminal.identity.county, move_id.terminal, move_id.epoch)
    last = conn.execute(_LAST, {"b_id": sender}).scalar()
    if last is not None and 0 <= last < move_id.seq:
        raise Refused("move-void")


_ISSUER = select(issuer.c.public).where(issuer.c.id == bindparam("b_id"))
_LAST = select(issuer.c.last).where(issuer.c.id == bindparam("b_id"))
_AVAILABLE = select(pot.c.available).where(pot.c.household == bindparam("b_household"))
_KNOWN = select(move_in_table.c.state).where(
    move_in_table.c.terminal == bindparam("b_terminal"),
    move_in_table.c.epoch == bindparam("b_epoch"),
    move_in_table.c.seq == bindparam("b_seq"),
)
