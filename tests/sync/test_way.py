"""The way of a point over a real line: roster and township's word come down, awards reach the home once."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import select

from kiosk.cli.void import entry_of
from kiosk.ledger.entries import MAX_ENTRY_BYTES, Entry, decode, encode
from kiosk.services import (
    activities,
    appeals,
    crediting,
    day,
    declare,
    deeds,
    evidence,
    notices,
    posting,
    scoring,
    signing,
    verdicts,
    verify,
    why,
)
from kiosk.services.declare import Claim
from kiosk.services.terminal import Terminal
from kiosk.store import journal
from kiosk.store.tables import rule_use, tally
from sync import outbox
from sync.client import exchange_once
from sync.county import registry, way
from sync.county import verify as county_verify
from sync.county.database import County, CountyError
from sync.county.registry import Household
from sync.county.serving import Serving
from sync.county.tables import flags, orders
from sync.pack import pack, unpack
from tests.scoring import refused
from tests.sync.places import HOUSEHOLDS, PIN, journal_of
from tests.village import HandClock

TODAY = "2026-11-25"
PANEL = ("P1", "P2", "P3")
HERE, AWAY = HOUSEHOLDS[:2]


@pytest.fixture
def terminal(
    monkeypatch: pytest.MonkeyPatch, county: County, make_terminal: Callable[..., Terminal], serving: Serving
) -> Terminal:
    """Enrolled on `TODAY` in a centre with a panel; one of its households has its home elsewhere."""
    monkeypatch.setattr(County, "today", lambda _county: TODAY)
    for one, role in (*((one, "panel") for one in PANEL), ("S1", "supervisor"), ("G1", "grid")):
        registry.add_staff(county, "037", one, one, role, PIN)
    for one in PANEL:
        way.set_member(county, one, since="2026-01-01", until="2028-12-31", election="2026-01")
    made = make_terminal("terminal", serving.url)
    made.clock = HandClock(TODAY)
    return made


@pytest.fixture
def home(
    county: County, terminal: Terminal, make_terminal: Callable[..., Terminal], serving: Serving
) -> Terminal:
    """A second terminal of the centre, where `AWAY` is at home."""
    registry.add_centre(county, "037", "柳泉村", "示范镇", 40)
    made = make_terminal("home", serving.url)
    made.clock = HandClock(TODAY)
    registry.add_households(county, [Household(household=AWAY, name="李四", home=40)])
    return made


def _signed(terminal: Terminal, *households: str) -> tuple[int, int]:
    made = [
        declare.declare(
            terminal,
            Claim(household=one, rule="yard", amount_tenths=20, deed="2026-11-20"),
            actor="G1",
        )
        for one in households
    ]
    declare.review(terminal, [entry_of(one) for one in made], True, "", "R037A")
    at = entry_of(scoring.make(terminal, "2026-11", "P1").entry)
    for one in PANEL:
        scoring.score_sheet(terminal, at, {}, one)
    scoring.close(terminal, at, "P1")
    signing.sign(terminal, at, "committees", True, "", "M037A")
    signing.sign(terminal, at, "supervision", True, "", "S1")
    return at


def _published(terminal: Terminal, *households: str) -> tuple[int, int]:
    return entry_of(notices.publish(terminal, _signed(terminal, *households), "M037A").entry)


def _entries(terminal: Terminal, kind: str) -> list[Entry]:
    return [entry for *_place, data in journal_of(terminal) if (entry := decode(data)).kind == kind]


def _over(terminal: Terminal) -> None:
    """The notice has hung its days."""
    assert isinstance(terminal.clock, HandClock)
    terminal.clock.move(days=6)
    day.follow_clock(terminal)
    posting.post_due(terminal)


def test_an_award_reaches_the_home_once(county: County, terminal: Terminal, home: Terminal) -> None:
    assert exchange_once(terminal).ok
    assert exchange_once(home).ok
    at = _published(terminal, HERE, AWAY)
    _over(terminal)
    assert notices.show(terminal, at)[0].states == {"posted": 1, "awarded": 1}
    assert exchange_once(terminal).ok
    for _ in range(2):
        assert exchange_once(home).ok
        assert exchange_once(terminal).ok
    [award] = _entries(terminal, "award")
    [earned] = _entries(home, "earn")
    order = f"YS37-award-{award.epoch}-{award.seq}-{award.body['line']}"
    assert earned.body == {
        "hh": AWAY,
        "rule": "yard",
        "rv": 1,
        "amount": 20,
        "deed": "2026-11-20",
        "order": order,
        "why": "award",
        "repaid": 0,
        "expires": "2027-11-25",  # as the home has it, on its own day
    }
    with county.read() as conn:
        [row] = conn.execute(select(orders).where(orders.c.order_id == order)).all()
        assert (row.terminal, row.household, row.amount, row.state) == (40, AWAY, 20, "done")
        assert conn.execute(select(flags.c.code)).scalars().all() == []
    assert county_verify.verify(county).ok
    assert verify.verify(home).ok


def test_the_same_batch_again_gives_no_second_order(
    county: County, terminal: Terminal, home: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to the push is lost, so that the terminal sends the same again."""
    assert exchange_once(terminal).ok
    _published(terminal, AWAY)
    _over(terminal)
    with monkeypatch.context() as lost:
        lost.setattr(outbox, "acknowledge", lambda *_args: None)
        exchange_once(terminal)
    assert exchange_once(terminal).ok
    with county.read() as conn:
        given = conn.execute(select(orders).where(orders.c.do == "award")).all()
    assert len(given) == 1
    assert exchange_once(home).ok
    assert len(_entries(home, "earn")) == 1


