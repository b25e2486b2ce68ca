"""The way of a point, folded from the journal: declarations, the panel's sheets, notices, appeals."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from kiosk.store.tables.base import integer, metadata, place, text


def _deed() -> tuple[Column[str] | Column[int], ...]:
    """What is to be given or taken, and for what."""
    return (
        text("household"),
        integer("member"),  # number within the household, 0 for the household as a whole
        text("rule"),
        integer("rv"),  # version of the rule
        text("what"),  # earn, deduct
        text("deed"),  # the day it was done
    )


def _end() -> tuple[Column[int], Column[int]]:
    """The entry that ended it, 0 while it is open."""
    return Column("by_epoch", Integer, nullable=False), Column("by_seq", Integer, nullable=False)


declaration = Table(
    "declaration",
    metadata,
    *place(),
    *_deed(),
    integer("amount"),
    text("source"),  # resident, grid, panel
    text("actor"),  # who declared it, "" for a resident at the terminal
    text("evidence"),  # references of side data, blanks between
    text("day"),
    text("state"),  # declared, passed, listed, returned
    text("reviewer"),
    text("reviewed"),  # the day
    text("why"),  # reason of the return
    Index("declaration_by_state", "state"),
    sqlite_with_rowid=False,
)
Index(  # one act is declared once, until it is returned
    "declared_once",
    *(declaration.c[name] for name in ("household", "member", "rule", "what", "deed")),
    unique=True,
    sqlite_where=declaration.c.state != "returned",
)

sheet = Table(  # one month's sheet of the panel
    "sheet",
    metadata,
    *place(),
    text("month"),
    integer("number"),  # of the month, from 1
    integer("round"),  # from 1; a returned sheet is scored anew
    text("state"),  # open, closed, published
    text("maker"),
    text("day"),
    text("closed"),  # the day its scores were counted, "" while it is open
    text("why"),  # reason of the last return
    Index("sheet_once", "month", "number", unique=True),
    sqlite_with_rowid=False,
)

sheet_line = Table(
    "sheet_line",
    metadata,
    *place(),
    integer("line", primary_key=True, autoincrement=False),
    integer("of_epoch"),  # the declaration
    integer("of_seq"),
    *_deed(),
    integer("declared"),
    integer("amount"),  # what the panel gives once the sheet is closed
    text("state"),  # listed, agreed, returned
    text("why"),
    sqlite_with_rowid=False,
)

score = Table(  # one member's word on a sheet
    "score",
    metadata,
    *place(),  # of the sheet
    integer("round", primary_key=True, autoincrement=False),
    text("staff", primary_key=True),
    text("election"),  # code of the record that made them a member
    text("day"),
    text("out"),  # JSON: the lines they stand back from
    text("off"),  # JSON: [line, tenths, reason] where they don't agree with what was declared
    *_end(),
    sqlite_with_rowid=False,
)

sign_off = Table(
    "sign_off",
    metadata,
    *place(),  # of the sheet
    integer("round", primary_key=True, autoincrement=False),
    text("body", primary_key=True),  # committees, supervision, township
    text("staff"),  # "" where it came by the county's order
    text("day"),
    integer("passed"),
    text("why"),
    *_end(),
    sqlite_with_rowid=False,
)

notice = Table(
    "notice",
    metadata,
    *place(),
    integer("sheet_epoch"),
    integer("sheet_seq"),
    integer("number"),  # per epoch from 1, without gap
    text("since"),
    text("until"),  # the last day it hangs
    text("view"),  # reference of the frozen masked lines
    text("actor"),
    Index("published_once", "sheet_epoch", "sheet_seq", unique=True),
    Index("notice_numbers", "epoch", "number", unique=True),
    sqlite_with_rowid=False,
)

notice_line = Table(
    "notice_line",
    metadata,
    *place(),
    integer("line", primary_key=True, autoincrement=False),
    integer("of_epoch"),  # the declaration
    integer("of_seq"),
    *_deed(),
    integer("amount"),
    text("state"),  # noticed, objected, posted, awarded, dropped
    *_end(),
    Index("notice_line_by_state", "state"),
    Index("notice_line_by_entry", "by_epoch", "by_seq"),
    sqlite_with_rowid=False,
)

appeal_case = Table(  # an objection against a published line, or an appeal against a posted entry
    "appeal_case",
    metadata,
    *place(),
    integer("number"),  # per epoch from 1, without gap
    text("kind"),  # object, appeal
    integer("of_epoch"),  # the notice, or the entry
    integer("of_seq"),
    integer("of_line"),  # 0 for an entry
    text("household"),  # who objects, "" where staff do
    text("actor"),
    text("why"),
    text("note"),  # reference of side data, "" for none
    text("day"),
    text("due"),  # the last day to answer it
    text("outcome"),  # "" while it is open; upheld, less, more, all
    integer("fix_epoch"),  # the entry that corrects the appealed one, 0 for none
    integer("fix_seq"),
    *_end(),
    Index("appealed_once", "of_epoch", "of_seq", "of_line", unique=True),
    Index("case_numbers", "epoch", "number", unique=True),
    sqlite_with_rowid=False,
)
