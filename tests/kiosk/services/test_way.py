"""The first half of a point's way: declared, reviewed, scored; nobody gives points alone."""

from __future__ import annotations

import pytest

from kiosk.cli.void import entry_of
from kiosk.ledger.entries import decode_own
from kiosk.services import declare, find, scoring
from kiosk.services.terminal import Terminal
from kiosk.store import journal, side
from tests.scoring import (
    LI,
    OUYANG,
    PANEL,
    PHOTO,
    ZHANG,
    claim,
    holds,
    panel_row,
    passed,
    refused,
    rows,
    scoring_terminal,
    with_rules,
)
from tests.village import HandClock, Village, proof, send


@pytest.fixture
def clock() -> HandClock:
    return HandClock("2026-11-25")  # a Wednesday, the day from which November is scored


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return scoring_terminal(village, clock)


def available(terminal: Terminal, household: str) -> int:
    return find.account(terminal, proof(household)).available_tenths


# --- declared and reviewed ----------------------------------------------------------------------------


def test_a_resident_declares_by_card(village: Village, terminal: Terminal) -> None:
    declare.declare(terminal, claim("", evidence=PHOTO), card=village.card(LI))
    [one] = declare.declarations(terminal)
    assert (one.household, one.name, one.source, one.actor, one.state) == (
        LI,
        "李四",
        "resident",
        "",
        "declared",
    )
    assert available(terminal, LI) == 0


def test_evidence_lies_beside_the_chain(terminal: Terminal) -> None:
    epoch, seq = entry_of(declare.declare(terminal, claim(evidence=PHOTO, note=b"note"), actor="G037A"))
    with terminal.read() as conn:
        row = journal.get(conn, epoch, seq)
        assert row is not None
        refs = decode_own(row.data).body["ev"]
        kept = [side.get(conn, ref) for ref in refs]
    assert [(one.kind, one.household, one.data) for one in kept if one] == [
        ("photo", LI, PHOTO),
        ("note", LI, b"note"),
    ]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"household": "0379999"}, "unknown-household"),
        ({"rule": "nothing"}, "unknown-rule"),
        ({"tenths": 26}, "over-rule"),
        ({"tenths": 0}, "absurd-amount"),
        ({"deed": "2026-11-26"}, "deed-day"),
        ({"deed": "2026-08-24"}, "deed-day"),
        ({"deed": "yesterday"}, "deed-day"),
        ({"what": "deduct"}, "deduct-needs-photo"),
        ({"member": 2}, "no-such-member"),
        ({"evidence": b"x" * 200_001}, "too-large"),
    ],
)
def test_what_may_not_be_declared(terminal: Terminal, changed: dict[str, object], code: str) -> None:
    assert refused(lambda: declare.declare(terminal, claim(**changed), actor="G037A")) == code  # type: ignore[arg-type]


def test_who_may_declare(village: Village, terminal: Terminal) -> None:
    assert refused(lambda: declare.declare(terminal, claim())) == "card-or-staff"
    assert refused(lambda: declare.declare(terminal, claim(), actor="M037A")) == "role-may-not"
    card = village.card(LI)
    assert refused(lambda: declare.declare(terminal, claim(), card=card, actor="G037A")) == "card-or-staff"
    taking = claim(what="deduct", rule="litter", tenths=10, evidence=PHOTO)
    assert refused(lambda: declare.declare(terminal, taking, card=card)) == "resident-earns"
    assert declare.declare(terminal, taking, actor="P1")


def test_one_deed_is_declared_once_until_it_is_returned(terminal: Terminal) -> None:
    at = entry_of(declare.declare(terminal, claim(), actor="G037A"))
    assert refused(lambda: declare.declare(terminal, claim(), actor="P1")) == "declared-already"
    declare.declare(terminal, claim(member=1), actor="P1")
    declare.review(terminal, [at], False, "no-proof", "R037A")
    declare.declare(terminal, claim(), actor="G037A")
    assert [one.state for one in declare.declarations(terminal)] == ["returned", "declared", "declared"]
    assert declare.declarations(terminal, "returned")[0].why == "no-proof"


