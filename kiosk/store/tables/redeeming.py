"""Redeeming, folded from the journal: collective days, deliveries on their way, residents' own PINs."""

from __future__ import annotations

from sqlalchemy import Index, Table

from kiosk.store.tables.base import integer, metadata, place, text

session = Table(  # a collective day
    "session",
    metadata,
    *place(),
    text("day"),
    text("opens"),  # first and last day to reserve
    text("closes"),
    integer("places"),  # how many households are served
    text("state"),  # open, closed
    sqlite_with_rowid=False,
)

session_good = Table(
    "session_good",
    metadata,
    *place(),  # of the session
    text("sku", primary_key=True),
    integer("price"),
    integer("quota"),  # pieces for all together, 0: as many as there are
    integer("most"),  # pieces for one household, 0: no limit
    sqlite_with_rowid=False,
)

delivery = Table(  # a redemption whose goods are brought to the door
    "delivery",
    metadata,
    *place(),  # of the redemption
    text("household"),
    text("state"),  # open, delivered
    integer("by_epoch"),  # the entry made at the door, 0 while open
    integer("by_seq"),
    Index("delivery_by_state", "state"),
    sqlite_with_rowid=False,
)

household_pin = Table(
    "household_pin",
    metadata,
    text("household", primary_key=True),
    text("hash"),  # argon2id
    sqlite_with_rowid=False,
)
