"""Moves over a real line: passed on once, given back when they may be, and a whole household's move."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.ledger.refusals import Refused
from kiosk.services import arrivals, deeds, find, moves
from kiosk.services import verify as own_verify
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal, open_terminal
from kiosk.services.views import Proof
from sync.client import exchange_once
from sync.county import cardbook, registry
from sync.county import verify as county_verify
from sync.county.cli import main
from sync.county.database import County
from sync.county.enrolment import make_code
from sync.county.moves import on_their_way
from sync.county.pages import front_page
from sync.county.serving import Serving
from sync.county.settings import CountySettings
from sync.county.settings import write as write_settings
from sync.county.tables import flags, orders
from sync.enrolling import enrol_machine
from tests.sync.epochs import copy_to, put_back
from tests.sync.places import HOUSEHOLDS, PIN, enrolled
from tests.village import receive

WHO, NEIGHBOUR = HOUSEHOLDS[:2]
CARD = Proof(household=WHO, how="card:1")
RICE_TENTHS = 200


@pytest.fixture
def ends(
    county: County, serving: Serving, make_terminal: Callable[..., Terminal]
) -> Iterator[tuple[Terminal, Terminal]]:
    """The home of all households and another centre, both with rice, a manager and everybody's keys."""
    registry.add_staff(county, "038", "M038A", "白云", "manager", PIN)
    registry.add_staff(county, "038", "R038A", "马强", "reviewer", PIN)
    cardbook.issue_card(county, WHO)
    made = make_terminal("home", serving.url), make_terminal("away", serving.url, "038")
    for terminal in made:
        assert exchange_once(terminal).ok
    assert exchange_once(made[0]).ok  # the other's key
    for terminal, first, second in zip(made, ("M037A", "M038A"), ("R037A", "R038A"), strict=True):
        receive(terminal, "rice5", 50, "", "finance", first, second)
    yield made


Ends = tuple[Terminal, Terminal]


def test_by_line(county: County, ends: Ends) -> None:
    home, away = ends
    sent = moves.move_out(home, WHO, 250, 38, "M037A")
    assert exchange_once(home).ok
    with county.read() as conn:
        (one,) = on_their_way(conn, county.code)
    assert (one.move, one.amount_tenths, one.origin, one.dest, one.state) == (
        sent.move,
        250,
        "柳泉村",
        "白音嘎查",
        "sent",
    )
    page = front_page(county)
    assert "柳泉村 → 白音嘎查" in page and "等目的地联网" in page and "张大山" not in page
    result = exchange_once(away)
    assert (result.ok, result.orders) == (True, 1)
    account = find.account(away, CARD)
    assert (account.name, account.available_tenths, account.home_name) == ("张大山", 250, "柳泉村")
    assert _refused(lambda: arrivals.move_in(away, sent.code, CARD, "M038A")) == "move-known"
    redeem(away, CARD, (("rice5", 1),), "M038A", "r1")
    _settled(county, *ends)
    with county.read() as conn:
        assert on_their_way(conn, county.code) == []
        assert conn.execute(select(flags)).all() == []
    assert exchange_once(away).orders == 0


def test_paper_first_then_line_and_the_other_way_round(county: County, ends: Ends) -> None:
    home, away = ends
    paper, line = (moves.move_out(home, WHO, tenths, 38, "M037A") for tenths in (100, 70))
    arrivals.move_in(away, paper.code, CARD, "M038A")
    assert exchange_once(away).ok  # the county learns of the arrival before it knows what left
    with county.read() as conn:
        assert on_their_way(conn, county.code) == []
    assert exchange_once(home).ok
    assert exchange_once(away).orders == 1
    assert find.account(away, CARD).available_tenths == 170
    _settled(county, *ends)
    with county.read() as conn:
        assert conn.execute(select(orders.c.do).where(orders.c.do.like("move-%"))).scalars().all() == [
            "move-in"
        ]
        assert conn.execute(select(flags)).all() == []
    assert _refused(lambda: arrivals.move_in(away, line.code, CARD, "M038A")) == "move-known"


@pytest.mark.parametrize("decline_first", [True, False])
def test_declined_goes_back(county: County, ends: Ends, decline_first: bool) -> None:
    home, away = ends
    sent = moves.move_out(home, WHO, 100, 38, "M037A")
    arrivals.decline(away, sent.code, "M038A")
    for terminal in (away, home) if decline_first else (home, away):
        assert exchange_once(terminal).ok
    assert exchange_once(home).ok
    assert find.account(home, CARD).available_tenths == 600
    assert [one.state for one in moves.listed(home)] == ["back"]
    _settled(county, *ends)


