"""A household moves to another centre with all it has, and what its old home may still do."""

from __future__ import annotations

from kiosk.services import arrivals, deeds, expiry, feed, find, loans, moves, saved
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.services.void import void
from tests.kiosk.services.moving import (
    HOUSE,
    TWO,
    all_clean,
    body_of,
    code_of,
    give_order,
    last_entry,
    new_home,
    on_the_way,
)
from tests.village import HandClock, proof

# --- a change of home -----------------------------------------------------------------------------------


def test_a_whole_household_moves(home: Terminal, away: Terminal) -> None:
    deeds.earn(home, HOUSE, "tidy-yard", 400, *TWO)
    saved.save(home, HOUSE, 100, "M037A")
    loans.borrow(home, HOUSE, 50, *TWO)
    new_home(home, away)
    assert code_of(lambda: redeem(home, proof(), (("soap", 1),), "M037A", "r1")) == "not-home"
    assert code_of(lambda: moves.move_out(home, HOUSE, 10, 38, "M037A")) == "not-home"
    before = find.account(home, proof())
    (loan,) = loans.loans(home)
    sent = moves.change_home(home, HOUSE, "M037A")
    left = find.account(home, proof())
    assert (left.available_tenths, left.saved_tenths, left.owed_tenths, left.honour_tenths) == (0, 0, 0, 0)
    assert loans.loans(home) == ()
    arrived = arrivals.move_in(away, sent.code, proof(), "M037A")
    assert arrived.home
    after = find.account(away, proof())
    for name in ("available_tenths", "saved_tenths", "owed_tenths", "honour_tenths"):
        assert getattr(after, name) == getattr(before, name)
    assert after.home_here
    assert (after.month_earned_tenths, after.rank) == (0, 0), "what was brought along was not earned here"
    (there,) = loans.loans(away)
    assert (there.left_tenths, there.amount_tenths, there.day, there.due) == (50, 50, loan.day, loan.due)
    assert code_of(lambda: loans.borrow(away, HOUSE, 10, *TWO)) == "loan-open"
    deeds.earn(away, HOUSE, "tidy-yard", 20, *TWO)
    assert loans.loans(away)[0].left_tenths == 30
    redeem(away, proof(), (("soap", 1),), "M037A", "r1")
    all_clean(home, away)
    assert on_the_way(home, away) == 0


def test_a_loan_taken_before_the_other_arrived_becomes_one(home: Terminal, away: Terminal) -> None:
    deeds.earn(home, HOUSE, "tidy-yard", 400, *TWO)
    loans.borrow(home, HOUSE, 50, *TWO)
    new_home(home, away)
    deeds.earn(away, HOUSE, "tidy-yard", 400, *TWO)
    loans.borrow(away, HOUSE, 60, *TWO)
    arrivals.move_in(away, moves.change_home(home, HOUSE, "M037A").code, proof(), "M037A")
    (one,) = loans.loans(away)
    assert (one.amount_tenths, one.left_tenths) == (110, 110)
    loans.repay(away, HOUSE, None, "M037A")
    assert loans.loans(away) == ()
    all_clean(home, away)


def test_reservations_are_released_first(home: Terminal, away: Terminal) -> None:
    with home.write() as writing:
        lots = writing.conn.exec_driver_sql("SELECT lot FROM lot WHERE sku='soap'").scalar()
        held = {"hh": HOUSE, "from": [["", 60]], "amount": 60, "until": "2026-12-01", "session": "s1"}
        writing.append("hold", {**held, "lines": [["soap", 2, 30, [[lots, 2]]]]}, "M037A")
    new_home(home, away)
    sent = moves.change_home(home, HOUSE, "M037A")
    assert sent.amount_tenths == 385
    with home.read() as conn:
        assert conn.exec_driver_sql("SELECT state FROM hold").scalar() == "released"
        assert conn.exec_driver_sql("SELECT pieces, held FROM lot WHERE sku='soap'").one() == (400, 0)
    all_clean(home)


