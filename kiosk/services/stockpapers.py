"""What every change of goods has in common: its limits, who signs, its slip; no change of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import printing, shelf, staff
from kiosk.services.terminal import Writing
from kiosk.services.views import ShelfItem
from kiosk.slips.paper import Fact
from kiosk.slips.parts import SlipLine
from kiosk.store.journal import Head
from kiosk.store.prepared import Prepared
from kiosk.store.tables import lot
from kiosk.words import Words

MOST_PIECES = 10_000  # of one good on one paper
MOST_LINES = 100  # goods on one paper: its entry must stay below `entries.MAX_ENTRY_BYTES`
MOST_NAME_CHARS = 60
MOST_NUMBER_CHARS = 40


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """Goods that came or went, as it is in the journal."""

    entry: str  # "1-284"
    slip: str  # "" where no paper was wanted
    lots: tuple[tuple[str, str, int], ...]  # SKU, lot, pieces


def both(conn: Connection, act: str, actor: str, second: str) -> None:
    """Raises `Refused` `second-needed` or `role-may-not` unless two different people may do `act`."""
    if not second or second == actor:
        raise Refused("second-needed")
    staff.require(conn, actor, act)
    staff.require(conn, second, act)


def accepted_by(writing: Writing, actor: str, second: str) -> None:
    """Raises `Refused` unless `actor` may take goods in and somebody else may accept them (验收)."""
    if not second or second == actor:
        raise Refused("second-needed")
    staff.require(writing.conn, actor, "receive")
    staff.require(writing.conn, second, "accept")


def check_name(name: str) -> None:
    """Raises `Refused("stock-name-unreadable")` for a name or note that is too long or can't be printed."""
    if len(name) > MOST_NAME_CHARS or not name.isprintable():
        raise Refused("stock-name-unreadable", most=MOST_NAME_CHARS)


def check_count(count: int) -> None:
    """Raises `Refused` `stock-empty` or `stock-too-many-lines` for so many lines on one paper."""
    if not count:
        raise Refused("stock-empty")
    if count > MOST_LINES:
        raise Refused("stock-too-many-lines", most=MOST_LINES)


def check_pieces(pieces: int) -> None:
    """Raises `Refused("absurd-quantity")` for what nobody carries."""
    if not 0 < pieces <= MOST_PIECES:
        raise Refused("absurd-quantity", most=MOST_PIECES)


def next_entry(writing: Writing) -> str:
    """The id of the entry that is about to be written."""
    return entry_id(writing.epoch, writing.head.seq + 1 if writing.head else 1)


def done(
    writing: Writing,
    head: Head,
    number: int,
    lots: Sequence[Sequence[Any]],
    actor: str,
    title: str,
    **parts: Any,
) -> Done:
    """The answer, its paper queued where a number was taken for it."""
    parts.setdefault("copies", ("stub",))
    slip = ""
    if number:
        lines = slip_lines(writing.conn, lots)
        total = sum(line.total_tenths for line in lines)
        named: Mapping[str, Any] = {"actor": actor, "lines": lines, "total_tenths": total}
        parts["rows"] = (*parts.get("rows", ()), *_dated(writing, lots))
        slip = printing.queue_paper(writing, head, number, title, tenths=total, **named, **parts)
    found = tuple((line[0], line[1], line[2]) for line in lots)
    return Done(entry=entry_id(head.epoch, head.seq), slip=slip, lots=found)


def _dated(writing: Writing, lots: Iterable[Sequence[Any]]) -> list[tuple[str, str]]:
    """Which of the goods are good until when."""
    rows = []
    for sku, name, pieces, *_rest in lots:
        best_before = _BEST_BEFORE.scalar(writing.conn, {"b_sku": sku, "b_lot": name})
        if best_before:
            item = shelf.item(writing.conn, sku)
            until = writing.words("stock.slip.best-before", day=best_before)
            rows.append((f"{item.name} {pieces}{item.unit}", until))
    return rows


def slip_lines(conn: Connection, lots: Iterable[Sequence[Any]]) -> tuple[SlipLine, ...]:
    """Goods as slips list them, lots of one good together, priced as today."""
    pieces: dict[str, int] = {}
    for sku, _lot, count, *_rest in lots:
        pieces[sku] = pieces.get(sku, 0) + count
    return tuple(_slip_line(shelf.item(conn, sku), count) for sku, count in pieces.items())


def fund_word(fund: str, say: Words) -> str:
    """A source of funds as slips name it."""
    return say(f"stock.fund.{fund}")


def facts(values: Mapping[str, str]) -> list[Fact]:
    """Lines of a slip for those of `values` that say something."""
    return [Fact(label=f"stock.slip.{name}", value=value) for name, value in values.items() if value]


def _slip_line(item: ShelfItem, pieces: int) -> SlipLine:
    return SlipLine(
        name=item.name,
        qty=pieces,
        unit=item.unit,
        price_tenths=item.price_tenths,
        total_tenths=pieces * item.price_tenths,
    )


_BEST_BEFORE = Prepared(
    select(lot.c.best_before).where(lot.c.sku == bindparam("b_sku"), lot.c.lot == bindparam("b_lot"))
)
