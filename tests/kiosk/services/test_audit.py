"""Flags over real books: a planted ring stands out, honest families do not, names stay where they are."""

from __future__ import annotations

import msgspec
import pytest

from kiosk.ledger.refusals import Refused
from kiosk.services import audit, deeds, evidence, feed
from kiosk.services.collectors import Collector
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from tests import scoring
from tests.kiosk.services.desk import entry_of
from tests.village import HandClock, Village, order, proof, send

TWO = ("M037A", "R037A")
EIGHT = tuple(f"03706{at:02}" for at in range(8))
YEAR = ("2026-01-01", "2026-12-31")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    """A terminal with eight more households of 100 points."""
    made = village.stocked(clock=clock)
    people = [
        ("household", {"hh": one, "name": f"户{one}", "members": 8, "pinyin": "h", "home": 37, "digest": []})
        for one in EIGHT
    ]
    cards = [("card", {"hh": one, "serial": 1, "state": "active"}) for one in EIGHT]
    send(made, "county", *people, *cards)
    send(made, "terminal:37", *(("order", order(f"more-{one}", one, 1000)) for one in EIGHT))
    feed.carry_out(made)
    return made


def _take(terminal: Terminal, household: str, key: str, who: Collector | None = None) -> str:
    return redeem(terminal, proof(household), (("soap", 1),), "M037A", key, collector=who).entry


def _look(terminal: Terminal) -> dict[str, audit.Flagged]:
    return {one.code: one for one in audit.look(terminal, *YEAR, "S037A")}


def test_a_planted_ring_is_flagged(terminal: Terminal, clock: HandClock) -> None:
    ring = Collector(name="王小五", relation="neighbour")
    made = []
    for at, household in enumerate(EIGHT):
        if at and at % 3 == 0:  # more a day are refused at the desk
            clock.move(days=1)
        made.append(_take(terminal, household, f"r{at}", ring))
    flag = _look(terminal)["one-collector"]
    assert (flag.name, flag.count, flag.entries) == ("王小五", 8, tuple(made))


def test_an_honest_family_and_eight_honest_households_are_not(terminal: Terminal, clock: HandClock) -> None:
    for at in range(8):
        family = Collector(name=f"张小{at}", relation="member", card=EIGHT[0])
        _take(terminal, EIGHT[0], f"f{at}", family)
        clock.move(days=1)
    for at, household in enumerate(EIGHT):
        _take(terminal, household, f"h{at}")
    assert _look(terminal) == {}


def test_out_of_hours_only_where_hours_are_set(
    terminal: Terminal, village: Village, clock: HandClock
) -> None:
    clock.move(seconds=11 * 3600)
    late = _take(terminal, EIGHT[0], "late")
    assert "out-of-hours" not in _look(terminal)
    place = msgspec.structs.replace(terminal.settings.place, opens="06:00", closes="06:01")
    other = village.open(msgspec.structs.replace(terminal.settings, place=place), clock)
    assert _look(other)["out-of-hours"].entries == (late,)


def test_a_deduction_without_evidence(terminal: Terminal) -> None:
    entry = deeds.deduct(terminal, EIGHT[0], "tidy-yard", 20, *TWO)
    proven = deeds.Deed(evidence=(evidence.note("seen by two"),))
    deeds.deduct(terminal, EIGHT[1], "tidy-yard", 20, *TWO, proven)
    flag = _look(terminal)["no-evidence"]
    assert (flag.count, flag.of, flag.entries) == (1, 2, (entry,))


def test_who_may_look_and_over_which_days(terminal: Terminal) -> None:
    with pytest.raises(Refused, match="role-may-not"):
        audit.look(terminal, *YEAR, "M037A")
    with pytest.raises(Refused, match="day-unreadable"):
        audit.look(terminal, YEAR[1], YEAR[0], "S037A")


def test_kin_who_reviewed_or_signed(village: Village) -> None:
    terminal = scoring.scoring_terminal(village, HandClock("2026-11-25"))
    scoring.signed(terminal, scoring.claim(scoring.LI), scoring.claim(scoring.OUYANG))
    look = {one.code: one for one in audit.look(terminal, *YEAR, "S037A")}
    assert "reviewer-kin" not in look, "the panel's kin stood back"
    kin = ("panel", scoring.panel_row("R037A", "", (scoring.LI,)))
    send(terminal, "county", kin, ("panel", scoring.panel_row("S037A", scoring.OUYANG)))
    found = [one for one in audit.look(terminal, *YEAR, "S037A") if one.code == "reviewer-kin"]
    assert [(one.who, one.count, one.of) for one in found] == [("R037A", 1, 1), ("S037A", 1, 1)]
    kinds = [entry_of(terminal, name).kind for one in found for name in one.entries]
    assert kinds == ["review", "sign-off"]
    assert "reviewer-kin" not in {one.code for one in audit.look(terminal, "2026-12-01", YEAR[1], "S037A")}
