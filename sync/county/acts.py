"""What centres did besides points and goods handed out, by kind: appeals, activities, notices, stock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.ledger.entries import Entry, decode, entry_id
from kiosk.services.clock import is_day
from sync.county import beside
from sync.county.database import County, CountyError
from sync.county.tables import acts, entries
from sync.county.upserts import insert_new

KINDS = (
    *("activity", "activity-off", "credit"),
    *("sheet", "sign-off", "publish"),
    *("object", "appeal", "decide"),
    *("wish", "goods-order"),
    *("stock-count", "count-open", "count-drop", "stock-write-off", "stock-donate"),
    *("honour", "inspect", "erase"),
    *("staff-pin", "staff-reset", "staff-card", "staff-stop"),
)
MOST_LISTED = 10_000
_ROWS_A_FILL = 5_000


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a centre. Ids, codes and hashes only; `body` as it was written."""

    centre: str
    terminal: int
    entry: str
    day: str
    kind: str
    actor: str
    second: str
    body: dict[str, Any]
    words: dict[str, str]  # what the references in it stand for, as far as it came and was not erased


def note(conn: Connection, own: dict[str, Any], written: Iterable[Entry]) -> None:
    """Note where the listed entries among `written` are, in the caller's transaction."""
    rows = [
        {**own, "epoch": one.epoch, "seq": one.seq, "kind": one.kind, "day": one.day}
        for one in listed(written)
    ]
    if rows:
        conn.execute(insert_new(conn, acts), rows)


def listed(written: Iterable[Entry]) -> list[Entry]:
    """Those of the entries that are listed by kind."""
    return [one for one in written if one.kind in KINDS and is_day(one.day)]


def catch_up(county: County) -> None:
    """Note the entries of a county from before there was such a list; where there is one nothing is done."""
    with county.read() as conn:
        if conn.execute(select(acts.c.seq).limit(1)).first() is not None:
            return
    with county.write() as conn:
        place = ("centre", "terminal", "epoch", "seq")
        columns = [entries.c[name] for name in place]
        after: tuple[Any, ...] = (-1, -1, -1)
        while rows := conn.execute(_behind(after, columns), {"b_county": county.code}).all():
            for row in rows:
                own = {"county": county.code, "terminal": row.terminal, "centre": row.centre}
                note(conn, own, [decode(bytes(row.bytes))])
            after = tuple(rows[-1][1:4])


def listing(
    county: County, kinds: Sequence[str], *, centre: str = "", first: str = "", last: str = "9999"
) -> list[Act]:
    """The acts of these kinds on the days `first` … `last`, in the order each terminal wrote them.

    Raises `CountyError` on a kind that is not listed.
    """
    if unknown := set(kinds) - set(KINDS):
        raise CountyError(f"{', '.join(sorted(unknown))}: not listed; there are: {', '.join(KINDS)}")
    wanted = _LISTED.where(acts.c.centre == centre) if centre else _LISTED
    given = {"b_county": county.code, "b_kinds": list(kinds), "b_first": first, "b_last": last}
    with county.read() as conn:
        rows = [(row.centre, decode(bytes(row.bytes))) for row in conn.execute(wanted, given)]
        refs = [beside.refs_in(one.body) for _centre, one in rows]
        known = beside.texts(conn, county.code, [ref for some in refs for ref in some])
    return [
        _act(centre, one, {ref: known[ref] for ref in some if ref in known})
        for (centre, one), some in zip(rows, refs, strict=True)
    ]


def _act(centre: str, one: Entry, words: dict[str, str]) -> Act:
    return Act(
        centre=centre,
        terminal=one.terminal,
        entry=entry_id(one.epoch, one.seq),
        day=one.day,
        kind=one.kind,
        actor=one.actor,
        second=one.second,
        body=dict(one.body),
        words=words,
    )


def _behind(after: tuple[Any, ...], columns: list[Any]) -> Any:
    terminal, epoch, seq = after
    later = (entries.c.terminal > terminal) | (
        (entries.c.terminal == terminal)
        & ((entries.c.epoch > epoch) | ((entries.c.epoch == epoch) & (entries.c.seq > seq)))
    )
    order = (entries.c.terminal, entries.c.epoch, entries.c.seq)
    wanted = select(*columns, entries.c.bytes).where(entries.c.county == bindparam("b_county"), later)
    return wanted.order_by(*order).limit(_ROWS_A_FILL)


_SAME = [acts.c[name] == entries.c[name] for name in ("county", "terminal", "epoch", "seq")]
_LISTED = (
    select(acts.c.centre, entries.c.bytes)
    .select_from(acts.join(entries, _SAME[0] & _SAME[1] & _SAME[2] & _SAME[3]))
    .where(
        acts.c.county == bindparam("b_county"),
        acts.c.kind.in_(bindparam("b_kinds", expanding=True)),
        acts.c.day.between(bindparam("b_first"), bindparam("b_last")),
    )
    .order_by(acts.c.terminal, acts.c.epoch, acts.c.seq)
    .limit(MOST_LISTED)
)
