"""The county's folded tables: written from projections, read back for the next one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from kiosk.ledger.cardstates import ACTIVE
from kiosk.ledger.entries import Entry
from sync.county import acts, cardbook, erasing, moves, registry, way
from sync.county.project import BalanceKey, Flag, OrderClosed, Projection, households_of, project
from sync.county.tables import balances, centres, flags, households, orders, redemptions, totals
from sync.county.upserts import insert_new, upsert

_IDS_A_QUERY = 1_000


def take_in(
    conn: Connection,
    county: str,
    terminal: int,
    centre: str,
    entries: Sequence[Entry],
    now_ms: int,
) -> Projection:
    """Fold `entries` of one terminal into the books, in the caller's transaction."""
    named = sorted(households_of(entries))
    _lock_centres(conn, county, named)
    homes = _homes(conn, county, named)
    guests = moves.guests(conn, county, terminal, named)
    result = project(entries, read_balances(conn, county, named), homes, guests)
    own = {"county": county, "terminal": terminal, "centre": centre}
    _close_orders(conn, own, result)
    # in key order, so that two transactions that share households wait for each other, never in a ring
    _run(
        conn,
        upsert(conn, balances, add=("tenths",)),
        [
            {
                "county": county,
                "household": hh,
                "pot": pot,
                "expires": end,
                "centre": hh[:3],
                "tenths": tenths,
            }
            for (hh, pot, end), tenths in sorted(result.balances.items())
            if tenths
        ],
    )
    _run(
        conn,
        insert_new(conn, redemptions),
        [{**own, **one._asdict(), "received_at_ms": now_ms, "voided": False} for one in result.redemptions],
    )
    _run(
        conn,
        _VOID,
        [
            {"b_county": county, "b_terminal": terminal, "b_epoch": epoch, "b_seq": seq, "b_voided": voided}
            for (epoch, seq), voided in result.voided.items()
        ],
    )
    for told in result.cards:
        cardbook.take_card(conn, county, *told)
        if told.state == ACTIVE:
            cardbook.revoke_cards_below(conn, county, told.household, told.serial)
    for gone in result.stopped:
        registry.stop_staff(conn, county, centre, *gone)
    run = (entries[0].epoch, entries[0].seq, entries[-1].seq)
    for household in result.erased:
        erasing.forget(conn, county, household)
    acts.note(conn, own, entries)
    result.flags += moves.take_in(conn, own, run, result.sent, result.ended)
    result.flags += way.pass_on(conn, county, terminal, result.awards, homes)
    raise_flags(conn, county, terminal, centre, result.flags)
    _run(
        conn,
        upsert(conn, totals, add=("value",)),
        [
            {"county": county, "centre": centre, "name": name, "value": value}
            for name, value in sorted(result.totals.items())
            if value
        ],
    )
    return result


def read_balances(conn: Connection, county: str, named: Sequence[str]) -> dict[BalanceKey, int]:
    """What the named households have, as posted."""
    found: dict[BalanceKey, int] = {}
    for start in range(0, len(named), _IDS_A_QUERY):
        part = named[start : start + _IDS_A_QUERY]
        for row in conn.execute(_BALANCES, {"b_county": county, "b_named": part}):
            found[row.household, row.pot, row.expires] = row.tenths
    return found


def raise_flags(conn: Connection, county: str, terminal: int, centre: str, raised: Iterable[Flag]) -> None:
    """Note what a person should look at; the same flag is noted once."""
    own = {"county": county, "terminal": terminal, "centre": centre}
    _run(conn, insert_new(conn, flags), [{**own, **flag._asdict()} for flag in raised])


def _lock_centres(conn: Connection, county: str, named: Sequence[str]) -> None:
    """Hold the centres of the households until the transaction ends: a household belongs to one terminal,
    but what two terminals wrote about it must still be added up one after the other."""
    centres_named = sorted({household[:3] for household in named})
    if centres_named:
        conn.execute(_CENTRES, {"b_county": county, "b_named": centres_named}).all()


def _homes(conn: Connection, county: str, named: Sequence[str]) -> dict[str, int]:
    homes: dict[str, int] = {}
    for start in range(0, len(named), _IDS_A_QUERY):
        part = named[start : start + _IDS_A_QUERY]
        homes.update(
            {row.household: row.home for row in conn.execute(_HOMES, {"b_county": county, "b_named": part})}
        )
    return homes


def _close_orders(conn: Connection, own: dict[str, Any], result: Projection) -> None:
    """Note orders done and refused; what fits no open order is flagged, the entry stands."""
    for closed in result.orders:
        if not _close(conn, own, closed):
            result.flags.append(Flag(closed.epoch, closed.seq, "order-mismatch"))


def _close(conn: Connection, own: dict[str, Any], closed: OrderClosed) -> bool:
    given = conn.execute(_ORDER, {"b_county": own["county"], "b_order": closed.order}).first()
    if given is None:
        return False
    fits = bool(given.terminal == own["terminal"] and given.state == "open")
    if fits and closed.state == "done":
        fits = (given.household, given.amount) == (closed.household, closed.amount)
    if fits:
        conn.execute(
            _CLOSE,
            {
                "b_county": own["county"],
                "b_order": closed.order,
                "state": closed.state,
                "code": closed.code,
                "epoch": closed.epoch,
                "seq": closed.seq,
            },
        )
    return fits


def _run(conn: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        conn.execute(statement, rows)


_BALANCES = select(balances.c.household, balances.c.pot, balances.c.expires, balances.c.tenths).where(
    balances.c.county == bindparam("b_county"),
    balances.c.household.in_(bindparam("b_named", expanding=True)),
)
_CENTRES = (
    select(centres.c.centre)
    .where(
        centres.c.county == bindparam("b_county"), centres.c.centre.in_(bindparam("b_named", expanding=True))
    )
    .order_by(centres.c.centre)
    .with_for_update()
)
_HOMES = select(households.c.household, households.c.home).where(
    households.c.county == bindparam("b_county"),
    households.c.household.in_(bindparam("b_named", expanding=True)),
)
_VOID = (
    update(redemptions)
    .where(
        redemptions.c.county == bindparam("b_county"),
        redemptions.c.terminal == bindparam("b_terminal"),
        redemptions.c.epoch == bindparam("b_epoch"),
        redemptions.c.seq == bindparam("b_seq"),
    )
    .values(voided=bindparam("b_voided"))
)
_ORDER = select(orders).where(
    orders.c.county == bindparam("b_county"), orders.c.order_id == bindparam("b_order")
)
_CLOSE = update(orders).where(
    orders.c.county == bindparam("b_county"), orders.c.order_id == bindparam("b_order")
)
