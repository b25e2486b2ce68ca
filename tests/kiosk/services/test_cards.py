"""挂失 and 补卡: an old card stops at once, a new one is checked offline, the points stay where they are."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import select

from drivers.printer.document import Qr
from kiosk.ledger import cardstates
from kiosk.ledger.refusals import Refused
from kiosk.services import cards, find, printing, verify
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof
from kiosk.slips import Content, document
from kiosk.store.tables import card, print_job
from tests.village import ID_NUMBER, HandClock, Village, send

HOUSE = "0370217"
BY_DESK = Proof(household=HOUSE, how="desk:other")
TWO = ("M037A", "R037A")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def _refused(terminal: Terminal, text: str) -> str:
    with pytest.raises(Refused) as no:
        find.by_card(terminal, text)
    return no.value.code


def test_a_lost_card_stops_at_once_and_the_points_stay(village: Village, terminal: Terminal) -> None:
    old = village.card(HOUSE)
    assert find.by_card(terminal, old).available_tenths == 385
    cards.report_lost(terminal, HOUSE, "M037A")
    assert _refused(terminal, old) == "card-lost"
    issued = cards.issue(terminal, BY_DESK, "lost", *TWO)
    assert issued.serial == cardstates.LOCAL_SERIALS_FROM
    assert find.by_card(terminal, issued.text).available_tenths == 385
    with pytest.raises(Refused) as no:
        cards.report_lost(terminal, "0379999", "M037A")
    assert no.value.code == "unknown-household"
    assert verify.verify(terminal).ok


def test_a_new_card_ends_the_one_before(village: Village, terminal: Terminal) -> None:
    first = cards.issue(terminal, BY_DESK, "torn", *TWO)
    second = cards.issue(terminal, BY_DESK, "torn", *TWO)
    assert _refused(terminal, village.card(HOUSE)) == "card-revoked"
    assert _refused(terminal, first.text) == "card-revoked"
    assert find.by_card(terminal, second.text).household == HOUSE
    states = [(one.serial, one.state, one.issued_here) for one in cards.cards_of(terminal, HOUSE)]
    assert states == [(10_002, "active", True), (10_001, "revoked", True), (1, "revoked", False)]


def test_a_lost_card_never_counts_again_whatever_the_county_says_late(terminal: Terminal) -> None:
    cards.report_lost(terminal, HOUSE, "M037A")
    send(terminal, "late", ("card", {"hh": HOUSE, "serial": 1, "state": "active"}))
    assert [one.state for one in cards.cards_of(terminal, HOUSE)] == ["lost"]
    with pytest.raises(Refused) as no:
        cards.report_lost(terminal, HOUSE, "M037A")
    assert no.value.code == "no-active-card"


def test_by_identity_one_person_is_enough(terminal: Terminal) -> None:
    proof = find.by_digest(terminal, ID_NUMBER).proof
    assert cards.issue(terminal, proof, "lost", "M037A").serial == 10_001


@pytest.mark.parametrize(
    ("household", "actor", "second", "code"),
    [
        (HOUSE, "M037A", "", "second-needed"),
        (HOUSE, "M037A", "M037A", "second-needed"),
        (HOUSE, "M037A", "G037A", "role-may-not"),
        (HOUSE, "G037A", "R037A", "role-may-not"),
        ("0379999", "M037A", "R037A", "unknown-household"),
    ],
)
def test_who_may_not(terminal: Terminal, household: str, actor: str, second: str, code: str) -> None:
    with pytest.raises(Refused) as no:
        cards.issue(terminal, Proof(household=household, how="desk:other"), "lost", actor, second)
    assert no.value.code == code
    assert verify.verify(terminal).ok


def test_only_the_residents_copy_carries_the_card(terminal: Terminal) -> None:
    issued = cards.issue(terminal, BY_DESK, "lost", *TWO)
    with terminal.read() as conn:
        rows = conn.execute(select(print_job).where(print_job.c.slip == issued.slip)).all()
    assert [row.copy for row in rows] == ["stub", "resident"]
    codes = []
    for row in rows:
        content = msgspec.json.decode(row.content, type=Content)
        codes.append([part.data for part in document(content, row.copy) if isinstance(part, Qr)])
    assert [issued.text in drawn for drawn in codes] == [False, True]
    assert [len(drawn) for drawn in codes] == [1, 1], "one code a paper, or a camera reads the wrong one"
    taken = printing.take(terminal)
    assert taken is not None
    assert taken.slip == issued.slip


def test_rebuilding_gives_the_same_cards(terminal: Terminal) -> None:
    cards.issue(terminal, BY_DESK, "lost", *TWO)
    cards.report_lost(terminal, "0370301", "M037A")
    with terminal.read() as conn:
        before = conn.execute(select(card).order_by(card.c.household, card.c.serial)).all()
    rebuilt = verify.rebuild(terminal)
    assert (rebuilt.ok, rebuilt.problems) == (True, ())
    with terminal.read() as conn:
        assert conn.execute(select(card).order_by(card.c.household, card.c.serial)).all() == before
