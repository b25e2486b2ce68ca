"""Staff: cards, PINs, tries that are counted on disk, locks that outlive a restart, roles."""

from __future__ import annotations

import pytest

from kiosk.keys import to_base32
from kiosk.ledger import cards
from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, staff, void
from kiosk.services.terminal import Terminal
from tests.village import PIN, HandClock, Village, receive, send


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic clock of the machine, set by hand."""
    now = [1000.0]
    monkeypatch.setattr(staff, "_monotonic_s", lambda: now[0])
    return now


def test_sign_in_by_id_and_by_card(village: Village, terminal: Terminal) -> None:
    session = staff.sign_in(terminal, "M037A", PIN)
    assert (session.staff, session.name, session.role) == ("M037A", "李秀梅", "manager")
    assert staff.sign_in(terminal, village.staff_card("M037A"), PIN) == session
    assert staff.by_card(terminal, village.staff_card("M037A")) == ("M037A", "李秀梅")


def test_cards_that_are_none(village: Village, terminal: Terminal) -> None:
    good = village.staff_card("M037A")
    forged = f"{cards.staff_card_text('YS', 'M037A', 1)}:{to_base32(terminal.key.sign(b'S1:YS:M037A:1'))}"
    expected = {
        forged: "staff-card-forged",
        good[:-1] + ("A" if good[-1] != "A" else "B"): "staff-card-forged",
        good.replace("M037A", "M037B"): "staff-card-forged",
        village.signed("S1:ZZ:M037A:1"): "foreign-county",
        village.staff_card("X037A"): "staff-unknown",
        village.staff_card("M037A", 2): "staff-revoked",
        village.card("0370217"): "staff-card-forged",
        "": "staff-card-forged",
    }
    for text, code in expected.items():
        with pytest.raises(Refused) as no:
            staff.by_card(terminal, text)
        assert no.value.code == code, text


def test_a_revoked_person_is_out_at_once(terminal: Terminal) -> None:
    body = {"staff": "M037A", "name": "李秀梅", "role": "manager", "pin": "", "serial": 1, "state": "revoked"}
    send(terminal, "centre:037", ("staff", body))
    with pytest.raises(Refused) as no:
        staff.sign_in(terminal, "M037A", PIN)
    assert no.value.code == "staff-revoked"


@pytest.mark.parametrize(
    "pin", ["", "1", "246811", "abcdef", "2" * 4096, "\ud800", "２４６８１０", "246810\n"]
)
def test_wrong_pins_are_counted_whatever_they_are(terminal: Terminal, pin: str) -> None:
    assert _sign_in(terminal, pin) == ("pin-wrong", {"tries": 4})


def test_tries_lock_and_the_lock_ends(terminal: Terminal, seconds: list[float]) -> None:
    for left in (4, 3, 2, 1):
        assert _sign_in(terminal, "000000") == ("pin-wrong", {"tries": left})
    assert _sign_in(terminal, "000000") == ("pin-locked", {"seconds": 15})
    assert _sign_in(terminal, PIN)[0] == "pin-locked"
    seconds[0] += 14.0
    assert _sign_in(terminal, PIN) == ("pin-locked", {"seconds": 1})
    seconds[0] += 1.5
    assert _sign_in(terminal, "000000") == ("pin-locked", {"seconds": 30})
    seconds[0] += 30.5
    assert _sign_in(terminal, PIN) == ("", {})
    assert _sign_in(terminal, "000000") == ("pin-wrong", {"tries": 4})


def test_the_lock_grows_to_an_hour_and_no_further(terminal: Terminal, seconds: list[float]) -> None:
    for _ in range(5):
        _sign_in(terminal, "000000")
    waits = []
    for _ in range(12):
        seconds[0] += 3601
        waits.append(_sign_in(terminal, "000000")[1]["seconds"])
    assert waits[:3] == [30, 60, 120]
    assert waits[-1] == 3600


def test_another_process_sees_the_same_tries_and_the_same_lock(
    village: Village, terminal: Terminal, seconds: list[float]
) -> None:
    for _ in range(4):
        _sign_in(terminal, "000000")
    other = village.open(terminal.settings)
    assert _sign_in(other, "000000") == ("pin-locked", {"seconds": 15})
    seconds[0] += 10
    third = village.open(terminal.settings)
    assert _sign_in(third, PIN) == ("pin-locked", {"seconds": 5})
    seconds[0] += 6
    assert _sign_in(third, PIN) == ("", {})


def test_a_restart_of_the_machine_begins_the_lock_anew(
    village: Village, terminal: Terminal, seconds: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        _sign_in(terminal, "000000")
        seconds[0] += 16 if _ == 4 else 0
    terminal.close()
    monkeypatch.setattr(staff, "_boot", lambda: "the next start")
    seconds[0] = 3.0
    restarted = village.open(terminal.settings)
    assert _sign_in(restarted, PIN) == ("pin-locked", {"seconds": 30})
    seconds[0] += 29
    assert _sign_in(restarted, PIN) == ("pin-locked", {"seconds": 1})
    seconds[0] += 2
    assert _sign_in(restarted, PIN) == ("", {})


def test_one_persons_lock_is_nobody_elses(terminal: Terminal) -> None:
    for _ in range(5):
        _sign_in(terminal, "000000")
    assert staff.sign_in(terminal, "R037A", PIN).role == "reviewer"


def test_roles(terminal: Terminal) -> None:
    send(
        terminal,
        "centre:037",
        *(
            (
                "staff",
                {"staff": name, "name": "某人", "role": role, "pin": "", "serial": 1, "state": "active"},
            )
            for name, role in (("S037A", "supervisor"), ("T037A", "technician"))
        ),
    )
    acts = (
        lambda who: deeds.earn(terminal, "0370217", "tidy-yard", 20, who, "R037A"),
        lambda who: deeds.deduct(terminal, "0370217", "tidy-yard", 20, who, "R037A"),
        lambda who: deeds.earn(terminal, "0370217", "tidy-yard", 20, "R037A", who),
        lambda who: deeds.reverse(terminal, 1, 3, "mistake", who, "R037A"),
        lambda who: deeds.reverse(terminal, 1, 3, "mistake", "R037A", who),
        lambda who: receive(terminal, "soap", 5, "", "finance", who, "R037A"),
        lambda who: void.void(terminal, 1, 3, "mistake", who, "R037A"),
    )
    for act in acts:
        for who, code in (("S037A", "role-may-not"), ("T037A", "role-may-not"), ("X", "staff-unknown")):
            with pytest.raises(Refused) as no:
                act(who)
            assert no.value.code == code


def _sign_in(terminal: Terminal, pin: str) -> tuple[str, dict[str, object]]:
    try:
        staff.sign_in(terminal, "M037A", pin)
    except Refused as no:
        return no.code, no.params
    return "", {}
