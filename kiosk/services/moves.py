"""Points to another centre and back (异地兑换凭单): out, in, declined, back, and a whole household's move.

A move goes by line, as the county relays it, and by paper, as a signed slip: whichever comes first is taken
in, once for ever. What a slip says and who may spend where are rules of `kiosk.ledger.moves`; taking in a
slip is in `kiosk.services.arrivals`.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.ledger import cards, moves, points
from kiosk.ledger.entries import check_code, decode_own, entry_id
from kiosk.ledger.moves import Home, Loan, Move, MoveId
from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, homes, lease, printing, staff
from kiosk.services.terminal import Terminal, Writing
from kiosk.slips.paper import Fact
from kiosk.store import journal
from kiosk.store.journal import Head
from kiosk.store.tables import bucket, hold, household, issuer, loan, pot
from kiosk.store.tables import move_in as move_in_table
from kiosk.store.tables import move_out as move_out_table
from kiosk.words import points as in_words

SIGNATURE_CHARS = 104  # with the colon before it
MOST_BUCKETS = 500  # of one move: its entry stays below `entries.MAX_ENTRY_BYTES`
MOST_LISTED = 500


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A move that left."""

    entry: str
    move: str  # "37/1-284"
    slip: str
    household: str
    to: str  # name of the destination's centre
    amount_tenths: int  # of available points; all of them in a change of home
    left_tenths: int  # still available here
    code: str  # signed; "" where the slip can't carry so many buckets and the line has to


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A move as this terminal knows it."""

    move: str
    household: str
    way: str  # "out" or "in"
    other: str  # name of the centre at the other end
    amount_tenths: int  # of all pots together; 0 for what was declined
    home: bool
    state: str  # out: away, back, settled; in: in, declined
    entry: str  # ours that wrote it


def move_out(terminal: Terminal, household_id: str, amount_tenths: int, dest: int, actor: str) -> Sent:
    """Send available points, soonest-ending first, to the centre of terminal `dest`, with a slip.

    From home, or what a guest has left here. Raises `Refused`: `absurd-amount`, `move-nowhere`, `move-here`,
    `not-enough-points` (missing_tenths=), `move-too-many`, `lease-over` (left_tenths=), `unknown-household`,
    `not-home`, `role-may-not`.
    """
    if not 0 < amount_tenths <= deeds.MOST_ORDER_TENTHS:
        raise Refused("absurd-amount")
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "move")
        epoch = _epoch_of(conn, terminal, dest)
        _require_spender(conn, terminal, household_id)
        taken, missing = deeds.take_what_is_there(conn, household_id, amount_tenths, ())
        if missing:
            raise Refused("not-enough-points", missing_tenths=missing)
        if len(taken) > MOST_BUCKETS:
            raise Refused("move-too-many")
        began = lease.began(conn, writing.epoch)
        lease.require_room(conn, terminal.settings, writing.epoch, household_id, began, amount_tenths)
        buckets = tuple((day, tenths) for day, tenths in taken)
        return _send(writing, terminal, Move(household_id, dest, epoch, buckets, None), actor)


def change_home(terminal: Terminal, household_id: str, actor: str) -> Sent:
    """Send everything a household has here to the new home that the county named, reservations ended first.

    Raises `Refused`: `home-stays` while the county names us, `move-nothing`, `held-open`, `move-too-many`,
    `move-nowhere`, `unknown-household`, `role-may-not`.
    """
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "move")
        home = conn.execute(_HOME, {"b_id": household_id}).scalar()
        if home is None:
            raise Refused("unknown-household")
        if home == writing.terminal:
            raise Refused("home-stays")
        move = _everything(writing, household_id, home, _epoch_of(conn, terminal, home))
        return _send(writing, terminal, move, actor)


def carry_out_home(writing: Writing, order: str, household_id: str, dest: int, dest_epoch: int) -> None:
    """Send everything by the county's order. Raises `Refused` as `change_home`."""
    move = _everything(writing, household_id, dest, dest_epoch)
    writing.append("move-out", {**moves.out_body(move), "order": order})


