"""Goods between centres: sent here with a signed slip, taken in there with what really came; each once.

The slip is all that travels with the goods, so both ends may be offline. What is missing on arrival has left
the sender's books and never came into the other's: the entry says so, and the county sees both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.keys import verify_text
from kiosk.ledger import cards, documents, stock
from kiosk.ledger.documents import GoodsDocument, Sent
from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import issuing, printing, shelf, staff, stockpapers
from kiosk.services.issuing import Wanted
from kiosk.services.stockpapers import Done
from kiosk.services.terminal import Terminal, Writing
from kiosk.services.views import ShelfItem
from kiosk.slips.paper import Fact
from kiosk.store.prepared import Prepared
from kiosk.store.tables import centre, issuer, lot, stock_arrived
from kiosk.words import Words


class OnTheWay(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a document, as its slip says it."""

    sku: str
    name: str  # "" where the catalogue here does not know it
    unit: str
    pieces: int
    best_before: str


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What goods a scanned document announces."""

    document: str  # "37-1-284": terminal, epoch and seq of the sending
    slip: str
    sender: str  # the centre's name
    day: str
    lines: tuple[OnTheWay, ...]
    arrived: str  # the entry that took it in here, "" while it is on the way


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A good of which not as many came as were sent."""

    sku: str
    sent: int
    came: int


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """Goods taken in from another centre."""

    entry: str
    slip: str
    lots: tuple[tuple[str, str, int], ...]
    differences: tuple[Difference, ...]


def centres(terminal: Terminal) -> tuple[tuple[int, str], ...]:
    """The other centres goods can be sent to: number of the terminal and name, by name."""
    with terminal.read() as conn:
        rows = conn.execute(_CENTRES, {"b_own": terminal.identity.terminal}).all()
    return tuple((row.terminal, row.name) for row in rows)


def send(terminal: Terminal, to: int, wanted: Sequence[Wanted], actor: str) -> Done:
    """Send goods to the centre of terminal `to`; prints the document that goes with them, and a stub.

    Raises `Refused`: `stock-no-such-centre`, `stock-document-too-long`, `not-enough-stock`, `goods-expired`,
    `stock-lot-unknown`, `stock-empty`, `absurd-quantity`, `unknown-goods`, `role-may-not`.
    """
    issuing.check_wanted(wanted)
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "send")
        name = _CENTRE.scalar(conn, {"b_terminal": to})
        if name is None or to == writing.terminal:
            raise Refused("stock-no-such-centre")
        number = printing.next_number(writing)
        lots = issuing.take(writing, wanted)
        code = _code(writing, to, number, lots)
        head = writing.append("stock-send", {"to": to, "lots": lots, "slip": number}, actor)
        return stockpapers.done(
            *(writing, head, number, lots, actor, "stock.title.send"),
            facts=(Fact(label="stock.slip.to", value=name, bold=True),),
            signs=("stock.sign.sender", "stock.sign.carrier"),
            code=code,
            copies=("stub", "resident"),
            second_copy="stock.copy.goes-along",
        )


def read(terminal: Terminal, text: str) -> Document:
    """What a document's code announces, its signature checked.

    Raises `Refused`: `stock-document-unreadable`, `stock-document-forged`, `stock-sender-unknown`,
    `stock-document-elsewhere`.
    """
    found = _proven(terminal, text)
    with terminal.read() as conn:
        here = {line.sku: shelf.known(conn, line.sku) for line in found.lines}
        by = _ARRIVED.first(conn, _key(found))
        sender = _CENTRE.scalar(conn, {"b_terminal": found.terminal}) or ""
    return Document(
        document=f"{found.terminal}-{found.epoch}-{found.seq}",
        slip=found.number,
        sender=sender,
        day=found.day,
        lines=tuple(_on_the_way(line, here[line.sku]) for line in found.lines),
        arrived=entry_id(by.by_epoch, by.by_seq) if by else "",
    )


def arrive(terminal: Terminal, text: str, came: Mapping[str, int], actor: str, second: str) -> Arrived:
    """Take in the goods of the document `text`, once for ever, accepted by two.

    `came` says for single goods how many pieces really came; of the others all that were sent did. Raises
    `Refused`: `stock-arrived-already`, `stock-not-on-document`, `absurd-quantity`, `unknown-goods`,
    `second-needed`, `role-may-not`, and what `read` raises.
    """
    found = _proven(terminal, text)
    sent = _by_sku(found.lines)
    for sku, pieces in came.items():
        if sku not in sent:
            raise Refused("stock-not-on-document")
        if pieces:  # none may have come
            stockpapers.check_pieces(pieces)
    with terminal.write() as writing:
        conn = writing.conn
        stockpapers.accepted_by(writing, actor, second)
        if _ARRIVED.first(conn, _key(found)) is not None:
            raise Refused("stock-arrived-already")
        for sku in sent:
            shelf.item(conn, sku)
        number = printing.next_number(writing)
        lots = _lots(found.lines, came, stockpapers.next_entry(writing))
        body = {
            "doc": [found.terminal, found.epoch, found.seq],
            "sent": [[sku, pieces, came.get(sku, pieces)] for sku, pieces in sent.items()],
            "lots": lots,
            "slip": number,
        }
        head = writing.append("stock-arrive", body, actor, second)
        differences = tuple(
            Difference(sku=sku, sent=pieces, came=came[sku])
            for sku, pieces in sent.items()
            if came.get(sku, pieces) != pieces
        )
        done = stockpapers.done(
            *(writing, head, number, lots, actor, "stock.title.arrive"),
            facts=(
                Fact(
                    label="stock.slip.from", value=_CENTRE.scalar(conn, {"b_terminal": found.terminal}) or ""
                ),
                Fact(label="stock.slip.document", value=found.number),
            ),
            rows=tuple(_row(conn, one, terminal.words) for one in differences),
            signs=("stock.sign.carrier", "stock.sign.accepted", "stock.sign.accepted"),
        )
    return Arrived(entry=done.entry, slip=done.slip, lots=done.lots, differences=differences)


