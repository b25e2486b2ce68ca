"""Reservations: points and goods set aside for a household, with a queue number on a collective day; let go
on its wish or, some days behind, by themselves. Handing them out is in `collect`."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.ledger import cards, points, redemption
from kiosk.ledger.entries import Entry, decode_own, entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import basket, deeds, find, household_pin, printing, sessions, staff
from kiosk.services.clock import day_after
from kiosk.services.redeem import check_request_id, check_size, entry_lines, require_pin
from kiosk.services.sessions import Session
from kiosk.services.terminal import Terminal, Writing
from kiosk.services.views import BasketLine, Proof
from kiosk.slips.paper import Fact
from kiosk.store import journal
from kiosk.store.journal import Head
from kiosk.store.prepared import Prepared
from kiosk.store.tables import hold, household, request
from kiosk.store.tables import journal as journal_table

RELEASES_A_SLICE = 50  # so that a redemption never waits long behind what is due
MOST_SHOWN = 5_000
WISH, NO_SHOW, MOVED = "wish", "no-show", "moved"  # why a reservation was let go


class Reserved(msgspec.Struct, frozen=True, kw_only=True):
    """A reservation that is in the journal."""

    entry: str
    slip: str
    session: str  # entry of the collective day, "" for none
    queue: int  # number to be called by, 0 without a collective day
    until: str  # the last business day to collect
    amount_tenths: int
    available_tenths: int
    lines: tuple[BasketLine, ...]
    repeated: bool


class Reservation(msgspec.Struct, frozen=True, kw_only=True):
    """A reservation as it stands. The name is whole: mask it before it is shown."""

    entry: str
    slip: str
    household: str
    name: str
    session: str
    queue: int
    until: str
    amount_tenths: int
    state: str  # open, collected, released
    no_show: bool  # released because nobody came
    lines: tuple[BasketLine, ...]


def reserve(
    terminal: Terminal,
    proof: Proof,
    items: tuple[tuple[str, int], ...],
    staff_id: str,
    request_id: str,
    *,
    session: tuple[int, int] | None = None,
    confirm: str = "tap",
    pin: str = "",
) -> Reserved:
    """Set points and goods aside until they are collected or let go, and queue the slip with the number.

    `session` names a collective day (epoch, seq) with its prices and quotas; without one today's prices and
    limits count. Without staff (`staff_id` "") residents reserve by themselves: for a collective day, with
    their card or identity. The same request again is the same reservation. Raises `Refused` with what
    `basket.check`, `sessions.require_open` and `household_pin.confirmed` raise, and with `session-good`
    (item=), `session-quota` (item=, left=), `session-most` (item=, limit=), `reserved-already`,
    `reserve-alone`, `request-mismatch`, `role-may-not`.
    """
    check_request_id(request_id)
    household_pin.confirmed(terminal, proof.household, confirm, pin)
    tidied = redemption.tidy(items, terminal.settings.rules.most_pieces)
    with terminal.write() as writing:
        conn = writing.conn
        known = _REQUEST.first(conn, {"b_id": request_id})
        if known is not None:
            return _repeated(conn, terminal, known, (proof.household, tidied, staff_id))
        if staff_id:
            staff.require(conn, staff_id, "reserve")
        elif session is None or not proved_alone(proof):
            raise Refused("reserve-alone")
        about = basket.about(conn, terminal, proof)
        basket.check_card(about, proof)
        found = sessions.get(conn, *session) if session else None
        lines = priced(writing, terminal, about, tidied, found, walk_in=False)
        require_pin(about, confirm)
        number = printing.next_number(writing)
        further = {"slip": number, "req": request_id, "how": proof.how, "confirm": confirm}
        head, body = append(writing, proof.household, lines, found, further, staff_id)
        _queue(writing, head, body, lines, staff_id, found)
        return _answer(conn, terminal, head.epoch, head.seq, body, (about.available or 0) - body["amount"])


def proved_alone(proof: Proof) -> bool:
    """Whether the household showed something itself, so that nobody of the staff need vouch for it."""
    return proof.how == find.BY_DIGEST or proof.how.startswith("card:")


def priced(
    writing: Writing,
    terminal: Terminal,
    about: Any,
    items: redemption.Items,
    found: Session | None,
    *,
    walk_in: bool,
) -> tuple[BasketLine, ...]:
    """The lines of a reservation, which the household `about` may have. Raises as `reserve` says."""
    conn = writing.conn
    if found is None:
        lines = basket.price(conn, items)
        basket.check(conn, terminal, about, lines)
        return lines
    basket.check_home(conn, terminal, about)
    sessions.require_open(writing, found, walk_in=walk_in)
    if _PLACE.first(conn, {"b_household": about.id, "b_session": found.entry}) is not None:
        raise Refused("reserved-already")
    goods = {one.sku: one for one in found.goods}
    for sku, _pieces in items:
        if sku not in goods:
            raise Refused("session-good", item=basket.price(conn, ((sku, 1),))[0].item.name)
    lines = basket.priced(conn, [(sku, pieces, goods[sku].price_tenths) for sku, pieces in items])
    for line in lines:
        good, taken = goods[line.item.sku], found.reserved.get(line.item.sku, 0)
        if good.most and line.qty > good.most:
            raise Refused("session-most", item=line.item.name, limit=good.most)
        if good.quota and taken + line.qty > good.quota:
            raise Refused("session-quota", item=line.item.name, left=good.quota - taken)
    basket.check_stock(conn, lines)
    basket.check_points(conn, terminal, about, lines)
    return lines


def append(
    writing: Writing,
    household_id: str,
    lines: tuple[BasketLine, ...],
    found: Session | None,
    further: dict[str, Any],
    staff_id: str,
) -> tuple[Head, dict[str, Any]]:
    """Write the `hold`; returns its head and body. The caller has checked everything."""
    amount = sum(line.total_tenths for line in lines)
    taken = points.take(basket.buckets(writing.conn, household_id), amount)
    until = day_after(found.day if found else writing.day, writing.settings.rules.hold_days)
    body: dict[str, Any] = {
        "hh": household_id,
        "lines": entry_lines(lines),
        "amount": amount,
        "from": [list(part) for part in taken],
        "until": until,
        **further,
    }
    if found is not None:
        body |= {"session": found.entry, "queue": found.last_queue + 1}
    check_size(body)
    return writing.append("hold", body, staff_id), body


def release(terminal: Terminal, epoch: int, seq: int, actor: str) -> str:
    """Let a reservation go on the household's wish: points to their buckets, goods onto the shelf.

    Returns the entry's id. Raises `Refused`: `unknown-reservation`, `reservation-over`, `role-may-not`.
    """
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "reserve")
        held = open_hold(writing.conn, epoch, seq)
        number = printing.next_number(writing)
        head = _release(writing, held, {"why": WISH, "slip": number}, actor)
        slip = cards.slip_number(writing.terminal, held.epoch, held.body["slip"])
        printing.queue_paper(
            *(writing, head, number, "slip.title_release"),
            tenths=held.body["amount"],
            actor=actor,
            household=held.body["hh"],
            facts=(Fact(label="slip.of_slip", value=slip),),
            lines=printing.slip_lines(basket.priced(writing.conn, held.body["lines"])),
            total_tenths=held.body["amount"],
            signs=("slip.sign_resident",),
        )
    return entry_id(head.epoch, head.seq)


def release_due(terminal: Terminal) -> int:
    """Let go of every reservation whose last day is over, a slice a transaction; returns how many.

    The business day alone counts. Raises what `Terminal.write` raises.
    """
    count = 0
    while True:
        with terminal.read() as conn:
            if _DUE.first(conn, {"b_day": journal_day(conn), "b_limit": 1}) is None:
                return count
        with terminal.write() as writing:
            rows = _DUE.all(writing.conn, {"b_day": writing.day, "b_limit": RELEASES_A_SLICE})
            for row in rows:
                _release(writing, open_hold(writing.conn, row.epoch, row.seq), {"why": NO_SHOW})
        count += len(rows)


def release_all(writing: Writing, household_id: str, actor: str) -> int:
    """Let go of everything reserved for a household that moves its home, in the caller's transaction; returns
    how many reservations that were."""
    rows = _OPEN_OF.all(writing.conn, {"b_household": household_id})
    for row in rows:
        _release(writing, open_hold(writing.conn, row.epoch, row.seq), {"why": MOVED}, actor)
    return len(rows)


def reservations(
    terminal: Terminal, *, session: str = "", household_id: str = "", states: tuple[str, ...] = ("open",)
) -> tuple[Reservation, ...]:
    """Reservations in `states`, by queue number; of one collective day, or of one household, if named."""
    with terminal.read() as conn:
        rows = _LISTED.all(conn, {"b_session": session, "b_household": household_id})
        return tuple(_describe(conn, terminal, row) for row in rows if row.state in states)


def get(terminal: Terminal, epoch: int, seq: int) -> Reservation:
    """One reservation, whatever became of it. Raises `Refused("unknown-reservation")`."""
    with terminal.read() as conn:
        row = _GET.first(conn, {"b_epoch": epoch, "b_seq": seq})
        if row is None:
            raise Refused("unknown-reservation")
        return _describe(conn, terminal, row)


def open_hold(conn: Connection, epoch: int, seq: int) -> Entry:
    """The entry of an open reservation. Raises `Refused`: `unknown-reservation`, `reservation-over`."""
    row = _ONE.first(conn, {"b_epoch": epoch, "b_seq": seq})
    if row is None:
        raise Refused("unknown-reservation")
    if row.state != "open":
        raise Refused("reservation-over")
    return decode_own(row.data)


def journal_day(conn: Connection) -> str:
    """The business day of the last entry, "" before the first."""
    head = journal.head(conn)
    return head.day if head else ""


def _release(writing: Writing, held: Entry, further: dict[str, Any], actor: str = "") -> Head:
    body = {
        "hold": [held.epoch, held.seq],
        "hh": held.body["hh"],
        "to": deeds.alive(held.body["from"], writing.day),
        "lines": held.body["lines"],
        **further,
    }
    return writing.append("release", body, actor)


def _repeated(conn: Connection, terminal: Terminal, known: Any, asked: tuple[Any, ...]) -> Reserved:
    row = journal.get(conn, known.epoch, known.seq)
    assert row is not None
    entry = decode_own(row.data)
    household_id, items, staff_id = asked
    same = entry.kind == "hold" and redemption.same_request(entry.body, household_id, items)
    if not same or entry.actor != staff_id:
        raise Refused("request-mismatch")
    answer = _answer(conn, terminal, entry.epoch, entry.seq, entry.body, known.after_tenths)
    return msgspec.structs.replace(answer, repeated=True)


def _answer(
    conn: Connection, terminal: Terminal, epoch: int, seq: int, body: Any, available_tenths: int
) -> Reserved:
    return Reserved(
        entry=entry_id(epoch, seq),
        slip=cards.slip_number(terminal.identity.terminal, epoch, body["slip"]),
        session=body.get("session", ""),
        queue=body.get("queue", 0),
        until=body["until"],
        amount_tenths=body["amount"],
        available_tenths=available_tenths,
        lines=basket.priced(conn, body["lines"]),
        repeated=False,
    )


def _queue(
    writing: Writing,
    head: Head,
    body: dict[str, Any],
    lines: tuple[BasketLine, ...],
    staff_id: str,
    found: Session | None,
) -> None:
    """The queue slip: a number to see from afar, and the code to collect by."""
    say = writing.words
    day = (Fact(label="slip.session_day", value=found.day, bold=True),) if found else ()
    printing.queue_paper(
        *(writing, head, body["slip"], "slip.title_queue" if found else "slip.title_reserve"),
        tenths=body["amount"],
        actor=staff_id,
        household=body["hh"],
        big=say("slip.queue", number=body["queue"]) if found else "",
        facts=(*day, Fact(label="slip.until", value=body["until"])),
        lines=printing.slip_lines(lines),
        total_tenths=body["amount"],
        notes=(say("slip.held_note"),),
    )


def _describe(conn: Connection, terminal: Terminal, row: Any) -> Reservation:
    body = decode_own(row.data).body
    number = body.get("slip", 0)
    return Reservation(
        entry=entry_id(row.epoch, row.seq),
        slip=cards.slip_number(terminal.identity.terminal, row.epoch, number) if number else "",
        household=row.household,
        name=row.name or "",
        session=row.session,
        queue=row.queue,
        until=row.until,
        amount_tenths=row.amount,
        state=row.state,
        no_show=row.state == "released" and _why(conn, row) == NO_SHOW,
        lines=basket.priced(conn, body["lines"]),
    )


def _why(conn: Connection, row: Any) -> str:
    ended = journal.get(conn, row.by_epoch, row.by_seq)
    assert ended is not None
    return str(decode_own(ended.data).body["why"])


_ENTRY = hold.join(
    journal_table, (journal_table.c.epoch == hold.c.epoch) & (journal_table.c.seq == hold.c.seq)
)
_REQUEST = Prepared(select(request).where(request.c.id == bindparam("b_id")))
_PLACE = Prepared(
    select(hold.c.seq).where(
        hold.c.household == bindparam("b_household"),
        hold.c.session == bindparam("b_session"),
        hold.c.state != "released",
    )
)
_ONE = Prepared(
    select(hold.c.state, journal_table.c.data)
    .select_from(_ENTRY)
    .where(hold.c.epoch == bindparam("b_epoch"), hold.c.seq == bindparam("b_seq"))
)
_DUE = Prepared(
    select(hold.c.epoch, hold.c.seq)
    .where(hold.c.state == "open", hold.c.until < bindparam("b_day"))
    .order_by(hold.c.epoch, hold.c.seq)
    .limit(bindparam("b_limit"))
)
_OPEN_OF = Prepared(
    select(hold.c.epoch, hold.c.seq)
    .where(hold.c.household == bindparam("b_household"), hold.c.state == "open")
    .order_by(hold.c.epoch, hold.c.seq)
)
_WHOLE = select(hold, household.c.name, journal_table.c.data).select_from(
    _ENTRY.outerjoin(household, household.c.id == hold.c.household)
)
_GET = Prepared(_WHOLE.where(hold.c.epoch == bindparam("b_epoch"), hold.c.seq == bindparam("b_seq")))
_LISTED = Prepared(
    _WHOLE.where(
        (bindparam("b_session") == "") | (hold.c.session == bindparam("b_session")),
        (bindparam("b_household") == "") | (hold.c.household == bindparam("b_household")),
    )
    .order_by(hold.c.session, hold.c.queue, hold.c.epoch, hold.c.seq)
    .limit(MOST_SHOWN)
)
