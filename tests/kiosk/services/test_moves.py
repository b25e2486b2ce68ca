"""Moves between two terminals: by slip and by order, once for ever, and what a guest may spend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.ledger import cards
from kiosk.ledger.entries import decode
from kiosk.ledger.refusals import Refused
from kiosk.services import arrivals, deeds, expiry, feed, find, loans, moves, printing, saved, verify
from kiosk.services.history import history
from kiosk.services.redeem import quote, redeem
from kiosk.services.terminal import Terminal
from kiosk.services.void import void
from kiosk.slips import document
from kiosk.store import journal
from kiosk.store.tables import FOLD_TABLES
from tests.village import COUNTY, HandClock, Village, proof, receive, send

HOUSE, OTHER = "0370217", "0370301"
TWO = ("G037A", "R037A")


@pytest.fixture
def home(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


@pytest.fixture
def away(village: Village, clock: HandClock, home: Terminal) -> Terminal:
    """A second centre's terminal: its goods, everybody's keys, not a single point."""
    other = village.terminal(38, clock)
    introduce(home, other)
    receive(other, "soap", 100, "", "finance", "M037A", "R037A")
    return other


def introduce(*terminals: Terminal) -> None:
    """Tell each of them the keys and centres of all."""
    names = {37: "柳泉村", 38: "双井村", 39: "南坡村"}
    for one in terminals:
        for other in terminals:
            number = other.identity.terminal
            key = {"issuer": other.identity.issuer, "public": other.key.public.hex(), "terminal": number}
            centre = {"centre": f"{number:03}", "name": names[number], "township": "", "terminal": number}
            send(one, "county", ("key", key), ("centre", centre))


# --- by slip --------------------------------------------------------------------------------------------


def test_points_go_there_and_are_spent_there(home: Terminal, away: Terminal) -> None:
    sent = moves.move_out(home, HOUSE, 90, 38, "M037A")
    assert (sent.amount_tenths, sent.left_tenths, sent.to) == (90, 295, "双井村")
    assert find.account(home, proof()).available_tenths == 295
    came = arrivals.move_in(away, sent.code, proof(), "M037A")
    assert (came.move, came.amount_tenths, came.available_tenths, came.home) == (sent.move, 90, 90, False)
    account = find.account(away, proof())
    assert (account.available_tenths, account.home_here, account.home_name, account.may_spend) == (
        90,
        False,
        "柳泉村",
        True,
    )
    assert quote(away, proof(), (("soap", 2),)).refused == ""
    assert redeem(away, proof(), (("soap", 2),), "M037A", "r1").available_tenths == 30
    assert _code(lambda: redeem(away, proof(), (("soap", 3),), "M037A", "r2")) == "not-enough-points"
    _clean(home, away)
    assert [(one.way, one.state, one.amount_tenths, one.other) for one in moves.listed(home)] == [
        ("out", "away", 90, "双井村")
    ]
    assert [(one.way, one.state, one.amount_tenths, one.other) for one in moves.listed(away)] == [
        ("in", "in", 90, "柳泉村")
    ]
    first = history(home, HOUSE)[0]
    assert (first.kind, first.title, first.amount_tenths) == ("move-out", "双井村", -90)
    came_as = history(away, HOUSE)[-1]
    assert (came_as.kind, came_as.title, came_as.amount_tenths) == ("move-in", "柳泉村", 90)


def test_what_is_left_goes_back_as_a_new_move(home: Terminal, away: Terminal) -> None:
    arrivals.move_in(away, moves.move_out(home, HOUSE, 90, 38, "M037A").code, proof(), "M037A")
    redeem(away, proof(), (("soap", 1),), "M037A", "r1")
    back = moves.move_out(away, HOUSE, 60, 37, "M037A")
    assert _code(lambda: redeem(away, proof(), (("soap", 1),), "M037A", "r2")) == "not-home"
    arrivals.move_in(home, back.code, proof(), "M037A")
    assert find.account(home, proof()).available_tenths == 385 - 30
    _clean(home, away)
    assert _away(home, away) == 0


def test_a_guest_the_county_told_nobody_of(home: Terminal, away: Terminal) -> None:
    """Off line the slip and the card are enough: no name, but every point."""
    with away.db.write() as conn:
        conn.exec_driver_sql("DELETE FROM household")
    assert _code(lambda: find.account(away, proof())) == "unknown-household"  # the number's centre is ours
    arrivals.move_in(away, moves.move_out(home, HOUSE, 90, 38, "M037A").code, proof(), "M037A")
    account = find.account(away, proof())
    assert (account.name, account.available_tenths, account.home_here, account.home_name) == (
        "",
        90,
        False,
        "柳泉村",
    )
    assert redeem(away, proof(), (("soap", 3),), "M037A", "r1").available_tenths == 0
    assert _code(lambda: redeem(away, proof(), (("soap", 1),), "M037A", "r2")) == "not-home"


def test_soonest_ending_points_leave_and_keep_their_days(home: Terminal, away: Terminal) -> None:
    deeds.earn(home, HOUSE, "tidy-yard", 50, *TWO)  # ends in a year, before the endless ones
    sent = moves.move_out(home, HOUSE, 70, 38, "M037A")
    arrivals.move_in(away, sent.code, proof(), "M037A")
    with away.read() as conn:
        rows = conn.exec_driver_sql("SELECT expires, tenths FROM bucket ORDER BY expires").all()
    assert [tuple(row) for row in rows] == [("", 20), ("2027-11-23", 50)]


@pytest.mark.parametrize("again", [1, 2])
def test_a_slip_is_good_once(home: Terminal, away: Terminal, again: int) -> None:
    sent = moves.move_out(home, HOUSE, 90, 38, "M037A")
    arrivals.move_in(away, sent.code, proof(), "M037A")
    before = _everything(away)
    for _ in range(again):
        assert _code(lambda: arrivals.move_in(away, sent.code, proof(), "M037A")) == "move-known"
        assert _code(lambda: arrivals.decline(away, sent.code, "M037A")) == "move-known"
    assert _everything(away) == before


def test_a_declined_slip_is_never_taken_in(home: Terminal, away: Terminal) -> None:
    sent = moves.move_out(home, HOUSE, 90, 38, "M037A")
    arrivals.decline(away, sent.code, "M037A")
    assert _code(lambda: arrivals.move_in(away, sent.code, proof(), "M037A")) == "move-was-declined"
    assert [(one.state, one.amount_tenths) for one in moves.listed(away)] == [("declined", 0)]
    _clean(home, away)


def test_a_slip_that_is_not_right_moves_nothing(village: Village, home: Terminal, away: Terminal) -> None:
    sent = moves.move_out(home, HOUSE, 90, 38, "M037A")
    third = village.terminal(39)
    introduce(home, away, third)
    code = cards.move_code(sent.code)
    assert code is not None
    forged = [
        (sent.code.replace(":0.90:", ":0.99:"), "move-forged"),
        (sent.code.replace(":0370217:", ":0370301:"), "move-forged"),
        (sent.code.replace(":38-1:", ":38-2:"), "move-forged"),
        (sent.code.replace("M1:YS-37:", "M1:YS-38:"), "move-forged"),
        (sent.code.replace("M1:YS-37:", "M1:YS-44:"), "move-issuer-unknown"),
        (sent.code.replace("M1:YS-37:", "M1:XX-37:"), "foreign-county"),
        (sent.code[:-1], "move-forged"),
        (village.card(HOUSE), "move-unreadable"),
        ("", "move-unreadable"),
    ]
    before = _everything(away)
    for text, refused in forged:
        assert _code(lambda text=text: arrivals.move_in(away, text, proof(), "M037A")) == refused
    assert _code(lambda: arrivals.move_in(away, sent.code, proof(OTHER), "M037A")) == "move-other"
    assert _code(lambda: arrivals.move_in(away, sent.code, proof(), "G037A")) == "role-may-not"
    assert _everything(away) == before
    assert _code(lambda: arrivals.move_in(third, sent.code, proof(), "M037A")) == "move-elsewhere"


def test_a_county_key_signs_no_move(village: Village, home: Terminal, away: Terminal) -> None:
    sent = moves.move_out(home, HOUSE, 90, 38, "M037A")
    text = sent.code.rpartition(":")[0].replace("M1:YS-37:", f"M1:{COUNTY}:")
    assert _code(lambda: arrivals.move_in(away, village.signed(text), proof(), "M037A")) == "move-forged"


@pytest.mark.parametrize(
    ("amount", "dest", "staff", "code"),
    [
        (0, 38, "M037A", "absurd-amount"),
        (-5, 38, "M037A", "absurd-amount"),
        (386, 38, "M037A", "not-enough-points"),
        (50, 37, "M037A", "move-here"),
        (50, 99, "M037A", "move-nowhere"),
        (50, 38, "G037A", "role-may-not"),
    ],
)
def test_refusals_change_nothing(
    home: Terminal, away: Terminal, amount: int, dest: int, staff: str, code: str
) -> None:
    before = _everything(home)
    assert _code(lambda: moves.move_out(home, HOUSE, amount, dest, staff)) == code
    assert _everything(home) == before


def test_nothing_leaves_where_nothing_is_held(home: Terminal, away: Terminal) -> None:
    assert _code(lambda: moves.move_out(away, HOUSE, 10, 37, "M037A")) == "not-home"
    assert _code(lambda: moves.move_out(away, "0399999", 10, 37, "M037A")) == "unknown-household"


def test_the_slip_shows_and_carries_the_move(home: Terminal, away: Terminal) -> None:
    sent = moves.move_out(home, HOUSE, 90, 38, "M037A")
    stub, resident = _slips(home)
    assert "双井村" in stub
    assert "张大山" in stub
    assert "张大山" not in resident
    assert f"Qr(data='{sent.code}')" in stub
    assert "只能用一次" in resident


def test_a_slip_printed_anew_in_a_later_epoch_is_the_same_move(
    village: Village, home: Terminal, away: Terminal, clock: HandClock
) -> None:
    sent = moves.move_out(home, HOUSE, 90, 38, "M037A")
    home.close()
    again = village.open(village.enrol(37, epoch=2), clock)
    with again.db.write() as conn:
        conn.exec_driver_sql("UPDATE print_job SET state='queued'")
    job = printing.take(again)
    assert job is not None
    assert job.content.qr.startswith("M1:YS-37B:1-")
    introduce(again, away)
    assert arrivals.move_in(away, job.content.qr, proof(), "M037A").move == sent.move
    assert _code(lambda: arrivals.move_in(away, sent.code, proof(), "M037A")) == "move-known"


def test_more_days_than_a_code_holds_wait_for_the_line(
    home: Terminal, away: Terminal, clock: HandClock
) -> None:
    for _ in range(40):
        clock.move(days=1)
        deeds.earn(home, HOUSE, "tidy-yard", 10, *TWO)
    sent = moves.move_out(home, HOUSE, 400, 38, "M037A")
    assert sent.code == ""
    stub, _resident = _slips(home)
    assert "联网转到" in stub
    assert "L1:YS-37:" in stub
    body = _body(home, sent.entry)
    _order(away, "m1", {**_in_order(sent.move, body)})
    assert feed.carry_out(away) == 1
    assert find.account(away, proof()).available_tenths == 400
    _clean(home, away)


# --- by the county's order ------------------------------------------------------------------------------


def test_by_line_and_by_paper_once(home: Terminal, away: Terminal) -> None:
    first, second = (moves.move_out(home, HOUSE, amount, 38, "M037A") for amount in (90, 70))
    _order(away, "m1", _in_order(first.move, _body(home, first.entry)))
    assert feed.carry_out(away) == 1
    assert _code(lambda: arrivals.move_in(away, first.code, proof(), "M037A")) == "move-known"
    arrivals.move_in(away, second.code, proof(), "M037A")
    _order(away, "m2", _in_order(second.move, _body(home, second.entry)))
    assert feed.carry_out(away) == 1
    assert _last(away)[:2] == ("order-refused", {"code": "move-known", "hh": HOUSE, "order": "m2"})
    assert find.account(away, proof()).available_tenths == 160
    _clean(home, away)


def test_an_order_for_an_ended_epoch_or_with_nonsense_is_answered(home: Terminal, away: Terminal) -> None:
    body = _in_order("37/1-9", {"hh": HOUSE, "from": [["", 10]], "till": 1})
    for number, (change, code) in enumerate(
        [
            ({"till": 2}, "move-old"),
            ({"to": [["2027-02-30", 10]]}, "order-unknown"),
            ({"to": [["", -10]]}, "order-unknown"),
            ({"move": [37, 1]}, "order-unknown"),
            ({"hh": "x"}, "order-unknown"),
        ]
    ):
        _order(away, f"n{number}", {**body, **change})
        assert feed.carry_out(away) == 1
        kind, said = _last(away)[:2]
        assert (kind, said["code"]) == ("order-refused", code)
    _clean(away)


def test_back_only_by_order_and_once(home: Terminal, away: Terminal) -> None:
    sent = moves.move_out(home, HOUSE, 90, 38, "M037A")
    arrivals.decline(away, sent.code, "M037A")
    out = [int(part) for part in sent.entry.split("-")]
    back = {"do": "move-back", "hh": HOUSE, "amount": 90, "out": out}
    for order_id in ("b1", "b2"):
        _order(home, order_id, back)
        assert feed.carry_out(home) == 1
    assert _last(home)[:2] == ("order-refused", {"code": "move-not-away", "hh": HOUSE, "order": "b2"})
    _order(home, "b3", {**back, "out": [1, 1]})
    feed.carry_out(home)
    assert _last(home)[1]["code"] == "move-unknown"
    assert find.account(home, proof()).available_tenths == 385
    assert [one.state for one in moves.listed(home)] == ["back"]
    assert _away(home, away) == 0
    _clean(home, away)


# --- a change of home -----------------------------------------------------------------------------------


def test_a_whole_household_moves(home: Terminal, away: Terminal) -> None:
    deeds.earn(home, HOUSE, "tidy-yard", 400, *TWO)
    saved.save(home, HOUSE, 100, "M037A")
    loans.borrow(home, HOUSE, 50, *TWO)
    _new_home(home, away)
    assert _code(lambda: redeem(home, proof(), (("soap", 1),), "M037A", "r1")) == "not-home"
    assert _code(lambda: moves.move_out(home, HOUSE, 10, 38, "M037A")) == "not-home"
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
    assert _code(lambda: loans.borrow(away, HOUSE, 10, *TWO)) == "loan-open"
    deeds.earn(away, HOUSE, "tidy-yard", 20, *TWO)
    assert loans.loans(away)[0].left_tenths == 30
    redeem(away, proof(), (("soap", 1),), "M037A", "r1")
    _clean(home, away)
    assert _away(home, away) == 0


def test_a_loan_taken_before_the_other_arrived_becomes_one(home: Terminal, away: Terminal) -> None:
    deeds.earn(home, HOUSE, "tidy-yard", 400, *TWO)
    loans.borrow(home, HOUSE, 50, *TWO)
    _new_home(home, away)
    deeds.earn(away, HOUSE, "tidy-yard", 400, *TWO)
    loans.borrow(away, HOUSE, 60, *TWO)
    arrivals.move_in(away, moves.change_home(home, HOUSE, "M037A").code, proof(), "M037A")
    (one,) = loans.loans(away)
    assert (one.amount_tenths, one.left_tenths) == (110, 110)
    loans.repay(away, HOUSE, None, "M037A")
    assert loans.loans(away) == ()
    _clean(home, away)


def test_reservations_are_released_first(home: Terminal, away: Terminal) -> None:
    with home.write() as writing:
        lots = writing.conn.exec_driver_sql("SELECT lot FROM lot WHERE sku='soap'").scalar()
        held = {"hh": HOUSE, "from": [["", 60]], "amount": 60, "until": "2026-12-01", "session": "s1"}
        writing.append("hold", {**held, "lines": [["soap", 2, 30, [[lots, 2]]]]}, "M037A")
    _new_home(home, away)
    sent = moves.change_home(home, HOUSE, "M037A")
    assert sent.amount_tenths == 385
    with home.read() as conn:
        assert conn.exec_driver_sql("SELECT state FROM hold").scalar() == "released"
        assert conn.exec_driver_sql("SELECT pieces, held FROM lot WHERE sku='soap'").one() == (400, 0)
    _clean(home)


def test_a_void_that_waits_keeps_the_household_here(home: Terminal, away: Terminal) -> None:
    done = redeem(home, proof(), (("soap", 1),), "M037A", "r1")
    original = _body(home, done.entry)
    with home.write() as writing:
        of = [int(part) for part in done.entry.split("-")]
        asked = {"of": of, "hh": HOUSE, "amount": 30, "lines": original["lines"]}
        writing.append("void-ask", asked, "M037A")
    _new_home(home, away)
    assert _code(lambda: moves.change_home(home, HOUSE, "M037A")) == "held-open"
    _order(home, "h1", {"do": "move-home", "hh": HOUSE, "amount": 0, "to": 38, "till": 1})
    feed.carry_out(home)
    assert _last(home)[1]["code"] == "held-open"


def test_the_county_decides_about_homes(home: Terminal, away: Terminal) -> None:
    assert _code(lambda: moves.change_home(home, HOUSE, "M037A")) == "home-stays"
    assert _code(lambda: moves.change_home(home, "0399999", "M037A")) == "unknown-household"
    _new_home(home, away)
    _order(home, "h1", {"do": "move-home", "hh": HOUSE, "amount": 0, "to": 38, "till": 1})
    assert feed.carry_out(home) == 1
    kind, body, _day = _last(home)
    assert (kind, body["home"], body["order"], body["from"]) == ("move-out", 1, "h1", [["", 385]])
    assert _code(lambda: moves.change_home(home, HOUSE, "M037A")) == "move-nothing"


def test_points_are_spent_before_the_word_of_the_new_home_has_come(home: Terminal, away: Terminal) -> None:
    """The slip is quicker than the county's row: the points are here, and nobody is sent home."""
    _new_home(home)
    sent = moves.change_home(home, HOUSE, "M037A")
    arrivals.move_in(away, sent.code, proof(), "M037A")
    assert find.account(away, proof()).may_spend
    redeem(away, proof(), (("soap", 1),), "M037A", "r1")
    _new_home(away)
    assert find.account(away, proof()).home_here
    redeem(away, proof(), (("soap", 2),), "M037A", "r2")
    _clean(home, away)


