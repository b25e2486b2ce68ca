"""Handing out what was reserved, at the prices it was reserved at; and, on a collective day, serving somebody
who had not reserved."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select

from kiosk.ledger import cards, points, redemption
from kiosk.ledger.entries import Entry, decode_own, place_of
from kiosk.ledger.refusals import Refused
from kiosk.services import basket, collectors, household_pin, printing, reserve, sessions, slipcheck, staff
from kiosk.services.collectors import Collector
from kiosk.services.redeem import answer, check_request_id, collected_by, describe, require_pin
from kiosk.services.terminal import Terminal, Writing
from kiosk.services.views import Proof, Redeemed
from kiosk.store import journal
from kiosk.store.prepared import Prepared
from kiosk.store.tables import hold, request, slip

BY_SLIP = "slip"  # how a household was found: by the code on its queue slip


def by_slip(terminal: Terminal, text: str) -> tuple[int, int]:
    """The reservation (epoch, seq) whose slip carries the code `text`.

    Raises `Refused`: `slip-not-true`, `unknown-reservation`.
    """
    if slipcheck.check(terminal, text).verdict != "true":
        raise Refused("slip-not-true")
    code = cards.slip_code(text.strip())
    assert code is not None
    with terminal.read() as conn:
        for row in _BY_NUMBER.all(conn, {"b_number": int(code.number.rpartition("-")[2])}):
            if cards.slip_number(terminal.identity.terminal, row.epoch, row.number) == code.number:
                return row.epoch, row.seq
    raise Refused("unknown-reservation")


def of_household(terminal: Terminal, household_id: str, request_id: str = "") -> tuple[int, int]:
    """The reservation (epoch, seq) that a household may collect today; of several the one made first.

    One that the request `request_id` has collected already is that one. Raises
    `Refused("unknown-reservation")`.
    """
    with terminal.read() as conn:
        known = _COLLECTED_BY.first(conn, {"b_id": request_id, "b_household": household_id})
        if known is not None:
            return known.epoch, known.seq
        day = reserve.journal_day(conn)
        for row in _OPEN_OF.all(conn, {"b_household": household_id}):
            if _day_of(conn, row.session) <= day:
                return row.epoch, row.seq
    raise Refused("unknown-reservation")


def collect(
    terminal: Terminal,
    held: tuple[int, int],
    how: str,
    staff_id: str,
    request_id: str,
    *,
    confirm: str = "tap",
    pin: str = "",
    collector: Collector | None = None,
) -> Redeemed:
    """Hand out a reservation: held points are spent, the goods go out, a slip is numbered and queued.

    `how` says what was shown: `slip`, or how the household was proved ("card:1"). The same request again is
    the same answer. Raises `Refused`: `unknown-reservation`, `reservation-over`, `session-not-yet` (day=),
    `request-mismatch`, `card-lost` …, `role-may-not`, and what `household_pin.confirmed` and
    `collectors.take` raise.
    """
    check_request_id(request_id)
    if confirm == "pin":
        with terminal.read() as conn:
            household_id = _household(conn, held)
        household_pin.confirmed(terminal, household_id, confirm, pin)
    with terminal.write() as writing:
        known = _REQUEST.first(writing.conn, {"b_id": request_id})
        if known is not None:
            return _repeated(writing.conn, terminal, known, held, staff_id)
        entry = reserve.open_hold(writing.conn, *held)
        day = _day_of(writing.conn, entry.body.get("session", ""))
        if day > writing.day:
            raise Refused("session-not-yet", day=day)
        further = {"req": request_id, "how": how, "confirm": confirm}
        return _collect(writing, terminal, entry, staff_id, further, collector)


def walk_in(
    terminal: Terminal,
    proof: Proof,
    items: tuple[tuple[str, int], ...],
    staff_id: str,
    request_id: str,
    session: tuple[int, int],
    *,
    confirm: str = "tap",
    pin: str = "",
    collector: Collector | None = None,
) -> Redeemed:
    """Serve a household on the collective day itself, at its prices, as far as places and quotas go.

    A reservation and its collection in one transaction. Raises what `reserve.reserve` and `collect` raise.
    """
    check_request_id(request_id)
    household_pin.confirmed(terminal, proof.household, confirm, pin)
    tidied = redemption.tidy(items, terminal.settings.rules.most_pieces)
    with terminal.write() as writing:
        conn = writing.conn
        known = _REQUEST.first(conn, {"b_id": request_id})
        if known is not None:
            return _repeated(
                conn, terminal, known, (known.epoch, known.seq - 1), staff_id, (proof.household, tidied)
            )
        about = basket.about(conn, terminal, proof)
        basket.check_card(about, proof)
        found = sessions.get(conn, *session)
        lines = reserve.priced(writing, terminal, about, tidied, found, walk_in=True)
        said = {"how": proof.how, "confirm": confirm}
        head, body = reserve.append(writing, proof.household, lines, found, said, staff_id)
        entry = Entry(
            *(writing.terminal, head.epoch, head.seq, writing.day, writing.now_ms),
            *("hold", 1, staff_id, "", body),
        )
        return _collect(writing, terminal, entry, staff_id, {"req": request_id, **said}, collector)


def _collect(
    writing: Writing,
    terminal: Terminal,
    entry: Entry,
    staff_id: str,
    said: dict[str, Any],
    collector: Collector | None,
) -> Redeemed:
    """Write the `collect` of the `hold` in `entry` and queue its slip."""
    conn, held = writing.conn, entry.body
    clerk = staff.require(conn, staff_id, "redeem")
    proof = Proof(household=held["hh"], how=said["how"])
    about = basket.about(conn, terminal, proof)
    basket.check_card(about, proof)
    require_pin(about, said["confirm"])
    number = printing.next_number(writing)
    body: dict[str, Any] = {
        "hold": [entry.epoch, entry.seq],
        "hh": held["hh"],
        "lines": held["lines"],
        "amount": held["amount"],
        "from": held["from"],
        "slip": number,
        **said,
    }
    if "session" in held:
        body["session"] = held["session"]
    if collector is not None:
        body["taker"] = collectors.take(writing, held["hh"], collector)
    head = writing.append("collect", body, staff_id)
    before = (about.available or 0) + held["amount"]
    redeemed = answer(writing, head, number, basket.priced(conn, held["lines"]), before, held["amount"])
    left = tuple(sorted(basket.buckets(conn, held["hh"]), key=lambda one: (one[0] == points.NEVER, one[0])))
    printing.queue_redemption(
        *(writing, terminal, about, redeemed, clerk.name, left), **collected_by(collector, terminal.words)
    )
    return redeemed


def _repeated(
    conn: Connection,
    terminal: Terminal,
    known: Any,
    held: tuple[int, int],
    staff_id: str,
    asked: tuple[str, redemption.Items] | None = None,
) -> Redeemed:
    row = journal.get(conn, known.epoch, known.seq)
    assert row is not None
    entry = decode_own(row.data)
    same = entry.kind == "collect" and tuple(entry.body["hold"]) == held and entry.actor == staff_id
    if not same or (asked is not None and not redemption.same_request(entry.body, *asked)):
        raise Refused("request-mismatch")
    return describe(conn, terminal, row, entry, known.after_tenths)


def _household(conn: Connection, held: tuple[int, int]) -> str:
    found = _HOUSEHOLD.scalar(conn, {"b_epoch": held[0], "b_seq": held[1]})
    if found is None:
        raise Refused("unknown-reservation")
    return str(found)


def _day_of(conn: Connection, session: str) -> str:
    """The day from which a reservation may be collected; "" for at once."""
    if not session:
        return ""
    return sessions.get(conn, *place_of(session)).day


_REQUEST = Prepared(select(request).where(request.c.id == bindparam("b_id")))
_BY_NUMBER = Prepared(select(slip).where(slip.c.number == bindparam("b_number")))
_OPEN_OF = Prepared(
    select(hold.c.epoch, hold.c.seq, hold.c.session)
    .where(hold.c.household == bindparam("b_household"), hold.c.state == "open")
    .order_by(hold.c.epoch, hold.c.seq)
)
_COLLECTED_BY = Prepared(
    select(hold.c.epoch, hold.c.seq)
    .select_from(hold.join(request, (request.c.epoch == hold.c.by_epoch) & (request.c.seq == hold.c.by_seq)))
    .where(request.c.id == bindparam("b_id"), hold.c.household == bindparam("b_household"))
)
_HOUSEHOLD = Prepared(
    select(hold.c.household).where(hold.c.epoch == bindparam("b_epoch"), hold.c.seq == bindparam("b_seq"))
)
