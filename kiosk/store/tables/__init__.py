"""The tables of a terminal's database, by what they hold; no statements.

Journal tables are written once and never changed. Fold tables can be rebuilt from the journal alone. Feed
tables can be rebuilt from the stored feed rows. Local tables are never rebuilt.
"""

from __future__ import annotations

from kiosk.store.tables.base import metadata
from kiosk.store.tables.days import closing
from kiosk.store.tables.goods import lot, returned, stock_move
from kiosk.store.tables.inspections import finding, inspection
from kiosk.store.tables.journal import journal, order_done, request, reversal, slip, state
from kiosk.store.tables.local import cursor, pin_try, print_job, side
from kiosk.store.tables.people import honour
from kiosk.store.tables.points import (
    bucket,
    hold,
    loan,
    move_in,
    move_out,
    posting,
    pot,
    tally,
    total,
    void_case,
)
from kiosk.store.tables.redeeming import delivery, household_pin, session, session_good
from kiosk.store.tables.reference import (
    card,
    centre,
    feed_row,
    goods,
    household,
    identity,
    issuer,
    order_open,
    rule,
    staff,
)
from kiosk.store.tables.stock import (
    count_line,
    count_sheet,
    goods_order,
    goods_order_line,
    lot_origin,
    shelf_place,
    stock_arrived,
    stock_sent,
    wish,
)

# Compared and rebuilt table by table, in this order.
FOLD_TABLES = (
    posting,
    pot,
    bucket,
    tally,
    total,
    loan,
    hold,
    move_out,
    move_in,
    void_case,
    closing,
    honour,
    inspection,
    finding,
    session,
    session_good,
    delivery,
    household_pin,
    lot,
    stock_move,
    returned,
    lot_origin,
    stock_sent,
    stock_arrived,
    shelf_place,
    count_sheet,
    count_line,
    wish,
    goods_order,
    goods_order_line,
    slip,
    request,
    reversal,
    order_done,
    state,
)
FEED_TABLES = (household, identity, card, staff, goods, rule, issuer, centre, order_open)

__all__ = [
    "FEED_TABLES",
    "FOLD_TABLES",
    "bucket",
    "card",
    "centre",
    "closing",
    "count_line",
    "count_sheet",
    "cursor",
    "delivery",
    "feed_row",
    "finding",
    "goods",
    "goods_order",
    "goods_order_line",
    "hold",
    "honour",
    "household",
    "household_pin",
    "identity",
    "inspection",
    "issuer",
    "journal",
    "loan",
    "lot",
    "lot_origin",
    "metadata",
    "move_in",
    "move_out",
    "order_done",
    "order_open",
    "pin_try",
    "posting",
    "pot",
    "print_job",
    "request",
    "returned",
    "reversal",
    "rule",
    "session",
    "session_good",
    "shelf_place",
    "side",
    "slip",
    "staff",
    "state",
    "stock_arrived",
    "stock_move",
    "stock_sent",
    "tally",
    "total",
    "void_case",
    "wish",
]
