"""Whole months on the way: a clock thrown before every step, the year's end, 国庆, what `why` can tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.cli.void import entry_of
from kiosk.ledger.entries import decode_own
from kiosk.services import appeals, declare, due, find, notices, posting, scoring, signing, verdicts
from kiosk.services.terminal import Terminal
from kiosk.services.wayfacts import facts
from kiosk.store import journal
from kiosk.words import Words
from tests.scoring import (
    LI,
    OUYANG,
    PANEL,
    ZHANG,
    claim,
    holds,
    pass_days,
    published,
    rows,
    scoring_terminal,
)
from tests.village import HandClock, Village, proof

TWO = ("M037A", "S037A")
TEN_YEARS = 3653


@pytest.mark.parametrize("days", [TEN_YEARS, -TEN_YEARS])
def test_a_month_under_a_thrown_clock(village: Village, days: int) -> None:
    clock = HandClock("2026-11-25")
    terminal = scoring_terminal(village, clock)

    def step(act: Callable[[], Any]) -> Any:
        """The clock is thrown, the program restarts, whatever can be done is done; then it is set right."""
        nonlocal terminal
        before = _figures(terminal)
        settings = terminal.settings
        clock.move(days=days)
        terminal.close()
        terminal = village.open(settings, clock)
        with terminal.write():
            pass
        due.run(terminal)
        assert posting.post_due(terminal) == 0
        assert _figures(terminal) == before
        done = act()  # also under the thrown clock
        clock.move(days=-days)
        return done

    made = [
        step(lambda one=one: declare.declare(terminal, claim(one), actor="G037A")) for one in (LI, OUYANG)
    ]
    made.append(step(lambda: declare.declare(terminal, claim("", "volunteer", 40), card=village.card(ZHANG))))
    step(lambda: declare.review(terminal, [entry_of(one) for one in made], True, "", "R037A"))
    at = entry_of(step(lambda: scoring.make(terminal, "2026-11", "P3")).entry)
    for one in PANEL:
        step(lambda one=one: scoring.score_sheet(terminal, at, {}, one))
    step(lambda: scoring.close(terminal, at, "P3"))
    step(lambda: signing.sign(terminal, at, "committees", True, "", "M037A"))
    step(lambda: signing.sign(terminal, at, "supervision", True, "", "S037A"))
    notice = step(lambda: notices.publish(terminal, at, "M037A"))
    assert (notice.since, notice.until) == ("2026-11-25", "2026-11-30")
    hung = entry_of(notice.entry)
    case = step(lambda: appeals.object_to(terminal, hung, 1, "other", card=village.card(LI)))
    assert case.due == "2026-12-04"
    step(lambda: None)
    pass_days(terminal, clock, 5)
    step(lambda: None)
    assert notices.show(terminal, hung)[0].states == {"noticed": 2, "objected": 1}
    pass_days(terminal, clock, 1)
    assert notices.show(terminal, hung)[0].states == {"posted": 2, "objected": 1}
    step(lambda: verdicts.decide(terminal, entry_of(case.entry), "less", 30, "amount", *TWO))
    pass_days(terminal, clock, 1)
    assert notices.show(terminal, hung)[0].states == {"posted": 3}
    assert [_available(terminal, one) for one in (LI, OUYANG, ZHANG)] == [25, 125, 385 + 30]
    holds(terminal)


def _figures(terminal: Terminal) -> list[Any]:
    """Everything a thrown clock must not move."""
    wanted = ("pot", "bucket", "declaration", "sheet", "sheet_line", "notice", "notice_line", "appeal_case")
    return [rows(terminal, f"SELECT * FROM {table}") for table in (*wanted, "state")]


def test_a_notice_over_the_national_holiday(village: Village) -> None:
    clock = HandClock("2026-09-29")
    terminal = scoring_terminal(village, clock)
    at = published(terminal, claim(LI, deed="2026-09-20"), month="2026-09")
    assert notices.show(terminal, at)[0].until == "2026-10-09"  # 30 September, 8 and 9 October
    case = appeals.object_to(terminal, at, 1, "other", card=village.card(ZHANG))
    assert case.due == "2026-10-14"  # the worked Saturday, the tenth, counts
    verdicts.decide(terminal, entry_of(case.entry), "upheld", None, "other", *TWO)
    pass_days(terminal, clock, 10)
    assert _available(terminal, LI) == 0
    pass_days(terminal, clock, 1)
    assert _available(terminal, LI) == 25
    holds(terminal)


def test_the_years_end(village: Village) -> None:
    clock = HandClock("2026-12-25")
    terminal = scoring_terminal(village, clock, notice_days=5)
    clock.move(days=4)
    with terminal.write():
        pass
    at = published(terminal, claim(LI, deed="2026-12-20"), month="2026-12")
    assert notices.show(terminal, at)[0].until == "2027-01-06"  # 30, 31; 4, 5, 6 January
    pass_days(terminal, clock, 8)
    assert _available(terminal, LI) == 0
    late = published_late(terminal)
    pass_days(terminal, clock, 1)
    assert _available(terminal, LI) == 25
    assert notices.show(terminal, late)[0].sheet == "2026-12-2"
    holds(terminal)


def published_late(terminal: Terminal) -> tuple[int, int]:
    """A December deed that was declared in January goes onto December's second sheet."""
    return published(terminal, claim(OUYANG, deed="2026-12-30"), month="2026-12")


