"""Which version of each good counts on the current business day; a price never changes during a day."""

from __future__ import annotations

from sqlalchemy import func, select

from kiosk.store.tables import goods, lot, state

_day = select(func.coalesce(func.max(state.c.value), "")).where(state.c.name == "day").scalar_subquery()
_other = goods.alias()
_latest = (
    select(func.max(_other.c.counts_from))
    .where(_other.c.sku == goods.c.sku, _other.c.counts_from <= _day)
    .scalar_subquery()
)

GOODS_NOW = goods.c.counts_from == _latest  # a condition on rows of `goods`
FRESH = (lot.c.best_before == "") | (lot.c.best_before >= _day)  # rows of `lot` that may be handed out today
