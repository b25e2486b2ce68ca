"""Labels and shelf tags (标分签), and where goods stand on the shelf."""

from __future__ import annotations

import re
from typing import Literal

from sqlalchemy import Connection, bindparam, select

from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import printing, shelf, staff
from kiosk.services.terminal import Terminal
from kiosk.slips.labels import Label
from kiosk.store.prepared import Prepared
from kiosk.store.tables import shelf_place

MOST_COPIES = 50
MOST_LEVEL = 10_000
GENERAL = -1  # a good without a level of its own
_PLACE = re.compile(r"[0-9A-Za-z-]{0,20}")


def print_labels(terminal: Terminal, form: Literal["label", "tag"], sku: str, copies: int, actor: str) -> str:
    """Queue labels with the good's barcode, or shelf tags; returns the name they have in the print queue.

    Goods without a barcode of their own get one of ours, which scanning finds. Raises `Refused`:
    `unknown-goods`, `absurd-quantity`, `role-may-not`.
    """
    if not 0 < copies <= MOST_COPIES:
        raise Refused("absurd-quantity", most=MOST_COPIES)
    with terminal.read() as conn:
        staff.require(conn, actor, "label")
        item = shelf.item(conn, sku)
        label = Label(
            form=form,
            name=item.name,
            unit=item.unit,
            price_tenths=item.price_tenths,
            code=shelf.own_barcode(item),
            place=place_of(conn, sku),
            scheme_name=terminal.settings.place.scheme_name,
        )
    name = f"{form}:{sku}"
    printing.queue_label(terminal, name, label, copies)
    return name


def set_place(terminal: Terminal, sku: str, place: str | None, level: int | None, actor: str) -> str:
    """Say where a good stands and below how many pieces to warn; None leaves it as it is. Returns the entry.

    A `level` of -1 is the centre's general one. Raises `Refused`: `place-unreadable`, `absurd-quantity`,
    `unknown-goods`, `role-may-not`.
    """
    if place is not None and not _PLACE.fullmatch(place):
        raise Refused("place-unreadable")
    if level is not None and not GENERAL <= level <= MOST_LEVEL:
        raise Refused("absurd-quantity", most=MOST_LEVEL)
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "label")
        shelf.item(writing.conn, sku)
        row = _PLACED.first(writing.conn, {"b_sku": sku})
        there = (row.place, row.level) if row else ("", GENERAL)
        body = {
            "sku": sku,
            "place": there[0] if place is None else place,
            "level": there[1] if level is None else level,
        }
        head = writing.append("stock-place", body, actor)
    return entry_id(head.epoch, head.seq)


def place_of(conn: Connection, sku: str) -> str:
    """Where a good stands, "" where nobody said."""
    row = _PLACED.first(conn, {"b_sku": sku})
    return row.place if row else ""


_PLACED = Prepared(select(shelf_place).where(shelf_place.c.sku == bindparam("b_sku")))