def test_a_void_that_waits_keeps_the_household_here(home: Terminal, away: Terminal) -> None:
    done = redeem(home, proof(), (("soap", 1),), "M037A", "r1")
    original = body_of(home, done.entry)
    with home.write() as writing:
        of = [int(part) for part in done.entry.split("-")]
        asked = {"of": of, "hh": HOUSE, "amount": 30, "lines": original["lines"]}
        writing.append("void-ask", asked, "M037A")
    new_home(home, away)
    assert code_of(lambda: moves.change_home(home, HOUSE, "M037A")) == "held-open"
    give_order(home, "h1", {"do": "move-home", "hh": HOUSE, "amount": 0, "to": 38, "till": 1})
    feed.carry_out(home)
    assert last_entry(home)[1]["code"] == "held-open"


def test_the_county_decides_about_homes(home: Terminal, away: Terminal) -> None:
    assert code_of(lambda: moves.change_home(home, HOUSE, "M037A")) == "home-stays"
    assert code_of(lambda: moves.change_home(home, "0399999", "M037A")) == "unknown-household"
    new_home(home, away)
    give_order(home, "h1", {"do": "move-home", "hh": HOUSE, "amount": 0, "to": 38, "till": 1})
    assert feed.carry_out(home) == 1
    kind, body, _day = last_entry(home)
    assert (kind, body["home"], body["order"], body["from"]) == ("move-out", 1, "h1", [["", 385]])
    assert code_of(lambda: moves.change_home(home, HOUSE, "M037A")) == "move-nothing"


def test_points_are_spent_before_the_word_of_the_new_home_has_come(home: Terminal, away: Terminal) -> None:
    """The slip is quicker than the county's row: the points are here, and nobody is sent home."""
    new_home(home)
    sent = moves.change_home(home, HOUSE, "M037A")
    arrivals.move_in(away, sent.code, proof(), "M037A")
    assert find.account(away, proof()).may_spend
    redeem(away, proof(), (("soap", 1),), "M037A", "r1")
    new_home(away)
    assert find.account(away, proof()).home_here
    redeem(away, proof(), (("soap", 2),), "M037A", "r2")
    all_clean(home, away)


def test_an_old_home_serves_its_former_household_as_a_guest(home: Terminal, away: Terminal) -> None:
    new_home(home, away)
    arrivals.move_in(away, moves.change_home(home, HOUSE, "M037A").code, proof(), "M037A")
    visit = moves.move_out(away, HOUSE, 60, 37, "M037A")
    arrivals.move_in(home, visit.code, proof(), "M037A")
    done = redeem(home, proof(), (("soap", 1),), "M037A", "r1")
    void(home, *map(int, done.entry.split("-")), "mistake", "M037A", "R037A")  # type: ignore[call-arg, arg-type]
    redeem(home, proof(), (("soap", 2),), "M037A", "r2")
    assert find.account(home, proof()).may_spend is False
    all_clean(home, away)


def test_a_deed_is_reversed_where_the_household_is_at_home(home: Terminal, away: Terminal) -> None:
    entry = deeds.earn(home, HOUSE, "tidy-yard", 50, *TWO)
    new_home(home, away)
    epoch, seq = map(int, entry.split("-"))
    assert code_of(lambda: deeds.reverse(home, epoch, seq, "mistake", *TWO)) == "not-home"


def test_a_guests_points_end_at_home(home: Terminal, away: Terminal, clock: HandClock) -> None:
    deeds.earn(home, HOUSE, "tidy-yard", 50, *TWO)
    arrivals.move_in(away, moves.move_out(home, HOUSE, 50, 38, "M037A").code, proof(), "M037A")
    clock.move(days=7)
    assert expiry.preview(away, "2027-12-31").lines == ()
    assert expiry.warnings(away) == ()
