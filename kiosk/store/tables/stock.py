"""About goods, folded from the journal: where lots came from, goods on the way, counts, wishes, orders."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table

from kiosk.store.tables.base import integer, metadata, place, text

lot_origin = Table(  # what the entry that brought a lot says about it
    "lot_origin",
    metadata,
    text("sku", primary_key=True),
    text("lot", primary_key=True),
    *(integer("epoch"), integer("seq")),
    text("kind"),  # stock-receive, stock-donate, stock-arrive
    text("day"),
    integer("pieces"),  # that came
    text("fund"),
    text("made"),  # day of production, "" where it isn't known
    text("supplier"),  # a reference into the side table: who sold or gave it
    text("resolution"),  # number of the decision to buy, "" for none
    text("meeting"),  # the day it was taken
    text("record"),  # a reference into the side table: the record of the meeting
    sqlite_with_rowid=False,
)

stock_sent = Table(  # goods that left for another centre
    "stock_sent",
    metadata,
    *place(),
    integer("dest"),  # the terminal they go to
    text("day"),
    integer("pieces"),
    sqlite_with_rowid=False,
)

stock_arrived = Table(  # documents of other centres whose goods came in here, each once for ever
    "stock_arrived",
    metadata,
    integer("terminal", primary_key=True, autoincrement=False),  # who wrote the document
    *place(),
    integer("by_epoch"),
    integer("by_seq"),
    integer("sent"),  # pieces the document names
    integer("came"),  # pieces that were there
    sqlite_with_rowid=False,
)

shelf_place = Table(  # where a good stands, and from how few pieces on people are warned
    "shelf_place",
    metadata,
    text("sku", primary_key=True),
    text("place"),  # "A-2", "" where nobody said
    integer("level"),  # -1: the centre's general one
    sqlite_with_rowid=False,
)

count_sheet = Table(
    "count_sheet",
    metadata,
    *place(),  # of the `count-open` entry
    text("day"),
    text("state"),  # open, approved, dropped
    integer("by_epoch"),  # the entry that closed it, 0 while it is open
    integer("by_seq"),
    sqlite_with_rowid=False,
)
Index("one_open_sheet", count_sheet.c.state, unique=True, sqlite_where=count_sheet.c.state == "open")

count_line = Table(
    "count_line",
    metadata,
    *place(),  # of the sheet
    text("sku", primary_key=True),
    integer("rounds"),  # how often it was counted
    integer("counted"),  # the last time
    integer("book"),  # on the shelf by the books at that moment
    CheckConstraint("rounds >= 0 AND counted >= 0", name="no_count_below_zero"),
    sqlite_with_rowid=False,
)

wish = Table(  # one vote a household, good and month
    "wish",
    metadata,
    text("month", primary_key=True),
    text("about", primary_key=True),  # a SKU, or "w:" and a wish of the list
    text("household", primary_key=True),
    integer("wanted"),  # 1: more of it, please
    text("price"),  # dear, fair, "" for no opinion
    sqlite_with_rowid=False,
)

goods_order = Table(
    "goods_order",
    metadata,
    *place(),  # of the draft
    text("day"),
    text("state"),  # draft, sent, confirmed (by the township), ordered (by the county), came; returned
    text("sent"),  # the day it was sent, "" while it is a draft
    text("moved", server_default=""),  # the day of the last step behind that
    text("why", server_default=""),  # reason of a return
    integer("by_epoch"),
    integer("by_seq"),
    sqlite_with_rowid=False,
)

goods_order_line = Table(
    "goods_order_line",
    metadata,
    *place(),
    text("sku", primary_key=True),
    integer("pieces"),
    sqlite_with_rowid=False,
)
