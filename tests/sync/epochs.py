"""What tests of epochs do to a terminal and must find at both ends afterwards; no test lives here."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk import config
from kiosk.ledger.entries import Entry, decode
from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, find
from kiosk.services import terminal as terminals
from kiosk.services import verify as own_verify
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof, Redeemed
from sync.county import books
from sync.county.database import County
from sync.county.enrolment import make_code
from sync.county.serving import Serving
from sync.county.tables import epochs as epochs_table
from sync.county.verify import verify
from sync.enrolling import Enrolled, enrol_machine
from tests.sync.places import HOUSEHOLDS, journal_at, journal_of

FIRST, SECOND = HOUSEHOLDS[:2]
RICE_TENTHS = 200
Reopen = Callable[[Terminal], Terminal]


def spend(terminal: Terminal, household: str, request: str, pieces: int = 1) -> Redeemed:
    return redeem(
        terminal, Proof(household=household, how="desk:forgot"), (("rice5", pieces),), "M037A", request
    )


def refused_with(terminal: Terminal) -> str:
    """The code with which every kind of write is refused."""
    before = journal_of(terminal)
    codes = set()
    for write in (
        lambda: spend(terminal, SECOND, "refused"),
        lambda: deeds.earn(terminal, SECOND, "yard", 20, "M037A", "R037A"),
    ):
        with pytest.raises(Refused) as no:
            write()
        codes.add(no.value.code)
    assert journal_of(terminal) == before
    assert len(codes) == 1
    return codes.pop()


def enrol_again(county: County, serving: Serving, terminal: Terminal, *, close: bool = True) -> Enrolled:
    if close:
        terminal.close()
    return enrol_machine(terminal.settings, serving.url, make_code(county, "037"))


def elsewhere(terminal: Terminal, folder: Path) -> config.Settings:
    return config.Settings(
        terminal=config.TerminalSettings(data_dir=str(folder)), county=terminal.settings.county
    )


def has_the_countys_balances(county: County, terminal: Terminal) -> None:
    with county.read() as conn:
        there = books.read_balances(conn, county.code, HOUSEHOLDS)
    sums = dict.fromkeys(HOUSEHOLDS, 0)
    for (household, pot, _expires), tenths in there.items():
        sums[household] += tenths if pot == "available" else 0
    here = {
        household: find.by_number(terminal, household, "forgot")[0].available_tenths
        for household in HOUSEHOLDS
    }
    assert here == sums


def all_clean(county: County, terminal: Terminal) -> None:
    """Both ends verify, a rebuild finds nothing different, both hold the same journal."""
    assert journal_of(terminal) == journal_at(county, 37)
    assert own_verify.verify(terminal).problems == ()
    assert own_verify.rebuild(terminal).problems == ()
    report = verify(county, terminal.db.path)
    assert (report.ok, report.problems) == (True, [])
    with county.read() as conn:
        states = {row.epoch: row.state for row in conn.execute(select(epochs_table)) if row.terminal == 37}
    assert states.pop(max(states)) == "open"
    assert set(states.values()) == {"closed"}


def entries_of(terminal: Terminal) -> list[Entry]:
    return [decode(row[3]) for row in journal_of(terminal)]


def copy_to(terminal: Terminal, to: Path) -> None:
    copying = sqlite3.connect(terminal.db.path)
    copying.execute("VACUUM INTO ?", (str(to),))
    copying.close()


def put_back(terminal: Terminal, copy: Path) -> None:
    for name in ("", "-wal", "-shm"):
        (terminal.settings.data_dir / f"{terminals.DATABASE_FILE}{name}").unlink(missing_ok=True)
    shutil.copy(copy, terminal.settings.data_dir / terminals.DATABASE_FILE)
