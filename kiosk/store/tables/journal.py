"""The journal itself and what every kind of entry may carry: slip, request, order, reversal, day."""

from __future__ import annotations

from sqlalchemy import BLOB, Column, Index, Table

from kiosk.store.tables.base import integer, metadata, text

journal = Table(
    "journal",
    metadata,
    integer("epoch", primary_key=True, autoincrement=False),
    integer("seq", primary_key=True, autoincrement=False),
    text("kind"),
    text("day"),
    Column("data", BLOB, nullable=False),  # the canonical bytes, as hashed
    Column("hash", BLOB, nullable=False),
    Index("journal_by_kind_day", "kind", "day"),
)

slip = Table(
    "slip",
    metadata,
    integer("epoch", primary_key=True, autoincrement=False),
    integer("number", primary_key=True, autoincrement=False),  # without gap per epoch
    integer("seq"),
    sqlite_with_rowid=False,
)

request = Table(
    "request",
    metadata,
    text("id", primary_key=True),
    integer("epoch"),
    integer("seq"),
    integer("after_tenths"),  # available right after the entry
    sqlite_with_rowid=False,
)

reversal = Table(
    "reversal",
    metadata,
    integer("epoch", primary_key=True, autoincrement=False),  # of the original
    integer("seq", primary_key=True, autoincrement=False),
    integer("by_epoch"),
    integer("by_seq"),
    sqlite_with_rowid=False,
)

order_done = Table(
    "order_done",
    metadata,
    text("id", primary_key=True),
    integer("epoch"),
    integer("seq"),
    text("refused"),  # refusal code, "" when carried out
    sqlite_with_rowid=False,
)

state = Table(
    "state",
    metadata,
    text("name", primary_key=True),  # "day": the business day
    text("value"),
    sqlite_with_rowid=False,
)