def test_an_old_home_serves_its_former_household_as_a_guest(home: Terminal, away: Terminal) -> None:
    _new_home(home, away)
    arrivals.move_in(away, moves.change_home(home, HOUSE, "M037A").code, proof(), "M037A")
    visit = moves.move_out(away, HOUSE, 60, 37, "M037A")
    arrivals.move_in(home, visit.code, proof(), "M037A")
    done = redeem(home, proof(), (("soap", 1),), "M037A", "r1")
    void(home, *map(int, done.entry.split("-")), "mistake", "M037A", "R037A")  # type: ignore[call-arg, arg-type]
    redeem(home, proof(), (("soap", 2),), "M037A", "r2")
    assert find.account(home, proof()).may_spend is False
    _clean(home, away)


def test_a_deed_is_reversed_where_the_household_is_at_home(home: Terminal, away: Terminal) -> None:
    entry = deeds.earn(home, HOUSE, "tidy-yard", 50, *TWO)
    _new_home(home, away)
    epoch, seq = map(int, entry.split("-"))
    assert _code(lambda: deeds.reverse(home, epoch, seq, "mistake", *TWO)) == "not-home"


def test_a_guests_points_end_at_home(home: Terminal, away: Terminal, clock: HandClock) -> None:
    deeds.earn(home, HOUSE, "tidy-yard", 50, *TWO)
    arrivals.move_in(away, moves.move_out(home, HOUSE, 50, 38, "M037A").code, proof(), "M037A")
    clock.move(days=7)
    assert expiry.preview(away, "2027-12-31").lines == ()
    assert expiry.warnings(away) == ()


