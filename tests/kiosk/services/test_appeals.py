"""Objections and appeals: a case, its clock, two who decide, and what comes of it."""

from __future__ import annotations

import pytest

from kiosk.cli.void import entry_of
from kiosk.ledger.entries import decode_own
from kiosk.services import appeals, declare, deeds, find, notices, verdicts
from kiosk.services.history import history
from kiosk.services.terminal import Terminal
from kiosk.store import journal, side
from tests.scoring import (
    LI,
    OUYANG,
    PHOTO,
    ZHANG,
    claim,
    holds,
    panel_row,
    pass_days,
    published,
    refused,
    rows,
    scoring_terminal,
)
from tests.village import HandClock, Village, order, proof, send

TWO = ("M037A", "S037A")  # neither declared, reviewed nor scored


@pytest.fixture
def clock() -> HandClock:
    return HandClock("2026-11-25")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return scoring_terminal(village, clock)


def pots(terminal: Terminal, household: str) -> tuple[int, int, int]:
    account = find.account(terminal, proof(household))
    return account.available_tenths, account.owed_tenths, account.honour_tenths


def entry(terminal: Terminal, name: str) -> object:
    with terminal.read() as conn:
        row = journal.get(conn, *entry_of(name))
    assert row is not None
    return decode_own(row.data)


# --- against a line that hangs ------------------------------------------------------------------------


def test_an_objection_stops_the_line_and_nothing_else(
    village: Village, terminal: Terminal, clock: HandClock
) -> None:
    at = published(terminal, claim(LI), claim(OUYANG))  # lines: 欧阳 1, 李 2
    case = appeals.object_to(terminal, at, 2, "not-true", card=village.card(ZHANG), note=b"a note")
    assert (case.number, case.kind, case.household, case.outcome) == ("0037-001", "object", ZHANG, "")
    assert (case.day, case.due) == ("2026-11-25", "2026-12-04")  # seven working days
    pass_days(terminal, clock, 9)  # 2026-12-04
    assert pots(terminal, LI)[0] == 0
    assert pots(terminal, OUYANG)[0] == 125
    assert not appeals.cases(terminal)[0].overdue
    pass_days(terminal, clock, 1)
    assert appeals.cases(terminal)[0].overdue
    verdict = verdicts.decide(terminal, entry_of(case.entry), "upheld", None, "not-true", *TWO)
    assert (verdict.was_tenths, verdict.now_tenths, verdict.fix) == (25, 25, "")
    assert pots(terminal, LI)[0] == 0
    pass_days(terminal, clock, 1)
    assert pots(terminal, LI)[0] == 25
    holds(terminal)


def test_the_note_lies_beside_the_chain(village: Village, terminal: Terminal) -> None:
    at = published(terminal, claim(LI))
    case = appeals.object_to(terminal, at, 1, "other", card=village.card(ZHANG), note=b"a note")
    [(ref,)] = rows(terminal, "SELECT note FROM appeal_case")
    with terminal.read() as conn:
        kept = side.get(conn, ref)
    assert kept is not None
    assert (kept.kind, kept.household, kept.data) == ("note", ZHANG, b"a note")
    assert case.slip == "0037-000001"
    assert rows(terminal, "SELECT slip, copy FROM print_job ORDER BY id") == [
        ("0037-000001", "stub"),
        ("0037-000001", "resident"),
    ]