def _code(writing: Writing, to: int, number: int, lots: Sequence[Sequence[Any]]) -> str:
    """The text of the document's code; pieces of one good, date and fund together."""
    pieces: dict[tuple[str, str, str], int] = {}
    for sku, name, count in lots:
        about = _LOT.first(writing.conn, {"b_sku": sku, "b_lot": name})
        key = (sku, about.best_before, about.fund)
        pieces[key] = pieces.get(key, 0) + count
    sent = [
        Sent(sku, count, best_before, stock.FUNDS.index(fund) if fund in stock.FUNDS else len(stock.FUNDS))
        for (sku, best_before, fund), count in pieces.items()
    ]
    assert writing.head is not None, "an epoch was opened"
    slip = cards.slip_number(writing.terminal, writing.epoch, number)
    entry = (writing.epoch, writing.head.seq + 1)
    code = documents.text(writing.issuer, entry, to, slip, writing.day, sent)
    if len(code) > documents.MOST_CHARS:
        raise Refused("stock-document-too-long")
    return code


def _proven(terminal: Terminal, text: str) -> GoodsDocument:
    code = text.strip()
    found = documents.read(code)
    if found is None:
        raise Refused("stock-document-unreadable")
    if found.dest != terminal.identity.terminal:
        raise Refused("stock-document-elsewhere")
    with terminal.read() as conn:
        public = _KEY.scalar(conn, {"b_issuer": found.issuer})
    if public is None:
        raise Refused("stock-sender-unknown")
    if not verify_text(bytes.fromhex(public), documents.signature(code), cards.signed_part(code)):
        raise Refused("stock-document-forged")
    return found


def _lots(lines: Sequence[Sent], came: Mapping[str, int], entry: str) -> list[list[Any]]:
    """What came, by line; of a good of which fewer came, the last lines of the document are short."""
    left = dict(came)
    lots: list[list[Any]] = []
    last = {line.sku: at for at, line in enumerate(lines)}
    for at, line in enumerate(lines):
        pieces = line.pieces
        if line.sku in left:
            pieces = left[line.sku] if at == last[line.sku] else min(line.pieces, left[line.sku])
            left[line.sku] -= pieces
        if pieces:
            fund = stock.FUNDS[line.fund] if line.fund < len(stock.FUNDS) else ""
            lots.append([line.sku, stock.lot_name(entry, at), pieces, line.best_before, fund, ""])
    return lots


def _by_sku(lines: Sequence[Sent]) -> dict[str, int]:
    pieces: dict[str, int] = {}
    for line in lines:
        pieces[line.sku] = pieces.get(line.sku, 0) + line.pieces
    return pieces


def _row(conn: Connection, one: Difference, say: Words) -> tuple[str, str]:
    item = shelf.item(conn, one.sku)
    return item.name, say("stock.slip.came", sent=one.sent, came=one.came, unit=item.unit)


def _on_the_way(line: Sent, item: ShelfItem | None) -> OnTheWay:
    return OnTheWay(
        sku=line.sku,
        name=item.name if item else "",
        unit=item.unit if item else "",
        pieces=line.pieces,
        best_before=line.best_before,
    )


def _key(found: GoodsDocument) -> dict[str, int]:
    return {"b_terminal": found.terminal, "b_epoch": found.epoch, "b_seq": found.seq}


_CENTRES = (
    select(centre.c.terminal, centre.c.name)
    .where(centre.c.terminal != bindparam("b_own"), centre.c.terminal > 0)
    .order_by(centre.c.name)
)
_CENTRE = Prepared(select(centre.c.name).where(centre.c.terminal == bindparam("b_terminal")))
_KEY = Prepared(select(issuer.c.public).where(issuer.c.id == bindparam("b_issuer")))
_LOT = Prepared(
    select(lot.c.best_before, lot.c.fund).where(
        lot.c.sku == bindparam("b_sku"), lot.c.lot == bindparam("b_lot")
    )
)
_ARRIVED = Prepared(
    select(stock_arrived.c.by_epoch, stock_arrived.c.by_seq).where(
        stock_arrived.c.terminal == bindparam("b_terminal"),
        stock_arrived.c.epoch == bindparam("b_epoch"),
        stock_arrived.c.seq == bindparam("b_seq"),
    )
)
