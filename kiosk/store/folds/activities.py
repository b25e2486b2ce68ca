"""Activities as the entries leave them: a household signs in and is credited once; called off once."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import activity, sign_in


def _announce(conn: Connection, entry: Entry) -> None:
    body = entry.body
    named = {name: body[name] for name in ("rule", "amount", "day", "time", "title", "place")}
    _NEW.run(conn, {"epoch": entry.epoch, "seq": entry.seq, **named, "off": ""})


def _call_off(conn: Connection, entry: Entry) -> None:
    epoch, seq = entry.body["activity"]
    if _OFF.run(conn, {"b_epoch": epoch, "b_seq": seq, "b_why": entry.body["why"]}) != 1:
        raise OverdrawnError("activity-off")


def _sign_in(conn: Connection, entry: Entry) -> None:
    body = entry.body
    epoch, seq = body["activity"]
    row = {"activity_epoch": epoch, "activity_seq": seq, "household": body["hh"], "how": body["how"]}
    row |= {"member": body.get("member", 0), "epoch": entry.epoch, "seq": entry.seq}
    row["ev"] = next(iter(body.get("ev", ())), "")
    if _SIGN_IN.run(conn, {**row, "earn_epoch": 0, "earn_seq": 0}) != 1:
        raise OverdrawnError("sign-in")


def _credit(conn: Connection, entry: Entry) -> None:
    if "activity" not in entry.body:
        return
    epoch, seq = entry.body["activity"]
    whose = {"b_activity_epoch": epoch, "b_activity_seq": seq, "b_household": entry.body["hh"]}
    if _CREDIT.run(conn, {**whose, "b_epoch": entry.epoch, "b_seq": entry.seq}) != 1:
        raise OverdrawnError("credit")


_NEW = Prepared(insert(activity))
_OFF = Prepared(
    update(activity)
    .where(
        activity.c.epoch == bindparam("b_epoch"),
        activity.c.seq == bindparam("b_seq"),
        activity.c.off == "",
        ~select(sign_in.c.household)
        .where(
            sign_in.c.activity_epoch == activity.c.epoch,
            sign_in.c.activity_seq == activity.c.seq,
            sign_in.c.earn_seq > 0,
        )
        .exists(),
    )
    .values(off=bindparam("b_why"))
)
_SIGN_IN = Prepared(upsert(sign_in).on_conflict_do_nothing())
_CREDIT = Prepared(
    update(sign_in)
    .where(
        sign_in.c.activity_epoch == bindparam("b_activity_epoch"),
        sign_in.c.activity_seq == bindparam("b_activity_seq"),
        sign_in.c.household == bindparam("b_household"),
        sign_in.c.earn_seq == 0,
    )
    .values(earn_epoch=bindparam("b_epoch"), earn_seq=bindparam("b_seq"))
)
TABLES = (activity, sign_in)
KINDS: dict[str, Fold] = {
    "activity": _announce,
    "activity-off": _call_off,
    "sign-in": _sign_in,
    "earn": _credit,
    "award": _credit,
}
