"""The tables of a terminal's database; no statements.

Journal tables are written once and never changed. Fold tables can be rebuilt from the journal alone. Feed
tables can be rebuilt from the stored feed rows. Local tables are never rebuilt.
"""

from __future__ import annotations

from sqlalchemy import BLOB, CheckConstraint, Column, Index, Integer, MetaData, Table, Text

metadata = MetaData()


def _text(name: str, **options: object) -> Column[str]:
    return Column(name, Text, nullable=False, **options)  # type: ignore[arg-type]


def _int(name: str, **options: object) -> Column[int]:
    return Column(name, Integer, nullable=False, **options)  # type: ignore[arg-type]


# --- journal -----------------------------------------------------------------------------------------

journal = Table(
    "journal",
    metadata,
    _int("epoch", primary_key=True, autoincrement=False),
    _int("seq", primary_key=True, autoincrement=False),
    _text("kind"),
    _text("day"),
    Column("data", BLOB, nullable=False),  # the canonical bytes, as hashed
    Column("hash", BLOB, nullable=False),
    Index("journal_by_kind_day", "kind", "day"),
)

# --- folded from the journal --------------------------------------------------------------------------

posting = Table(
    "posting",
    metadata,
    _int("epoch", primary_key=True, autoincrement=False),
    _int("seq", primary_key=True, autoincrement=False),
    _int("line", primary_key=True, autoincrement=False),
    _text("household"),
    _text("pot"),
    _text("expires"),
    _int("tenths"),
    Index("posting_by_household", "household", "epoch", "seq"),
    sqlite_with_rowid=False,
)

pot = Table(
    "pot",
    metadata,
    _text("household", primary_key=True),
    _int("available", default=0),
    _int("saved", default=0),
    _int("held", default=0),
    _int("owed", default=0),  # a debt, kept as a positive number
    _int("honour", default=0),
    CheckConstraint("available >= 0 AND saved >= 0 AND held >= 0 AND owed >= 0", name="no_pot_below_zero"),
    sqlite_with_rowid=False,
)

bucket = Table(
    "bucket",
    metadata,
    _text("household", primary_key=True),
    _text("expires", primary_key=True),
    _int("tenths"),
    CheckConstraint("tenths >= 0", name="no_bucket_below_zero"),
    sqlite_with_rowid=False,
)

tally = Table(  # what a household earned and lost by rule in a month, reversals taken off again
    "tally",
    metadata,
    _text("month", primary_key=True),
    _text("household", primary_key=True),
    _text("rule", primary_key=True),
    _int("earned"),
    _int("deducted"),
    sqlite_with_rowid=False,
)

total = Table(
    "total",
    metadata,
    _text("pot", primary_key=True),
    _int("tenths"),  # as posted: issued and owed run negative
    sqlite_with_rowid=False,
)

loan = Table(
    "loan",
    metadata,
    _int("epoch", primary_key=True, autoincrement=False),  # of the `borrow` entry
    _int("seq", primary_key=True, autoincrement=False),
    _text("household"),
    _int("amount"),
    _int("remaining"),
    _text("day"),
    _text("due"),  # the last day to repay it
    _text("closed"),  # the day nothing was left, "" while it is open
    CheckConstraint("remaining >= 0 AND remaining <= amount", name="no_loan_below_zero"),
    sqlite_with_rowid=False,
)
Index("one_open_loan", loan.c.household, unique=True, sqlite_where=loan.c.remaining > 0)

lot = Table(
    "lot",
    metadata,
    _text("sku", primary_key=True),
    _text("lot", primary_key=True),
    _text("best_before"),
    _text("fund"),
    _int("pieces"),
    CheckConstraint("pieces >= 0", name="no_lot_below_zero"),
    sqlite_with_rowid=False,
)

stock_move = Table(
    "stock_move",
    metadata,
    _int("epoch", primary_key=True, autoincrement=False),
    _int("seq", primary_key=True, autoincrement=False),
    _int("line", primary_key=True, autoincrement=False),
    _text("sku"),
    _text("lot"),
    _int("pieces"),
    Index("stock_move_by_sku", "sku"),
    sqlite_with_rowid=False,
)

slip = Table(
    "slip",
    metadata,
    _int("epoch", primary_key=True, autoincrement=False),
    _int("number", primary_key=True, autoincrement=False),  # without gap per epoch
    _int("seq"),
    sqlite_with_rowid=False,
)

