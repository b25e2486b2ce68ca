"""Which days and months are closed, and up to which entry each was counted."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold
from kiosk.store.prepared import Prepared
from kiosk.store.tables import closing


def _close(conn: Connection, entry: Entry) -> None:
    epoch, seq = entry.body["through"]
    row = {"epoch": entry.epoch, "seq": entry.seq, "period": entry.body["period"]}
    _NEW.run(conn, {**row, "through_epoch": epoch, "through_seq": seq})


_NEW = Prepared(insert(closing))
TABLES = (closing,)
KINDS: dict[str, Fold] = {"day-close": _close, "month-close": _close}