@pytest.mark.parametrize(
    ("outcome", "amount", "gets"), [("less", 10, 10), ("more", 25, 25), ("all", None, 0)]
)
def test_a_line_is_changed_before_it_is_posted(
    village: Village, terminal: Terminal, clock: HandClock, outcome: str, amount: int | None, gets: int
) -> None:
    at = published(terminal, claim(LI, tenths=20))
    case = appeals.object_to(terminal, at, 1, "amount", card=village.card(LI))
    verdict = verdicts.decide(terminal, entry_of(case.entry), outcome, amount, "amount", *TWO)
    assert (verdict.was_tenths, verdict.now_tenths) == (20, gets)
    pass_days(terminal, clock, 6)
    assert pots(terminal, LI) == (gets, 0, gets)
    [line] = notices.show(terminal, at)[1]
    assert (line.amount_tenths, line.now_tenths) == (20, gets or 20)
    assert line.state == ("posted" if gets else "dropped")
    if not gets:
        assert declare.declarations(terminal)[0].why == "appeal"
        declare.declare(terminal, claim(LI, tenths=20), actor="G037A")
    holds(terminal)


def test_a_line_is_objected_to_once_and_while_it_hangs(
    village: Village, terminal: Terminal, clock: HandClock
) -> None:
    at = published(terminal, claim(LI), claim(OUYANG))
    card = village.card(ZHANG)
    assert refused(lambda: appeals.object_to(terminal, at, 3, "other", card=card)) == "unknown-line"
    assert refused(lambda: appeals.object_to(terminal, (1, 1), 1, "other", card=card)) == "unknown-line"
    assert refused(lambda: appeals.object_to(terminal, at, 1, "why", card=card)) == "ground-needed"
    case = appeals.object_to(terminal, at, 1, "other", card=card)
    assert refused(lambda: appeals.object_to(terminal, at, 1, "other", card=card)) == "appeal-open"
    verdicts.decide(terminal, entry_of(case.entry), "upheld", None, "other", *TWO)
    assert refused(lambda: appeals.object_to(terminal, at, 1, "other", card=card)) == "appeal-decided"
    clock.move(days=6)
    with terminal.write():
        pass  # 2026-12-01: over, not yet posted
    assert refused(lambda: appeals.object_to(terminal, at, 2, "other", card=card)) == "notice-over"


def test_who_may_object(village: Village, terminal: Terminal) -> None:
    at = published(terminal, claim(LI))
    assert refused(lambda: appeals.object_to(terminal, at, 1, "other")) == "card-or-staff"
    assert refused(lambda: appeals.object_to(terminal, at, 1, "other", actor="P1")) == "role-may-not"
    strange = {"actor": "G037A", "household_id": "0379999"}
    assert refused(lambda: appeals.object_to(terminal, at, 1, "other", **strange)) == "unknown-household"
    case = appeals.object_to(terminal, at, 1, "other", actor="G037A", household_id=OUYANG)
    assert (case.household, case.name, case.actor) == (OUYANG, "欧阳春", "G037A")


# --- against a posted entry ---------------------------------------------------------------------------


def posted(terminal: Terminal, clock: HandClock, household: str, what: str) -> str:
    """The entry a notice made, of 20 tenths given or 10 taken."""
    if what == "earn":
        at = published(terminal, claim(household, tenths=20, member=1))
    else:
        deed = claim(household, "litter", 8, what="deduct", evidence=PHOTO, member=1)
        at = published(terminal, deed)
    pass_days(terminal, clock, 6)
    return notices.show(terminal, at)[1][0].entry


