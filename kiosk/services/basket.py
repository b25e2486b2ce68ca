"""A basket at the desk: whose, what it costs, whether it may be taken; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, literal, select

from kiosk.ledger import limits, moves, points, redemption
from kiosk.ledger.entries import Entry, decode_own
from kiosk.ledger.redemption import Items
from kiosk.ledger.refusals import Refused
from kiosk.services import homes, lease, shelf
from kiosk.services.terminal import Terminal
from kiosk.services.views import BasketLine, Proof
from kiosk.store import cursors
from kiosk.store.prepared import Prepared
from kiosk.store.tables import (
    bucket,
    card,
    hold,
    household,
    household_pin,
    journal,
    posting,
    pot,
    returned,
    reversal,
    state,
)

_OVER = {
    "day": "over-limit-day",
    "week": "over-limit-week",
    "month": "over-limit",
    "quarter": "over-limit-quarter",
    "year": "over-limit-year",
}


def about(conn: Connection, terminal: Terminal, proof: Proof) -> Any:
    """The household with its available points, the state of the card shown and whether it has a PIN of its
    own; None for a stranger.

    A guest whom the county has not told us of is known by the points that were moved here, without a name.
    """
    kind, _, serial = proof.how.partition(":")
    shown = int(serial) if kind == "card" else 0
    of = {"b_id": proof.household, "b_serial": shown, "b_lease": cursors.lease(terminal.identity.epoch)}
    return _HOUSEHOLD.first(conn, of) or _GUEST.first(conn, of)


def check_card(found: Any, proof: Proof) -> None:
    """A card reported lost between the reading and the redemption no longer counts."""
    if found is not None and proof.how.startswith("card:") and found.card_state != "active":
        raise Refused(f"card-{found.card_state or 'unknown'}")


def price(conn: Connection, items: Items) -> tuple[BasketLine, ...]:
    """The lines at today's prices. Raises `Refused("unknown-goods")`."""
    return tuple([_line(conn, sku, pieces) for sku, pieces in items])


def priced(conn: Connection, lines: Iterable[Sequence[Any]]) -> tuple[BasketLine, ...]:
    """(SKU, pieces, price, …) lines of an entry, or of a collective day, at the prices they carry."""
    found = [(_line(conn, line[0], line[1]), line[2]) for line in lines]
    return tuple([_at_price(line, price_tenths) for line, price_tenths in found])


def check(conn: Connection, terminal: Terminal, found: Any, lines: tuple[BasketLine, ...]) -> None:
    """Raises `Refused` when the household `found` can't redeem this basket here and now: `unknown-household`,
    `not-home`, `not-enough-stock`, `over-limit` and its like, `not-enough-points`, `below-least`,
    `over-points`, `lease-over`."""
    check_home(conn, terminal, found)
    check_stock(conn, lines)
    if found.limits:
        for line in lines:
            if line.item.limit or line.item.caps:
                _check_caps(conn, found, line)
    check_points(conn, terminal, found, lines)
    charged = sum([line.total_tenths for line in lines])
    lease.require_room(conn, terminal.settings, terminal.identity.epoch, found.id, found.lease, charged)


def check_home(conn: Connection, terminal: Terminal, found: Any) -> None:
    """Raises `Refused` `unknown-household`, or `not-home` where its points live at another terminal and none
    were moved here."""
    if found is None:
        raise Refused("unknown-household")
    home_here = found.home == terminal.identity.terminal
    if not moves.may_spend(home_here=home_here, settled=found.settled, available=found.available):
        raise Refused("not-home", home=homes.name(conn, found.home, found.id))


def check_stock(conn: Connection, lines: Iterable[BasketLine]) -> None:
    """Raises `Refused` `not-enough-stock` or `goods-expired` where fewer pieces may go than a line asks."""
    for line in lines:
        if line.item.on_hand < line.qty:
            raise shelf.short(conn, line.item)


def check_points(conn: Connection, terminal: Terminal, found: Any, lines: Iterable[BasketLine]) -> None:
    """Raises `Refused`: `not-enough-points` (missing_tenths=), `below-least` (least_tenths=), `over-points`
    (left_tenths=)."""
    charged = sum([line.total_tenths for line in lines])
    available = found.available or 0
    if charged > available:
        raise Refused("not-enough-points", missing_tenths=charged - available)
    rules = terminal.settings.rules
    if available < rules.redeem_least_points * 10 and found.limits:
        raise Refused("below-least", least_tenths=rules.redeem_least_points * 10)
    if rules.redeem_most_points and found.limits:
        since = limits.first_day(rules.redeem_most_period, _day(conn))
        spent = _SPENT.scalar(conn, {"b_household": found.id, "b_since": since}) or 0
        room = rules.redeem_most_points * 10 - spent
        if charged > room:
            raise Refused("over-points", left_tenths=max(0, room))


def buckets(conn: Connection, household_id: str) -> list[points.Bucket]:
    """The household's available points by the day they end."""
    return [(row.expires, row.tenths) for row in _BUCKETS.all(conn, {"b_household": household_id})]


def standing(conn: Connection, household_id: str, since_day: str) -> list[Entry]:
    """What the household redeemed or collected since a business day and was not voided, newest first."""
    rows = _REDEMPTIONS.all(conn, {"b_household": household_id, "b_since": since_day})
    return [decode_own(row.data) for row in rows]