def settle(
    writing: Writing, order: str, household_id: str, out: tuple[int, int], dest: int, tenths: int | None
) -> None:
    """Send what arrived at `dest` before this epoch began, as far as it is here: everything for None.

    What is not here any more is the county's loss, not the household's. Raises `Refused` as `change_home`.
    """
    if tenths is None:
        move = _everything(writing, household_id, dest, 0)
    else:
        taken, _missing = deeds.take_what_is_there(writing.conn, household_id, tenths, ())
        move = Move(household_id, dest, 0, tuple((day, part) for day, part in taken), None)
    writing.append("move-out", {**moves.out_body(move), "settles": list(out), "order": order})


def take_back(writing: Writing, order: str, epoch: int, seq: int) -> None:
    """Take a move back by the county's order. Raises `Refused`: `move-unknown`, `move-not-away`."""
    found = writing.conn.execute(_OUT, {"b_epoch": epoch, "b_seq": seq}).first()
    row = journal.get(writing.conn, epoch, seq)
    if found is None or row is None:
        raise Refused("move-unknown")
    if found.state != "away":
        raise Refused("move-not-away")
    move = moves.of_out(decode_own(row.data).body)
    body = {**moves.in_body(move), "out": [epoch, seq], "order": order}
    writing.append("move-back", {**body, **guest_mark(writing, move.household)})


def guest_mark(writing: Writing, household_id: str) -> dict[str, int]:
    """What marks points that come to a household which is not at home here."""
    home = writing.conn.execute(_HOME, {"b_id": household_id}).scalar()
    return {} if home == writing.terminal else {"guest": 1}


def listed(terminal: Terminal) -> tuple[Listed, ...]:
    """The moves this terminal sent, took in or declined, newest first."""
    with terminal.read() as conn:
        sent = [_listed_out(conn, terminal, row) for row in conn.execute(_OUTS, {"b_limit": MOST_LISTED})]
        came = [_listed_in(conn, row) for row in conn.execute(_INS, {"b_limit": MOST_LISTED})]
    return (*sent, *came)


def _send(writing: Writing, terminal: Terminal, move: Move, actor: str) -> Sent:
    number = printing.next_number(writing)
    head = writing.append("move-out", {**moves.out_body(move), "slip": number}, actor)
    move_id = MoveId(writing.terminal, head.epoch, head.seq)
    code = moves.text(writing.issuer, move_id, move, check_code(head.hash))
    fits = len(code) + SIGNATURE_CHARS <= cards.MAX_CODE_CHARS
    to = homes.name(writing.conn, move.dest, move.household)
    left = writing.conn.execute(_AVAILABLE, {"b_household": move.household}).scalar() or 0
    slip = _queue_slip(writing, head, number, move, actor, to, left, code if fits else "")
    return Sent(
        entry=entry_id(head.epoch, head.seq),
        move=str(move_id),
        slip=slip,
        household=move.household,
        to=to,
        amount_tenths=move.available,
        left_tenths=left,
        code=printing.signed_code(terminal.key, code) if fits else "",
    )


def _queue_slip(
    writing: Writing, head: Head, number: int, move: Move, actor: str, to: str, left: int, code: str
) -> str:
    say = writing.words
    facts = [
        Fact(label="voucher.to", value=to),
        Fact(label="voucher.amount", value=in_words(move.available), bold=True),
    ]
    if move.home:
        facts += [
            Fact(label="voucher.saved", value=in_words(move.home.saved)),
            Fact(label="voucher.owed", value=in_words(move.home.owed)),
            Fact(label="voucher.honour", value=in_words(move.home.honour)),
        ]
    else:
        facts.append(Fact(label="voucher.left", value=in_words(left)))
    return printing.queue_paper(
        writing,
        head,
        number,
        "voucher.title-home" if move.home else "voucher.title",
        tenths=move.available,
        actor=actor,
        code=code,
        household=move.household,
        facts=tuple(facts),
        signs=("voucher.sign-resident", "slip.sign_clerk"),
        notes=(say("voucher.note-paper" if code else "voucher.note-line", to=to),),
    )


def _everything(writing: Writing, household_id: str, dest: int, dest_epoch: int) -> Move:
    """Every pot of a household, its reservations ended before."""
    conn = writing.conn
    _release_holds(writing, household_id)
    has = conn.execute(_POT, {"b_household": household_id}).first()
    if has is None or not has.settled:
        raise Refused("move-nothing")
    if has.held:
        raise Refused("held-open")
    rows = [(row.expires, row.tenths) for row in conn.execute(_BUCKETS, {"b_household": household_id})]
    if len(rows) > MOST_BUCKETS:
        raise Refused("move-too-many")
    owing = conn.execute(_LOAN, {"b_household": household_id}).first()
    open_loan = Loan(owing.amount, owing.remaining, owing.day, owing.due) if owing else None
    home = Home(has.saved, has.owed, has.honour, open_loan)
    return Move(household_id, dest, dest_epoch, tuple(rows), home)


