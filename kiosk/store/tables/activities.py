"""Activities, folded from the journal: what was announced, who signed in, who was credited."""

from __future__ import annotations

from sqlalchemy import Index, Table

from kiosk.store.tables.base import integer, metadata, place, text

activity = Table(
    "activity",
    metadata,
    *place(),  # of the `activity` entry
    text("rule"),
    integer("amount"),  # tenths for each household
    text("day"),
    text("time"),  # "09:30"
    text("title"),  # references of side data
    text("place"),
    text("off", server_default=""),  # why it was called off, "" while it stands
    Index("activity_by_day", "day"),
    sqlite_with_rowid=False,
)

sign_in = Table(
    "sign_in",
    metadata,
    integer("activity_epoch", primary_key=True, autoincrement=False),
    integer("activity_seq", primary_key=True, autoincrement=False),
    text("household", primary_key=True),
    integer("member"),  # 0: the household as a whole
    text("how"),  # card:3, desk:forgot, paper
    integer("epoch"),  # of the `sign-in` entry
    integer("seq"),
    text("ev"),  # the photograph of the signed list, "" without
    integer("earn_epoch"),  # of the `earn` entry that credited it, 0 before
    integer("earn_seq"),
    sqlite_with_rowid=False,
)