def test_posting_goes_on_where_a_power_cut_stopped_it(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = HandClock("2026-11-25")
    terminal = scoring_terminal(village, clock)
    monkeypatch.setattr(posting, "LINES_A_SLICE", 1)
    at = published(terminal, claim(LI), claim(OUYANG), claim(ZHANG))
    clock.move(days=6)
    whole, count = posting._post, 0

    def cut(*args: Any) -> None:
        nonlocal count
        count += 1
        if count == 2:
            raise OSError("power cut")
        whole(*args)

    monkeypatch.setattr(posting, "_post", cut)
    with terminal.write():
        pass
    with pytest.raises(OSError, match="power cut"):
        due.follow(terminal)
    assert notices.show(terminal, at)[0].states == {"posted": 1, "noticed": 2}
    terminal.close()
    again = village.open(terminal.settings, clock)
    assert due.run(again) == 2
    assert notices.show(again, at)[0].states == {"posted": 3}
    holds(again)


def test_why_tells_the_whole_way(village: Village) -> None:
    clock = HandClock("2026-11-25")
    terminal = scoring_terminal(village, clock)
    at = published(terminal, claim(OUYANG, evidence=b"photo"))
    case = appeals.object_to(terminal, at, 1, "other", card=village.card(ZHANG))
    verdicts.decide(terminal, entry_of(case.entry), "upheld", None, "other", *TWO)
    pass_days(terminal, clock, 6)
    name = notices.show(terminal, at)[1][0].entry
    appealed = appeals.appeal(terminal, entry_of(name), "amount", card=village.card(OUYANG))
    fix = verdicts.decide(terminal, entry_of(appealed.entry), "less", 20, "amount", *TWO).fix
    told = _told(terminal, name)
    assert [key for key, _text in told] == [
        "declared",
        "reviewed",
        "sheet",
        "scored",
        "stood-back",
        "scored",
        "scored",
        "signed",
        "signed",
        "published",
        "objected",
        "decided",
        "objected",
        "decided",
        "corrected",
    ]
    text = "\n".join(text for _key, text in told)
    for said in (
        "declared by G037A",
        "1 piece of",
        "2.5 points declared",
        "P2 stood back",
        "committees by M037A",
    ):
        assert said in text
    assert _told(terminal, fix) == [("corrects", f"corrects {name}, case 0037-002")]
    with terminal.read() as conn:
        row = journal.get(conn, 1, 3)
        assert row is not None
        assert facts(conn, decode_own(row.data)) == []


def _told(terminal: Terminal, name: str) -> list[tuple[str, str]]:
    words = Words("en")
    with terminal.read() as conn:
        row = journal.get(conn, *entry_of(name))
        assert row is not None
        found = facts(conn, decode_own(row.data))
    told = []
    for fact in found:
        values = {
            key: words(value) if isinstance(value, str) and value in words else value
            for key, value in fact.values.items()
        }
        told.append((fact.key.rpartition(".")[2], words(fact.key, **values)))
    return told


def _available(terminal: Terminal, household: str) -> int:
    return find.account(terminal, proof(household)).available_tenths