def _release_holds(writing: Writing, household_id: str) -> None:
    for row in writing.conn.execute(_HOLDS, {"b_household": household_id}).all():
        kept = journal.get(writing.conn, row.epoch, row.seq)
        assert kept is not None
        body = decode_own(kept.data).body
        back = {"to": deeds.alive(body["from"], writing.day), "lines": body.get("lines", [])}
        writing.append("release", {"hold": [row.epoch, row.seq], "hh": household_id, "why": "moved", **back})


def _require_spender(conn: Connection, terminal: Terminal, household_id: str) -> None:
    home = conn.execute(_HOME, {"b_id": household_id}).scalar()
    has = conn.execute(_POT, {"b_household": household_id}).first()
    if home is None and has is None:
        raise Refused("unknown-household")
    settled, available = (has.settled, has.available) if has else (0, 0)
    home_here = home == terminal.identity.terminal
    if not moves.may_spend(home_here=home_here, settled=settled, available=available):
        raise Refused("not-home", home=homes.name(conn, home or 0, household_id))


def _epoch_of(conn: Connection, terminal: Terminal, dest: int) -> int:
    """The latest epoch we know terminal `dest` to write in."""
    if dest == terminal.identity.terminal:
        raise Refused("move-here")
    places = [cards.issuer_place(row.id) for row in conn.execute(_KEYS, {"b_terminal": dest})]
    epochs = [place[1] for place in places if place and place[0] == dest]
    if not epochs:
        raise Refused("move-nowhere")
    return max(epochs)


def _listed_out(conn: Connection, terminal: Terminal, row: Any) -> Listed:
    return Listed(
        move=str(MoveId(terminal.identity.terminal, row.epoch, row.seq)),
        household=row.household,
        way="out",
        other=homes.name(conn, row.dest, row.household),
        amount_tenths=row.amount,
        home=bool(row.home),
        state=row.state,
        entry=entry_id(row.epoch, row.seq),
    )


def _listed_in(conn: Connection, row: Any) -> Listed:
    kept = journal.get(conn, row.by_epoch, row.by_seq)
    assert kept is not None
    body = decode_own(kept.data).body
    amount = 0
    if row.state == "in":
        amount = sum(tenths for _, tenths in body["to"]) + body.get("saved", 0) - body.get("owed", 0)
    return Listed(
        move=str(MoveId(row.terminal, row.epoch, row.seq)),
        household=row.household,
        way="in",
        other=homes.name(conn, row.terminal, row.household),
        amount_tenths=amount,
        home=bool(body.get("home")),
        state=row.state,
        entry=entry_id(row.by_epoch, row.by_seq),
    )


_HOME = select(household.c.home).where(household.c.id == bindparam("b_id"))
_POT = select(pot).where(pot.c.household == bindparam("b_household"))
_AVAILABLE = select(pot.c.available).where(pot.c.household == bindparam("b_household"))
_BUCKETS = (
    select(bucket.c.expires, bucket.c.tenths)
    .where(bucket.c.household == bindparam("b_household"), bucket.c.tenths > 0)
    .order_by(bucket.c.expires == points.NEVER, bucket.c.expires)
)
_LOAN = select(loan).where(loan.c.household == bindparam("b_household"), loan.c.remaining > 0)
_HOLDS = select(hold.c.epoch, hold.c.seq).where(
    hold.c.household == bindparam("b_household"), hold.c.state == "open"
)
_KEYS = select(issuer.c.id).where(issuer.c.terminal == bindparam("b_terminal"))
_OUT = select(move_out_table.c.state).where(
    move_out_table.c.epoch == bindparam("b_epoch"), move_out_table.c.seq == bindparam("b_seq")
)
_OUTS = (
    select(move_out_table)
    .order_by(move_out_table.c.epoch.desc(), move_out_table.c.seq.desc())
    .limit(bindparam("b_limit"))
)
_INS = (
    select(move_in_table)
    .order_by(move_in_table.c.by_epoch.desc(), move_in_table.c.by_seq.desc())
    .limit(bindparam("b_limit"))
)