def test_who_may_review(terminal: Terminal) -> None:
    send(terminal, "county", ("panel", panel_row("R037B", LI)))
    at = entry_of(declare.declare(terminal, claim(), actor="G037A"))
    assert refused(lambda: declare.review(terminal, [at], True, "", "G037A")) == "role-may-not"
    assert refused(lambda: declare.review(terminal, [at], True, "", "R037B")) == "stand-back"
    assert refused(lambda: declare.review(terminal, [at], False, "", "R037A")) == "why-needed"
    assert refused(lambda: declare.review(terminal, [], True, "", "R037A")) == "too-many"
    assert refused(lambda: declare.review(terminal, [(1, 1)], True, "", "R037A")) == "unknown-declaration"
    declare.review(terminal, [at, at], True, "", "R037A")
    assert refused(lambda: declare.review(terminal, [at], True, "", "R037A")) == "reviewed-already"
    assert declare.declarations(terminal, "passed")[0].reviewer == "R037A"


def test_all_of_a_review_or_none(terminal: Terminal) -> None:
    one = entry_of(declare.declare(terminal, claim(), actor="G037A"))
    assert (
        refused(lambda: declare.review(terminal, [one, (1, 1)], True, "", "R037A")) == "unknown-declaration"
    )
    assert declare.declarations(terminal)[0].state == "declared"


# --- scored -------------------------------------------------------------------------------------------


def test_the_month_is_scored_from_its_day_on(village: Village, clock: HandClock) -> None:
    clock.move(days=-1)
    terminal = scoring_terminal(village, clock)
    passed(terminal, claim())
    assert refused(lambda: scoring.make(terminal, "2026-11", "P1")) == "scoring-day"
    assert refused(lambda: scoring.make(terminal, "2026-13", "P1")) == "month-unreadable"
    clock.move(days=1)
    assert scoring.make(terminal, "2026-11", "P1").lines == 1
    assert refused(lambda: scoring.make(terminal, "2026-11", "P1")) == "nothing-to-score"


def test_only_the_panel_in_its_term_scores(terminal: Terminal) -> None:
    passed(terminal, claim())
    assert refused(lambda: scoring.make(terminal, "2026-11", "M037A")) == "role-may-not"
    send(terminal, "county", ("panel", panel_row("P1", until="2026-11-24")))
    send(terminal, "county", ("panel", panel_row("P2", since="2026-11-26")))
    assert refused(lambda: scoring.make(terminal, "2026-11", "P1")) == "panel-term"
    assert refused(lambda: scoring.make(terminal, "2026-11", "P2")) == "panel-term"
    send(terminal, "county", ("staff", _staff("P9", "panel")))
    assert refused(lambda: scoring.make(terminal, "2026-11", "P9")) == "panel-unknown"
    at = entry_of(scoring.make(terminal, "2026-11", "P3").entry)
    assert refused(lambda: scoring.score_sheet(terminal, at, {}, "P1")) == "panel-term"


def test_nobody_scores_own_household_or_kin(terminal: Terminal) -> None:
    passed(terminal, claim(LI), claim(OUYANG), claim(ZHANG))
    at = entry_of(scoring.make(terminal, "2026-11", "P3").entry)  # lines by household: 张 1, 欧阳 2, 李 3
    assert scoring.score_sheet(terminal, at, {}, "P1").stood_back == (1,)
    assert scoring.score_sheet(terminal, at, {}, "P2").stood_back == (2,)
    assert scoring.score_sheet(terminal, at, {}, "P3").stood_back == ()
    assert refused(lambda: scoring.close(terminal, at, "P3")) == "quorum-missing"
    assert refused(lambda: scoring.score_sheet(terminal, at, {}, "P3")) == "scored-already"
    scoring.score_sheet(terminal, at, {}, "P4")
    counted_ = scoring.close(terminal, at, "P3")
    assert (counted_.lines, counted_.changed, counted_.tenths) == (3, 0, 75)
    assert refused(lambda: scoring.score_sheet(terminal, at, {}, "P4")) == "sheet-not-open"


