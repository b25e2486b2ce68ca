"""Which version of each good and rule counts on the current business day; neither changes during a day."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Label, func, select

from kiosk.ledger.rules import BANNER
from kiosk.store.tables import goods, lot, rule, state

_day = select(func.coalesce(func.max(state.c.value), "")).where(state.c.name == "day").scalar_subquery()
_other = goods.alias()
_latest = (
    select(func.max(_other.c.counts_from))
    .where(_other.c.sku == goods.c.sku, _other.c.counts_from <= _day)
    .scalar_subquery()
)

GOODS_NOW = goods.c.counts_from == _latest  # a condition on rows of `goods`
FRESH = (lot.c.best_before == "") | (lot.c.best_before >= _day)  # rows of `lot` that may be handed out today

_other_rule = rule.alias()
_latest_rule = (
    select(func.max(_other_rule.c.counts_from))
    .where(_other_rule.c.id == rule.c.id, _other_rule.c.owner == BANNER, _other_rule.c.counts_from <= _day)
    .scalar_subquery()
)

RULE_NOW = (rule.c.owner == BANNER) & (rule.c.counts_from == _latest_rule)  # its category is that everywhere


def rule_title(rule_id: Any) -> Label[str | None]:
    """The latest title of the rule in column `rule_id`, as a column `title`; None for an unknown one."""
    latest = select(rule.c.title).where(rule.c.id == rule_id).order_by(rule.c.version.desc()).limit(1)
    return latest.scalar_subquery().label("title")
