"""The second half of a point's way: the sheet is signed, published and posted."""

from __future__ import annotations

import json

import pytest

from kiosk.cli.void import entry_of
from kiosk.ledger.entries import decode_own
from kiosk.services import due, feed, find, notices, noticeslips, posting, scoring, signing
from kiosk.services.clock import day_after
from kiosk.services.terminal import Terminal
from kiosk.store import journal
from tests.scoring import (
    LI,
    OUYANG,
    PANEL,
    PHOTO,
    RICH,
    ZHANG,
    claim,
    counted,
    holds,
    pass_days,
    passed,
    published,
    refused,
    rows,
    scoring_terminal,
    signed,
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


# --- signed -------------------------------------------------------------------------------------------


def test_who_signs(terminal: Terminal) -> None:
    passed(terminal, claim())
    at = entry_of(scoring.make(terminal, "2026-11", "P3").entry)
    assert refused(lambda: signing.sign(terminal, at, "committees", True, "", "M037A")) == "sheet-not-closed"
    for one in PANEL:
        scoring.score_sheet(terminal, at, {}, one)
    scoring.close(terminal, at, "P3")
    assert refused(lambda: signing.sign(terminal, at, "friends", True, "", "M037A")) == "unknown-body"
    assert refused(lambda: signing.sign(terminal, at, "supervision", True, "", "M037A")) == "role-may-not"
    assert refused(lambda: signing.sign(terminal, at, "township", True, "", "M037A")) == "township-later"
    assert refused(lambda: signing.sign(terminal, (1, 1), "committees", True, "", "M037A")) == "unknown-sheet"
    signing.sign(terminal, at, "committees", True, "", "M037A")
    assert refused(lambda: signing.sign(terminal, at, "committees", True, "", "R037A")) == "signed-already"
    assert refused(lambda: notices.publish(terminal, at, "M037A")) == "sheet-not-signed"
    signing.sign(terminal, at, "supervision", True, "", "S037A")
    assert notices.publish(terminal, at, "S037A").number == "0037-001"


def test_who_scored_does_not_sign(terminal: Terminal) -> None:
    at = counted(terminal, claim())
    send(terminal, "county", ("staff", _staff("P1", "supervisor")))  # changed office meanwhile
    assert refused(lambda: signing.sign(terminal, at, "supervision", True, "", "P1")) == "sign-own"
    send(terminal, "county", ("staff", _staff("S037A", "manager")))
    signing.sign(terminal, at, "committees", True, "", "S037A")
    send(terminal, "county", ("staff", _staff("S037A", "supervisor")))
    assert refused(lambda: signing.sign(terminal, at, "supervision", True, "", "S037A")) == "sign-own"


@pytest.mark.parametrize(("by", "actor"), [("committees", "M037A"), ("supervision", "S037A")])
def test_a_returned_sheet_is_scored_anew(terminal: Terminal, by: str, actor: str) -> None:
    at = counted(terminal, claim())
    assert refused(lambda: signing.sign(terminal, at, by, False, "", actor)) == "why-needed"
    signing.sign(terminal, at, by, False, "wrong-amount", actor)
    assert rows(terminal, "SELECT round, state, why FROM sheet") == [(2, "open", "wrong-amount")]
    assert refused(lambda: notices.publish(terminal, at, "M037A")) == "sheet-not-closed"
    assert refused(lambda: scoring.close(terminal, at, "P1")) == "quorum-missing"
    for one in PANEL[:3]:
        scoring.score_sheet(terminal, at, {1: (10, "wrong-amount")}, one)
    assert scoring.close(terminal, at, "P1").tenths == 10
    signing.sign(terminal, at, "committees", True, "", "M037A")
    signing.sign(terminal, at, "supervision", True, "", "S037A")
    notice = notices.publish(terminal, at, "M037A")
    assert notice.lines == 1
    holds(terminal)


def test_the_township_where_it_checks(terminal: Terminal) -> None:
    terminal.settings = with_rules(terminal, township_check=True)
    at = signed(terminal, claim())
    assert refused(lambda: notices.publish(terminal, at, "M037A")) == "sheet-not-signed"
    signing.sign(terminal, at, "township", True, "", "M037A", b"the township's letter")
    assert notices.publish(terminal, at, "M037A").lines == 1


@pytest.mark.parametrize(
    ("body", "answered"),
    [
        ({"pass": 1}, ("sign-off", "")),
        ({"pass": 0, "why": "wrong-day"}, ("sign-off", "")),
        ({"pass": 0, "why": "because"}, ("order-refused", "order-unknown")),
        ({"pass": 2}, ("order-refused", "order-unknown")),
        ({"pass": 1, "sheet": "1"}, ("order-refused", "order-unknown")),
        ({"pass": 1, "sheet": "1-999"}, ("order-refused", "unknown-sheet")),
    ],
)
def test_the_township_signs_by_the_countys_order(
    terminal: Terminal, body: dict[str, object], answered: tuple[str, str]
) -> None:
    terminal.settings = with_rules(terminal, township_check=True)
    epoch, seq = signed(terminal, claim())
    order = {"order": "YS37-9", "do": "sign-off", "sheet": f"{epoch}-{seq}", "why": ""} | body
    send(terminal, "terminal:37", ("order", order))
    assert feed.carry_out(terminal) == 1
    assert feed.carry_out(terminal) == 0
    assert rows(terminal, "SELECT refused FROM order_done WHERE id='YS37-9'") == [(answered[1],)]
    with terminal.read() as conn:
        last = decode_own(list(journal.everything(conn))[-1].data)
    assert (last.kind, last.body.get("code", "")) == answered
    if answered[0] == "sign-off":
        state = "open" if not body["pass"] else "closed"
        assert rows(terminal, "SELECT state FROM sheet") == [(state,)]
    holds(terminal)


# --- published and posted -----------------------------------------------------------------------------


def test_a_notice_is_frozen_and_masked(terminal: Terminal) -> None:
    at = published(terminal, claim(OUYANG), claim(ZHANG, "volunteer", 30))
    send(terminal, "county", ("household", _household(OUYANG, "改名换姓")))
    about, lines = notices.show(terminal, at)
    assert (about.number, about.sheet, about.since, about.until, about.over) == (
        "0037-001",
        "2026-11-1",
        "2026-11-25",
        "2026-11-30",  # Thursday, Friday, Monday
        False,
    )
    assert [(one.tail, one.name, one.title, one.amount_tenths) for one in lines] == [
        ("0217", "张＊山", "志愿服务", 30),
        ("0301", "欧阳＊", "庭院整洁", 25),
    ]
    with terminal.read() as conn:
        row = journal.get(conn, *at)
        assert row is not None
        assert "欧阳" not in json.dumps(decode_own(row.data).body, ensure_ascii=False)


def test_who_publishes_and_once(terminal: Terminal) -> None:
    at = signed(terminal, claim())
    assert refused(lambda: notices.publish(terminal, at, "R037A")) == "role-may-not"
    notices.publish(terminal, at, "M037A")
    assert refused(lambda: notices.publish(terminal, at, "S037A")) == "sheet-published"
    assert refused(lambda: notices.show(terminal, (1, 1))) == "unknown-notice"


def test_a_sheet_without_lines_is_not_published(terminal: Terminal) -> None:
    passed(terminal, claim())
    at = entry_of(scoring.make(terminal, "2026-11", "P3").entry)
    for one in PANEL:
        scoring.score_sheet(terminal, at, {1: (0, "not-true")}, one)
    scoring.close(terminal, at, "P3")
    signing.sign(terminal, at, "committees", True, "", "M037A")
    signing.sign(terminal, at, "supervision", True, "", "S037A")
    assert refused(lambda: notices.publish(terminal, at, "M037A")) == "nothing-to-publish"


def test_posted_by_itself_when_the_notice_is_over(terminal: Terminal, clock: HandClock) -> None:
    taken = claim(ZHANG, "litter", 10, what="deduct", evidence=PHOTO)
    at = published(terminal, claim(LI), claim(OUYANG), taken)
    before = [available(terminal, one) for one in (LI, OUYANG, ZHANG)]
    pass_days(terminal, clock, 5)  # 2026-11-30, the last day it hangs
    assert [available(terminal, one) for one in (LI, OUYANG, ZHANG)] == before
    pass_days(terminal, clock, 1)
    assert [available(terminal, one) for one in (LI, OUYANG, ZHANG)] == [
        before[0] + 25,
        before[1] + 25,
        before[2] - 10,
    ]
    assert posting.post_due(terminal) == due.run(terminal) == 0
    about, lines = notices.show(terminal, at)
    assert (about.over, about.states) == (True, {"posted": 3})
    with terminal.read() as conn:
        row = journal.get(conn, *entry_of(lines[2].entry))
        assert row is not None
        entry = decode_own(row.data)
    assert (entry.kind, entry.actor, entry.day) == ("earn", "", "2026-12-01")
    assert (entry.body["notice"], entry.body["line"], entry.body["rv"]) == (list(at), 3, 3)
    holds(terminal)


@pytest.mark.parametrize("household", [LI, ZHANG])
def test_a_households_lines_stay_together_in_a_slice(
    terminal: Terminal, clock: HandClock, monkeypatch: pytest.MonkeyPatch, household: str
) -> None:
    monkeypatch.setattr(posting, "LINES_A_SLICE", 3)
    terminal.settings = with_rules(terminal, notice_slips="all")
    days = [day_after("2026-11-20", -n) for n in range(5 if household == LI else 2)]
    published(terminal, *(claim(household, deed=one) for one in days), claim(OUYANG), claim(OUYANG, member=1))
    before = available(terminal, household)
    pass_days(terminal, clock, 6)
    assert available(terminal, household) == before + 25 * len(days)
    slips = rows(
        terminal, "SELECT slip, count(*) FROM print_job WHERE copy='single' GROUP BY slip ORDER BY slip"
    )
    wanted = {f"0037-001-{household[-4:]}", "0037-001-0301"}
    assert {name for name, _count in slips} == wanted
    assert dict(slips)["0037-001-0301"] == 1
    holds(terminal)


def test_a_points_slip_on_wish(village: Village, terminal: Terminal, clock: HandClock) -> None:
    at = published(terminal, claim(LI), claim(OUYANG))
    card = village.card(LI)
    assert refused(lambda: noticeslips.print_points(terminal, at, card=card)) == "nothing-posted"
    pass_days(terminal, clock, 6)
    assert noticeslips.print_points(terminal, at, card=card) == "0037-001-0302"
    assert noticeslips.print_points(terminal, at, household_id=OUYANG, actor="M037A") == "0037-001-0301"
    assert refused(lambda: noticeslips.print_points(terminal, at)) == "card-or-staff"
    assert noticeslips.print_notice(terminal, at, "M037A") == ("0037-001",)
    assert refused(lambda: noticeslips.print_notice(terminal, at, "R037A")) == "role-may-not"
    holds(terminal)


def test_points_at_another_home_are_awarded(terminal: Terminal, clock: HandClock) -> None:
    at = published(terminal, claim(LI), claim(OUYANG))
    send(terminal, "county", ("household", _household(OUYANG, "欧阳春") | {"home": 38}))
    pass_days(terminal, clock, 6)
    assert notices.show(terminal, at)[0].states == {"posted": 1, "awarded": 1}
    with terminal.read() as conn:
        [award] = [
            entry for row in journal.everything(conn) if (entry := decode_own(row.data)).kind == "award"
        ]
    assert (award.body["hh"], award.body["what"], award.body["amount"]) == (OUYANG, "earn", 25)
    assert available(terminal, OUYANG) == 100
    holds(terminal)


def test_a_whole_sheet_of_the_most_lines_fits(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "MOST_LINES", 30)
    days = [day_after("2026-11-20", -n) for n in range(40)]
    passed(terminal, *(claim(RICH, deed=one) for one in days))
    assert scoring.make(terminal, "2026-11", "P3").lines == 30
    second = scoring.make(terminal, "2026-11", "P3")
    assert (second.lines, second.name) == (10, "2026-11-2")


def _staff(one: str, role: str) -> dict[str, object]:
    return {"staff": one, "name": one, "role": role, "pin": "", "serial": 1, "state": "active"}


def _household(household: str, name: str) -> dict[str, object]:
    return {"hh": household, "name": name, "members": 2, "pinyin": "x", "home": 37, "digest": []}
