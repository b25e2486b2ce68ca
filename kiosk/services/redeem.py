"""Points for goods: what a basket would cost, and the redemption itself."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, literal, select

from kiosk import words
from kiosk.config import Settings
from kiosk.ledger import cards, moves, points, redemption, stock
from kiosk.ledger.entries import Entry, check_code, decode_own, entry_id
from kiosk.ledger.redemption import Items
from kiosk.ledger.refusals import Question, Refused
from kiosk.services import homes, lease, printing, shelf, staff
from kiosk.services.clock import day_after
from kiosk.services.terminal import Terminal, Writing
from kiosk.services.views import BasketLine, Proof, Quote, Redeemed
from kiosk.store import cursors, journal
from kiosk.store.journal import JournalRow
from kiosk.store.prepared import Prepared
from kiosk.store.tables import (
    bucket,
    card,
    household,
    lot,
    posting,
    pot,
    request,
    reversal,
    state,
)
from kiosk.store.tables import journal as journal_table

CONFIRMATIONS = ("tap", "sign")
MOST_REQUEST_ID_CHARS = 64
MOST_PARTS = 600  # lots and buckets one entry names: it must stay below `entries.MAX_ENTRY_BYTES`
OWN_REQUEST = "#"  # begins the ids this terminal makes; nobody else's may


class Asked(NamedTuple):
    """What makes a request the same request."""

    household: str
    items: Items
    staff: str


def quote(terminal: Terminal, proof: Proof, items: tuple[tuple[str, int], ...]) -> Quote:
    """What the basket costs now and what is left; a refusal is part of the answer, nothing is written."""
    most = terminal.settings.rules.most_pieces
    with terminal.read() as conn:
        try:
            tidied = redemption.tidy(items, most)
        except Refused as refused:
            return _quote((), 0, refused)
        about = _about(conn, terminal, proof)
        before = (about.available if about else None) or 0
        lines: tuple[BasketLine, ...] = ()
        try:
            lines = _price(conn, tidied)
            _check(conn, terminal, about, lines)
        except Refused as refused:
            return _quote(lines, before, refused)
    return _quote(lines, before, None)


def redeem(
    terminal: Terminal,
    proof: Proof,
    items: tuple[tuple[str, int], ...],
    staff_id: str,
    request_id: str,
    *,
    confirm: str = "tap",
    yes: frozenset[str] = frozenset(),
    confirmed_tenths: int | None = None,
) -> Redeemed:
    """Deduct the points, hand out the goods, number the slip and queue its copies: all of it or nothing.

    A household at home elsewhere spends what was moved here. The same request again is the same redemption:
    same answer, nothing new. Raises `Refused` with `not-enough-points`, `not-enough-stock`, `over-limit`,
    `not-home`, `lease-over` (left_tenths=), `unknown-goods`, `empty-basket`,
    `absurd-quantity`, `request-mismatch`, `role-may-not`, `needs-epoch`, `card-lost` …, `price-changed` when
    the sum is not the one the resident confirmed, and `Question` with `duplicate-charge` unless that is in
    `yes`.
    """
    assert confirm in CONFIRMATIONS
    if not 0 < len(request_id) <= MOST_REQUEST_ID_CHARS or not request_id.isprintable():
        raise Refused("request-unreadable")
    settings = terminal.settings
    tidied = redemption.tidy(items, settings.rules.most_pieces)
    with terminal.write() as writing:
        conn = writing.conn
        known = _REQUEST.first(conn, {"b_id": request_id})
        if known is not None:
            return _repeated(conn, terminal, known, Asked(proof.household, tidied, staff_id))
        clerk = staff.require(conn, staff_id, "redeem")
        about = _about(conn, terminal, proof)
        _check_card(about, proof)
        lines = _price(conn, tidied)
        if confirmed_tenths is not None and sum(line.total_tenths for line in lines) != confirmed_tenths:
            raise Refused("price-changed")
        _check(conn, terminal, about, lines)
        if about.limits:
            _ask_duplicate(writing, settings, proof.household, tidied, yes)
        before = about.available or 0
        redeemed, left = _write(writing, terminal, proof, lines, staff_id, request_id, confirm, before)
        printing.queue_redemption(writing, terminal, about, redeemed, clerk.name, left)
    return redeemed


def next_request_id(terminal: Terminal) -> str:
    """A request id of this terminal's own making, never given twice: `#`, the epoch's letter, a counter.

    The counter may come back with an older copy of the database; the epoch never does.
    """
    with terminal.db.write() as conn:
        number = cursors.get(conn, "request") + 1
        cursors.put(conn, "request", number)
    return f"{OWN_REQUEST}{cards.epoch_letter(terminal.identity.epoch)}{number}"


def _write(
    writing: Writing,
    terminal: Terminal,
    proof: Proof,
    lines: tuple[BasketLine, ...],
    staff_id: str,
    request_id: str,
    confirm: str,
    before_tenths: int,
) -> tuple[Redeemed, tuple[points.Bucket, ...]]:
    """The redemption, and the buckets that are left behind it."""
    conn, epoch = writing.conn, terminal.identity.epoch
    charged = sum(line.total_tenths for line in lines)
    number = printing.next_number(writing)
    buckets = [(row.expires, row.tenths) for row in _BUCKETS.all(conn, {"b_household": proof.household})]
    taken = points.take(buckets, charged)
    body: dict[str, Any] = {
        "hh": proof.household,
        "lines": [[line.item.sku, line.qty, line.item.price_tenths, _pick(conn, line)] for line in lines],
        "charge": charged,
        "from": [list(part) for part in taken],
        "slip": number,
        "req": request_id,
        "how": proof.how,
        "confirm": confirm,
    }
    if len(body["from"]) + sum(len(line[3]) for line in body["lines"]) > MOST_PARTS:
        raise Refused("absurd-quantity", most=MOST_PARTS)
    head = writing.append("redeem", body, staff_id)
    redeemed = Redeemed(
        slip=cards.slip_number(terminal.identity.terminal, epoch, number),
        entry=entry_id(head.epoch, head.seq),
        check_code=check_code(head.hash),
        charged_tenths=charged,
        before_tenths=before_tenths,
        available_tenths=before_tenths - charged,
        lines=lines,
        repeated=False,
    )
    return redeemed, points.left(buckets, taken)


def _repeated(conn: Connection, terminal: Terminal, known: Any, asked: Asked) -> Redeemed:
    row = journal.get(conn, known.epoch, known.seq)
    assert row is not None
    entry = decode_own(row.data)
    same_body = entry.kind == "redeem" and redemption.same_request(entry.body, asked.household, asked.items)
    if not same_body or entry.actor != asked.staff:
        raise Refused("request-mismatch")
    return describe(conn, terminal, row, entry, known.after_tenths)


def describe(
    conn: Connection, terminal: Terminal, row: JournalRow, entry: Entry, after_tenths: int
) -> Redeemed:
    """A redemption of the journal as it was answered when it happened."""
    body = entry.body
    lines = tuple(
        BasketLine(item=shelf.item(conn, sku), qty=pieces, total_tenths=pieces * price)
        for sku, pieces, price, _lots in body["lines"]
    )
    return Redeemed(
        slip=cards.slip_number(terminal.identity.terminal, entry.epoch, body["slip"]),
        entry=entry_id(entry.epoch, entry.seq),
        check_code=check_code(row.hash),
        charged_tenths=body["charge"],
        before_tenths=after_tenths + body["charge"],
        available_tenths=after_tenths,
        lines=lines,
        repeated=True,
    )


def _price(conn: Connection, items: Items) -> tuple[BasketLine, ...]:
    found = [(shelf.item(conn, sku), pieces) for sku, pieces in items]
    return tuple(
        BasketLine(item=item, qty=pieces, total_tenths=pieces * item.price_tenths) for item, pieces in found
    )


def _check(conn: Connection, terminal: Terminal, about: Any, lines: tuple[BasketLine, ...]) -> None:
    """Raises `Refused` when the household `about` can't redeem this basket here and now."""
    if about is None:
        raise Refused("unknown-household")
    home_here = about.home == terminal.identity.terminal
    if not moves.may_spend(home_here=home_here, settled=about.settled, available=about.available):
        raise Refused("not-home", home=homes.name(conn, about.home, about.id))
    for line in lines:
        if line.item.on_hand < line.qty:
            raise Refused("not-enough-stock", item=line.item.name, left=line.item.on_hand)
        if about.limits and line.item.limit and _over_limit(conn, about.id, line):
            raise Refused("over-limit", item=line.item.name, limit=line.item.limit)
    charged = redemption.charge((line.qty, line.item.price_tenths) for line in lines)
    before_tenths = about.available or 0
    if charged > before_tenths:
        raise Refused("not-enough-points", missing_tenths=charged - before_tenths)
    lease.require_room(conn, terminal.settings, terminal.identity.epoch, about.id, about.lease, charged)


