"""Two terminals between which points move, and what they must say afterwards; no test lives here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.ledger.entries import decode
from kiosk.ledger.refusals import Refused
from kiosk.services import printing, verify
from kiosk.services.terminal import Terminal
from kiosk.slips import document
from kiosk.store import journal
from kiosk.store.tables import FOLD_TABLES
from tests.village import send

HOUSE, OTHER = "0370217", "0370301"
TWO = ("G037A", "R037A")


def introduce(*terminals: Terminal) -> None:
    """Tell each of them the keys and centres of all."""
    names = {37: "柳泉村", 38: "双井村", 39: "南坡村"}
    for one in terminals:
        for other in terminals:
            number = other.identity.terminal
            key = {"issuer": other.identity.issuer, "public": other.key.public.hex(), "terminal": number}
            centre = {"centre": f"{number:03}", "name": names[number], "township": "", "terminal": number}
            send(one, "county", ("key", key), ("centre", centre))


def new_home(*terminals: Terminal, dest: int = 38) -> None:
    body = {"hh": HOUSE, "name": "张大山", "members": 4, "pinyin": "zds", "home": dest, "digest": []}
    for terminal in terminals:
        send(terminal, "centre:037", ("household", body))


def in_order(move: str, out: dict[str, Any]) -> dict[str, Any]:
    """The order the county makes of a `move-out`."""
    terminal, _, entry = move.partition("/")
    body = {"do": "move-in", "hh": out["hh"], "to": out["from"], "till": out["till"]}
    more = {name: out[name] for name in ("home", "saved", "owed", "honour", "loan") if name in out}
    return {**body, **more, "amount": 0, "move": [int(terminal), *map(int, entry.split("-"))]}


def give_order(terminal: Terminal, order_id: str, body: dict[str, Any]) -> None:
    send(terminal, f"terminal:{terminal.identity.terminal}", ("order", {"order": order_id, **body}))


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as no:
        act()
    return no.value.code


def body_of(terminal: Terminal, entry: str) -> dict[str, Any]:
    with terminal.read() as conn:
        row = journal.get(conn, *map(int, entry.split("-")))  # type: ignore[arg-type]
    assert row is not None
    return dict(decode(row.data).body)


def last_entry(terminal: Terminal) -> tuple[str, dict[str, Any], str]:
    with terminal.read() as conn:
        *_, row = journal.everything(conn)
    entry = decode(row.data)
    return entry.kind, dict(entry.body), entry.day


def on_the_way(*terminals: Terminal) -> int:
    total = 0
    for terminal in terminals:
        with terminal.read() as conn:
            total += conn.exec_driver_sql("SELECT tenths FROM total WHERE pot='away'").scalar() or 0
    return total


def slips_of(terminal: Terminal) -> list[str]:
    """What the copies of the last slip say."""
    made = []
    while job := printing.take(terminal):
        made.append(str(document(job.content, job.copy)))
        printing.finish(terminal, job, "printed", "", 900)
    return made[-2:]


def all_clean(*terminals: Terminal) -> None:
    for terminal in terminals:
        assert verify.verify(terminal).problems == ()
        assert verify.rebuild(terminal).problems == ()


def everything(terminal: Terminal) -> list[list[Any]]:
    from sqlalchemy import select

    from kiosk.store.tables import journal as journal_table
    from kiosk.store.tables import print_job

    with terminal.read() as conn:
        return [
            [tuple(row) for row in conn.execute(select(table))]
            for table in (*FOLD_TABLES, journal_table, print_job)
        ]
