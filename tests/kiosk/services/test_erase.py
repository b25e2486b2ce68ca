"""Erasing on request: names and photographs go, the chain and the books stay as they were."""

from __future__ import annotations

import pytest

from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, erase, find, verify
from kiosk.services.collectors import Collector
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from tests.faults import books
from tests.kiosk.services.desk import entry_of, place, pots
from tests.village import ID_NUMBER, HandClock, Village, proof

HOUSE, OTHER = "0370217", "0370301"
TWO = ("M037A", "S037A")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    made = village.stocked(clock=clock)
    who = Collector(name="王小五", relation="neighbour")
    for at, household in enumerate((HOUSE, OTHER)):
        redeem(made, proof(household), (("soap", 1),), "M037A", f"r{at}", collector=who)
    return made


def _side(terminal: Terminal) -> dict[str, str]:
    rows = books.rows(terminal.settings.data_dir, "SELECT household, data FROM side ORDER BY household")
    return {household: bytes(data).decode() for household, data in rows}


def _slips(terminal: Terminal, household: str) -> str:
    rows = books.rows(terminal.settings.data_dir, "SELECT content FROM print_job")
    return "".join(text for (data,) in rows if f'"{household}"' in (text := bytes(data).decode()))


def test_only_this_household_is_forgotten_and_the_chain_is_whole(terminal: Terminal) -> None:
    before = books.rows(terminal.settings.data_dir, "SELECT epoch, seq, data, hash FROM journal")
    had = pots(terminal)
    assert "王小五" in _slips(terminal, HOUSE) and "张大山" in _slips(terminal, HOUSE)
    done = erase.erase(terminal, HOUSE, *TWO)
    assert (done.kept_beside, done.copies, done.rows) == (1, 2, 1)
    assert "张大山" not in "".join(
        map(str, books.rows(terminal.settings.data_dir, "SELECT data FROM feed_row"))
    )
    account = find.account(terminal, proof(HOUSE))
    assert (account.name, account.members, account.available_tenths) == ("", 4, 355)
    with pytest.raises(Refused, match="unknown-identity"):
        find.by_digest(terminal, ID_NUMBER)
    assert _side(terminal) == {HOUSE: "", OTHER: "王小五"}
    mine = _slips(terminal, HOUSE)
    assert "王小五" not in mine and "张大山" not in mine and "张＊山" in mine
    assert "王小五" in _slips(terminal, OTHER) and "欧阳春" in _slips(terminal, OTHER)
    after = books.rows(terminal.settings.data_dir, "SELECT epoch, seq, data, hash FROM journal")
    assert after[: len(before)] == before
    assert entry_of(terminal, done.entry).body == {"hh": HOUSE, "beside": 1, "copies": 2, "rows": 1}
    assert pots(terminal) == had
    assert verify.verify(terminal).problems == ()
    assert verify.rebuild(terminal).problems == ()
    assert _side(terminal)[HOUSE] == ""


def test_no_stored_slip_names_them_any_more(terminal: Terminal) -> None:
    erase.erase(terminal, HOUSE, *TWO)
    erase.erase(terminal, OTHER, *TWO)
    everything = "".join(map(str, books.rows(terminal.settings.data_dir, "SELECT * FROM print_job")))
    assert "王小五" not in everything


def test_again_is_nothing_new_but_an_entry(terminal: Terminal) -> None:
    erase.erase(terminal, HOUSE, *TWO)
    again = erase.erase(terminal, HOUSE, *TWO)
    assert again.kept_beside == 0
    entry = deeds.earn(terminal, HOUSE, "tidy-yard", 10, "M037A", "R037A")
    assert place(entry) > place(again.entry), "work goes on"


@pytest.mark.parametrize(
    ("household", "second", "code"),
    [
        (HOUSE, "", "second-needed"),
        (HOUSE, "M037A", "second-needed"),
        (HOUSE, "G037A", "role-may-not"),
        ("9999999", "S037A", "unknown-household"),
    ],
)
def test_who_may_and_whom(terminal: Terminal, household: str, second: str, code: str) -> None:
    before = _side(terminal)
    with pytest.raises(Refused, match=code):
        erase.erase(terminal, household, "M037A", second)
    assert _side(terminal) == before
