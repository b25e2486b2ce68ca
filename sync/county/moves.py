"""Points on their way between terminals: what left, where it ended, and the orders that pass it on or back.

What left and where it ended is folded from the entries alone. A move is passed on when its destination
calls, and goes back when the destination declined it or ended the epoch it was good for; never by time.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, bindparam, exists, insert, or_, select, update

from kiosk.ledger.moves import MoveId
from sync.county import feed, orderbook, registry
from sync.county.project import Flag, MoveEnded, MoveSent
from sync.county.tables import centres, epochs, households, move_ends, moves, terminals
from sync.county.upserts import insert_new

MOST_SHOWN = 1_000
MOST_A_TIME = 200  # moves passed on in one exchange; the next one goes on
_IDS_A_QUERY = 1_000
_MOST_SEQ = 2**53
LOST = "move-lost"  # flag: it was taken in, and its sender goes on without having sent it


class OnTheWay(msgspec.Struct, frozen=True):
    """A move that has not arrived. The name is whole: mask it before it is shown."""

    move: str  # "37/1-284"
    household: str
    name: str
    origin: str
    dest: str
    amount_tenths: int
    home: bool
    state: str  # sent, relayed (its destination has the order), declined, returning (its sender has one)


def guests(conn: Connection, county: str, terminal: int, named: Sequence[str]) -> set[str]:
    """Those of the named households who had points moved to `terminal`."""
    found: set[str] = set()
    for start in range(0, len(named), _IDS_A_QUERY):
        part = named[start : start + _IDS_A_QUERY]
        params = {"b_county": county, "b_terminal": terminal, "b_named": part}
        found |= set(conn.execute(_GUESTS, params).scalars())
    return found


def take_in(
    conn: Connection,
    own: Mapping[str, Any],
    run: tuple[int, int, int],
    sent: Iterable[MoveSent],
    ended: Iterable[MoveEnded],
) -> list[Flag]:
    """Note what left and what ended in one run of entries (epoch, first, last seq); returns what is odd.

    A move whose destination can't take it in any more is sent back at once.
    """
    county, terminal = own["county"], own["terminal"]
    for one in sent:
        conn.execute(insert_new(conn, moves), {**own, **one._asdict(), "relayed": "", "returned": ""})
        ends = conn.execute(_ENDS, _key(county, terminal, one)).all()
        if one.settles or any(_founded(one, terminal, end) for end in ends):
            continue
        refused = any(end.by_terminal == one.dest for end in ends)
        if refused or _epoch_now(conn, county, one.dest) > one.till:
            _give_back(conn, county, terminal, one)
    flags = _lost(conn, county, terminal, *run)
    for end in ended:
        flags += _end(conn, own, end)
    return flags


def pass_on(conn: Connection, county: str, terminal: int, epoch: int) -> None:
    """Order `terminal`, which writes in `epoch`, to take in what is on its way; send back what it can't take.

    The caller holds the terminal's row: nobody begins another epoch of it meanwhile.
    """
    for row in conn.execute(_WAITING, {"b_county": county, "b_dest": terminal, "b_now": epoch}).all():
        if row.refused or row.till < epoch:
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
            if row.refused
            else "returning"
            if row.returned
            else "relayed"
            if row.relayed
            else "sent",
        )
        for row in rows
    ]


def settle_lost(conn: Connection, county: str, terminal: int, epoch: int, last: int) -> None:
    """`epoch` of `terminal` ended at `last`: what was taken in elsewhere of moves behind it is lost here."""
    _lost(conn, county, terminal, epoch, last + 1, _MOST_SEQ)


def _lost(conn: Connection, county: str, terminal: int, epoch: int, first: int, last: int) -> list[Flag]:
    """Arrivals of moves that these entries of the sender are known not to have sent: of a disk that was
    copied, or put back. Their points are still in its books, so they leave once more, as far as they are
    there; what is not there any more is the county's loss."""
    flags = []
    params = {"b_county": county, "b_terminal": terminal, "b_epoch": epoch, "b_first": first, "b_last": last}
    for end in conn.execute(_ARRIVED, params).all():
        move = conn.execute(_MOVE, _key(county, terminal, end)).first()
        if move is None or not _founded(move, terminal, end):
            _settle(conn, county, end)
            flags.append(Flag(end.epoch, end.seq, LOST))
    return flags


