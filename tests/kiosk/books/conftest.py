"""A terminal that has been through everything a book shows, over two months."""

from __future__ import annotations

import pytest

from kiosk.services import collect, deeds, issuing, loans, reserve, returns, saved, void
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from tests.kiosk.services.desk import place
from tests.village import HandClock, Village, proof, receive

HOUSE, OTHER, POOR, BIG = "0370217", "0370301", "0370302", "0370900"
TWO = ("M037A", "R037A")


@pytest.fixture
def diary(village: Village, clock: HandClock) -> Terminal:
    """Late November and early December: every kind that moves points or goods at one desk."""
    terminal = village.stocked(clock=clock)
    redeem(terminal, proof(HOUSE), (("soap", 2), ("vinegar", 1)), "M037A", "a")
    gone = redeem(terminal, proof(OTHER), (("soap", 1),), "M037A", "b")
    void.void(terminal, *place(gone.entry), "mistake", *TWO)
    kept = redeem(terminal, proof(BIG), (("oil5", 1),), "M037A", "c")
    asked = void.ask(terminal, *place(kept.entry), "mistake", "M037A")
    void.deny(terminal, *place(asked), "R037A")
    earned = deeds.earn(terminal, POOR, "tidy-yard", 35, *TWO)
    deeds.deduct(terminal, POOR, "tidy-yard", 50, *TWO)
    deeds.reverse(terminal, *place(earned), "mistake", *TWO)
    deeds.earn(terminal, HOUSE, "tidy-yard", 400, *TWO)
    loans.borrow(terminal, HOUSE, 50, *TWO)
    loans.repay(terminal, HOUSE, 20, "M037A")
    saved.save(terminal, BIG, 300, "M037A")
    saved.unsave(terminal, BIG, 100, "M037A")
    clock.move(days=7)
    receive(terminal, "soap", 40, "2027-06-01", "collective")
    issuing.write_off(terminal, (issuing.Wanted(sku="vinegar", pieces=3),), "damaged", b"jpg", *TWO)
    big = redeem(terminal, proof(BIG), (("rice5", 2), ("soap", 3)), "M037A", "d")
    returns.take_back(terminal, *place(big.entry), [returns.Back("soap", 1, "good")], "other", *TWO)
    held = reserve.reserve(terminal, proof(BIG), (("vinegar", 2),), "M037A", "e")
    collect.collect(terminal, place(held.entry), "card:1", "M037A", "f")
    let_go = reserve.reserve(terminal, proof(BIG), (("vinegar", 1),), "M037A", "g")
    reserve.release(terminal, *place(let_go.entry), "M037A")
    return terminal
