"""Cut off for long: how much a household may still take away until the county acknowledges our entries.

Counted from the journal: business days opened behind the last acknowledged entry. When the last of the days
allowed is opened, its place is kept as a cursor, so that a redemption learns of it without a look of its own.
"""

from __future__ import annotations

from sqlalchemy import Connection, ScalarSelect, and_, bindparam, func, or_, select

from kiosk.config import Settings
from kiosk.ledger import points
from kiosk.ledger.refusals import Refused
from kiosk.store import cursors
from kiosk.store.prepared import Prepared
from kiosk.store.tables import cursor, journal, posting


def ease(conn: Connection, epoch: int, settings: Settings) -> None:
    """The county has acknowledged more of `epoch`: where its lease had run out, find out anew."""
    if cursors.get(conn, cursors.lease(epoch)):
        recount(conn, epoch, settings)


def recount(conn: Connection, epoch: int, settings: Settings) -> None:
    """Find out anew whether the lease of `epoch` has run out, as after a day was opened."""
    days = settings.rules.lease_days
    began = None
    if days and settings.county.url:
        behind = cursors.get(conn, cursors.acknowledged(epoch))
        began = _BEGAN.scalar(conn, {"b_epoch": epoch, "b_behind": behind, "b_days": days - 1})
    name = cursors.lease(epoch)
    if cursors.get(conn, name) != (began or 0):
        cursors.put(conn, name, began or 0)


def began_of() -> ScalarSelect[int]:
    """The place of the entry since which the lease has run out, for statements that read other things too.

    They bind `b_lease`: `cursors.lease(epoch)`.
    """
    return select(cursor.c.value).where(cursor.c.name == bindparam("b_lease")).scalar_subquery()


def require_room(
    conn: Connection, settings: Settings, epoch: int, household_id: str, began: int | None, tenths: int
) -> None:
    """Raises `Refused("lease-over")` (left_tenths=) when `tenths` more would be too much for a household."""
    if not began:
        return
    taken = _TAKEN.scalar(conn, {"b_household": household_id, "b_epoch": epoch, "b_began": began}) or 0
    left = max(0, settings.rules.lease_points * 10 - taken)
    if tenths > left:
        raise Refused("lease-over", left_tenths=left)


def began(conn: Connection, epoch: int) -> int:
    """The place of the entry since which the lease has run out, 0 while it holds."""
    return cursors.get(conn, cursors.lease(epoch))


_BEGAN = Prepared(
    select(journal.c.seq)
    .where(
        journal.c.epoch == bindparam("b_epoch"),
        journal.c.kind == "day-open",
        journal.c.seq > bindparam("b_behind"),
    )
    .order_by(journal.c.seq)
    .limit(1)
    .offset(bindparam("b_days"))
)
_TAKEN = Prepared(
    select(func.sum(posting.c.tenths).label("taken")).where(
        posting.c.household == bindparam("b_household"),
        posting.c.epoch == bindparam("b_epoch"),
        posting.c.seq > bindparam("b_began"),
        or_(posting.c.pot == points.SPENT, and_(posting.c.pot == points.AWAY, posting.c.tenths > 0)),
    )
)
