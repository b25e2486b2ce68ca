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
