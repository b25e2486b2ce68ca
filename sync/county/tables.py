"""The tables of the county's database; no statements.

Every table that grows begins with the county and carries the centre: the keys it would be partitioned by.
`entries`, `heads`, `set_aside` and `feed_rows` are written once, `beside` until it is erased; feed rows lose
names when those are erased. `balances`, `totals`, `redemptions`, `acts` and `flags` are folded from
`entries`. The rest is the registry.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, MetaData, Table, Text

metadata = MetaData()


def _text(name: str, *, key: bool = False) -> Column[Any]:
    return Column(name, Text, primary_key=key, nullable=False)


def _int(name: str, *, key: bool = False) -> Column[Any]:
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=False)


def _bytes(name: str) -> Column[Any]:
    return Column(name, LargeBinary, nullable=False)


def _table(name: str, *columns: Any) -> Table:
    return Table(name, metadata, _text("county", key=True), *columns)


# --- registry -----------------------------------------------------------------------------------------

centres = _table(
    "centres",
    _text("centre", key=True),
    _text("name"),
    _text("township"),
    _int("terminal"),  # the spending terminal
    _bytes("centre_key"),  # for identity digests and PINs
)

terminals = _table(
    "terminals",
    _int("terminal", key=True),
    _text("centre"),
    _bytes("public"),  # empty until enrolled
    _int("epoch"),  # 0 until enrolled
    _text("state"),  # new, ok, fork
    _int("waiting"),  # entries it still has, as it said last
    _int("seen_at_ms"),  # 0: never
    _int("offset_ms"),  # its clock minus ours at the last exchange
)

devices = _table(
    "devices",
    _int("terminal", key=True),
    _text("device", key=True),
    _text("kind"),
    _text("state"),
    _text("detail"),
    _int("at_ms"),  # by the terminal's clock
)

epochs = _table(
    "epochs",
    _int("terminal", key=True),
    _int("epoch", key=True),
    _text("centre"),
    _bytes("public"),
    _int("acknowledged"),
    _bytes("acknowledged_hash"),
    _text("state"),  # open, closed, fork
)

enrolments = _table(
    "enrolments",
    _text("secret_hash", key=True),
    _text("centre"),
    _int("terminal"),
    _int("epoch"),  # the one it gave, 0 until used
    _bytes("public"),  # who used it, empty until used
    _int("made_at_ms"),
)

households = _table(
    "households",
    _text("household", key=True),
    _text("centre"),
    _text("name"),
    _int("members"),
    _text("pinyin"),
    _text("phone_tail"),
    _int("home"),  # terminal
    _text("limits"),  # on, off (demo and training)
)

digests = _table(
    "digests",
    _text("household", key=True),
    _text("digest", key=True),
    _text("centre"),
)

cards = _table(
    "cards",
    _text("household", key=True),
    _int("serial", key=True),
    _text("centre"),
    _text("state"),  # active, lost, revoked
)

staff = _table(
    "staff",
    _text("staff", key=True),
    _text("centre"),
    _text("name"),
    _text("role"),
    _text("pin"),  # argon2id
    _int("serial"),
    _text("state"),  # active, revoked
)

goods = _table(
    "goods",
    _text("sku", key=True),
    _text("name"),
    _text("unit"),
    _int("price"),
    _text("barcode"),
    _text("picture"),
    _text("category"),
    _int("most_a_month"),
    _text("counts_from"),
    _int("version"),
)

goods_limits = _table(  # pieces of a good that a household, or each of its members, may have in a period
    "goods_limits",
    _text("sku", key=True),
    _text("centre", key=True),  # "" for all
    _text("of", key=True),  # household, member
    _text("period", key=True),
    _int("pieces"),
)

rule_versions = _table(
    "rule_versions",
    _text("rule", key=True),
    _text("owner", key=True),  # banner, township, centre
    _text("scope", key=True),  # "" for all, else the township's name or the centre
    _int("version", key=True),
    _text("row"),  # the feed row's body, JSON
)

measures = _table("measures", _text("measure", key=True), _int("version"), _text("row"))

members = _table(
    "members",
    _text("household", key=True),
    _int("member", key=True),
    _text("centre"),
    _text("name"),
    _int("born"),  # year, 0 where it is not known
    _text("state"),  # active, gone
)

orders = _table(
    "orders",
    _text("order_id", key=True),
    _text("centre"),
    _int("terminal"),
    _text("household"),
    _text("do"),
    _int("amount"),
    _text("state"),  # open, done, refused
    _text("code"),  # refusal code
    _int("epoch"),  # of the entry that closed it, 0 while open
    _int("seq"),
    Index("orders_open", "county", "state"),
)

moves = _table(  # points sent from one terminal to another, as the sender's entries say
    "moves",
    _int("terminal", key=True),
    _int("epoch", key=True),
    _int("seq", key=True),
    _text("centre"),
    _text("household"),
    _int("dest"),
    _int("till"),  # the destination's epoch it is good for
    _int("amount"),  # of all pots together, what is owed taken off
    _int("home"),  # 1: a change of home
    _text("body"),  # what the destination is told of it, as JSON
    _int("settles"),  # 1: sent for one that had arrived and was lost here, so it is never on its way
    _text("relayed"),  # the order that takes it in, "" until it is given: ours, not folded
    _text("returned"),  # the order that takes it back
    Index("moves_by_dest", "county", "dest"),
)

move_ends = _table(  # where a move was taken in, declined or taken back
    "move_ends",
    _int("terminal", key=True),
    _int("epoch", key=True),
    _int("seq", key=True),
    _int("by_terminal", key=True),
    _int("by_epoch", key=True),
    _int("by_seq", key=True),
    _text("centre"),
    _text("household"),
    _text("state"),  # in, declined, back
    _int("amount"),
    _int("home"),
    Index("move_ends_by_household", "county", "by_terminal", "household"),
)

panel = _table(  # who scores at a centre
    "panel",
    _text("staff", key=True),
    _text("centre"),
    _text("since"),
    _text("until"),
    _text("election"),  # code of the election's record
    _text("household"),  # the member's own, "" where none is there
    _text("kin"),  # households of declared kin, blanks between
)

# --- feed ---------------------------------------------------------------------------------------------

feed_scopes = _table("feed_scopes", _text("scope", key=True), _int("position"))

feed_rows = _table(
    "feed_rows",
    _text("scope", key=True),
    _int("position", key=True),
    _bytes("row"),
)

# --- journals -----------------------------------------------------------------------------------------

entries = _table(
    "entries",
    _int("terminal", key=True),
    _int("epoch", key=True),
    _int("seq", key=True),
    _text("centre"),
    _bytes("bytes"),  # canonical, as hashed
    _bytes("hash"),
)

heads = _table(
    "heads",
    _int("terminal", key=True),
    _int("epoch", key=True),
    _int("seq", key=True),  # of the last entry of the batch
    _text("centre"),
    _bytes("hash"),
    _bytes("signature"),
    _bytes("public"),
    _int("received_at_ms"),
)

set_aside = _table(
    "set_aside",
    _int("terminal", key=True),
    _int("epoch", key=True),
    _int("seq", key=True),
    _text("hash_hex", key=True),
    _text("centre"),
    _bytes("bytes"),
    _text("why"),  # fork, closed
    _int("received_at_ms"),
)

# --- folded -------------------------------------------------------------------------------------------

balances = _table(
    "balances",
    _text("household", key=True),
    _text("pot", key=True),
    _text("expires", key=True),
    _text("centre"),
    _int("tenths"),  # as posted: owed runs negative
)

totals = _table(
    "totals",
    _text("centre", key=True),
    _text("name", key=True),  # a pot, "entries", "redemptions", "pieces"
    _int("value"),
)

redemptions = _table(
    "redemptions",
    _int("terminal", key=True),
    _int("epoch", key=True),
    _int("seq", key=True),
    _text("centre"),
    _text("household"),
    _text("slip"),
    _text("day"),
    _int("charge"),
    _int("pieces"),
    _int("at_ms"),
    _int("received_at_ms"),
    Column("voided", Boolean, nullable=False),
    Index("redemptions_by_arrival", "county", "received_at_ms"),
)

beside = _table(  # words that entries name by a reference; they can be erased, the chain stays whole
    "beside",
    _int("terminal", key=True),
    _text("ref", key=True),
    _text("centre"),
    _int("epoch"),
    _int("at"),  # the terminal's own count of it in that epoch
    _text("kind"),
    _text("household"),
    _text("day"),
    _bytes("salt"),
    _bytes("data"),
    _int("erased"),  # 1: salt and data are gone
    Index("beside_by_household", "county", "household"),
    Index("beside_by_count", "county", "terminal", "epoch", "at"),
)

acts = _table(  # where to find the entries of kinds that are listed by kind: their words are in `entries`
    "acts",
    _int("terminal", key=True),
    _int("epoch", key=True),
    _int("seq", key=True),
    _text("centre"),
    _text("kind"),
    _text("day"),
    Index("acts_by_kind", "county", "kind", "centre", "day"),
)

flags = _table(
    "flags",
    _int("terminal", key=True),
    _int("epoch", key=True),
    _int("seq", key=True),
    _text("code", key=True),
    _text("centre"),
)
