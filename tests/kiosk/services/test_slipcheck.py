"""Slips: true on another terminal offline, altered by one character, unknown without the key."""

from __future__ import annotations

import pytest

from kiosk.services import printing
from kiosk.services.redeem import redeem
from kiosk.services.slipcheck import check
from kiosk.services.terminal import Terminal
from tests.village import HandClock, Village, proof, send


@pytest.fixture
def code(village: Village, clock: HandClock) -> str:
    """What the QR on a slip of terminal 37 says."""
    terminal = village.stocked(37, clock)
    redeem(terminal, proof(), (("soap", 2),), "M037A", "r1")
    job = printing.take(terminal)
    assert job is not None
    send(
        _other(village),
        "county",
        ("key", {"issuer": "YS-37", "public": terminal.key.public.hex(), "terminal": 37}),
    )
    return job.content.qr


def test_true_on_another_terminal(village: Village, code: str) -> None:
    found = check(village.terminal(38), code)
    assert (found.verdict, found.slip, found.charge_tenths, found.day) == (
        "true",
        "0037-000001",
        60,
        "2026-11-23",
    )


def test_every_single_changed_character_is_noticed(village: Village, code: str) -> None:
    other = _other(village)
    for at, letter in enumerate(code):
        for changed in ("1", "2", "9", "A", "C"):
            if changed == letter:
                continue
            found = check(other, code[:at] + changed + code[at + 1 :])
            assert found.verdict != "true", (at, changed)
            assert found.charge_tenths == 0
            digit_of_the_slip = letter.isdigit() and code.index(":0037") < at < code.rindex(":")
            if digit_of_the_slip and changed.isdigit():
                assert found.verdict == "altered", (at, changed)


def test_unknown(village: Village, code: str) -> None:
    stranger = village.terminal(39)
    assert check(stranger, code).verdict == "unknown"
    for text in ("", "hello", "P1:YS:0370217:1", village.card("0370217")):
        assert check(stranger, text).verdict == "unknown"
    assert check(stranger, "L1:").verdict == "altered"


def _other(village: Village) -> Terminal:
    return village.terminal(38)
