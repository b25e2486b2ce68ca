"""Who takes goods for a household: known again without his name in the chain, and limited by day."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.services import printing, reserve, void
from kiosk.services.collect import collect
from kiosk.services.collectors import Collector
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.slips import document
from kiosk.store import side
from tests.kiosk.services.desk import entry_of, place, refused, sound, with_rules
from tests.village import HOUSEHOLDS, HandClock, Village, order, proof, send

A, B, C, D = (row[0] for row in HOUSEHOLDS)
WANG = Collector(name="王小五", relation="neighbour")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    from kiosk.services import feed

    terminal = village.stocked(clock=clock)
    send(terminal, "terminal:37", ("order", order("more", C, 1_000)))
    feed.carry_out(terminal)
    return with_rules(village, terminal, clock, collector_most_a_day=2)


def _take(terminal: Terminal, household: str, who: Collector | None, request: str = "") -> Any:
    about = {"yes": frozenset({"duplicate-charge"}), "collector": who}
    return redeem(terminal, proof(household), (("soap", 1),), "M037A", request or f"r{household}", **about)


def test_the_chain_has_no_name(terminal: Terminal) -> None:
    done = _take(terminal, A, WANG)
    taker = entry_of(terminal, done.entry).body["taker"]
    assert (taker["rel"], taker["card"], len(taker["name"]), len(taker["ref"])) == ("neighbour", "", 32, 32)
    assert "王" not in str(entry_of(terminal, done.entry))
    with terminal.read() as conn:
        assert side.text(conn, taker["ref"]) == "王小五"
    sound(terminal)


def test_the_stub_has_his_whole_name_and_the_resident_copy_has_none(terminal: Terminal) -> None:
    _take(terminal, A, WANG)
    texts = {}
    while job := printing.take(terminal):
        texts[job.copy] = str(document(job.content, job.copy))
        printing.finish(terminal, job, "printed", "", 9)
    assert "领取人 王小五" in texts["stub"]
    assert "与户主关系 邻居" in texts["stub"]
    assert "王小五" not in texts["resident"]


def test_one_person_collects_for_a_few_households_a_day(terminal: Terminal, clock: HandClock) -> None:
    _take(terminal, A, WANG)
    spaced = Collector(name=" 王 小五", relation="other")
    _take(terminal, B, spaced)
    assert refused(terminal, lambda: _take(terminal, C, WANG)) == ("collector-limit", {"most": 2})
    _take(terminal, A, WANG, "again")  # a household he collected for is no further one
    _take(terminal, C, Collector(name="赵六", relation="neighbour"))
    _take(terminal, D, None)
    clock.move(days=1)
    assert _take(terminal, C, WANG, "next-day").charged_tenths == 30
    sound(terminal)


def test_what_was_taken_back_counts_no_more(terminal: Terminal) -> None:
    _take(terminal, A, WANG)
    second = _take(terminal, B, WANG)
    void.void(terminal, *place(second.entry), "mistake", "M037A", "R037A")
    assert _take(terminal, C, WANG).charged_tenths == 30


def test_reservations_he_collects_count_too(terminal: Terminal) -> None:
    _take(terminal, A, WANG)
    held = {
        who: place(reserve.reserve(terminal, proof(who), (("soap", 1),), "M037A", f"h{who}").entry)
        for who in (B, C)
    }
    collect(terminal, held[B], "slip", "M037A", "c1", collector=WANG)
    act = lambda: collect(terminal, held[C], "slip", "M037A", "c2", collector=WANG)  # noqa: E731
    assert refused(terminal, act)[0] == "collector-limit"


def test_family_is_not_limited(village: Village, terminal: Terminal) -> None:
    for household in (A, B, C, D):
        _take(terminal, household, Collector(name="王小五", relation="member"))


def test_a_card_tells_people_of_one_name_apart(terminal: Terminal) -> None:
    namesake = [Collector(name="王小五", relation="neighbour", card=card) for card in (C, D)]
    _take(terminal, A, namesake[0])
    _take(terminal, B, namesake[0])
    assert refused(terminal, lambda: _take(terminal, D, namesake[0]))[0] == "collector-limit"
    _take(terminal, C, namesake[1])
    both = refused(terminal, lambda: _take(terminal, D, WANG))
    assert both[0] == "collector-limit", "without a card the name alone counts"


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (Collector(name=" ", relation="other"), "collector-name"),
        (Collector(name="王" * 41, relation="other"), "collector-name"),
        (Collector(name="王\n五", relation="other"), "collector-name"),
        (Collector(name="王五", relation="friend"), "collector-relation"),
        (Collector(name="王五", relation="member", card=B), "collector-relation"),
        (Collector(name="王五", relation="neighbour", card=A), "collector-relation"),
    ],
)
def test_what_is_no_collector(terminal: Terminal, who: Collector, code: str) -> None:
    assert refused(terminal, lambda: _take(terminal, A, who))[0] == code


def test_no_limit(village: Village, terminal: Terminal, clock: HandClock) -> None:
    free = with_rules(village, terminal, clock, collector_most_a_day=0)
    for household in (A, B, C, D):
        _take(free, household, WANG)


def test_an_entry_with_everything_stays_within_its_bound(terminal: Terminal) -> None:
    from kiosk.ledger.entries import MAX_ENTRY_BYTES, Entry, encode

    taker = entry_of(terminal, _take(terminal, A, WANG).entry).body["taker"]
    lines = [["rice5000", 99, 99_999, [["1-1234567", 99]] * 10]] * 40
    body = {
        "lines": lines,
        "from": [["2027-11-23", 9_999]] * 200,
        "hh": A,
        "charge": 9_999_999,
        "taker": taker,
    }
    rest = {"slip": 999_999, "req": "x" * 64, "how": "desk:forgot", "confirm": "sign", "deliver": 1}
    hold = {"session": "99-1234567", "queue": 5_000, "until": "2027-01-01", "hold": [99, 10**7]}
    entry = Entry(9999, 99, 10**7, "2026-11-23", 10**13, "collect", 1, "M037A", "", body | rest | hold)
    assert len(encode(entry)) < MAX_ENTRY_BYTES
