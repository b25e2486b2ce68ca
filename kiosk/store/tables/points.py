"""Points, folded from the journal: postings, pots, buckets, months, totals, loans, holds and moves."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table

from kiosk.store.tables.base import integer, metadata, place, text

posting = Table(
    "posting",
    metadata,
    integer("epoch", primary_key=True, autoincrement=False),
    integer("seq", primary_key=True, autoincrement=False),
    integer("line", primary_key=True, autoincrement=False),
    text("household"),
    text("pot"),
    text("expires"),
    integer("tenths"),
    Index("posting_by_household", "household", "epoch", "seq"),
    sqlite_with_rowid=False,
)

pot = Table(
    "pot",
    metadata,
    text("household", primary_key=True),
    integer("available", default=0),
    integer("saved", default=0),
    integer("held", default=0),
    integer("owed", default=0),  # a debt, kept as a positive number
    integer("honour", default=0),
    CheckConstraint("available >= 0 AND saved >= 0 AND held >= 0 AND owed >= 0", name="no_pot_below_zero"),
    sqlite_with_rowid=False,
)

bucket = Table(
    "bucket",
    metadata,
    text("household", primary_key=True),
    text("expires", primary_key=True),
    integer("tenths"),
    CheckConstraint("tenths >= 0", name="no_bucket_below_zero"),
    sqlite_with_rowid=False,
)

tally = Table(  # what a household earned and lost by rule in a month, reversals taken off again
    "tally",
    metadata,
    text("month", primary_key=True),
    text("household", primary_key=True),
    text("rule", primary_key=True),
    integer("earned"),
    integer("deducted"),
    sqlite_with_rowid=False,
)

total = Table(
    "total",
    metadata,
    text("pot", primary_key=True),
    integer("tenths"),  # as posted: issued and owed run negative
    sqlite_with_rowid=False,
)

loan = Table(
    "loan",
    metadata,
    *place(),  # of the `borrow` entry
    text("household"),
    integer("amount"),
    integer("remaining"),
    text("day"),
    text("due"),  # the last day to repay it
    text("closed"),  # the day nothing was left, "" while it is open
    CheckConstraint("remaining >= 0 AND remaining <= amount", name="no_loan_below_zero"),
    sqlite_with_rowid=False,
)
Index("one_open_loan", loan.c.household, unique=True, sqlite_where=loan.c.remaining > 0)

hold = Table(  # points and goods set aside for a household: a reservation for a collective day
    "hold",
    metadata,
    *place(),
    text("household"),
    text("session"),  # the collective day it is for
    integer("queue"),  # number to be called by
    integer("amount"),
    text("until"),  # the last day; it is released behind it
    text("state"),  # open, collected, released
    integer("by_epoch"),  # the entry that ended it, 0 while open
    integer("by_seq"),
    Index("hold_by_state", "state", "until"),
    Index("hold_by_household", "household"),
    Index("hold_by_session", "session"),
    sqlite_with_rowid=False,
)

move_out = Table(  # points sent to another terminal
    "move_out",
    metadata,
    *place(),
    text("household"),
    integer("dest"),  # the one terminal that may take them in
    integer("amount"),  # of all pots together
    integer("home"),  # 1: a change of home
    text("state"),  # away, back
    integer("by_epoch"),
    integer("by_seq"),
    sqlite_with_rowid=False,
)

move_in = Table(  # moves that were taken in or declined here, each once for ever
    "move_in",
    metadata,
    integer("terminal", primary_key=True, autoincrement=False),  # who wrote the move-out
    *place(),
    text("household"),
    text("state"),  # in, declined
    integer("by_epoch"),
    integer("by_seq"),
    sqlite_with_rowid=False,
)

void_case = Table(  # a redemption somebody asked to take back, waiting for the second person
    "void_case",
    metadata,
    *place(),
    text("household"),
    integer("of_epoch"),
    integer("of_seq"),
    text("state"),  # open, granted, denied
    integer("by_epoch"),
    integer("by_seq"),
    sqlite_with_rowid=False,
)
