"""Folding one entry into the tables that answer questions; one code for new entries and for rebuilds."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Integer, bindparam, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.ledger import moves as ledger_moves
from kiosk.ledger import points, stock, tallies
from kiosk.ledger.entries import Entry
from kiosk.ledger.postings import postings
from kiosk.store.folds import (
    Fold,
    OverdrawnError,
    activities,
    appeals,
    cards,
    closings,
    counts,
    declarations,
    deliveries,
    goods_moves,
    goods_orders,
    holds,
    honours,
    inspections,
    loans,
    moves,
    notices,
    origins,
    pins,
    places,
    returns,
    rule_uses,
    sessions,
    sheets,
    staffing,
    voids,
    wishes,
)
from kiosk.store.prepared import Prepared, insert_or_add, insert_or_set
from kiosk.store.tables import (
    FOLD_TABLES,
    bucket,
    lot,
    order_done,
    posting,
    pot,
    request,
    reversal,
    slip,
    state,
    stock_move,
    tally,
    total,
)


def fold(conn: Connection, entry: Entry) -> None:
    """Bring every folded table up to `entry`. Raises `OverdrawnError` when a pot, bucket or lot would fall
    below zero or a household would have two open loans; whatever the caller read before, the guard
    in SQL decides."""
    body = entry.body
    available = _fold_points(conn, entry, postings(entry.kind, body))
    _fold_stock(conn, entry, stock.moves(entry.kind, body))
    if "slip" in body:
        _SLIP.run(conn, {"epoch": entry.epoch, "number": body["slip"], "seq": entry.seq})
    if "req" in body:
        household = body.get("hh", "")
        after = available.get(household)
        if after is None:  # goods for no points
            after = _AVAILABLE.scalar(conn, {"b_household": household}) or 0
        _REQUEST.run(conn, {"id": body["req"], "epoch": entry.epoch, "seq": entry.seq, "after_tenths": after})
    if "of" in body:
        epoch, seq = body["of"]
        _REVERSAL.run(conn, {"epoch": epoch, "seq": seq, "by_epoch": entry.epoch, "by_seq": entry.seq})
    if "order" in body:
        done = {"id": body["order"], "epoch": entry.epoch, "seq": entry.seq, "refused": body.get("code", "")}
        _ORDER_DONE.run(conn, done)
    if entry.kind == "day-open":
        _STATE.run(conn, {"name": "day", "value": entry.day})
    for further in _FURTHER.get(entry.kind, ()):
        further(conn, entry)


def fold_nouns(conn: Connection, entry: Entry) -> None:
    """Bring up to `entry` only those tables that follow from nothing but the entries of their noun."""
    for noun in NOUNS:
        if entry.kind in noun.KINDS:
            noun.KINDS[entry.kind](conn, entry)


def clear(conn: Connection) -> None:
    """Empty every folded table, to fold the journal again."""
    for table in FOLD_TABLES:
        conn.execute(table.delete())


def _fold_points(conn: Connection, entry: Entry, moved: tuple[points.Posting, ...]) -> dict[str, int]:
    """What each household named in `moved` has available afterwards."""
    available: dict[str, int] = {}
    honour = points.honour_change(entry.kind, entry.body)
    settled = ledger_moves.settled_after(entry.kind, entry.body)
    if not moved and not honour and settled is None:
        return available
    _POSTING.many(
        conn,
        [
            {"epoch": entry.epoch, "seq": entry.seq, "line": line, **item._asdict()}
            for line, item in enumerate(moved)
        ],
    )
    changes = _pot_changes(moved)
    if honour or settled is not None:
        changes.setdefault(entry.body["hh"], dict(_NOTHING))
    if honour:
        _fold_tally(conn, entry)
    for household, change in changes.items():
        params = {"b_household": household, "b_honour": honour, "b_settled": settled, **change}
        after = _POT.scalar(conn, params)
        if after is None:
            _open_pot(conn, household)
            after = _POT.scalar(conn, params)
            if after is None:
                raise OverdrawnError("pot")
        available[household] = after
    for item in moved:
        if item.pot == points.AVAILABLE:
            _fold_bucket(conn, item)
    _TOTAL.many(conn, [{"pot": name, "tenths": tenths} for name, tenths in _sums(moved).items()])
    return available


def _fold_tally(conn: Connection, entry: Entry) -> None:
    key = tallies.key(entry.day, entry.body)
    earned, deducted = tallies.change(entry.kind, entry.body)
    _TALLY.run(conn, {**key._asdict(), "earned": earned, "deducted": deducted})


def _pot_changes(moved: Iterable[points.Posting]) -> dict[str, dict[str, int]]:
    changes: dict[str, dict[str, int]] = {}
    for item in moved:
        change = changes.setdefault(item.household, dict(_NOTHING))
        if item.pot in points.HOUSEHOLD_POTS:
            change[f"b_{item.pot}"] += -item.tenths if item.pot == points.OWED else item.tenths
    return changes


def _open_pot(conn: Connection, household: str) -> None:
    nothing = {"available": 0, "saved": 0, "held": 0, "owed": 0, "honour": 0, "settled": 0}
    _NEW_POT.run(conn, {"household": household, **nothing})


def _fold_bucket(conn: Connection, item: points.Posting) -> None:
    key = {"b_household": item.household, "b_expires": item.expires}
    if item.tenths > 0:
        _BUCKET_IN.run(conn, {"household": item.household, "expires": item.expires, "tenths": item.tenths})
    elif _BUCKET_OUT.run(conn, {**key, "b_tenths": item.tenths}) != 1:
        raise OverdrawnError("bucket")


def _sums(moved: Iterable[points.Posting]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for item in moved:
        sums[item.pot] = sums.get(item.pot, 0) + item.tenths
    return sums


def _fold_stock(conn: Connection, entry: Entry, moved: tuple[stock.Move, ...]) -> None:
    if not moved:
        return
    _MOVE.many(
        conn,
        [
            {"epoch": entry.epoch, "seq": entry.seq, "line": line, **item._asdict()}
            for line, item in enumerate(moved)
        ],
    )
    for item in moved:
        params = {"b_sku": item.sku, "b_lot": item.lot, "b_pieces": item.pieces}
        change = _ON_SHELF if item.place == stock.SHELF else _HELD
        if change.run(conn, params) == 1:
            continue
        if item.pieces < 0 or item.place == stock.HELD:
            raise OverdrawnError("lot")
        new = {"sku": item.sku, "lot": item.lot, "pieces": item.pieces, "held": 0}
        _NEW_LOT.run(conn, new | stock.facts(entry.body, item.sku, item.lot)._asdict())


_NOTHING = {"b_available": 0, "b_saved": 0, "b_held": 0, "b_owed": 0}
_POSTING = Prepared(insert(posting))
_MOVE = Prepared(insert(stock_move))
_SLIP = Prepared(insert(slip))
_REVERSAL = Prepared(insert(reversal))
_ORDER_DONE = Prepared(insert(order_done))
_REQUEST = Prepared(insert(request))
_AVAILABLE = Prepared(select(pot.c.available).where(pot.c.household == bindparam("b_household")))
_NEW_POT = Prepared(upsert(pot).on_conflict_do_nothing())
_NEW_LOT = Prepared(insert(lot))
_STATE = insert_or_set(state)
_TOTAL = insert_or_add(total)
_TALLY = insert_or_add(tally)
_BUCKET_IN = insert_or_add(bucket)
_BUCKET_OUT = Prepared(
    update(bucket)
    .where(
        bucket.c.household == bindparam("b_household"),
        bucket.c.expires == bindparam("b_expires"),
        bucket.c.tenths + bindparam("b_tenths") >= 0,
    )
    .values(tenths=bucket.c.tenths + bindparam("b_tenths"))
)
_POT = Prepared(
    update(pot)
    .where(
        pot.c.household == bindparam("b_household"),
        pot.c.available + bindparam("b_available") >= 0,
        pot.c.saved + bindparam("b_saved") >= 0,
        pot.c.held + bindparam("b_held") >= 0,
        pot.c.owed + bindparam("b_owed") >= 0,
    )
    .values(
        available=pot.c.available + bindparam("b_available"),
        saved=pot.c.saved + bindparam("b_saved"),
        held=pot.c.held + bindparam("b_held"),
        owed=pot.c.owed + bindparam("b_owed"),
        honour=pot.c.honour + bindparam("b_honour"),
        settled=func.coalesce(bindparam("b_settled", type_=Integer), pot.c.settled),
    )
    .returning(pot.c.available)
)
_THE_LOT = (lot.c.sku == bindparam("b_sku"), lot.c.lot == bindparam("b_lot"))
_ON_SHELF = Prepared(
    update(lot)
    .where(*_THE_LOT, lot.c.pieces + bindparam("b_pieces") >= 0)
    .values(pieces=lot.c.pieces + bindparam("b_pieces"))
)
_HELD = Prepared(
    update(lot)
    .where(*_THE_LOT, lot.c.held + bindparam("b_pieces") >= 0)
    .values(held=lot.c.held + bindparam("b_pieces"))
)
# what else a kind changes, beside points, goods and the marks any entry may carry
_FURTHER: dict[str, list[Fold]] = {}
NOUNS = (
    closings,
    honours,
    inspections,
    holds,
    moves,
    voids,
    returns,
    sessions,
    deliveries,
    pins,
    origins,
    goods_moves,
    places,
    counts,
    wishes,
    goods_orders,
    declarations,
    sheets,
    notices,
    appeals,
    rule_uses,
    activities,
    staffing,
)
NOUN_KINDS = tuple(kind for noun in NOUNS for kind in noun.KINDS)
for _noun in (loans, cards, *NOUNS):
    for _kind, _further in _noun.KINDS.items():
        _FURTHER.setdefault(_kind, []).append(_further)
