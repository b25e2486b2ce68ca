"""Goods that leave the shelf without points: issued for care and activities, or written off (报损)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.ledger import stock
from kiosk.ledger.refusals import Refused
from kiosk.services import printing, shelf, stockpapers
from kiosk.services.stockpapers import Done
from kiosk.services.terminal import Terminal, Writing
from kiosk.services.views import ShelfItem
from kiosk.slips.paper import Fact
from kiosk.store import side
from kiosk.store.prepared import Prepared
from kiosk.store.tables import lot

ISSUED_FOR = ("care", "activity", "office", "other")  # 慰问, 活动, 办公, 其他
WRITTEN_OFF_FOR = ("expired", "damaged", "spoiled", "lost", "other")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """So many pieces of a good to go out."""

    sku: str
    pieces: int
    lot: str = ""  # "": the soonest best before first


def issue(terminal: Terminal, wanted: Sequence[Wanted], why: str, note: str, actor: str, second: str) -> Done:
    """Hand goods out without points: for care, an activity …; prints 出库单. `note` says to whom or for what.

    Raises `Refused`: `not-enough-stock`, `goods-expired`, `stock-why-unknown`, `stock-lot-unknown`,
    `stock-empty`, `absurd-quantity`, `unknown-goods`, `stock-name-unreadable`, `second-needed`,
    `role-may-not`.
    """
    if why not in ISSUED_FOR:
        raise Refused("stock-why-unknown")
    check_wanted(wanted)
    stockpapers.check_name(note)
    with terminal.write() as writing:
        stockpapers.both(writing.conn, "issue", actor, second)
        number = printing.next_number(writing)
        lots = take(writing, wanted)
        body = {"lots": lots, "why": why, "slip": number}
        if note:
            body["note"] = side.put(writing.conn, "note", "", writing.day, note.encode())
        head = writing.append("stock-issue", body, actor, second)
        word = terminal.words(f"stock.issued-for.{why}")
        return stockpapers.done(
            *(writing, head, number, lots, actor, "stock.title.issue"),
            facts=(Fact(label="stock.slip.why", value=word, bold=True), *stockpapers.facts({"note": note})),
            signs=("stock.sign.taker", "stock.sign.second"),
        )


def write_off(
    terminal: Terminal, wanted: Sequence[Wanted], why: str, evidence: bytes, actor: str, second: str
) -> Done:
    """Take goods off the shelf for good (报损), signed by two, with a photograph as evidence.

    For `expired` only lots past their best before are taken. Raises `Refused`: `stock-evidence-needed`,
    `stock-not-expired`, `too-large`, and what `issue` raises besides.
    """
    if why not in WRITTEN_OFF_FOR:
        raise Refused("stock-why-unknown")
    check_wanted(wanted)
    if not evidence:
        raise Refused("stock-evidence-needed")
    with terminal.write() as writing:
        stockpapers.both(writing.conn, "write-off", actor, second)
        number = printing.next_number(writing)
        lots = take(writing, wanted, "expired" if why == "expired" else "any")
        proof = side.put(writing.conn, "photo", "", writing.day, evidence)
        body = {"lots": lots, "why": why, "evidence": proof, "slip": number}
        head = writing.append("stock-write-off", body, actor, second)
        word = terminal.words(f"stock.written-off-for.{why}")
        return stockpapers.done(
            *(writing, head, number, lots, actor, "stock.title.write-off"),
            facts=(
                Fact(label="stock.slip.reason", value=word, bold=True),
                Fact(label="stock.slip.evidence", value=proof[:8]),
            ),
            signs=("stock.sign.manager", "stock.sign.second"),
        )


def take(writing: Writing, wanted: Iterable[Wanted], which: str = "fresh") -> list[list[Any]]:
    """(SKU, lot, pieces) to go out, soonest best before first, of `fresh`, `expired` or `any` lots.

    Raises `Refused`: `unknown-goods`, `not-enough-stock`, `goods-expired`, `stock-not-expired`,
    `stock-lot-unknown`.
    """
    taken: list[list[Any]] = []
    for one in _together(wanted):
        item = shelf.item(writing.conn, one.sku)
        lots = [found for found in lots_of(writing.conn, one.sku) if _fits(found, which, writing.day)]
        if one.lot:
            lots = [found for found in lots if found.lot == one.lot]
            if not lots:
                raise Refused("stock-lot-unknown", item=item.name)
        left = sum(found.pieces for found in lots)
        if left < one.pieces:
            raise _too_few(writing.conn, item, which, left)
        taken += [[one.sku, name, pieces] for name, pieces in stock.pick(lots, one.pieces)]
    return taken


def lots_of(conn: Connection, sku: str) -> list[stock.Lot]:
    """The lots of a good that have pieces on the shelf, expired ones too."""
    return [stock.Lot(row.lot, row.best_before, row.pieces) for row in _LOTS.all(conn, {"b_sku": sku})]


def check_wanted(wanted: Sequence[Wanted]) -> None:
    """Raises `Refused` `stock-empty`, `stock-too-many-lines` or `absurd-quantity`."""
    stockpapers.check_count(len(wanted))
    for one in wanted:
        stockpapers.check_pieces(one.pieces)


def _together(wanted: Iterable[Wanted]) -> list[Wanted]:
    """Each good and lot once."""
    pieces: dict[tuple[str, str], int] = {}
    for one in wanted:
        pieces[one.sku, one.lot] = pieces.get((one.sku, one.lot), 0) + one.pieces
    return [Wanted(sku=sku, lot=name, pieces=count) for (sku, name), count in pieces.items()]


def _fits(found: stock.Lot, which: str, day: str) -> bool:
    expired = found.best_before != "" and found.best_before < day
    return which == "any" or expired == (which == "expired")


def _too_few(conn: Connection, item: ShelfItem, which: str, left: int) -> Refused:
    if which == "expired":
        return Refused("stock-not-expired", item=item.name, left=left)
    if which == "any":
        return Refused("not-enough-stock", item=item.name, left=left)
    return shelf.short(conn, item)


_LOTS = Prepared(select(lot).where(lot.c.sku == bindparam("b_sku"), lot.c.pieces > 0))