@pytest.mark.parametrize(
    ("what", "outcome", "amount", "kind", "now"),
    [
        ("earn", "upheld", None, "", 20),
        ("earn", "less", 5, "correct", 5),
        ("earn", "more", 25, "earn", 25),
        ("earn", "all", None, "reverse", 0),
        ("deduct", "upheld", None, "", -8),
        ("deduct", "less", 3, "earn", -3),
        ("deduct", "more", 10, "deduct", -10),
        ("deduct", "all", None, "reverse", 0),
    ],
)
def test_a_posted_entry_gets_a_linked_correction(
    village: Village,
    terminal: Terminal,
    clock: HandClock,
    what: str,
    outcome: str,
    amount: int | None,
    kind: str,
    now: int,
) -> None:
    before = pots(terminal, OUYANG)
    name = posted(terminal, clock, OUYANG, what)
    case = appeals.appeal(terminal, entry_of(name), "amount", card=village.card(OUYANG))
    newest = history(terminal, OUYANG)[0]
    assert (newest.entry, newest.disputed) == (name, True)
    verdict = verdicts.decide(terminal, entry_of(case.entry), outcome, amount, "amount", *TWO)
    assert verdict.now_tenths == abs(now)
    after = pots(terminal, OUYANG)
    assert (after[0] - before[0], after[1], after[2] - before[2]) == (now, 0, now)
    assert not any(one.disputed for one in history(terminal, OUYANG))
    if kind:
        fix = entry(terminal, verdict.fix)
        assert (fix.kind, fix.actor, fix.second) == (kind, *TWO)  # type: ignore[attr-defined]
        assert fix.body["case"] == list(entry_of(case.entry))  # type: ignore[attr-defined]
        own = f"household = '{OUYANG}' AND rule != 'opening'"
        counted = rows(terminal, f"SELECT member, times, tenths FROM rule_use WHERE {own}")
        assert counted == [(1, int(now != 0), abs(now))], "one deed of the same member, as it was decided"
        tallied = rows(terminal, f"SELECT earned, deducted FROM tally WHERE {own}")
        assert tallied == [(max(now, 0), max(-now, 0))]
        assert appeals.cases(terminal, decided=True)[0].fix == verdict.fix
    else:
        assert verdict.fix == ""
    assert appeals.cases(terminal) == ()
    holds(terminal)


@pytest.mark.parametrize(
    ("outcome", "amount", "code"),
    [
        ("less", None, "outcome-amount"),
        ("less", 0, "outcome-amount"),
        ("less", 20, "outcome-amount"),
        ("more", 20, "outcome-amount"),
        ("more", 26, "over-rule"),
        ("nothing", None, "unknown-outcome"),
    ],
)
def test_outcomes_that_can_not_be(
    village: Village, terminal: Terminal, clock: HandClock, outcome: str, amount: int | None, code: str
) -> None:
    name = posted(terminal, clock, LI, "earn")
    at = entry_of(appeals.appeal(terminal, entry_of(name), "amount", card=village.card(LI)).entry)
    before = rows(terminal, "SELECT count(*) FROM journal")
    assert refused(lambda: verdicts.decide(terminal, at, outcome, amount, "amount", *TWO)) == code
    assert rows(terminal, "SELECT count(*) FROM journal") == before


def test_who_may_decide(village: Village, terminal: Terminal, clock: HandClock) -> None:
    name = posted(terminal, clock, LI, "earn")
    at = entry_of(appeals.appeal(terminal, entry_of(name), "amount", card=village.card(LI)).entry)

    def by(*two: str) -> str:
        return refused(lambda: verdicts.decide(terminal, at, "upheld", None, "amount", *two))

    assert by("M037A", "") == by("M037A", "M037A") == "second-needed"
    assert by("M037A", "G037A") == "role-may-not"
    assert by("R037A", "S037A") == by("S037A", "R037A") == "decided-own"  # reviewed it
    send(terminal, "county", ("staff", _staff("P1", "reviewer")))
    assert by("P1", "S037A") == "decided-own"  # scored it
    send(terminal, "county", ("panel", panel_row("M037A", kin=(LI,))))
    assert by("M037A", "S037A") == "decided-own"
    assert by("R037B", "S037A") == ""
    assert by("R037B", "S037A") == "case-decided"
    assert refused(lambda: verdicts.decide(terminal, (1, 1), "all", None, "other", *TWO)) == "unknown-case"


def test_who_signed_an_entry_does_not_decide_it(village: Village, terminal: Terminal) -> None:
    name = deeds.earn(terminal, LI, "tidy-yard", 20, "M037A", "R037A")
    at = entry_of(appeals.appeal(terminal, entry_of(name), "amount", card=village.card(LI)).entry)
    assert (
        refused(lambda: verdicts.decide(terminal, at, "all", None, "other", "M037A", "S037A"))
        == "decided-own"
    )
    verdicts.decide(terminal, at, "all", None, "other", "R037B", "S037A")
    assert pots(terminal, LI)[0] == 0