# --- helpers --------------------------------------------------------------------------------------------


def _new_home(*terminals: Terminal, dest: int = 38) -> None:
    body = {"hh": HOUSE, "name": "张大山", "members": 4, "pinyin": "zds", "home": dest, "digest": []}
    for terminal in terminals:
        send(terminal, "centre:037", ("household", body))


def _in_order(move: str, out: dict[str, Any]) -> dict[str, Any]:
    """The order the county makes of a `move-out`."""
    terminal, _, entry = move.partition("/")
    body = {"do": "move-in", "hh": out["hh"], "to": out["from"], "till": out["till"]}
    more = {name: out[name] for name in ("home", "saved", "owed", "honour", "loan") if name in out}
    return {**body, **more, "amount": 0, "move": [int(terminal), *map(int, entry.split("-"))]}


def _order(terminal: Terminal, order_id: str, body: dict[str, Any]) -> None:
    send(terminal, f"terminal:{terminal.identity.terminal}", ("order", {"order": order_id, **body}))


def _code(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as no:
        act()
    return no.value.code


def _body(terminal: Terminal, entry: str) -> dict[str, Any]:
    with terminal.read() as conn:
        row = journal.get(conn, *map(int, entry.split("-")))  # type: ignore[arg-type]
    assert row is not None
    return dict(decode(row.data).body)


def _last(terminal: Terminal) -> tuple[str, dict[str, Any], str]:
    with terminal.read() as conn:
        *_, row = journal.everything(conn)
    entry = decode(row.data)
    return entry.kind, dict(entry.body), entry.day


def _away(*terminals: Terminal) -> int:
    total = 0
    for terminal in terminals:
        with terminal.read() as conn:
            total += conn.exec_driver_sql("SELECT tenths FROM total WHERE pot='away'").scalar() or 0
    return total


def _slips(terminal: Terminal) -> list[str]:
    """What the copies of the last slip say."""
    made = []
    while job := printing.take(terminal):
        made.append(str(document(job.content, job.copy)))
        printing.finish(terminal, job, "printed", "", 900)
    return made[-2:]


def _clean(*terminals: Terminal) -> None:
    for terminal in terminals:
        assert verify.verify(terminal).problems == ()
        assert verify.rebuild(terminal).problems == ()


def _everything(terminal: Terminal) -> list[list[Any]]:
    from sqlalchemy import select

    from kiosk.store.tables import journal as journal_table
    from kiosk.store.tables import print_job

    with terminal.read() as conn:
        return [
            [tuple(row) for row in conn.execute(select(table))]
            for table in (*FOLD_TABLES, journal_table, print_job)
        ]
