"""The tables of a terminal's database, by what they hold; no statements.

Journal tables are written once and never changed. Fold tables can be rebuilt from the journal alone. Feed
tables can be rebuilt from the stored feed rows. Local tables are never rebuilt.
"""

from __future__ import annotations

from kiosk.store.tables.activities import activity, sign_in
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
    rule_use,
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
    measure,
    member,
    order_open,
    rule,
    staff,
)

# Compared and rebuilt table by table, in this order.
FOLD_TABLES = (
    posting,
    pot,
    bucket,
    tally,
    total,
    rule_use,
    activity,
    sign_in,
    loan,
    hold,
    move_out,
    move_in,
    void_case,
    lot,
    stock_move,
    returned,
    slip,
    request,
    reversal,
    order_done,
    state,
)
FEED_TABLES = (household, identity, card, staff, goods, rule, measure, member, issuer, centre, order_open)

__all__ = [
    "FEED_TABLES",
    "FOLD_TABLES",
    "activity",
    "bucket",
    "card",
    "centre",
    "cursor",
    "feed_row",
    "goods",
    "hold",
    "household",
    "identity",
    "issuer",
    "journal",
    "loan",
    "lot",
    "measure",
    "member",
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
    "rule_use",
    "side",
    "sign_in",
    "slip",
    "staff",
    "state",
    "stock_move",
    "tally",
    "total",
    "void_case",
]
