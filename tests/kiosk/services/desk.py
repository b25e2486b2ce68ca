"""Short words for tests at the desk: entries by name, refusals by code, what is in the books."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from kiosk.config import Settings
from kiosk.ledger.entries import Entry, decode
from kiosk.ledger.refusals import Refused
from kiosk.services import find, shelf, verify
from kiosk.services.terminal import Terminal
from kiosk.store import journal
from kiosk.store.tables import FOLD_TABLES, print_job, side
from kiosk.store.tables import journal as journal_table
from tests.village import GOODS, Village, proof, send


def place(entry: str) -> tuple[int, int]:
    """Epoch and seq of an entry's name."""
    epoch, seq = entry.split("-")
    return int(epoch), int(seq)


def entry_of(terminal: Terminal, name: str) -> Entry:
    """An entry of the journal."""
    with terminal.read() as conn:
        row = journal.get(conn, *place(name))
    assert row is not None
    return decode(row.data)


def refused(terminal: Terminal, act: Callable[[], Any]) -> tuple[str, dict[str, Any]]:
    """Code and parameters of the refusal; nothing at all was written."""
    before = everything(terminal)
    with pytest.raises(Refused) as no:
        act()
    assert everything(terminal) == before
    return no.value.code, no.value.params


def everything(terminal: Terminal) -> list[list[Any]]:
    """The books, the queue and what lies beside them."""
    with terminal.read() as conn:
        return [
            [tuple(row) for row in conn.execute(select(table))]
            for table in (*FOLD_TABLES, journal_table, print_job, side)
        ]


def pots(terminal: Terminal, household: str = "0370217") -> tuple[int, int]:
    """Available and held tenths."""
    account = find.account(terminal, proof(household))
    return account.available_tenths, account.held_tenths


def on_shelf(terminal: Terminal, sku: str) -> int:
    """Pieces on the shelf."""
    return next(item.on_hand for item in shelf.shelf(terminal) if item.sku == sku)


def with_rules(village: Village, terminal: Terminal, clock: Any, **rules: Any) -> Terminal:
    """The same terminal opened anew under other rules."""
    settings: Settings = terminal.settings
    changed = msgspec.structs.replace(settings.rules, **rules)
    return village.open(msgspec.structs.replace(settings, rules=changed), clock)


def cap(terminal: Terminal, sku: str, **caps: Any) -> None:
    """Tell the terminal a good anew with limits; it counts from the next business day."""
    row = next(row for row in GOODS if row[0] == sku)
    _sku, name, unit, price, barcode, limit = row
    body = {"sku": sku, "name": name, "unit": unit, "price": price, "barcode": barcode, "limit": limit}
    body |= {"picture": sku, "category": "daily", "from": "", "version": 2}
    send(terminal, "county", ("goods", body | caps))


def sound(terminal: Terminal) -> None:
    """The books hold, and folding them anew changes nothing."""
    found = verify.verify(terminal)
    assert found.ok, found.problems
    before = everything(terminal)
    assert verify.rebuild(terminal).problems == ()
    assert everything(terminal) == before
