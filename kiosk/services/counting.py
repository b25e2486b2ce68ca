"""Stock-takes (盘点): a blind sheet, counted and where it differs counted again, approved by two.

Who counts never sees what the books say. Each figure is kept with what the books said at the moment it was
written down; the approval adds the difference to what is there by then, so goods may go on moving meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from kiosk.ledger import stock
from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import issuing, printing, shelf, staff, stockpapers
from kiosk.services.stockpapers import Done
from kiosk.services.terminal import Terminal, Writing
from kiosk.services.views import ShelfItem
from kiosk.store.prepared import Prepared
from kiosk.store.tables import count_line, count_sheet, lot, shelf_place
from kiosk.words import Words

MOST_GOODS = 300  # on one sheet; larger shops count part by part
MOST_COUNTED = 100_000  # pieces of one good
ROUNDS = 2  # a figure that differs is asked for once more


class SheetLine(msgspec.Struct, frozen=True, kw_only=True):
    """One good to count; nothing of what the books say."""

    sku: str
    name: str
    unit: str
    place: str
    state: str  # todo, again, done


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """The open sheet as who counts sees it."""

    sheet: str  # the entry that opened it
    slip: str  # of the paper to write on; "" but for the answer that opened it
    day: str
    lines: tuple[SheetLine, ...]


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """One good of a stock-take, for those who approve."""

    sku: str
    name: str
    unit: str
    counted: int
    book: int  # when it was counted
    difference: int  # counted − book: above 0 盘盈, below 0 盘亏
    now: int  # on the shelf by the books now; moved meanwhile where it is not `book`


def open_sheet(terminal: Terminal, skus: Sequence[str], actor: str) -> Sheet:
    """Begin a stock-take of these goods, or of every good there ever was; prints the sheet to count on.

    Raises `Refused`: `count-open-already`, `count-too-many`, `stock-empty`, `unknown-goods`, `role-may-not`.
    """
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "count")
        if _OPEN.first(conn) is not None:
            raise Refused("count-open-already")
        wanted = sorted(set(skus)) or [row.sku for row in _EVER.all(conn)]
        if not wanted:
            raise Refused("stock-empty")
        if len(wanted) > MOST_GOODS:
            raise Refused("count-too-many", most=MOST_GOODS)
        if skus:
            for sku in wanted:
                shelf.item(conn, sku)
        number = printing.next_number(writing)
        head = writing.append("count-open", {"skus": wanted, "slip": number}, actor)
        sheet = _sheet(conn, _OPEN.first(conn))
        slip = printing.queue_paper(
            *(writing, head, number, "stock.title.sheet"),
            actor=actor,
            rows=tuple((_where(line), "________") for line in sheet.lines),
            notes=(terminal.words("stock.slip.count-how"),),
            signs=("stock.sign.counter", "stock.sign.second"),
            copies=("stub",),
        )
    return msgspec.structs.replace(sheet, slip=slip)


def sheet(terminal: Terminal) -> Sheet:
    """The open sheet, by place on the shelf. Raises `Refused("count-none-open")`."""
    with terminal.read() as conn:
        return _sheet(conn, _require_open(conn))


def write(terminal: Terminal, counted: Sequence[tuple[str, int]], actor: str) -> Sheet:
    """Write down what was counted; the answer says what is still to count and what to count again.

    A figure counts together with what the books say at this moment. Raises `Refused`: `count-none-open`,
    `count-not-on-sheet`, `absurd-quantity`, `stock-empty`, `role-may-not`.
    """
    if not counted:
        raise Refused("stock-empty")
    for _sku, pieces in counted:
        if not 0 <= pieces <= MOST_COUNTED:
            raise Refused("absurd-quantity", most=MOST_COUNTED)
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "count")
        row = _require_open(conn)
        on_sheet = {line.sku for line in _LINES.all(conn, _key(row))}
        if not on_sheet.issuperset(sku for sku, _pieces in counted):
            raise Refused("count-not-on-sheet")
        lines = [[sku, pieces, _book(conn, sku)] for sku, pieces in dict(counted).items()]
        writing.append("count-write", {"sheet": [row.epoch, row.seq], "lines": lines}, actor)
        return _sheet(conn, row)


def drop(terminal: Terminal, actor: str) -> str:
    """Give the open sheet up; nothing changes on the shelf. Returns the entry's id.

    Raises `Refused`: `count-none-open`, `role-may-not`.
    """
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "count")
        row = _require_open(writing.conn)
        head = writing.append("count-drop", {"sheet": [row.epoch, row.seq]}, actor)
    return entry_id(head.epoch, head.seq)


def result(terminal: Terminal, actor: str) -> tuple[Counted, ...]:
    """What was counted against the books, for those who approve; goods still to count are left out.

    Raises `Refused`: `count-none-open`, `role-may-not`.
    """
    with terminal.read() as conn:
        staff.require(conn, actor, "accept")
        return _result(conn, _require_open(conn))


def approve(terminal: Terminal, actor: str, second: str) -> Done:
    """Bring the shelf to what was counted, signed by two; prints the result.

    Raises `Refused`: `count-not-done` (left=), `count-recount` (item=), `count-none-open`, `second-needed`,
    `role-may-not`.
    """
    with terminal.write() as writing:
        conn = writing.conn
        stockpapers.both(conn, "accept", actor, second)
        row = _require_open(conn)
        open_lines = [line for line in _sheet(conn, row).lines if line.state != "done"]
        if open_lines:
            raise Refused("count-not-done", left=len(open_lines))
        found = [one for one in _result(conn, row) if one.difference]
        number = printing.next_number(writing)
        lots = _lots(writing, found)
        body = {
            "sheet": [row.epoch, row.seq],
            "diff": [[one.sku, one.difference] for one in found],
            "lots": lots,
            "slip": number,
        }
        head = writing.append("stock-count", body, actor, second)
        slip = printing.queue_paper(
            *(writing, head, number, "stock.title.count"),
            actor=actor,
            rows=tuple((one.name, _said(one, terminal.words)) for one in found)
            or ((terminal.words("stock.slip.count-right"), ""),),
            signs=("stock.sign.counter", "stock.sign.approved", "stock.sign.approved"),
            copies=("stub",),
        )
    moved = tuple((sku, name, counted - book) for sku, name, book, counted in lots)
    return Done(entry=entry_id(head.epoch, head.seq), slip=slip, lots=moved)


def _lots(writing: Writing, found: Sequence[Counted]) -> list[list[Any]]:
    """(SKU, lot, pieces there by the books now, pieces there in truth)."""
    lots: list[list[Any]] = []
    entry = stockpapers.next_entry(writing)
    for one in found:
        try:
            parts = stock.allot(one.difference, issuing.lots_of(writing.conn, one.sku), entry)
        except ValueError:  # handed out since it was not counted
            raise Refused("count-recount", item=one.name) from None
        lots += [[one.sku, *part] for part in parts]
    return lots


def _result(conn: Connection, row: Any) -> tuple[Counted, ...]:
    lines = [line for line in _LINES.all(conn, _key(row)) if line.rounds]
    return tuple(_counted(line, shelf.known(conn, line.sku), _book(conn, line.sku)) for line in lines)


def _counted(line: Any, item: ShelfItem | None, now: int) -> Counted:
    return Counted(
        sku=line.sku,
        name=item.name if item else line.sku,
        unit=item.unit if item else "",
        counted=line.counted,
        book=line.book,
        difference=line.counted - line.book,
        now=now,
    )


def _sheet(conn: Connection, row: Any) -> Sheet:
    lines = tuple(_line(conn, line) for line in _LINES.all(conn, _key(row)))
    return Sheet(sheet=entry_id(row.epoch, row.seq), slip="", day=row.day, lines=lines)


def _line(conn: Connection, line: Any) -> SheetLine:
    item = shelf.known(conn, line.sku)
    settled = line.rounds >= ROUNDS or line.counted == line.book
    return SheetLine(
        sku=line.sku,
        name=item.name if item else line.sku,
        unit=item.unit if item else "",
        place=line.place or "",
        state="todo" if not line.rounds else "done" if settled else "again",
    )


def _where(line: SheetLine) -> str:
    unit = f"（{line.unit}）" if line.unit else ""
    return f"{line.place} {line.name}{unit}".strip()


def _said(one: Counted, say: Words) -> str:
    key = "stock.slip.over" if one.difference > 0 else "stock.slip.under"
    said = {"book": one.book, "counted": one.counted, "pieces": abs(one.difference), "unit": one.unit}
    return say(key, **said)


def _require_open(conn: Connection) -> Any:
    row = _OPEN.first(conn)
    if row is None:
        raise Refused("count-none-open")
    return row


def _book(conn: Connection, sku: str) -> int:
    return int(_BOOK.scalar(conn, {"b_sku": sku}))


def _key(row: Any) -> dict[str, int]:
    return {"b_epoch": row.epoch, "b_seq": row.seq}


_OPEN = Prepared(select(count_sheet).where(count_sheet.c.state == "open"))
_EVER = Prepared(select(lot.c.sku).distinct().order_by(lot.c.sku))
_BOOK = Prepared(
    select(func.coalesce(func.sum(lot.c.pieces), 0).label("pieces")).where(lot.c.sku == bindparam("b_sku"))
)
_LINES = Prepared(
    select(
        count_line.c.sku, count_line.c.rounds, count_line.c.counted, count_line.c.book, shelf_place.c.place
    )
    .select_from(count_line.outerjoin(shelf_place, shelf_place.c.sku == count_line.c.sku))
    .where(count_line.c.epoch == bindparam("b_epoch"), count_line.c.seq == bindparam("b_seq"))
    .order_by(func.coalesce(shelf_place.c.place, ""), count_line.c.sku)
)
