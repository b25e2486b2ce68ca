"""What a notice that is over leaves to do: its lines are posted by themselves, or sent to another home."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from kiosk.services import deeds, noticeslips, rules
from kiosk.services.rules import Wanted
from kiosk.services.terminal import Terminal, Writing
from kiosk.store.tables import household, notice, notice_line, state

LINES_A_SLICE = 50  # posted in one transaction, so that a redemption never waits long behind them


def post_due(terminal: Terminal) -> int:
    """Post every line whose notice is over and that nobody objects to; returns how many.

    A line of a household whose points live elsewhere becomes an `award`, which the county makes an order.
    Raises what `Terminal.write` raises.
    """
    count = 0
    while _any_due(terminal):
        with terminal.write() as writing:
            params = {"b_day": writing.day, "b_most": LINES_A_SLICE + 1}
            rows = _slice(writing.conn.execute(_DUE, params).all())
            for row in rows:
                _post(writing, row)
            if terminal.settings.rules.notice_slips == "all":
                _queue_slips(writing, rows)
        count += len(rows)
    return count


def _any_due(terminal: Terminal) -> bool:
    with terminal.read() as conn:
        day = conn.execute(_DAY).scalar() or ""
        return conn.execute(_DUE, {"b_day": day, "b_most": 1}).first() is not None


def _slice(rows: Sequence[Any]) -> list[Any]:
    """The lines for one transaction: a household's lines stay together, so that they stand on one slip."""
    if len(rows) <= LINES_A_SLICE:
        return list(rows)
    whole = [row for row in rows if _whose(row) != _whose(rows[-1])]
    return whole or list(rows[:LINES_A_SLICE])


def _post(writing: Writing, row: Any) -> None:
    fields = {"hh": row.household, "rule": row.rule, "rv": row.rv, "amount": row.amount, "deed": row.deed}
    fields |= {"notice": [row.epoch, row.seq], "line": row.line}
    fields |= {"member": row.member} if row.member else {}
    found = rules.known(writing.conn, writing.terminal, row.rule, writing.day)
    deed = Wanted(row.household, row.member, row.deed, row.amount)
    if found is not None and rules.over(writing.conn, found, deed) is not None:
        fields["over"] = (
            1  # the panel and the village have said so: it is posted, and says that it is over a cap
        )
    if row.home != writing.terminal:
        writing.append("award", {**fields, "what": row.what})
    elif row.what == "deduct":
        writing.append("deduct", deeds.deduct_body(writing.conn, fields))
    else:
        expires = deeds.last_day(writing.settings.rules, writing.day)
        writing.append("earn", deeds.earn_body(writing.conn, fields, expires))


def _queue_slips(writing: Writing, rows: Sequence[Any]) -> None:
    here = [row for row in rows if row.home == writing.terminal]
    for epoch, seq, household_id in sorted({_whose(row) for row in here}):
        noticeslips.queue_points(writing, (epoch, seq), household_id)


def _whose(row: Any) -> tuple[int, int, str]:
    return row.epoch, row.seq, row.household


_DAY = select(state.c.value).where(state.c.name == "day")
_DUE = (
    select(notice_line, household.c.home)
    .select_from(
        notice_line.join(
            notice, (notice.c.epoch == notice_line.c.epoch) & (notice.c.seq == notice_line.c.seq)
        ).outerjoin(household, household.c.id == notice_line.c.household)
    )
    .where(notice_line.c.state == "noticed", notice.c.until < bindparam("b_day"))
    .order_by(notice_line.c.epoch, notice_line.c.seq, notice_line.c.household, notice_line.c.line)
    .limit(bindparam("b_most"))
)
