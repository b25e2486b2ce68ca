"""Points for goods at the desk: what a basket would cost, and the redemption itself."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, tuple_

from kiosk import words
from kiosk.config import Settings
from kiosk.ledger import cards, points, redemption, stock
from kiosk.ledger.entries import Entry, check_code, decode_own, entry_id
from kiosk.ledger.redemption import Items
from kiosk.ledger.refusals import Question, Refused
from kiosk.services import basket, collectors, household_pin, printing, staff
from kiosk.services.clock import day_after
from kiosk.services.collectors import Collector
from kiosk.services.terminal import Terminal, Writing
from kiosk.services.views import BasketLine, Proof, Quote, Redeemed
from kiosk.store import cursors, journal
from kiosk.store.journal import Head, JournalRow
from kiosk.store.prepared import Prepared
from kiosk.store.tables import journal as journal_table
from kiosk.store.tables import request

MOST_REQUEST_ID_CHARS = 64
MOST_PARTS = 600  # lots and buckets one entry names: it must stay below `entries.MAX_ENTRY_BYTES`
OWN_REQUEST = "#"  # begins the ids this terminal makes; nobody else's may
_PLAIN: dict[str, Any] = {}


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
        about = basket.about(conn, terminal, proof)
        before = (about.available if about else None) or 0
        lines: tuple[BasketLine, ...] = ()
        try:
            lines = basket.price(conn, tidied)
            basket.check(conn, terminal, about, lines)
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
    pin: str = "",
    yes: frozenset[str] = frozenset(),
    confirmed_tenths: int | None = None,
    collector: Collector | None = None,
    deliver: bool = False,
) -> Redeemed:
    """Deduct the points, hand out the goods, number the slip and queue its copies: all of it or nothing.

    `confirm` says how the resident agreed: `tap`, `pin` (his household's own, in `pin`) or `sign` on the
    stub. `collector` takes the goods in his place; with `deliver` they are brought to the door. A household
    at home elsewhere spends what was moved here. The same request again is the same redemption: same answer,
    nothing new. Raises `Refused` with what `basket.check`,
    `household_pin.confirmed` and `collectors.take` raise, and with `empty-basket`, `absurd-quantity`,
    `household-pin-needed`, `request-mismatch`, `role-may-not`, `needs-epoch`, `card-lost` …, `price-changed`
    when the sum is not the one the resident confirmed; and `Question` with `duplicate-charge` unless that is
    in `yes`.
    """
    check_request_id(request_id)
    household_pin.confirmed(terminal, proof.household, confirm, pin)
    settings = terminal.settings
    tidied = redemption.tidy(items, settings.rules.most_pieces)
    with terminal.write() as writing:
        conn = writing.conn
        known = _REQUEST.first(conn, {"b_id": request_id})
        if known is not None:
            return _repeated(conn, terminal, known, Asked(proof.household, tidied, staff_id))
        clerk = staff.require(conn, staff_id, "redeem")
        about = basket.about(conn, terminal, proof)
        basket.check_card(about, proof)
        lines = basket.price(conn, tidied)
        if confirmed_tenths is not None and sum(line.total_tenths for line in lines) != confirmed_tenths:
            raise Refused("price-changed")
        basket.check(conn, terminal, about, lines)
        require_pin(about, confirm)
        if about.limits:
            _ask_duplicate(writing, settings, proof.household, tidied, yes)
        before = about.available or 0
        further = _further(writing, proof.household, collector, deliver)
        body = {"req": request_id, "how": proof.how, "confirm": confirm, **further}
        redeemed, left = _write(writing, proof.household, lines, staff_id, body, before)
        printing.queue_redemption(
            *(writing, terminal, about, redeemed, clerk.name, left),
            **collected_by(collector, terminal.words, deliver=deliver) if further else _PLAIN,
        )
    return redeemed


def check_request_id(request_id: str) -> None:
    """Raises `Refused("request-unreadable")` for an id that is empty, too long or unprintable."""
    if not 0 < len(request_id) <= MOST_REQUEST_ID_CHARS or not request_id.isprintable():
        raise Refused("request-unreadable")


def require_pin(about: Any, confirm: str) -> None:
    """Raises `Refused("household-pin-needed")` where the household has a PIN and merely tapped."""
    if about.pin and confirm == "tap":
        raise Refused("household-pin-needed")


def collected_by(collector: Collector | None, say: words.Words, *, deliver: bool = False) -> dict[str, Any]:
    """What the slip says of who takes the goods, for `printing.queue_redemption`."""
    if collector is None:
        return {"deliver": deliver}
    relation = collectors.relation_word(collector.relation, say)
    return {"collector_name": collector.name.strip(), "relation": relation, "deliver": deliver}


def next_request_id(terminal: Terminal) -> str:
    """A request id of this terminal's own making, never given twice: `#`, the epoch's letter, a counter.

    The counter may come back with an older copy of the database; the epoch never does.
    """
    with terminal.db.write() as conn:
        number = cursors.get(conn, "request") + 1
        cursors.put(conn, "request", number)
    return f"{OWN_REQUEST}{cards.epoch_letter(terminal.identity.epoch)}{number}"


def _further(
    writing: Writing, household_id: str, collector: Collector | None, deliver: bool
) -> dict[str, Any]:
    """What the entry says beside the plain redemption; mostly nothing."""
    if collector is None and not deliver:
        return _PLAIN
    taker = {} if collector is None else {"taker": collectors.take(writing, household_id, collector)}
    return {**taker, "deliver": 1} if deliver else taker


def _write(
    writing: Writing,
    household_id: str,
    lines: tuple[BasketLine, ...],
    staff_id: str,
    further: dict[str, Any],
    before_tenths: int,
) -> tuple[Redeemed, tuple[points.Bucket, ...]]:
    """The redemption, and the buckets that are left behind it."""
    conn = writing.conn
    charged = sum(line.total_tenths for line in lines)
    number = printing.next_number(writing)
    buckets = basket.buckets(conn, household_id)
    taken = points.take(buckets, charged)
    body: dict[str, Any] = {
        "hh": household_id,
        "lines": entry_lines(lines),
        "charge": charged,
        "from": [list(part) for part in taken],
        "slip": number,
        **further,
    }
    check_size(body)
    head = writing.append("redeem", body, staff_id)
    return answer(writing, head, number, lines, before_tenths, charged), points.left(buckets, taken)


def entry_lines(lines: tuple[BasketLine, ...]) -> list[list[Any]]:
    """Priced lines as entries have them: SKU, pieces, price, and the lots they go out of."""
    picked = [(line, stock.pick(line.lots, line.qty)) for line in lines]
    return [[line.item.sku, line.qty, line.item.price_tenths, lots] for line, lots in picked]


def check_size(body: dict[str, Any]) -> None:
    """Raises `Refused("absurd-quantity")` where an entry would name too many lots and buckets."""
    if len(body["from"]) + sum(len(line[3]) for line in body["lines"]) > MOST_PARTS:
        raise Refused("absurd-quantity", most=MOST_PARTS)


def answer(
    writing: Writing, head: Head, number: int, lines: tuple[BasketLine, ...], before_tenths: int, charged: int
) -> Redeemed:
    """What is said of the redemption written at `head` with slip `number`."""
    return Redeemed(
        slip=cards.slip_number(writing.terminal, writing.epoch, number),
        entry=entry_id(head.epoch, head.seq),
        check_code=check_code(head.hash),
        charged_tenths=charged,
        before_tenths=before_tenths,
        available_tenths=before_tenths - charged,
        lines=lines,
        repeated=False,
    )


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
    charged = redemption.charged(body)
    return Redeemed(
        slip=cards.slip_number(terminal.identity.terminal, entry.epoch, body["slip"]),
        entry=entry_id(entry.epoch, entry.seq),
        check_code=check_code(row.hash),
        charged_tenths=charged,
        before_tenths=after_tenths + charged,
        available_tenths=after_tenths,
        lines=basket.priced(conn, body["lines"]),
        repeated=True,
    )


def _ask_duplicate(
    writing: Writing, settings: Settings, household_id: str, items: Items, yes: frozenset[str]
) -> None:
    minutes = settings.rules.duplicate_minutes
    if "duplicate-charge" in yes or not minutes:
        return
    for entry in basket.standing(writing.conn, household_id, day_after(writing.day, -1)):
        if redemption.basket_of(entry.body) != items:
            continue
        close = abs(writing.now_ms - entry.at_ms) <= minutes * 60_000
        if close or (entry.day == writing.day and _clock_jumped(writing.conn, entry)):
            raise Question("duplicate-charge", minutes=minutes)


def _clock_jumped(conn: Connection, since: Entry) -> bool:
    """Whether the wall clock jumped behind that entry: then nobody knows how long ago it was."""
    rows = _CLOCKS.all(conn, {"b_day": since.day, "b_epoch": since.epoch, "b_seq": since.seq})
    return any(decode_own(row.data).body["why"] == "jump" for row in rows)


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


_CLOCKS = Prepared(
    select(journal_table.c.data).where(
        journal_table.c.kind == "clock",
        journal_table.c.day >= bindparam("b_day"),
        tuple_(journal_table.c.epoch, journal_table.c.seq) > tuple_(bindparam("b_epoch"), bindparam("b_seq")),
    )
)
_REQUEST = Prepared(select(request).where(request.c.id == bindparam("b_id")))