def _over_limit(conn: Connection, household_id: str, line: BasketLine) -> bool:
    month = str(_DAY.scalar(conn) or "")[:7]
    bodies = [entry.body for entry in _standing(conn, household_id, f"{month}-01")]
    return redemption.pieces_taken(bodies, line.item.sku) + line.qty > line.item.limit


def _standing(conn: Connection, household_id: str, since_day: str) -> list[Entry]:
    """The household's redemptions since a business day that were not voided, newest first."""
    rows = _REDEMPTIONS.all(conn, {"b_household": household_id, "b_since": since_day})
    return [decode_own(row.data) for row in rows]


def _ask_duplicate(
    writing: Writing, settings: Settings, household_id: str, items: Items, yes: frozenset[str]
) -> None:
    minutes = settings.rules.duplicate_minutes
    if "duplicate-charge" in yes or not minutes:
        return
    for entry in _standing(writing.conn, household_id, day_after(writing.day, -1)):
        close = abs(writing.now_ms - entry.at_ms) <= minutes * 60_000
        if close and redemption.basket_of(entry.body) == items:
            raise Question("duplicate-charge", minutes=minutes)


def _about(conn: Connection, terminal: Terminal, proof: Proof) -> Any:
    """The household with its available points and the state of the card shown; None for a stranger.

    A guest whom the county has not told us of is known by the points that were moved here, without a name.
    """
    kind, _, serial = proof.how.partition(":")
    shown = int(serial) if kind == "card" else 0
    of = {"b_id": proof.household, "b_serial": shown, "b_lease": cursors.lease(terminal.identity.epoch)}
    return _HOUSEHOLD.first(conn, of) or _GUEST.first(conn, of)


