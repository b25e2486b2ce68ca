"""A household's own PIN: set with card or identity only, asked for, counted, in the chain as a hash."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.services import find, household_pin, reserve
from kiosk.services.collect import collect
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof
from tests.kiosk.services.desk import entry_of, place, refused, sound
from tests.village import ID_NUMBER, HandClock, Village, proof, send

HOUSE, SECRET = "0370217", "135790"


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def _redeem(terminal: Terminal, request: str, **how: Any) -> Any:
    return redeem(
        terminal, proof(), (("soap", 1),), "M037A", request, yes=frozenset({"duplicate-charge"}), **how
    )


def test_a_pin_is_asked_for_once_it_is_set(terminal: Terminal) -> None:
    none = refused(terminal, lambda: _redeem(terminal, "r1", confirm="pin", pin=SECRET))
    assert none[0] == "household-pin-none"
    entry = entry_of(terminal, household_pin.set_pin(terminal, proof(), SECRET, "M037A"))
    assert (entry.kind, entry.body["how"]) == ("pin-set", "card:1")
    assert entry.body["hash"].startswith("$argon2id$")
    assert SECRET not in str(entry)
    assert refused(terminal, lambda: _redeem(terminal, "r1"))[0] == "household-pin-needed"
    done = _redeem(terminal, "r1", confirm="pin", pin=SECRET)
    assert entry_of(terminal, done.entry).body["confirm"] == "pin"
    assert entry_of(terminal, _redeem(terminal, "r2", confirm="sign").entry).body["confirm"] == "sign"
    sound(terminal)
    household_pin.set_pin(terminal, find.by_digest(terminal, ID_NUMBER).proof, "", "M037A")
    assert _redeem(terminal, "r3").charged_tenths == 30
    sound(terminal)


def test_wrong_pins_are_counted_and_locked(village: Village, terminal: Terminal) -> None:
    household_pin.set_pin(terminal, proof(), SECRET, "M037A")
    for left in (4, 3, 2, 1):
        no = refused(terminal, lambda: _redeem(terminal, "r1", confirm="pin", pin="000000"))
        assert no == ("household-pin-wrong", {"tries": left})
    other = village.open(terminal.settings)  # counted on disk: another process goes on
    assert refused(other, lambda: _redeem(other, "r1", confirm="pin", pin="12"))[0] == "pin-locked"
    assert refused(terminal, lambda: _redeem(terminal, "r1", confirm="pin", pin=SECRET))[0] == "pin-locked"
    from kiosk.services import staff
    from tests.village import PIN

    assert staff.sign_in(terminal, "M037A", PIN).staff == "M037A", "staff are not locked with it"


def test_a_right_pin_forgets_the_wrong_ones(terminal: Terminal) -> None:
    household_pin.set_pin(terminal, proof(), SECRET, "M037A")
    for request in ("r1", "r2"):
        assert refused(terminal, lambda: _redeem(terminal, "x", confirm="pin", pin="000000"))[1] == {
            "tries": 4
        }
        _redeem(terminal, request, confirm="pin", pin=SECRET)


@pytest.mark.parametrize(
    ("how", "pin", "staff", "code"),
    [
        ("desk:forgot", SECRET, "M037A", "household-pin-proof"),
        ("card:1", "12345", "M037A", "household-pin-form"),
        ("card:1", "１２３４５６", "M037A", "household-pin-form"),
        ("card:1", SECRET, "G037A", "role-may-not"),
        ("card:2", SECRET, "M037A", "card-unknown"),
    ],
)
def test_who_may_set_it_and_by_what(terminal: Terminal, how: str, pin: str, staff: str, code: str) -> None:
    shown = Proof(household=HOUSE, how=how)
    assert refused(terminal, lambda: household_pin.set_pin(terminal, shown, pin, staff))[0] == code


def test_a_lost_card_sets_nothing(terminal: Terminal) -> None:
    send(terminal, "county", ("card", {"hh": HOUSE, "serial": 1, "state": "lost"}))
    no = refused(terminal, lambda: household_pin.set_pin(terminal, proof(), SECRET, "M037A"))
    assert no[0] == "card-lost"


def test_reserving_and_collecting_ask_as_well(terminal: Terminal) -> None:
    held = reserve.reserve(terminal, proof(), (("soap", 1),), "M037A", "r0")
    household_pin.set_pin(terminal, proof(), SECRET, "M037A")
    args = (terminal, proof(), (("soap", 1),), "M037A", "r1")
    assert refused(terminal, lambda: reserve.reserve(*args))[0] == "household-pin-needed"
    reserve.reserve(*args, confirm="pin", pin=SECRET)
    hand = (terminal, place(held.entry), "slip", "M037A", "r2")
    assert refused(terminal, lambda: collect(*hand))[0] == "household-pin-needed"
    assert refused(terminal, lambda: collect(*hand, confirm="pin", pin="000000"))[0] == "household-pin-wrong"
    assert collect(*hand, confirm="pin", pin=SECRET).charged_tenths == 30
