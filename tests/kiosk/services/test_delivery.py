"""Goods brought to the door: on their way until somebody received them, once."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.services import delivery, printing, void
from kiosk.services.collectors import Collector
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.slips import document
from kiosk.store import side
from tests.kiosk.services.desk import entry_of, place, refused, sound
from tests.village import HandClock, Village, proof


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def _order(terminal: Terminal, request: str = "r1", **more: Any) -> tuple[int, int]:
    yes = frozenset({"duplicate-charge"})
    return place(
        redeem(terminal, proof(), (("soap", 2),), "M037A", request, yes=yes, deliver=True, **more).entry
    )


def test_from_the_desk_to_the_door(terminal: Terminal, clock: HandClock) -> None:
    entry = _order(terminal)
    _order(terminal, "r2")
    first, _second = delivery.waiting(terminal)
    assert (place(first.entry), first.household, first.name) == (entry, "0370217", "张大山")
    clock.move(days=1)
    who = Collector(name="张小花", relation="member")
    done = entry_of(terminal, delivery.deliver(terminal, *entry, who, "G037A", "2026-11-24 08:15"))
    assert (done.kind, done.actor, done.body["when"]) == ("deliver", "G037A", "2026-11-24 08:15")
    with terminal.read() as conn:
        assert side.text(conn, done.body["taker"]["ref"]) == "张小花"
    assert [place(one.entry) for one in delivery.waiting(terminal)] != [entry]
    assert len(delivery.waiting(terminal)) == 1
    act = lambda: delivery.deliver(terminal, *entry, None, "G037A")  # noqa: E731
    assert refused(terminal, act)[0] == "delivered-already"
    sound(terminal)


def test_the_head_himself_at_the_time_it_is(terminal: Terminal) -> None:
    done = entry_of(terminal, delivery.deliver(terminal, *_order(terminal), None, "M037A"))
    assert done.body["taker"] == {"rel": "self"}
    assert done.body["when"].startswith("2026-11-23 ")
    sound(terminal)


@pytest.mark.parametrize(
    "when",
    [
        "soon",
        "2026-11-22 10:00",
        "2026-11-24 10:00",
        "2026-11-23T10:00",
        "2026-11-23 1:00",
        "2026-11-23 25:00",
    ],
)
def test_a_time_that_cannot_be(terminal: Terminal, when: str) -> None:
    entry = _order(terminal)
    act = lambda: delivery.deliver(terminal, *entry, None, "M037A", when)  # noqa: E731
    assert refused(terminal, act)[0] == "time-unreadable"


def test_what_is_not_delivered(terminal: Terminal) -> None:
    plain = place(redeem(terminal, proof(), (("vinegar", 1),), "M037A", "r9").entry)
    assert (
        refused(terminal, lambda: delivery.deliver(terminal, *plain, None, "M037A"))[0] == "not-for-delivery"
    )
    entry = _order(terminal)
    void.void(terminal, *entry, "mistake", "M037A", "R037A")
    assert delivery.waiting(terminal) == ()
    assert (
        refused(terminal, lambda: delivery.deliver(terminal, *entry, None, "M037A"))[0] == "already-reversed"
    )
    other = _order(terminal, "r3")
    assert refused(terminal, lambda: delivery.deliver(terminal, *other, None, "R037A"))[0] == "role-may-not"


def test_the_slip_says_so(terminal: Terminal) -> None:
    _order(terminal)
    job = printing.take(terminal)
    assert job is not None
    assert "送货上门" in str(document(job.content, job.copy))
