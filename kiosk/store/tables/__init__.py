"""The tables of a terminal's database, by what they hold; no statements.

Journal tables are written once and never changed. Fold tables can be rebuilt from the journal alone. Feed
tables can be rebuilt from the stored feed rows. Local tables are never rebuilt.
"""

from __future__ import annotations

from kiosk.store.tables.base import metadata
from kiosk.store.tables.goods import lot, returned, stock_move
from kiosk.store.tables.journal import journal, order_done, request, reversal, slip, state
from kiosk.store.tables.local import cursor, pin_try, print_job, side
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
from kiosk.store.tables.reference import (
    card,
    centre,
    feed_row,
    goods,
    household,
    identity,
    issuer,
    order_open,
    panel,
    rule,
    staff,
)
from kiosk.store.tables.way import (
    appeal_case,
    declaration,
    notice,
    notice_line,
    score,
    sheet,
    sheet_line,
    sign_off,
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
    lot,
    stock_move,
    returned,
    declaration,
    sheet,
    sheet_line,
    score,
    sign_off,
    notice,
    notice_line,
    appeal_case,
    slip,
    request,
    reversal,
    order_done,
    state,
)
FEED_TABLES = (household, identity, card, staff, goods, rule, issuer, centre, order_open, panel)

__all__ = [
    "FEED_TABLES",
    "FOLD_TABLES",
    "appeal_case",
    "bucket",
    "card",
    "centre",
    "cursor",
    "declaration",
    "feed_row",
    "goods",
    "hold",
    "household",
    "identity",
    "issuer",
    "journal",
    "loan",
    "lot",
    "metadata",
    "move_in",
    "move_out",
    "notice",
    "notice_line",
    "order_done",
    "order_open",
    "panel",
    "pin_try",
    "posting",
    "pot",
    "print_job",
    "request",
    "returned",
    "reversal",
    "rule",
    "score",
    "sheet",
    "sheet_line",
    "side",
    "sign_off",
    "slip",
    "staff",
    "state",
    "stock_move",
    "tally",
    "total",
    "void_case",
]