def test_what_may_be_appealed(village: Village, terminal: Terminal) -> None:
    card = village.card(LI)
    assert refused(lambda: appeals.appeal(terminal, (1, 999), "other", card=card)) == "unknown-entry"
    assert refused(lambda: appeals.appeal(terminal, (1, 1), "other", card=card)) == "not-appealable"
    name = deeds.earn(terminal, LI, "tidy-yard", 20, "G037A", "R037A")
    deeds.reverse(terminal, *entry_of(name), "mistake", "G037A", "R037A")
    assert refused(lambda: appeals.appeal(terminal, entry_of(name), "other", card=card)) == "already-reversed"


def test_an_entry_reversed_meanwhile_is_not_corrected_again(village: Village, terminal: Terminal) -> None:
    name = deeds.earn(terminal, LI, "tidy-yard", 20, "G037A", "R037A")
    at = entry_of(appeals.appeal(terminal, entry_of(name), "other", card=village.card(LI)).entry)
    deeds.reverse(terminal, *entry_of(name), "mistake", "G037A", "R037A")
    assert refused(lambda: verdicts.decide(terminal, at, "less", 5, "other", *TWO)) == "already-reversed"
    assert verdicts.decide(terminal, at, "upheld", None, "other", *TWO).fix == ""
    assert pots(terminal, LI)[0] == 0


def test_an_order_of_the_county_is_appealed_too(village: Village, terminal: Terminal) -> None:
    from kiosk.services import feed

    send(terminal, "terminal:37", ("order", order("o1", LI, 40, "earn") | {"rule": "tidy-yard"}))
    feed.carry_out(terminal)
    [line] = history(terminal, LI)
    case = appeals.appeal(terminal, entry_of(line.entry), "amount", card=village.card(LI))
    assert verdicts.decide(terminal, entry_of(case.entry), "less", 30, "amount", *TWO).fix
    assert pots(terminal, LI)[0] == 30
    holds(terminal)


def test_a_correction_for_points_that_moved_is_awarded(
    village: Village, terminal: Terminal, clock: HandClock
) -> None:
    name = posted(terminal, clock, LI, "earn")
    case = appeals.appeal(terminal, entry_of(name), "amount", card=village.card(LI))
    moved = {"hh": LI, "name": "李四", "members": 1, "pinyin": "ls", "home": 38, "digest": []}
    send(terminal, "county", ("household", moved))
    verdict = verdicts.decide(terminal, entry_of(case.entry), "less", 5, "amount", *TWO)
    fix = entry(terminal, verdict.fix)
    assert (fix.kind, fix.body["what"], fix.body["amount"]) == ("award", "deduct", 15)  # type: ignore[attr-defined]
    holds(terminal)


def _staff(one: str, role: str) -> dict[str, object]:
    return {"staff": one, "name": one, "role": role, "pin": "", "serial": 1, "state": "active"}


def test_by_what_proved_the_household_before(village: Village, terminal: Terminal) -> None:
    at = entry_of(deeds.earn(terminal, LI, "tidy-yard", 50, "G037A", "R037A"))
    case = appeals.appeal(terminal, at, "amount", proof=proof(LI), note=b"a photo")
    assert (case.household, case.actor, case.why) == (LI, "", "amount")
    assert entry(terminal, case.entry).body["how"] == "card:1"  # type: ignore[attr-defined]
    assert (
        refused(lambda: appeals.appeal(terminal, at, "amount", proof=proof(LI), actor="M037A"))
        == "card-or-staff"
    )
    send(terminal, "county", ("card", {"hh": LI, "serial": 1, "state": "lost"}))
    assert refused(lambda: appeals.appeal(terminal, at, "amount", proof=proof(LI))) == "card-lost"
