"""Staff cards and PINs changed at the terminal: two for somebody else's, an entry for each, never the PIN."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.ledger.refusals import Refused
from kiosk.services import staff, staffing, verify, why
from kiosk.services.terminal import Terminal
from kiosk.store import journal
from kiosk.store.tables import print_job
from tests.village import CENTRE_KEY, PIN, QUICK_HASH, Village, send

NEW, OTHER = "864202", "975310"
TWO = ("M037A", "R037A")


@pytest.fixture
def terminal(village: Village, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(staffing, "PasswordHasher", lambda: QUICK_HASH)
    return village.terminal()


def _code(act: Callable[..., Any], *given: Any) -> str:
    with pytest.raises(Refused) as no:
        act(*given)
    return no.value.code


def _bytes(terminal: Terminal) -> bytes:
    with terminal.read() as conn:
        jobs = conn.execute(select(print_job.c.content)).scalars()
        return b"".join([*(row.data for row in journal.everything(conn)), *jobs])


def _sound(terminal: Terminal) -> None:
    assert verify.verify(terminal).ok
    assert verify.rebuild(terminal).problems == ()


def test_ones_own_pin_until_the_county_sets_another(terminal: Terminal) -> None:
    assert _code(staffing.change_pin, terminal, "M037A", "000000", NEW) == "pin-wrong"
    assert _code(staffing.change_pin, terminal, "M037A", PIN, "12345") == "staff-pin-form"
    assert _code(staffing.change_pin, terminal, "M037A", PIN, PIN) == "staff-pin-same"
    staffing.change_pin(terminal, "M037A", PIN, OTHER)
    staffing.change_pin(terminal, "M037A", OTHER, NEW)
    assert staff.sign_in(terminal, "M037A", NEW).staff == "M037A"
    assert _code(staff.sign_in, terminal, "M037A", PIN) == "pin-wrong"
    assert not any(pin.encode() in _bytes(terminal) for pin in (PIN, NEW, OTHER))
    _sound(terminal)
    assert staff.sign_in(terminal, "M037A", NEW).staff == "M037A", "after the rebuild too"
    anew = {"pin": QUICK_HASH.hash(staff.pin_material(CENTRE_KEY, OTHER)), "serial": 2, "state": "active"}
    row = {"staff": "M037A", "name": "李秀梅", "role": "manager", **anew}
    send(terminal, "centre:037", ("staff", row))
    assert staff.sign_in(terminal, "M037A", OTHER).staff == "M037A"
    assert _code(staff.sign_in, terminal, "M037A", NEW) == "pin-wrong"
    _sound(terminal)


def test_a_forgotten_pin_before_two_others(terminal: Terminal) -> None:
    for _ in range(staff.FREE_TRIES):
        _code(staff.sign_in, terminal, "G037A", "000000")
    assert _code(staff.sign_in, terminal, "G037A", PIN) == "pin-locked"
    refused = {
        ("G037A", "forgot", "M037A", "M037A"): "second-needed",
        ("G037A", "forgot", "G037A", "R037A"): "role-may-not",
        ("G037A", "forgot", "M037A", "G037A"): "role-may-not",
        ("R037A", "forgot", "M037A", "R037A"): "staff-own",
        ("G037A", "", "M037A", "R037A"): "reason-needed",
        ("X037A", "forgot", "M037A", "R037A"): "staff-unknown",
    }
    for (who, reason, *two), code in refused.items():
        assert _code(staffing.reset_pin, terminal, who, NEW, reason, *two) == code
    done = staffing.reset_pin(terminal, "G037A", NEW, "forgot", *TWO)
    assert staff.sign_in(terminal, "G037A", NEW).staff == "G037A"
    epoch, seq = map(int, done.entry.split("-"))
    told = why.why(terminal, epoch, seq)
    assert {one.label for one in told.facts} >= {"whose", "actor", "second", "reason"}
    with terminal.read() as conn:
        [change] = staffing.changes(conn)
    assert (change.kind, change.staff, change.why) == ("staff-reset", "G037A", "forgot")
    assert (change.actor, change.second) == TWO
    assert NEW.encode() not in _bytes(terminal)
    _sound(terminal)


def test_a_new_card_stops_the_old_one(village: Village, terminal: Terminal) -> None:
    old = village.staff_card("G037A")
    first = staffing.issue_card(terminal, "G037A", "lost", *TWO)
    done = staffing.issue_card(terminal, "G037A", "torn", *TWO)
    assert staff.by_card(terminal, done.text)[0] == "G037A"
    assert _code(staff.by_card, terminal, old) == "staff-revoked"
    assert _code(staff.by_card, terminal, first.text) == "staff-revoked"
    part, _, signature = done.text.rpartition(":")
    assert _code(staff.by_card, terminal, f"{part.replace('G037A', 'M037A')}:{signature}") == (
        "staff-card-forged"
    )
    elsewhere = village.terminal(38)
    assert _code(staff.by_card, elsewhere, done.text) == "staff-card-forged", "good at its own terminal alone"
    _sound(terminal)


def test_who_was_stopped_is_out_at_once(terminal: Terminal) -> None:
    assert _code(staffing.stop, terminal, "M037A", "left", "M037A") == "staff-own"
    assert _code(staffing.stop, terminal, "M037A", "left", "G037A") == "role-may-not"
    staffing.stop(terminal, "G037A", "left", "M037A")
    assert _code(staff.sign_in, terminal, "G037A", PIN) == "staff-revoked"
    assert {one.id: one.state for one in staff.listing(terminal)}["G037A"] == "revoked"
    assert _code(staffing.issue_card, terminal, "G037A", "lost", *TWO) == "staff-revoked"
    _sound(terminal)
