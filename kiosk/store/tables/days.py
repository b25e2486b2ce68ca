"""Closed days and months, folded from the journal."""

from __future__ import annotations

from sqlalchemy import Table

from kiosk.store.tables.base import integer, metadata, place, text

closing = Table(
    "closing",
    metadata,
    *place(),  # of the closing entry
    text("period"),  # "2026-11-23" or "2026-11"
    integer("through_epoch"),  # the last entry it counts
    integer("through_seq"),
    sqlite_with_rowid=False,
)
