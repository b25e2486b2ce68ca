"""Cards reported lost or issued at this terminal, on top of what the county sent; a lost card stays lost."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.ledger import cardstates
from kiosk.ledger.entries import Entry, decode_own
from kiosk.store.folds import Fold
from kiosk.store.prepared import Prepared
from kiosk.store.tables import card, journal


def put(conn: Connection, household: str, serial: int, told: str) -> None:
    """Note what was told of a card, whoever told it: states only go forward."""
    key = {"b_household": household, "b_serial": serial}
    state = cardstates.later(_STATE.scalar(conn, key), told)
    _PUT.run(conn, {"household": household, "serial": serial, "state": state})


def again(conn: Connection) -> None:
    """What our entries say of cards, over the county's rows that were just taken in anew."""
    for row in conn.execute(_ENTRIES):
        entry = decode_own(row.data)
        KINDS[entry.kind](conn, entry)


def _lost(conn: Connection, entry: Entry) -> None:
    put(conn, entry.body["hh"], entry.body["serial"], cardstates.LOST)


def _bind(conn: Connection, entry: Entry) -> None:
    """The new card counts; those before no longer do."""
    household, serial = entry.body["hh"], entry.body["serial"]
    put(conn, household, serial, cardstates.ACTIVE)
    _REVOKE.run(conn, {"b_household": household, "b_below": serial})


_STATE = Prepared(
    select(card.c.state).where(
        card.c.household == bindparam("b_household"), card.c.serial == bindparam("b_serial")
    )
)
_PUT = Prepared(upsert(card).prefix_with("OR REPLACE"))
_REVOKE = Prepared(
    update(card)
    .where(
        card.c.household == bindparam("b_household"),
        card.c.serial < bindparam("b_below"),
        card.c.state == cardstates.ACTIVE,
    )
    .values(state=cardstates.REVOKED)
)
KINDS: dict[str, Fold] = {"card-lost": _lost, "card-bind": _bind}
_ENTRIES = (
    select(journal.c.data).where(journal.c.kind.in_(tuple(KINDS))).order_by(journal.c.epoch, journal.c.seq)
)