def _line(conn: Connection, sku: str, pieces: int) -> BasketLine:
    item, lots = shelf.stocked(conn, sku)
    return BasketLine(item=item, qty=pieces, total_tenths=pieces * item.price_tenths, lots=lots)


def _at_price(line: BasketLine, price_tenths: int) -> BasketLine:
    item = msgspec.structs.replace(line.item, price_tenths=price_tenths)
    return msgspec.structs.replace(line, item=item, total_tenths=line.qty * price_tenths)


def _check_caps(conn: Connection, found: Any, line: BasketLine) -> None:
    """Collective days have quotas of their own and neither ask nor count here."""
    caps = limits.caps_of(line.item.limit, line.item.caps)
    day = _day(conn)
    first = {cap: limits.first_day(cap.period, day) for cap in caps}
    taken = _taken(conn, found.id, line.item.sku, min(first.values()), day)
    for cap in caps:
        most = limits.allowed(cap, found.members)
        if sum(pieces for on, pieces in taken if on >= first[cap]) + line.qty > most:
            raise Refused(_OVER[cap.period], item=line.item.name, limit=most)


def _taken(conn: Connection, household_id: str, sku: str, since: str, day: str) -> list[tuple[str, int]]:
    """(business day, pieces) of one good: redeemed less what came back, and what is reserved."""
    back = {
        (row.epoch, row.seq): row.pieces
        for row in _BACK.all(conn, {"b_household": household_id, "b_sku": sku})
    }
    found = [
        (entry.day, redemption.pieces_taken((entry.body,), sku) - back.get((entry.epoch, entry.seq), 0))
        for entry in standing(conn, household_id, since)
        if "session" not in entry.body
    ]
    for row in _RESERVED.all(conn, {"b_household": household_id}):
        found.append((day, redemption.pieces_taken((decode_own(row.data).body,), sku)))
    return found


def _day(conn: Connection) -> str:
    return str(_DAY.scalar(conn) or "")


_HOUSEHOLD = Prepared(  # available is None where there never were points, card_state where there is no card
    select(
        household,
        pot.c.available,
        pot.c.settled,
        lease.began_of().label("lease"),
        card.c.state.label("card_state"),
        household_pin.c.household.label("pin"),
    )
    .select_from(
        household.outerjoin(pot, pot.c.household == household.c.id)
        .outerjoin(card, (card.c.household == household.c.id) & (card.c.serial == bindparam("b_serial")))
        .outerjoin(household_pin, household_pin.c.household == household.c.id)
    )
    .where(household.c.id == bindparam("b_id"))
)
_GUEST = Prepared(
    select(
        pot.c.household.label("id"),
        literal("").label("name"),
        literal(0).label("members"),
        literal(0).label("home"),
        literal(1).label("limits"),
        pot.c.available,
        pot.c.settled,
        lease.began_of().label("lease"),
        card.c.state.label("card_state"),
        household_pin.c.household.label("pin"),
    )
    .select_from(
        pot.outerjoin(
            card, (card.c.household == pot.c.household) & (card.c.serial == bindparam("b_serial"))
        ).outerjoin(household_pin, household_pin.c.household == pot.c.household)
    )
    .where(pot.c.household == bindparam("b_id"))
)
_BUCKETS = Prepared(
    select(bucket.c.expires, bucket.c.tenths).where(
        bucket.c.household == bindparam("b_household"), bucket.c.tenths > 0
    )
)
_DAY = Prepared(select(state.c.value).where(state.c.name == "day"))
_THE_ENTRY = (journal.c.epoch == posting.c.epoch) & (journal.c.seq == posting.c.seq)
_REDEMPTIONS = Prepared(
    select(journal.c.data)
    .select_from(
        posting.join(journal, _THE_ENTRY).outerjoin(
            reversal, (reversal.c.epoch == posting.c.epoch) & (reversal.c.seq == posting.c.seq)
        )
    )
    .where(
        posting.c.household == bindparam("b_household"),
        posting.c.pot == points.SPENT,
        (journal.c.kind == "redeem") | (journal.c.kind == "collect"),
        journal.c.day >= bindparam("b_since"),
        reversal.c.seq.is_(None),
    )
    .order_by(posting.c.epoch.desc(), posting.c.seq.desc())
)
_RESERVED = Prepared(
    select(journal.c.data)
    .select_from(hold.join(journal, (journal.c.epoch == hold.c.epoch) & (journal.c.seq == hold.c.seq)))
    .where(hold.c.household == bindparam("b_household"), hold.c.state == "open", hold.c.session == "")
)
_BACK = Prepared(
    select(returned.c.epoch, returned.c.seq, returned.c.pieces)
    .select_from(
        returned.join(posting, (posting.c.epoch == returned.c.epoch) & (posting.c.seq == returned.c.seq))
    )
    .where(
        posting.c.household == bindparam("b_household"),
        posting.c.pot == points.SPENT,
        returned.c.sku == bindparam("b_sku"),
    )
)
_SPENT = Prepared(  # less what came back, and what is set aside
    select(func.sum(posting.c.tenths).label("spent"))
    .select_from(posting.join(journal, _THE_ENTRY))
    .where(
        posting.c.household == bindparam("b_household"),
        (posting.c.pot == points.HELD)
        | ((posting.c.pot == points.SPENT) & (journal.c.day >= bindparam("b_since"))),
    )
)
