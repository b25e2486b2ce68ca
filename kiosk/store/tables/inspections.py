"""Inspections, folded from the journal: samples that were drawn, what was found, whether it was put right."""

from __future__ import annotations

from sqlalchemy import Index, Table

from kiosk.store.tables.base import integer, metadata, place, text

inspection = Table(
    "inspection",
    metadata,
    *place(),
    text("day"),
    text("first"),  # business days it was drawn from
    text("last"),
    integer("size"),  # entries drawn
    sqlite_with_rowid=False,
)

finding = Table(
    "finding",
    metadata,
    *place(),
    integer("of_epoch"),  # of the sample
    integer("of_seq"),
    text("entry"),  # what it is about, "" for the centre as a whole
    text("reason"),
    text("due"),  # the last day to put it right
    text("state"),  # open, answered, closed
    integer("rechecks"),
    Index("finding_by_state", "state"),
    sqlite_with_rowid=False,
)
