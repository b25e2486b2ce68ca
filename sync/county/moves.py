"""Points on their way between terminals: what left, where it ended, and the orders that pass it on or back.

What left and where it ended is folded from the entries alone. A move is passed on when its destination
calls, and goes back when the destination declined it or ended the epoch it was good for; never by time.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, and_, bindparam, exists, insert, or_, select, update

from kiosk.ledger.moves import MoveId
from sync.county import feed, registry
from sync.county.project import Flag, MoveEnded, MoveSent
from sync.county.tables import centres, epochs, households, move_ends, moves, terminals
from sync.county.upserts import insert_new

MOST_SHOWN = 1_000
MOST_A_TIME = 200  # moves passed on in one exchange; the next one goes on
_IDS_A_QUERY = 1_000


class OnTheWay(msgspec.Struct, frozen=True):
    """A move that has not arrived. The name is whole: mask it before it is shown."""

    move: str  # "37/1-284"
    household: str
    name: str
    origin: str
    dest: str
    amount_tenths: int
    home: bool
    state: str  # sent, relayed (its destination has the order), declined, returning (its sender has it)


def guests(conn: Connection, county: str, terminal: int, named: Sequence[str]) -> set[str]:
    """Those of the named households who had points moved to `terminal`."""
    found: set[str] = set()
    for start in range(0, len(named), _IDS_A_QUERY):
        part = named[start : start + _IDS_A_QUERY]
        params = {"b_county": county, "b_terminal": terminal, "b_named": part}
        found |= set(conn.execute(_GUESTS, params).scalars())
    return found


def take_in(
    conn: Connection, own: Mapping[str, Any], sent: Iterable[MoveSent], ended: Iterable[MoveEnded]
) -> list[Flag]:
    """Note what left and what ended in one run of entries; what does not fit together comes back as flags.

    A move whose destination can't take it in any more is sent back at once.
    """
    flags: list[Flag] = []
    county = own["county"]
    for one in sent:
        conn.execute(insert_new(conn, moves), {**own, **one._asdict(), "relayed": "", "returned": ""})
        ends = conn.execute(_ENDS, _key(county, own["terminal"], one)).all()
        flags += [Flag(one.epoch, one.seq, "move-mismatch") for end in ends if not _fits(one, end)]
        if not any(end.state in ("in", "back") for end in ends):
            gone = _epoch_now(conn, county, one.dest) > one.till
            if gone or any(end.state == "declined" for end in ends):
                _give_back(conn, county, own["terminal"], one)
    for one_end in ended:
        flags += _end(conn, own, one_end)
    return flags


def pass_on(conn: Connection, county: str, terminal: int, epoch: int) -> None:
    """Order `terminal`, which writes in `epoch`, to take in what is on its way; send back what it can't take.

    The caller holds the terminal's row: nobody begins another epoch of it meanwhile.
    """
    for row in conn.execute(_WAITING, {"b_county": county, "b_dest": terminal, "b_now": epoch}).all():
        if row.declined or row.till < epoch:
            _give_back(conn, county, row.terminal, row)
        elif not row.relayed:
            _relay(conn, county, row)


def on_their_way(conn: Connection, county: str) -> list[OnTheWay]:
    """The moves that are neither taken in nor back, oldest numbers first."""
    rows = conn.execute(_OPEN, {"b_county": county}).all()
    return [
        OnTheWay(
            move=str(MoveId(row.terminal, row.epoch, row.seq)),
            household=row.household,
            name=row.name or "",
            origin=row.origin or str(row.terminal),
            dest=row.place or str(row.dest),
            amount_tenths=row.amount,
            home=bool(row.home),
            state="declined"
            if row.declined
            else "returning"
            if row.returned
            else "relayed"
            if row.relayed
            else "sent",
        )
        for row in rows
    ]


def settle_lost(conn: Connection, county: str, terminal: int, epoch: int, last: int) -> None:
    """`epoch` of `terminal` ended at `last`: moves behind it that were taken in elsewhere are lost here.

    Their points are in the terminal's books again, so they leave once more, as far as they are there.
    """
    params = {"b_county": county, "b_terminal": terminal, "b_epoch": epoch, "b_last": last}
    for end in conn.execute(_LOST, params).all():
        _settle(conn, county, end)


def _end(conn: Connection, own: Mapping[str, Any], end: MoveEnded) -> list[Flag]:
    county, here = own["county"], (end.by_epoch, end.by_seq)
    key = _key(county, end.terminal, end)
    others = [row for row in conn.execute(_ENDS, key) if row.state in ("in", "back")]
    values = {**end._asdict(), "by_terminal": own["terminal"], "centre": own["centre"], "county": county}
    conn.execute(insert(move_ends), values)
    flags = [Flag(*here, "move-twice")] if others and end.state != "declined" else []
    move = conn.execute(_MOVE, key).first()
    if move is not None:
        came = _Came(own["terminal"], end.state, end.amount)
        return [*flags, *([] if _fits(move, came) else [Flag(*here, "move-mismatch")])]
    sender = conn.execute(_EPOCH, {name: key[name] for name in ("b_county", "b_terminal", "b_epoch")}).first()
    if (
        end.state == "in"
        and sender is not None
        and sender.state == "closed"
        and end.seq > sender.acknowledged
    ):
        _settle(conn, county, SimpleNamespace(**values))
        flags.append(Flag(*here, "move-lost"))
    return flags


class _Came(NamedTuple):
    by_terminal: int
    state: str
    amount: int


def _fits(move: Any, end: Any) -> bool:
    """Whether a move ended where and with what it left."""
    if end.state == "declined":
        return bool(end.by_terminal == move.dest)
    there = move.dest if end.state == "in" else move.terminal
    return (end.by_terminal, end.amount) == (there, move.amount)


def _relay(conn: Connection, county: str, row: Any) -> None:
    """The order to take it in; a guest's name goes before it, so that the slip says whose points they are."""
    known = conn.execute(_HOUSEHOLD, {"b_county": county, "b_household": row.household}).first()
    if known is not None and known.home != row.dest:
        told = registry.guest_row(known)
        feed.append(conn, county, f"terminal:{row.dest}", [("household", told)])
    body = {**json.loads(row.body), "do": "move-in", "till": row.till, "amount": row.amount}
    body["move"] = [row.terminal, row.epoch, row.seq]
    _mark(conn, county, row, relayed=_order(conn, county, row.dest, body))