request = Table(
    "request",
    metadata,
    _text("id", primary_key=True),
    _int("epoch"),
    _int("seq"),
    _int("after_tenths"),  # available right after the entry
    sqlite_with_rowid=False,
)

reversal = Table(
    "reversal",
    metadata,
    _int("epoch", primary_key=True, autoincrement=False),  # of the original
    _int("seq", primary_key=True, autoincrement=False),
    _int("by_epoch"),
    _int("by_seq"),
    sqlite_with_rowid=False,
)

order_done = Table(
    "order_done",
    metadata,
    _text("id", primary_key=True),
    _int("epoch"),
    _int("seq"),
    _text("refused"),  # refusal code, "" when carried out
    sqlite_with_rowid=False,
)

state = Table(
    "state",
    metadata,
    _text("name", primary_key=True),  # "day": the business day
    _text("value"),
    sqlite_with_rowid=False,
)

# --- reference data, from the feed --------------------------------------------------------------------

feed_row = Table(
    "feed_row",
    metadata,
    _text("scope", primary_key=True),
    _int("pos", primary_key=True, autoincrement=False),
    Column("data", BLOB, nullable=False),
    _text("day"),  # business day it came on, "" before the first
)

household = Table(
    "household",
    metadata,
    _text("id", primary_key=True),
    _text("name"),
    _int("members"),
    _text("pinyin"),
    _int("home"),
    _int("limits"),  # 0: no limits and no duplicate question, for training and load tests
    Index("household_by_pinyin", "pinyin"),
)

identity = Table(
    "identity",
    metadata,
    _text("digest", primary_key=True),
    _text("household"),
    Index("identity_by_household", "household"),
    sqlite_with_rowid=False,
)

card = Table(
    "card",
    metadata,
    _text("household", primary_key=True),
    _int("serial", primary_key=True, autoincrement=False),
    _text("state"),  # active, lost, revoked
    sqlite_with_rowid=False,
)

staff = Table(
    "staff",
    metadata,
    _text("id", primary_key=True),
    _text("name"),
    _text("role"),
    _text("pin"),  # argon2id
    _int("serial"),  # of the staff card that counts
    _text("state"),  # active, revoked
)

goods = Table(
    "goods",
    metadata,
    _text("sku", primary_key=True),
    _text("counts_from", primary_key=True),  # business day from which this row counts
    _text("name"),
    _text("unit"),
    _int("price"),
    _text("barcode"),
    _text("picture"),
    _text("category"),
    _int("most_a_month"),  # 0: no limit
    _int("version"),
    Index("goods_by_barcode", "barcode"),
)

rule = Table(
    "rule",
    metadata,
    _text("id", primary_key=True),
    _text("category"),
    _text("title"),
    _int("amount"),
    _int("version"),
)

issuer = Table(
    "issuer",
    metadata,
    _text("id", primary_key=True),  # "YS" the county, "YS-37" a terminal, "YS-37B" in its next epoch
    _text("public"),
    _int("terminal"),
)

centre = Table(
    "centre",
    metadata,
    _text("id", primary_key=True),
    _text("name"),
    _text("township"),
    _int("terminal"),
)

order_open = Table(
    "order_open",
    metadata,
    _text("id", primary_key=True),
    _int("pos"),
    _text("household"),  # it waits until this one is known; "" where the order has no usable one
    Column("body", BLOB, nullable=False),
)

# --- local: never rebuilt -----------------------------------------------------------------------------

cursor = Table("cursor", metadata, _text("name", primary_key=True), _int("value"))

pin_try = Table(
    "pin_try",
    metadata,
    _text("staff", primary_key=True),
    _int("failures"),
    _text("boot"),  # the machine's start by whose clock the lock is counted
    _int("locked_until_ms"),  # on that start's monotonic clock
)

print_job = Table(
    "print_job",
    metadata,
    _int("id", primary_key=True),
    _text("slip"),
    _text("copy"),  # stub, resident
    _int("reprint"),  # 1: carries the reprint mark
    Column("content", BLOB, nullable=False),  # kiosk.slips.SlipData as JSON
    _text("state"),  # queued, printing, printed, failed, unknown
    _text("reason"),
    _int("bytes_out"),
    Index("print_job_by_state", "state"),
    Index("print_job_by_slip", "slip"),
)

FOLD_TABLES = (
    posting,
    pot,
    bucket,
    tally,
    total,
    loan,
    lot,
    stock_move,
    slip,
    request,
    reversal,
    order_done,
    state,
)
FEED_TABLES = (household, identity, card, staff, goods, rule, issuer, centre, order_open)
