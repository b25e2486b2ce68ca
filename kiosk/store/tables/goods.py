"""Goods, folded from the journal: lots, their moves, and what came back of a redemption."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table

from kiosk.store.tables.base import integer, metadata, place, text

lot = Table(
    "lot",
    metadata,
    text("sku", primary_key=True),
    text("lot", primary_key=True),
    text("best_before"),
    text("fund"),
    integer("pieces"),  # on the shelf
    integer("held", default=0, server_default="0"),  # set aside for somebody
    CheckConstraint("pieces >= 0", name="no_lot_below_zero"),
    sqlite_with_rowid=False,
)

stock_move = Table(
    "stock_move",
    metadata,
    integer("epoch", primary_key=True, autoincrement=False),
    integer("seq", primary_key=True, autoincrement=False),
    integer("line", primary_key=True, autoincrement=False),
    text("sku"),
    text("lot"),
    text("place", server_default="shelf"),  # shelf, held
    integer("pieces"),
    Index("stock_move_by_sku", "sku"),
    sqlite_with_rowid=False,
)

returned = Table(  # pieces of a redemption that came back
    "returned",
    metadata,
    *place(),  # of the redemption
    text("sku", primary_key=True),
    integer("pieces"),
    sqlite_with_rowid=False,
)
