"""What the county sends down, as it counts now; rebuilt from the stored feed rows."""

from __future__ import annotations

from sqlalchemy import BLOB, Column, Index, Table

from kiosk.store.tables.base import integer, metadata, text

feed_row = Table(
    "feed_row",
    metadata,
    text("scope", primary_key=True),
    integer("pos", primary_key=True, autoincrement=False),
    Column("data", BLOB, nullable=False),
    text("day"),  # business day it came on, "" before the first
)

household = Table(
    "household",
    metadata,
    text("id", primary_key=True),
    text("name"),
    integer("members"),
    text("pinyin"),
    integer("home"),
    integer("limits"),  # 0: no limits and no duplicate question, for training and load tests
    Index("household_by_pinyin", "pinyin"),
)

identity = Table(
    "identity",
    metadata,
    text("digest", primary_key=True),
    text("household"),
    Index("identity_by_household", "household"),
    sqlite_with_rowid=False,
)

card = Table(
    "card",
    metadata,
    text("household", primary_key=True),
    integer("serial", primary_key=True, autoincrement=False),
    text("state"),  # active, lost, revoked
    sqlite_with_rowid=False,
)

staff = Table(
    "staff",
    metadata,
    text("id", primary_key=True),
    text("name"),
    text("role"),
    text("pin"),  # argon2id
    integer("serial"),  # of the staff card that counts
    text("state"),  # active, revoked
)

goods = Table(
    "goods",
    metadata,
    text("sku", primary_key=True),
    text("counts_from", primary_key=True),  # business day from which this row counts
    text("name"),
    text("unit"),
    integer("price"),
    text("barcode"),
    text("picture"),
    text("category"),
    integer("most_a_month"),  # 0: no limit
    text("caps", server_default=""),  # further limits, see kiosk.ledger.limits; "" for none
    integer("version"),
    Index("goods_by_barcode", "barcode"),
)

rule = Table(
    "rule",
    metadata,
    text("id", primary_key=True),
    text("category"),
    text("title"),
    integer("amount"),
    integer("version"),
)

issuer = Table(
    "issuer",
    metadata,
    text("id", primary_key=True),  # "YS" the county, "YS-37" a terminal, "YS-37B" in its next epoch
    text("public"),
    integer("terminal"),
)

centre = Table(
    "centre",
    metadata,
    text("id", primary_key=True),
    text("name"),
    text("township"),
    integer("terminal"),
)

order_open = Table(
    "order_open",
    metadata,
    text("id", primary_key=True),
    integer("pos"),
    text("household"),  # it waits until this one is known; "" where the order has no usable one
    Column("body", BLOB, nullable=False),
)
