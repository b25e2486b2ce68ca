"""Which version of each good and rule counts on the current business day; neither changes during a day."""

from __future__ import annotations

from sqlalchemy import func, select

from kiosk.ledger.rules import BANNER
from kiosk.store.tables import goods, rule, state

_day = select(func.coalesce(func.max(state.c.value), "")).where(state.c.name == "day").scalar_subquery()
_other = goods.alias()
_latest = (
    select(func.max(_other.c.counts_from))
    .where(_other.c.sku == goods.c.sku, _other.c.counts_from <= _day)
    .scalar_subquery()
)

GOODS_NOW = goods.c.counts_from == _latest  # a condition on rows of `goods`

_other_rule = rule.alias()
_latest_rule = (
    select(func.max(_other_rule.c.counts_from))
    .where(_other_rule.c.id == rule.c.id, _other_rule.c.owner == BANNER, _other_rule.c.counts_from <= _day)
    .scalar_subquery()
)

RULE_NOW = (rule.c.owner == BANNER) & (rule.c.counts_from == _latest_rule)  # its category is that everywhere