def test_a_guest_at_an_activity_gets_the_points_at_home(
    county: County, terminal: Terminal, home: Terminal
) -> None:
    assert exchange_once(terminal).ok
    assert exchange_once(home).ok
    with terminal.read() as conn:
        today = str(journal.head(conn).day)  # type: ignore[union-attr]
    made = activities.announce(terminal, "yard", today, "09:30", "清扫", "广场", "M037A")
    at = entry_of(made.entry)
    for household in (HERE, AWAY):
        activities.sign_in_at_desk(terminal, at, household, "other", "M037A")
    done = crediting.credit(terminal, at, "M037A", "R037A", (evidence.note("都到了"),))
    assert (done.households, done.elsewhere, done.left) == (2, 1, ())
    assert exchange_once(terminal).ok
    assert exchange_once(home).ok
    assert exchange_once(home).ok
    [earned] = _entries(home, "earn")
    assert (earned.body["hh"], earned.body["amount"], earned.body["deed"]) == (AWAY, 20, today)
    assert county_verify.verify(county).ok
    assert verify.verify(home).ok


def test_a_correction_at_another_home_is_no_deed_there(
    county: County, terminal: Terminal, home: Terminal
) -> None:
    """The household has moved meanwhile: what two people decide here reaches it as the correction it is."""
    assert exchange_once(terminal).ok
    day.follow_clock(terminal)
    taken = ((deeds.earn, 60, "less", 40), (deeds.earn, 50, "all", None), (deeds.deduct, 30, "less", 10))
    cases = []
    for number, (act, tenths, outcome, now) in enumerate(taken):
        deed = deeds.Deed(day=f"2026-11-1{number}")
        at = entry_of(act(terminal, HERE, "yard", tenths, "G1", "R037A", deed))
        case = appeals.appeal(terminal, at, "amount", household_id=HERE, actor="M037A")
        cases.append((at, entry_of(case.entry), outcome, now))
    registry.add_households(county, [Household(household=HERE, name="张大山", home=40)])
    assert exchange_once(terminal).ok
    for _at, case, outcome, now in cases:
        verdicts.decide(terminal, case, outcome, now, "amount", "M037A", "S1")
    assert exchange_once(terminal).ok
    assert exchange_once(home).ok
    written = [decode(data) for *_place, data in journal_of(home) if b'"corrects"' in data]
    said = [(one.kind, one.body["was"], one.body["amount"], one.body["corrects"]) for one in written]
    places = [[37, *at] for at, *_rest in cases]
    assert said == [
        ("correct", "earn", 20, places[0]),
        ("correct", "earn", 50, places[1]),
        ("earn", "deduct", 20, places[2]),
    ]
    with home.read() as conn:
        used = conn.execute(select(rule_use.c.times, rule_use.c.tenths).where(rule_use.c.household == HERE))
        assert set(used.all()) == {(0, 0)}  # nothing to count towards a cap, and no room made by it
        month = conn.execute(select(tally.c.earned, tally.c.deducted).where(tally.c.household == HERE))
        assert month.all() == [(-70, -20)]
    known = why.why(home, written[0].epoch, written[0].seq).facts
    assert why.Fact("corrects", f"37/{places[0][1]}-{places[0][2]}") in known
    assert county_verify.verify(county).ok
    assert verify.verify(home).ok