def _end(conn: Connection, own: Mapping[str, Any], end: MoveEnded) -> list[Flag]:
    county, here = own["county"], (end.by_epoch, end.by_seq)
    key = _key(county, end.terminal, end)
    before = conn.execute(_ENDS, key).all()
    values = {**end._asdict(), "by_terminal": own["terminal"], "centre": own["centre"], "county": county}
    conn.execute(insert(move_ends), values)
    arrived = SimpleNamespace(**values)
    twice = end.state != "declined" and any(
        row.state == end.state or (row.household, row.amount) == (end.household, end.amount)
        for row in before
        if row.state != "declined"
    )
    flags = [Flag(*here, "move-twice")] if twice else []
    if end.state != "in":
        return flags
    move = conn.execute(_MOVE, key).first()
    if move is not None and _founded(move, end.terminal, arrived):
        return flags
    sender = conn.execute(_EPOCH, {name: key[name] for name in ("b_county", "b_terminal", "b_epoch")}).first()
    if sender is not None and (sender.state == "closed" or sender.acknowledged >= end.seq):
        _settle(conn, county, arrived)
        flags.append(Flag(*here, LOST))
    return flags


def _founded(move: Any, terminal: int, end: Any) -> bool:
    """Whether the move that `terminal` sent ended so: on a copied disk another may have its number."""
    there = {"in": move.dest, "back": terminal}.get(end.state)
    same = (move.household, move.amount) == (end.household, end.amount)
    return same and not move.settles and there == end.by_terminal


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
    orderbook.put_order(conn, county, terminal, centre, order, body)
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


def _ended(*wanted: Any) -> Any:
    same = [move_ends.c[name] == moves.c[name] for name in ("county", "terminal", "epoch", "seq")]
    return exists().where(and_(*same), *wanted)


_GUESTS = select(move_ends.c.household).where(
    move_ends.c.county == bindparam("b_county"),
    move_ends.c.by_terminal == bindparam("b_terminal"),
    move_ends.c.household.in_(bindparam("b_named", expanding=True)),
    move_ends.c.state == "in",
)
_MOVE = select(moves).where(*_at(moves, "epoch", "seq"))
_MARK = update(moves).where(*_at(moves, "epoch", "seq"))
_ENDS = select(move_ends).where(*_at(move_ends, "epoch", "seq"))
# as `_founded`; what the destination wrote besides keeps the move from it for ever
_OVER = or_(
    moves.c.settles > 0,
    _ended(
        move_ends.c.household == moves.c.household,
        move_ends.c.amount == moves.c.amount,
        or_(
            and_(move_ends.c.state == "in", move_ends.c.by_terminal == moves.c.dest),
            and_(move_ends.c.state == "back", move_ends.c.by_terminal == moves.c.terminal),
        ),
    ),
)
_REFUSED = _ended(move_ends.c.by_terminal == moves.c.dest)
_WAITING = (
    select(moves, _REFUSED.label("refused"))
    .where(
        moves.c.county == bindparam("b_county"),
        moves.c.dest == bindparam("b_dest"),
        moves.c.returned == "",
        or_(moves.c.relayed == "", moves.c.till < bindparam("b_now"), _REFUSED),
        ~_OVER,
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
        _REFUSED.label("refused"),
    )
    .select_from(
        moves.outerjoin(_FROM, and_(_FROM.c.county == moves.c.county, _FROM.c.terminal == moves.c.terminal))
        .outerjoin(_TO, and_(_TO.c.county == moves.c.county, _TO.c.terminal == moves.c.dest))
        .outerjoin(
            households,
            and_(households.c.county == moves.c.county, households.c.household == moves.c.household),
        )
    )
    .where(moves.c.county == bindparam("b_county"), ~_OVER)
    .order_by(moves.c.terminal, moves.c.epoch, moves.c.seq)
    .limit(MOST_SHOWN)
)
_ARRIVED = select(move_ends).where(
    *_at(move_ends, "epoch"),
    move_ends.c.seq.between(bindparam("b_first"), bindparam("b_last")),
    move_ends.c.state == "in",
)
_TERMINAL = select(terminals).where(*_at(terminals))
_EPOCH = select(epochs).where(*_at(epochs, "epoch"))
_HOUSEHOLD = select(households).where(
    households.c.county == bindparam("b_county"), households.c.household == bindparam("b_household")
)
