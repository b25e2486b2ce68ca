"""Taking a redemption back: at once by two, or asked for by one and decided by another later."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.services import deeds, printing, reserve, returns, void
from kiosk.services.collect import collect
from kiosk.services.history import history
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.slips import document
from tests.kiosk.services.desk import on_shelf, place, pots, refused, sound
from tests.village import HandClock, Village, proof

HOUSE = "0370217"


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def _soap(terminal: Terminal, request: str = "r1", pieces: int = 2) -> tuple[int, int]:
    yes = frozenset({"duplicate-charge"})
    return place(redeem(terminal, proof(), (("soap", pieces),), "M037A", request, yes=yes).entry)


def test_points_and_goods_are_held_until_somebody_decides(terminal: Terminal) -> None:
    entry = _soap(terminal)
    void.ask(terminal, *entry, "mistake", "M037A")
    assert pots(terminal) == (325, 60)
    assert on_shelf(terminal, "soap") == 398
    (case,) = void.waiting(terminal)
    assert (case.household, case.name, case.asked_by, case.amount_tenths) == (HOUSE, "张大山", "M037A", 60)
    assert (case.redeemed, case.slip, case.why) == ("-".join(map(str, entry)), "0037-000001", "mistake")
    assert refused(terminal, lambda: void.grant(terminal, *place(case.entry), "M037A"))[0] == "second-needed"
    assert refused(terminal, lambda: void.deny(terminal, *place(case.entry), "G037A"))[0] == "role-may-not"
    sound(terminal)
    void.grant(terminal, *place(case.entry), "R037A")
    assert pots(terminal) == (385, 0)
    assert on_shelf(terminal, "soap") == 400
    assert void.waiting(terminal) == ()
    for again in (void.grant, void.deny):
        assert (
            refused(terminal, lambda act=again: act(terminal, *place(case.entry), "R037A"))[0]
            == "void-decided"
        )
    for once in (
        lambda: void.ask(terminal, *entry, "mistake", "M037A"),
        lambda: void.void(terminal, *entry, "mistake", "M037A", "R037A"),
    ):
        assert refused(terminal, once)[0] == "already-reversed"
    sound(terminal)


def test_a_denial_lets_the_redemption_stand(terminal: Terminal) -> None:
    entry = _soap(terminal)
    asked = place(void.ask(terminal, *entry, "goods", "M037A"))
    void.deny(terminal, *asked, "R037A")
    assert pots(terminal) == (325, 0)
    assert on_shelf(terminal, "soap") == 398
    sound(terminal)
    void.void(terminal, *entry, "mistake", "M037A", "R037A")  # it may be taken back after all
    assert pots(terminal) == (385, 0)
    sound(terminal)


def test_it_may_be_decided_days_later_but_not_asked_for(terminal: Terminal, clock: HandClock) -> None:
    deeds.earn(terminal, HOUSE, "tidy-yard", 60, "G037A", "R037A")  # ends in a year
    entry = _soap(terminal)
    asked = place(void.ask(terminal, *entry, "mistake", "M037A"))
    for _ in range(53):
        clock.move(days=7)
        with terminal.write():
            pass
    other = _soap(terminal, "r2")
    void.grant(terminal, *asked, "R037A")
    with terminal.read() as conn:
        from kiosk.services import basket

        assert dict(basket.buckets(conn, HOUSE)) == {"": 325, "2027-12-29": 60}, "they live 30 days more"
    clock.move(days=1)
    assert refused(terminal, lambda: void.ask(terminal, *other, "mistake", "M037A"))[0] == "not-today"
    sound(terminal)


@pytest.mark.parametrize(("entry", "code"), [((1, 9999), "unknown-entry"), ((1, 1), "not-reversible")])
def test_what_is_no_redemption(terminal: Terminal, entry: tuple[int, int], code: str) -> None:
    assert refused(terminal, lambda: void.ask(terminal, *entry, "mistake", "M037A"))[0] == code
    assert refused(terminal, lambda: void.grant(terminal, *entry, "R037A"))[0] == "unknown-entry"


def test_what_came_back_in_part_is_no_longer_voided(terminal: Terminal) -> None:
    entry = _soap(terminal)
    returns.take_back(terminal, *entry, [returns.Back("soap", 1, "good")], "goods", "M037A", "R037A")
    for act in (
        lambda: void.ask(terminal, *entry, "mistake", "M037A"),
        lambda: void.void(terminal, *entry, "mistake", "M037A", "R037A"),
    ):
        assert refused(terminal, act)[0] == "partly-returned"


def test_a_collected_reservation_may_be_taken_back(terminal: Terminal) -> None:
    held = reserve.reserve(terminal, proof(), (("soap", 2),), "M037A", "h")
    done = collect(terminal, place(held.entry), "slip", "M037A", "c")
    void.void(terminal, *place(done.entry), "mistake", "M037A", "R037A")
    assert pots(terminal) == (385, 0)
    assert on_shelf(terminal, "soap") == 400
    sound(terminal)


def test_slips_and_lines_of_the_history(terminal: Terminal) -> None:
    asked = place(void.ask(terminal, *_soap(terminal), "mistake", "M037A"))
    void.grant(terminal, *asked, "R037A")
    lines = [(line.kind, line.title, line.amount_tenths, line.slip) for line in history(terminal, HOUSE, 3)]
    assert lines == [
        ("void-grant", "肥皂×2", 60, "0037-000003"),
        ("void-ask", "肥皂×2", 0, "0037-000002"),
        ("redeem", "肥皂×2", -60, "0037-000001"),
    ]
    papers: dict[tuple[str, str], Any] = {}
    while job := printing.take(terminal):
        papers[job.slip, job.copy] = str(document(job.content, job.copy))
        printing.finish(terminal, job, "printed", "", 9)
    paper = papers["0037-000003", "stub"]
    for part in ("撤销兑换凭条", "0037-000001", "王长河", "肥皂", "李秀梅", "复核人签字"):
        assert part in paper, part
    assert "王长河" not in papers["0037-000003", "resident"]
    assert "待复核" in papers["0037-000002", "stub"]
