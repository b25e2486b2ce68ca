"""The county's catalogue of goods with its limits: what one household or member may have in a period."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select

from sync.county.database import County
from sync.county.tables import goods, goods_limits

HOUSEHOLD, MEMBER = "household", "member"


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """The most pieces of a good in a period."""

    of: str  # household, or each member
    period: str
    pieces: int
    centre: str  # "" for all


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One good as it was told last."""

    sku: str
    name: str
    unit: str
    price_tenths: int
    most_a_month: int  # 0: no limit
    limits: tuple[Limit, ...]
    version: int
    counts_from: str


def put_limits(
    conn: Connection,
    county: str,
    sku: str,
    centre: str,
    most: Mapping[str, int],
    most_each: Mapping[str, int],
) -> None:
    """The limits of a good from now on, those before are over; in the caller's transaction."""
    own = {"county": county, "sku": sku, "centre": centre}
    conn.execute(_GONE, {"b_county": county, "b_sku": sku, "b_centre": centre})
    rows = [
        {**own, "of": of, "period": period, "pieces": pieces}
        for of, caps in ((HOUSEHOLD, most), (MEMBER, most_each))
        for period, pieces in caps.items()
    ]
    if rows:
        conn.execute(insert(goods_limits), rows)


def listing(county: County) -> list[Listed]:
    """Every good with its limits, by SKU."""
    with county.read() as conn:
        limits: dict[str, list[Limit]] = {}
        for row in conn.execute(_LIMITS, {"b_county": county.code}):
            one = Limit(of=row.of, period=row.period, pieces=row.pieces, centre=row.centre)
            limits.setdefault(row.sku, []).append(one)
        return [
            Listed(
                sku=row.sku,
                name=row.name,
                unit=row.unit,
                price_tenths=row.price,
                most_a_month=row.most_a_month,
                limits=tuple(limits.get(row.sku, ())),
                version=row.version,
                counts_from=row.counts_from,
            )
            for row in conn.execute(_GOODS, {"b_county": county.code})
        ]


_GONE = delete(goods_limits).where(
    goods_limits.c.county == bindparam("b_county"),
    goods_limits.c.sku == bindparam("b_sku"),
    goods_limits.c.centre == bindparam("b_centre"),
)
_LIMITS = (
    select(goods_limits)
    .where(goods_limits.c.county == bindparam("b_county"))
    .order_by(goods_limits.c.sku, goods_limits.c.centre, goods_limits.c.of, goods_limits.c.period)
)
_GOODS = select(goods).where(goods.c.county == bindparam("b_county")).order_by(goods.c.sku)