def test_a_score_of_the_own_household_is_refused(terminal: Terminal) -> None:
    passed(terminal, claim(ZHANG))
    at = entry_of(scoring.make(terminal, "2026-11", "P3").entry)
    off = {1: (20, "wrong-amount")}
    assert refused(lambda: scoring.score_sheet(terminal, at, off, "P1")) == "stand-back"
    assert refused(lambda: scoring.drop(terminal, at, {1: "not-true"}, "P1")) == "stand-back"


def test_the_middle_score_counts(terminal: Terminal) -> None:
    passed(terminal, claim(LI, "volunteer", 40))
    at = entry_of(scoring.make(terminal, "2026-11", "P3").entry)
    for one, tenths in zip(PANEL, (40, 10, 20, 30), strict=True):
        scoring.score_sheet(terminal, at, {1: (tenths, "wrong-amount")}, one)
    assert scoring.close(terminal, at, "P4").tenths == 20
    assert rows(terminal, "SELECT declared, amount, state FROM sheet_line") == [(40, 20, "agreed")]


@pytest.mark.parametrize(
    ("off", "code"),
    [
        ({2: (5, "other")}, "unknown-line"),
        ({1: (5, "")}, "why-needed"),
        ({1: (26, "other")}, "over-rule"),
        ({1: (-1, "other")}, "absurd-amount"),
    ],
)
def test_scores_that_can_not_be(terminal: Terminal, off: dict[int, tuple[int, str]], code: str) -> None:
    passed(terminal, claim())
    at = entry_of(scoring.make(terminal, "2026-11", "P3").entry)
    assert refused(lambda: scoring.score_sheet(terminal, at, off, "P3")) == code


def test_a_line_that_comes_to_nothing_may_be_declared_anew(terminal: Terminal) -> None:
    passed(terminal, claim(), claim(rule="volunteer", tenths=40))
    at = entry_of(scoring.make(terminal, "2026-11", "P3").entry)
    for one in PANEL[:3]:
        scoring.score_sheet(terminal, at, {1: (0, "not-true")}, one)
    done = scoring.close(terminal, at, "P1")
    assert (done.lines, done.returned) == (1, (1,))
    assert [(one.state, one.why) for one in declare.declarations(terminal)] == [
        ("returned", "panel"),
        ("listed", ""),
    ]
    declare.declare(terminal, claim(), actor="G037A")
    holds(terminal)


def test_a_line_without_a_quorum_is_sent_back(terminal: Terminal) -> None:
    terminal.settings = with_rules(terminal, panel_quorum=4)
    passed(terminal, claim(ZHANG), claim(LI))
    at = entry_of(scoring.make(terminal, "2026-11", "P3").entry)
    for one in PANEL:
        scoring.score_sheet(terminal, at, {}, one)
    assert refused(lambda: scoring.close(terminal, at, "P1")) == "quorum-missing"
    assert refused(lambda: scoring.drop(terminal, at, {1: "lost"}, "P3")) == "why-needed"
    assert refused(lambda: scoring.drop(terminal, at, {9: "other"}, "P3")) == "unknown-line"
    scoring.drop(terminal, at, {1: "other"}, "P3")
    assert scoring.close(terminal, at, "P1").lines == 1
    holds(terminal)


def _staff(one: str, role: str) -> dict[str, object]:
    return {"staff": one, "name": one, "role": role, "pin": "", "serial": 1, "state": "active"}


def _household(household: str, name: str) -> dict[str, object]:
    return {"hh": household, "name": name, "members": 2, "pinyin": "x", "home": 37, "digest": []}