def _check_card(about: Any, proof: Proof) -> None:
    """A card reported lost between the reading and the redemption no longer counts."""
    if about is not None and proof.how.startswith("card:") and about.card_state != "active":
        raise Refused(f"card-{about.card_state or 'unknown'}")


def _pick(conn: Connection, line: BasketLine) -> list[list[Any]]:
    rows = _LOTS.all(conn, {"b_sku": line.item.sku})
    lots = [stock.Lot(row.lot, row.best_before, row.pieces) for row in rows]
    return [list(part) for part in stock.pick(lots, line.qty)]


def _quote(lines: tuple[BasketLine, ...], before: int, refused: Refused | None) -> Quote:
    charged = sum(line.total_tenths for line in lines)
    return Quote(
        lines=lines,
        charge_tenths=charged,
        before_tenths=before,
        after_tenths=before - charged,
        refused=refused.code if refused else "",
        refused_params=_readable(refused.params) if refused else {},
    )


def _readable(params: dict[str, object]) -> dict[str, str]:
    """Ready for the sentence: tenths become points, as `Words` would show them."""
    return {
        name.removesuffix("_tenths"): words.points(value) if name.endswith("_tenths") else str(value)  # type: ignore[arg-type]
        for name, value in params.items()
    }


_HOUSEHOLD = Prepared(  # available is None where there never were points, card_state where there is no card
    select(
        household,
        pot.c.available,
        pot.c.settled,
        card.c.state.label("card_state"),
        lease.began_of().label("lease"),
    )
    .select_from(
        household.outerjoin(pot, pot.c.household == household.c.id).outerjoin(
            card, (card.c.household == household.c.id) & (card.c.serial == bindparam("b_serial"))
        )
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
        card.c.state.label("card_state"),
        lease.began_of().label("lease"),
    )
    .select_from(
        pot.outerjoin(card, (card.c.household == pot.c.household) & (card.c.serial == bindparam("b_serial")))
    )
    .where(pot.c.household == bindparam("b_id"))
)
_REQUEST = Prepared(select(request).where(request.c.id == bindparam("b_id")))
_BUCKETS = Prepared(
    select(bucket.c.expires, bucket.c.tenths).where(
        bucket.c.household == bindparam("b_household"), bucket.c.tenths > 0
    )
)
_LOTS = Prepared(select(lot).where(lot.c.sku == bindparam("b_sku"), lot.c.pieces > 0))
_DAY = Prepared(select(state.c.value).where(state.c.name == "day"))
_REDEMPTIONS = Prepared(
    select(journal_table.c.data)
    .select_from(
        posting.join(
            journal_table,
            (journal_table.c.epoch == posting.c.epoch) & (journal_table.c.seq == posting.c.seq),
        ).outerjoin(reversal, (reversal.c.epoch == posting.c.epoch) & (reversal.c.seq == posting.c.seq))
    )
    .where(
        posting.c.household == bindparam("b_household"),
        posting.c.pot == points.SPENT,
        journal_table.c.kind == "redeem",
        journal_table.c.day >= bindparam("b_since"),
        reversal.c.seq.is_(None),
    )
    .order_by(posting.c.epoch.desc(), posting.c.seq.desc())
)