@pytest.mark.parametrize("known", [True, False])
def test_what_was_sent_to_an_epoch_that_ended_goes_back(
    county: County, serving: Serving, ends: Ends, tmp_path: Path, known: bool
) -> None:
    """Whether or not the county knew of the move when the destination's machine was replaced."""
    home, away = ends
    assert exchange_once(away).ok
    sent = moves.move_out(home, WHO, 100, 38, "M037A")
    if known:
        assert exchange_once(home).ok
    again = enrolled(county, tmp_path / "new", serving.url, "038")
    try:
        assert exchange_once(again).ok
        assert _refused(lambda: arrivals.move_in(again, sent.code, CARD, "M038A")) == "move-old"
        assert _refused(lambda: arrivals.decline(again, sent.code, "M038A")) == "move-old"
        assert exchange_once(home).ok
        assert exchange_once(again).ok
        assert find.account(home, CARD).available_tenths == 600
        fresh = moves.move_out(home, WHO, 100, 38, "M037A")
        arrivals.move_in(again, fresh.code, CARD, "M038A")
        _settled(county, home, again)
    finally:
        again.close()


def test_what_arrived_before_the_epoch_ended_stays(county: County, serving: Serving, ends: Ends) -> None:
    home, away = ends
    sent = moves.move_out(home, WHO, 100, 38, "M037A")
    arrivals.move_in(away, sent.code, CARD, "M038A")
    assert exchange_once(away).ok
    again = _anew(county, serving, away, "038")
    try:
        assert exchange_once(home).ok
        assert exchange_once(again).ok
        assert exchange_once(home).orders == 0
        assert _refused(lambda: arrivals.move_in(again, sent.code, CARD, "M038A")) == "move-known"
        assert find.account(again, CARD).available_tenths == 100
        _settled(county, home, again)
    finally:
        again.close()


def test_a_move_lost_with_its_senders_books_is_void_once_that_is_known(
    county: County, serving: Serving, ends: Ends, tmp_path: Path
) -> None:
    home, away = ends
    assert exchange_once(home).ok
    sent = _lose(home, tmp_path, lambda: moves.move_out(home, WHO, 100, 38, "M037A"))
    again = _anew(county, serving, home, "037")
    try:
        assert exchange_once(away).ok
        assert _refused(lambda: arrivals.move_in(away, sent.code, CARD, "M038A")) == "move-void"
        assert find.account(again, CARD).available_tenths == 600
        _settled(county, again, away)
    finally:
        again.close()