def test_an_award_for_nobody_is_flagged(county: County, terminal: Terminal) -> None:
    assert exchange_once(terminal).ok
    day.follow_clock(terminal)
    fields = {"hh": "0399999", "rule": "yard", "rv": 1, "amount": 20, "deed": TODAY, "what": "earn"}
    with terminal.write() as writing:
        writing.append("award", fields)
        writing.append("award", {**fields, "hh": AWAY, "deed": "soon"})
        writing.append("award", {**fields, "hh": AWAY, "was": "earn", "corrects": [1]})
    assert exchange_once(terminal).ok
    with county.read() as conn:
        assert sorted(conn.execute(select(flags.c.code)).scalars()) == [
            "award-unknown",
            "bad-body",
            "bad-body",
        ]


@pytest.mark.parametrize("why", ["", "wrong-amount"])
def test_the_township_signs_over_the_line(county: County, terminal: Terminal, why: str) -> None:
    assert exchange_once(terminal).ok
    checked = msgspec.structs.replace(terminal.settings.rules, township_check=True)
    terminal.settings = msgspec.structs.replace(terminal.settings, rules=checked)
    at = _signed(terminal, HERE)
    assert refused(lambda: notices.publish(terminal, at, "M037A")) == "sheet-not-signed"
    order = way.sign_sheet(county, 37, f"{at[0]}-{at[1]}", why)
    assert exchange_once(terminal).ok
    assert exchange_once(terminal).ok
    if why:
        assert refused(lambda: notices.publish(terminal, at, "M037A")) == "sheet-not-closed"
    else:
        assert notices.publish(terminal, at, "M037A").lines == 1
    with county.read() as conn:
        [row] = conn.execute(select(orders).where(orders.c.order_id == order)).all()
        assert (row.state, row.code) == ("done", "")
        assert conn.execute(select(flags.c.code)).scalars().all() == []


def test_the_township_is_told_why_not(county: County, terminal: Terminal) -> None:
    order = way.sign_sheet(county, 37, "1-5")
    assert exchange_once(terminal).ok
    assert exchange_once(terminal).ok
    with county.read() as conn:
        [row] = conn.execute(select(orders).where(orders.c.order_id == order)).all()
    assert (row.state, row.code) == ("refused", "unknown-sheet")


@pytest.mark.parametrize(
    "changed",
    [
        {"since": "2029-01-01"},
        {"until": "never"},
        {"election": "推选"},
        {"household": "37"},
        {"kin": ("0370001", "x")},
    ],
)
def test_what_the_roster_does_not_take(county: County, changed: dict[str, object]) -> None:
    registry.add_staff(county, "037", "P1", "周评义", "panel", PIN)
    term = {"since": "2026-01-01", "until": "2028-12-31", "election": "2026-01"}
    with pytest.raises(CountyError):
        way.set_member(county, "P1", **(term | changed))  # type: ignore[arg-type]
    with pytest.raises(CountyError, match="P2"):
        way.set_member(county, "P2", **term)  # type: ignore[arg-type]
    with pytest.raises(CountyError, match="because"):
        way.sign_sheet(county, 37, "1-5", "because")
    with pytest.raises(CountyError, match="37-x"):
        way.sign_sheet(county, 37, "37-x")


_MOST = range(1, scoring.MOST_LINES + 1)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("sheet", {"do": "make", "items": [[1, 10**6 + n] for n in _MOST]}),
        ("sheet", {"do": "close", "changed": [[n, 10**5] for n in _MOST], "staff": ["P037A"] * 9}),
        (
            "sheet",
            {
                "do": "score",
                "out": list(_MOST),
                "off": [[n, 10**5, "counted-already"] for n in range(700, 700 + scoring.MOST_OFF)],
            },
        ),
        ("review", {"items": [[1, 10**6 + n] for n in range(declare.MOST_REVIEWED)]}),
    ],
)
def test_the_largest_entries_fit_and_go_over_the_line(kind: str, body: dict[str, object]) -> None:
    """They have more places than a packed shape may have, and nearly the most bytes."""
    about = {"sheet": [1, 10**6], "round": 9, "month": "2026-11", "number": 9, "election": "2026-01"}
    data = encode(Entry(9999, 9, 10**7, TODAY, 2**41, kind, 1, "P037A", "", about | body))
    assert len(data) <= MAX_ENTRY_BYTES
    assert unpack(pack([data]), 9999, 9, 10**7) == [data]
