"""The saved pot: in and out, its cap, the least amount; saved points don't end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, find, saved, verify
from kiosk.services.history import history
from kiosk.services.terminal import Terminal
from kiosk.store.tables import bucket
from tests.kiosk.papers import papers
from tests.kiosk.services.two import both
from tests.village import HandClock, Village, proof

HOUSE, POOR = "0370217", "0370302"
TWO = ("M037A", "R037A")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def test_points_go_aside_and_come_back(terminal: Terminal, clock: HandClock) -> None:
    deeds.earn(terminal, HOUSE, "tidy-yard", 20, *TWO)
    put = saved.save(terminal, HOUSE, 50, "M037A")
    assert (put.available_tenths, put.saved_tenths) == (355, 50)
    assert _buckets(terminal, HOUSE) == {"": 355, "2027-11-23": 0}  # soonest-ending first
    account = find.account(terminal, proof(HOUSE))
    assert (account.available_tenths, account.saved_tenths, account.honour_tenths) == (355, 50, 405)
    clock.move(days=2)
    out = saved.unsave(terminal, HOUSE, 30, "M037A")
    assert (out.available_tenths, out.saved_tenths) == (385, 20)
    assert _buckets(terminal, HOUSE) == {"": 355, "2027-11-23": 0, "2027-11-25": 30}
    lines = history(terminal, HOUSE, 2)
    assert [(line.kind, line.amount_tenths, line.title) for line in lines] == [
        ("unsave", 30, ""),
        ("save", -50, ""),
    ]
    assert verify.verify(terminal).ok
    assert verify.rebuild(terminal).problems == ()


def test_both_ways_print_a_slip(terminal: Terminal) -> None:
    put = saved.save(terminal, HOUSE, 50, "M037A")
    out = saved.unsave(terminal, HOUSE, 30, "M037A")
    texts = ["\n".join(slip.lines) for slip in papers(terminal)]
    assert len(texts) == 4
    assert "存分凭条" in texts[0] and put.slip in texts[0] and "存下的积分" in texts[0]
    assert "支取凭条" in texts[2] and out.slip in texts[2] and "2027-11-23" in texts[2]
    assert "户主 张＊山" in texts[1]


def test_the_cap(terminal: Terminal) -> None:
    _rules(terminal, saved_most_points=20)
    saved.save(terminal, HOUSE, 150, "M037A")
    with pytest.raises(Refused) as no:
        saved.save(terminal, HOUSE, 51, "M037A")
    assert (no.value.code, no.value.params) == ("saved-full", {"room_tenths": 50})
    assert saved.save(terminal, HOUSE, 50, "M037A").saved_tenths == 200
    _rules(terminal, saved_most_points=0)  # the pot is closed: nothing goes in, what is there comes out
    with pytest.raises(Refused) as no:
        saved.save(terminal, HOUSE, 10, "M037A")
    assert (no.value.code, no.value.params) == ("saved-full", {"room_tenths": 0})
    assert saved.unsave(terminal, HOUSE, 200, "M037A").saved_tenths == 0


def test_the_least_amount(terminal: Terminal) -> None:
    _rules(terminal, saved_least_points=2)
    for act in (saved.save, saved.unsave):
        saved.save(terminal, HOUSE, 25, "M037A")
        with pytest.raises(Refused) as no:
            act(terminal, HOUSE, 19, "M037A")
        assert (no.value.code, no.value.params) == ("saved-too-few", {"least_tenths": 20})
    saved.unsave(terminal, HOUSE, 40, "M037A")
    assert saved.unsave(terminal, HOUSE, 10, "M037A").saved_tenths == 0  # the rest may always come out


def test_never_more_than_there_is(terminal: Terminal) -> None:
    with pytest.raises(Refused) as no:
        saved.save(terminal, HOUSE, 390, "M037A")
    assert (no.value.code, no.value.params) == ("not-enough-points", {"missing_tenths": 5})
    saved.save(terminal, HOUSE, 30, "M037A")
    with pytest.raises(Refused) as no:
        saved.unsave(terminal, HOUSE, 31, "M037A")
    assert (no.value.code, no.value.params) == ("saved-not-enough", {"saved_tenths": 30})
    assert _refused(saved.unsave, terminal, POOR, 10, "M037A") == "saved-not-enough"


@pytest.mark.parametrize(
    ("household", "amount", "actor", "code"),
    [
        (HOUSE, 0, "M037A", "absurd-amount"),
        (HOUSE, -10, "M037A", "absurd-amount"),
        (HOUSE, 10**30, "M037A", "absurd-amount"),
        (HOUSE, 10, "G037A", "role-may-not"),
        (HOUSE, 10, "Z037A", "staff-unknown"),
        ("9999999", 10, "M037A", "unknown-household"),
    ],
)
def test_refusals(terminal: Terminal, household: str, amount: int, actor: str, code: str) -> None:
    for act in (saved.save, saved.unsave):
        assert _refused(act, terminal, household, amount, actor) == code
    assert find.account(terminal, proof(HOUSE)).saved_tenths == 0


def test_a_deduction_leaves_the_saved_pot_alone(terminal: Terminal) -> None:
    saved.save(terminal, HOUSE, 100, "M037A")
    deeds.deduct(terminal, HOUSE, "tidy-yard", 300, *TWO)
    account = find.account(terminal, proof(HOUSE))
    assert (account.available_tenths, account.saved_tenths, account.owed_tenths) == (0, 100, 15)
    assert verify.verify(terminal).ok


def test_two_processes_can_not_save_the_same_points(village: Village, tmp_path: Path) -> None:
    terminal = village.stocked()
    words = ("saved", "deposit", HOUSE, "38.5", "--staff", "M037A")
    done, refused = both(tmp_path, terminal, *words)
    assert (done["available_tenths"], done["saved_tenths"]) == (0, 385)
    assert refused["refused"] == "not-enough-points"
    assert verify.verify(terminal).ok


def _rules(terminal: Terminal, **changed: Any) -> None:
    rules = msgspec.structs.replace(terminal.settings.rules, **changed)
    terminal.settings = msgspec.structs.replace(terminal.settings, rules=rules)


def _buckets(terminal: Terminal, household: str) -> dict[str, int]:
    with terminal.read() as conn:
        rows = conn.execute(bucket.select().where(bucket.c.household == household))
        return {row.expires: row.tenths for row in rows}


def _refused(act: Any, *words: Any) -> str:
    with pytest.raises(Refused) as no:
        act(*words)
    return no.value.code
