"""Staff cards, PINs and stops made here: the last of each counts until the county sends another."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold
from kiosk.store.prepared import Prepared
from kiosk.store.tables import staff_own

_FIRST = {"pin": "", "pin_over": "", "serial": 0, "serial_over": 0, "stop_over": -1}


def _pin(conn: Connection, entry: Entry) -> None:
    _begin(conn, entry)
    _PIN.run(conn, {**_of(entry), "b_pin": entry.body["hash"]})


def _card(conn: Connection, entry: Entry) -> None:
    _begin(conn, entry)
    _CARD.run(conn, {**_of(entry), "b_serial": entry.body["serial"]})


def _stop(conn: Connection, entry: Entry) -> None:
    _begin(conn, entry)
    _STOP.run(conn, _of(entry))


def _begin(conn: Connection, entry: Entry) -> None:
    _NEW.run(conn, {"staff": entry.body["staff"], **_FIRST})


def _of(entry: Entry) -> dict[str, Any]:
    return {"b_staff": entry.body["staff"], "b_over": entry.body["over"]}


_OWN = update(staff_own).where(staff_own.c.staff == bindparam("b_staff"))
_NEW = Prepared(upsert(staff_own).on_conflict_do_nothing())
_PIN = Prepared(_OWN.values(pin=bindparam("b_pin"), pin_over=bindparam("b_over")))
_CARD = Prepared(_OWN.values(serial=bindparam("b_serial"), serial_over=bindparam("b_over")))
_STOP = Prepared(_OWN.values(stop_over=bindparam("b_over")))
TABLES = (staff_own,)
KINDS: dict[str, Fold] = {"staff-pin": _pin, "staff-reset": _pin, "staff-card": _card, "staff-stop": _stop}
