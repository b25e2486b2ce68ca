"""挂失 and 补卡: a card reported lost, a new one issued here; the household keeps everything it has."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from kiosk.keys import to_base32
from kiosk.ledger import cards as card_texts
from kiosk.ledger import cardstates
from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, find, printing, staff
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof
from kiosk.store.tables import card, household

REASONS = ("lost", "torn", "first", "other")
Reason = Literal["lost", "torn", "first", "other"]


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One card of a household."""

    serial: int
    state: str  # active, lost, revoked
    issued_here: bool


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A card that counts from now on."""

    entry: str
    household: str
    serial: int
    text: str  # the signed text of its code
    slip: str  # the printed card's slip number


def cards_of(terminal: Terminal, household_id: str) -> tuple[Card, ...]:
    """Every card of a household, the newest first. Raises `Refused("unknown-household")`."""
    with terminal.read() as conn:
        _known(conn, household_id)
        return tuple(
            Card(
                serial=row.serial,
                state=row.state,
                issued_here=row.serial >= cardstates.LOCAL_SERIALS_FROM,
            )
            for row in conn.execute(_CARDS, {"b_household": household_id})
        )


def report_lost(terminal: Terminal, household_id: str, actor: str, *, why: str = "lost") -> str:
    """Stop every card of a household that still counts; it holds here at once, elsewhere from the next
    exchange. At any terminal; returns the last entry's id.

    Raises `Refused`: `no-active-card`, `unknown-household`, `reason-needed`, `role-may-not`.
    """
    if why not in REASONS:
        raise Refused("reason-needed")
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "card")
        _known(writing.conn, household_id)
        serials = [row.serial for row in writing.conn.execute(_ACTIVE, {"b_household": household_id})]
        if not serials:
            raise Refused("no-active-card")
        for serial in serials:
            head = writing.append("card-lost", {"hh": household_id, "serial": serial, "why": why}, actor)
    return entry_id(head.epoch, head.seq)


def issue(terminal: Terminal, proof: Proof, why: Reason, actor: str, second: str = "") -> Issued:
    """A new card, signed by this terminal, for a household at home here; earlier ones no longer count.

    Found by identity number one person may do it, otherwise two. The card is queued at the slip printer.
    Raises `Refused`: `second-needed`, `not-home`, `unknown-household`, `reason-needed`, `role-may-not`,
    `too-many-cards`.
    """
    if why not in REASONS:
        raise Refused("reason-needed")
    by_identity = proof.how == find.BY_DIGEST
    if second == actor or not (second or by_identity):
        raise Refused("second-needed")
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "card")
        if second:
            staff.require(conn, second, "card-agree")
        deeds.require_home(conn, terminal, proof.household)
        serial = _next_serial(conn, proof.household)
        number = printing.next_number(writing)
        body: dict[str, Any] = {"hh": proof.household, "serial": serial, "why": why, "how": proof.how}
        head = writing.append("card-bind", {**body, "slip": number}, actor, second)
        part = card_texts.household_card_text(writing.issuer, proof.household, serial)
        text = f"{part}:{to_base32(terminal.key.sign(part.encode('ascii')))}"
        slip = printing.queue_paper(
            writing,
            head,
            number,
            "cards.title",
            actor=actor,
            household=proof.household,
            card=text,
            signs=("slip.sign_collector",),
            notes=(terminal.words("cards.note"),),
        )
    return Issued(
        entry=entry_id(head.epoch, head.seq), household=proof.household, serial=serial, text=text, slip=slip
    )


def _next_serial(conn: Connection, household_id: str) -> int:
    last = conn.execute(_LAST, {"b_household": household_id}).scalar() or 0
    serial = max(int(last) + 1, cardstates.LOCAL_SERIALS_FROM)
    if serial > cardstates.MOST_SERIAL:
        raise Refused("too-many-cards")
    return serial


def _known(conn: Connection, household_id: str) -> None:
    if conn.execute(_HOUSEHOLD, {"b_id": household_id}).first() is None:
        raise Refused("unknown-household")


_HOUSEHOLD = select(household.c.id).where(household.c.id == bindparam("b_id"))
_CARDS = select(card).where(card.c.household == bindparam("b_household")).order_by(card.c.serial.desc())
_ACTIVE = (
    select(card.c.serial)
    .where(card.c.household == bindparam("b_household"), card.c.state == cardstates.ACTIVE)
    .order_by(card.c.serial)
)
_LAST = select(func.max(card.c.serial)).where(card.c.household == bindparam("b_household"))
