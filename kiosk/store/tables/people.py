"""Honours that households hold, folded from the journal."""

from __future__ import annotations

from sqlalchemy import Index, Table

from kiosk.store.tables.base import integer, metadata, place, text

honour = Table(
    "honour",
    metadata,
    *place(),
    text("household"),
    text("title"),  # id in the catalogue
    text("level"),  # village, township, banner, league, region, nation
    integer("year"),
    text("state"),  # held, withdrawn
    Index("honour_by_household", "household"),
    sqlite_with_rowid=False,
)

staff_own = Table(  # PINs, cards and stops of staff that were made here, over what the county sent
    "staff_own",
    metadata,
    text("staff", primary_key=True),
    text("pin"),  # argon2id, "" where the county's counts
    text("pin_over"),  # the end of the county's hash it stands in for: a newer one of the county counts again
    integer("serial"),  # of the staff card, 0 where the county's counts
    integer("serial_over"),
    integer("stop_over"),  # the county's serial at which this person was stopped, -1 for never
    sqlite_with_rowid=False,
)
