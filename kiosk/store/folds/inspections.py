"""Samples, findings, what was done about them, and how that was found to be."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, update

from kiosk.ledger.entries import Entry
from kiosk.ledger.inspection import FIXED
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import finding, inspection


def _inspect(conn: Connection, entry: Entry) -> None:
    body, here = entry.body, {"epoch": entry.epoch, "seq": entry.seq}
    if body["act"] == "sample":
        drawn = {"first": body["first"], "last": body["last"], "size": len(body["entries"])}
        _SAMPLE.run(conn, {**here, "day": entry.day, **drawn})
    elif body["act"] == "finding":
        of_epoch, of_seq = body["sample"]
        found = {"of_epoch": of_epoch, "of_seq": of_seq, "entry": body["entry"], "reason": body["reason"]}
        _FINDING.run(conn, {**here, **found, "due": body["due"], "state": "open", "rechecks": 0})
    else:
        epoch, seq = body["finding"]
        place = {"b_epoch": epoch, "b_seq": seq}
        if body["act"] == "fix":
            done = _FIX.run(conn, place)
        else:
            state = "closed" if body["outcome"] == FIXED else "open"
            done = _RECHECK.run(conn, {**place, "b_state": state, "b_due": body["due"]})
        if done != 1:
            raise OverdrawnError("finding")


_SAMPLE = Prepared(insert(inspection))
_FINDING = Prepared(insert(finding))
_HERE = (finding.c.epoch == bindparam("b_epoch"), finding.c.seq == bindparam("b_seq"))
_FIX = Prepared(update(finding).where(*_HERE, finding.c.state == "open").values(state="answered"))
_RECHECK = Prepared(
    update(finding)
    .where(*_HERE, finding.c.state != "closed")
    .values(state=bindparam("b_state"), due=bindparam("b_due"), rechecks=finding.c.rechecks + 1)
)
TABLES = (inspection, finding)
KINDS: dict[str, Fold] = {"inspect": _inspect}