def _give_back(conn: Connection, county: str, terminal: int, row: Any) -> None:
    body = {"do": "move-back", "hh": row.household, "amount": row.amount, "out": [row.epoch, row.seq]}
    order = _order(conn, county, terminal, body)
    _mark(conn, county, row, terminal=terminal, returned=order)


def _settle(conn: Connection, county: str, end: Any) -> None:
    body = {"do": "move-settle", "hh": end.household, "amount": 0, "out": [end.epoch, end.seq]}
    body |= {"to": end.by_terminal, "sum": max(0, end.amount), "home": end.home}
    _order(conn, county, end.terminal, body)


def _order(conn: Connection, county: str, terminal: int, body: Mapping[str, Any]) -> str:
    centre = conn.execute(_TERMINAL, {"b_county": county, "b_terminal": terminal}).one().centre
    order = f"{county}{terminal}-{body['do']}-{secrets.token_hex(8)}"
    registry.put_order(conn, county, terminal, centre, order, body)
    return order


def _mark(conn: Connection, county: str, row: Any, *, terminal: int = 0, **orders: str) -> None:
    conn.execute(_MARK.values(**orders), _key(county, terminal or row.terminal, row))


def _epoch_now(conn: Connection, county: str, terminal: int) -> int:
    found = conn.execute(_TERMINAL, {"b_county": county, "b_terminal": terminal}).first()
    return found.epoch if found else 0


def _key(county: str, terminal: int, row: Any) -> dict[str, Any]:
    return {"b_county": county, "b_terminal": terminal, "b_epoch": row.epoch, "b_seq": row.seq}


def _at(table: Any, *names: str) -> list[Any]:
    return [table.c[name] == bindparam(f"b_{name}") for name in ("county", "terminal", *names)]


def _ended(*states: str) -> Any:
    same = [move_ends.c[name] == moves.c[name] for name in ("county", "terminal", "epoch", "seq")]
    return exists().where(and_(*same), move_ends.c.state.in_(states))


_GUESTS = select(move_ends.c.household).where(
    move_ends.c.county == bindparam("b_county"),
    move_ends.c.by_terminal == bindparam("b_terminal"),
    move_ends.c.household.in_(bindparam("b_named", expanding=True)),
    move_ends.c.state == "in",
)
_MOVE = select(moves).where(*_at(moves, "epoch", "seq"))
_MARK = update(moves).where(*_at(moves, "epoch", "seq"))
_ENDS = select(move_ends).where(*_at(move_ends, "epoch", "seq"))
_WAITING = (
    select(moves, _ended("declined").label("declined"))
    .where(
        moves.c.county == bindparam("b_county"),
        moves.c.dest == bindparam("b_dest"),
        moves.c.returned == "",
        or_(moves.c.relayed == "", moves.c.till < bindparam("b_now"), _ended("declined")),
        ~_ended("in", "back"),
    )
    .order_by(moves.c.terminal, moves.c.epoch, moves.c.seq)
    .limit(MOST_A_TIME)
)
_FROM, _TO = centres.alias("origin"), centres.alias("place")
_OPEN = (
    select(
        moves,
        _FROM.c.name.label("origin"),
        _TO.c.name.label("place"),
        households.c.name.label("name"),
        _ended("declined").label("declined"),
    )
    .select_from(
        moves.outerjoin(_FROM, and_(_FROM.c.county == moves.c.county, _FROM.c.terminal == moves.c.terminal))
        .outerjoin(_TO, and_(_TO.c.county == moves.c.county, _TO.c.terminal == moves.c.dest))
        .outerjoin(
            households,
            and_(households.c.county == moves.c.county, households.c.household == moves.c.household),
        )
    )
    .where(moves.c.county == bindparam("b_county"), ~_ended("in", "back"))
    .order_by(moves.c.terminal, moves.c.epoch, moves.c.seq)
    .limit(MOST_SHOWN)
)
_LOST = select(move_ends).where(
    *_at(move_ends, "epoch"), move_ends.c.seq > bindparam("b_last"), move_ends.c.state == "in"
)
_TERMINAL = select(terminals).where(*_at(terminals))
_EPOCH = select(epochs).where(*_at(epochs, "epoch"))
_HOUSEHOLD = select(households).where(
    households.c.county == bindparam("b_county"), households.c.household == bindparam("b_household")
)