@pytest.mark.parametrize(
    ("before", "spent"), [(True, 0), (True, 200), (False, 0), (False, 400), (False, 600)]
)
def test_a_lost_move_that_was_taken_in_leaves_again_as_far_as_it_is_there(
    county: County, serving: Serving, ends: Ends, tmp_path: Path, before: bool, spent: int
) -> None:
    """Whether the county heard of the arrival before or after the sender began anew."""
    home, away = ends
    assert exchange_once(home).ok
    sent = _lose(home, tmp_path, lambda: moves.move_out(home, WHO, 300, 38, "M037A"))
    arrivals.move_in(away, sent.code, CARD, "M038A")
    if before:
        assert exchange_once(away).ok
    again = _anew(county, serving, home, "037", exchange=False)
    try:
        for number in range(spent // RICE_TENTHS):
            redeem(again, CARD, (("rice5", 1),), "M037A", f"again-{number}")
        assert exchange_once(away).ok
        assert exchange_once(again).ok
        taken = 300 if before else min(300, 600 - spent)
        assert find.account(again, CARD).available_tenths == 600 - spent - taken
        assert find.account(again, CARD).owed_tenths == 0, "the county's loss is nobody's debt"
        assert exchange_once(again).ok
        with county.read() as conn:
            codes = {row.code for row in conn.execute(select(flags))}
        assert codes == (set() if before else {"move-lost"})
        assert own_verify.verify(again).problems == ()
        assert own_verify.rebuild(again).problems == ()
        report = county_verify.verify(county)
        assert (report.ok, report.away_tenths) == (True, taken - 300)
    finally:
        again.close()


def test_a_household_moves_by_one_command(
    county: County, county_settings: CountySettings, ends: Ends, capsys: pytest.CaptureFixture[str]
) -> None:
    home, away = ends
    folder = Path(county_settings.folder)
    write_settings(folder / "county.toml", county_settings)
    assert main(["--data", str(folder), "move-home", WHO, "038", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["home"] == 38
    assert main(["--data", str(folder), "move-home", WHO, "038"]) == 3
    assert main(["--data", str(folder), "move-home", WHO, "099"]) == 3
    capsys.readouterr()
    assert exchange_once(away).ok
    assert find.account(away, CARD).home_here, "the row came before the points"
    assert _refused(lambda: redeem(away, CARD, (("rice5", 1),), "M038A", "r1")) == "not-enough-points"
    assert exchange_once(home).orders == 1
    assert _refused(lambda: redeem(home, CARD, (("rice5", 1),), "M037A", "r1")) == "not-home"
    assert main(["--data", str(folder), "moves"]) == 0
    assert "60  …0001 张＊山  柳泉村 → 白音嘎查  sent, home" in capsys.readouterr().out
    assert exchange_once(away).orders == 1
    redeem(away, CARD, (("rice5", 1),), "M038A", "r1")
    deeds.earn(away, WHO, "yard", 20, "M038A", "R038A")
    assert find.account(away, CARD).honour_tenths == 620
    with pytest.raises(Refused, match="unknown-identity"):
        find.by_digest(home, "15042219700101" + WHO[-4:])
    _settled(county, *ends)
    with county.read() as conn:
        assert conn.execute(select(flags)).all() == []


def test_a_number_entered_anew_counts_at_the_new_home(county: County, ends: Ends) -> None:
    home, away = ends
    registry.change_home(county, WHO, 38)
    number = "15042219700101" + WHO[-4:]
    moved = registry.Household(household=WHO, name="张大山", home=38, identity_numbers=(number,))
    registry.add_households(county, [moved])
    for terminal in ends:
        assert exchange_once(terminal).ok
    assert find.by_digest(away, number).household == WHO
    with pytest.raises(Refused, match="unknown-identity"):
        find.by_digest(home, number)


def test_a_guest_without_a_move_is_flagged(county: County, ends: Ends) -> None:
    """A terminal that lets somebody spend what was never moved there."""
    _home, away = ends
    with away.write() as writing:
        body = {"hh": WHO, "to": [["", 200]], "move": [37, 1, 9_999], "guest": 1}
        writing.append("move-in", body, "M038A")
    redeem(away, CARD, (("rice5", 1),), "M038A", "r1")
    with away.write() as writing:
        writing.append("earn", {"hh": NEIGHBOUR, "amount": 5, "repaid": 0, "expires": ""}, "M038A", "R038A")
    assert exchange_once(away).ok
    with county.read() as conn:
        assert [row.code for row in conn.execute(select(flags))] == ["not-home"]
    report = county_verify.verify(county)
    assert (report.ok, report.away_tenths) == (True, -200), (
        "the arrival of a move nobody sent stays to be seen"
    )


# --- helpers --------------------------------------------------------------------------------------------


def _refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as no:
        act()
    return no.value.code


def _anew(
    county: County, serving: Serving, terminal: Terminal, centre: str, *, exchange: bool = True
) -> Terminal:
    """The same machine in its next epoch, its own entries taken back."""
    terminal.close()
    enrol_machine(terminal.settings, serving.url, make_code(county, centre))
    again = open_terminal(terminal.settings)
    if exchange:
        assert exchange_once(again).ok
    return again


def _lose(terminal: Terminal, folder: Path, act: Callable[[], moves.Sent]) -> moves.Sent:
    """What `act` did is not in the terminal's books afterwards: an older copy is put back."""
    copy_to(terminal, folder / "older.db")
    sent = act()
    terminal.close()
    put_back(terminal, folder / "older.db")
    return sent


def _settled(county: County, *terminals: Terminal) -> None:
    """Everything is at the county, nothing is on its way, all books hold."""
    for _ in range(2):
        for terminal in terminals:
            assert exchange_once(terminal).ok
    for terminal in terminals:
        assert own_verify.verify(terminal).problems == ()
        assert own_verify.rebuild(terminal).problems == ()
    report = county_verify.verify(county)
    assert (report.problems, report.away_tenths) == ([], 0)
