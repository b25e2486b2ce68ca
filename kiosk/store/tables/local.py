"""What is this machine's own and never rebuilt: cursors, PIN tries, the print queue, side data."""

from __future__ import annotations

from sqlalchemy import BLOB, Column, Index, Table

from kiosk.store.tables.base import integer, metadata, text

cursor = Table("cursor", metadata, text("name", primary_key=True), integer("value"))

pin_try = Table(
    "pin_try",
    metadata,
    text("staff", primary_key=True),
    integer("failures"),
    text("boot"),  # the machine's start by whose clock the lock is counted
    integer("locked_until_ms"),  # on that start's monotonic clock
)

print_job = Table(
    "print_job",
    metadata,
    integer("id", primary_key=True),
    text("slip"),
    text("copy"),  # stub, resident; see kiosk.slips
    integer("reprint"),  # 1: carries the reprint mark
    Column("content", BLOB, nullable=False),  # kiosk.slips.Content as JSON
    text("state"),  # queued, printing, printed, failed, unknown
    text("reason"),
    integer("bytes_out"),
    Index("print_job_by_state", "state"),
    Index("print_job_by_slip", "slip"),
)

side = Table(  # what must not stand in the chain: names, notes, photographs; it can be erased
    "side",
    metadata,
    text("ref", primary_key=True),  # how an entry names it
    text("kind"),
    text("household"),  # whose it is, "" for nobody's
    text("day"),
    Column("salt", BLOB, nullable=False),
    Column("data", BLOB, nullable=False),  # empty once erased
    text("erased"),  # the day it was erased, "" while it is there
    Index("side_by_household", "household"),
)
