"""Moves between two terminals: by slip and by order, once for ever, and what a guest may spend."""

from __future__ import annotations

import pytest

from kiosk.ledger import cards
from kiosk.services import arrivals, deeds, feed, find, moves, printing
from kiosk.services.history import history
from kiosk.services.redeem import quote, redeem
from kiosk.services.terminal import Terminal
from tests.kiosk.services.moving import (
    HOUSE,
    OTHER,
    TWO,
    all_clean,
    body_of,
    code_of,
    everything,
    give_order,
    in_order,
    introduce,
    last_entry,
    on_the_way,
    slips_of,
)
from tests.village import COUNTY, HandClock, Village, proof

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
    assert code_of(lambda: redeem(away, proof(), (("soap", 3),), "M037A", "r2")) == "not-enough-points"
    all_clean(home, away)
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
    assert code_of(lambda: redeem(away, proof(), (("soap", 1),), "M037A", "r2")) == "not-home"
    arrivals.move_in(home, back.code, proof(), "M037A")
    assert find.account(home, proof()).available_tenths == 385 - 30
    all_clean(home, away)
    assert on_the_way(home, away) == 0


def test_a_guest_the_county_told_nobody_of(home: Terminal, away: Terminal) -> None:
    """Off line the slip and the card are enough: no name, but every point."""
    with away.db.write() as conn:
        conn.exec_driver_sql("DELETE FROM household")
    assert code_of(lambda: find.account(away, proof())) == "unknown-household"  # the number's centre is ours
    arrivals.move_in(away, moves.move_out(home, HOUSE, 90, 38, "M037A").code, proof(), "M037A")
    account = find.account(away, proof())
    assert (account.name, account.available_tenths, account.home_here, account.home_name) == (
        "",
        90,
        False,
        "柳泉村",
    )
    assert redeem(away, proof(), (("soap", 3),), "M037A", "r1").available_tenths == 0
    assert code_of(lambda: redeem(away, proof(), (("soap", 1),), "M037A", "r2")) == "not-home"


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
    before = everything(away)
    for _ in range(again):
        assert code_of(lambda: arrivals.move_in(away, sent.code, proof(), "M037A")) == "move-known"
        assert code_of(lambda: arrivals.decline(away, sent.code, "M037A")) == "move-known"
    assert everything(away) == before


def test_a_declined_slip_is_never_taken_in(home: Terminal, away: Terminal) -> None:
    sent = moves.move_out(home, HOUSE, 90, 38, "M037A")
    arrivals.decline(away, sent.code, "M037A")
    assert code_of(lambda: arrivals.move_in(away, sent.code, proof(), "M037A")) == "move-was-declined"
    assert [(one.state, one.amount_tenths) for one in moves.listed(away)] == [("declined", 0)]
    all_clean(home, away)


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
    before = everything(away)
    for text, refused in forged:
        assert code_of(lambda text=text: arrivals.move_in(away, text, proof(), "M037A")) == refused
    assert code_of(lambda: arrivals.move_in(away, sent.code, proof(OTHER), "M037A")) == "move-other"
    assert code_of(lambda: arrivals.move_in(away, sent.code, proof(), "G037A")) == "role-may-not"
    assert everything(away) == before
    assert code_of(lambda: arrivals.move_in(third, sent.code, proof(), "M037A")) == "move-elsewhere"


def test_a_county_key_signs_no_move(village: Village, home: Terminal, away: Terminal) -> None:
    sent = moves.move_out(home, HOUSE, 90, 38, "M037A")
    text = sent.code.rpartition(":")[0].replace("M1:YS-37:", f"M1:{COUNTY}:")
    assert code_of(lambda: arrivals.move_in(away, village.signed(text), proof(), "M037A")) == "move-forged"


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
    before = everything(home)
    assert code_of(lambda: moves.move_out(home, HOUSE, amount, dest, staff)) == code
    assert everything(home) == before


def test_nothing_leaves_where_nothing_is_held(home: Terminal, away: Terminal) -> None:
    assert code_of(lambda: moves.move_out(away, HOUSE, 10, 37, "M037A")) == "not-home"
    assert code_of(lambda: moves.move_out(away, "0399999", 10, 37, "M037A")) == "unknown-household"


def test_the_slip_shows_and_carries_the_move(home: Terminal, away: Terminal) -> None:
    sent = moves.move_out(home, HOUSE, 90, 38, "M037A")
    stub, resident = slips_of(home)
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
    assert code_of(lambda: arrivals.move_in(away, sent.code, proof(), "M037A")) == "move-known"


def test_more_days_than_a_code_holds_wait_for_the_line(
    home: Terminal, away: Terminal, clock: HandClock
) -> None:
    for _ in range(40):
        clock.move(days=1)
        deeds.earn(home, HOUSE, "tidy-yard", 10, *TWO)
    sent = moves.move_out(home, HOUSE, 400, 38, "M037A")
    assert sent.code == ""
    stub, _resident = slips_of(home)
    assert "联网转到" in stub
    assert "L1:YS-37:" in stub
    body = body_of(home, sent.entry)
    give_order(away, "m1", {**in_order(sent.move, body)})
    assert feed.carry_out(away) == 1
    assert find.account(away, proof()).available_tenths == 400
    all_clean(home, away)


# --- by the county's order ------------------------------------------------------------------------------


def test_by_line_and_by_paper_once(home: Terminal, away: Terminal) -> None:
    first, second = (moves.move_out(home, HOUSE, amount, 38, "M037A") for amount in (90, 70))
    give_order(away, "m1", in_order(first.move, body_of(home, first.entry)))
    assert feed.carry_out(away) == 1
    assert code_of(lambda: arrivals.move_in(away, first.code, proof(), "M037A")) == "move-known"
    arrivals.move_in(away, second.code, proof(), "M037A")
    give_order(away, "m2", in_order(second.move, body_of(home, second.entry)))
    assert feed.carry_out(away) == 1
    assert last_entry(away)[:2] == ("order-refused", {"code": "move-known", "hh": HOUSE, "order": "m2"})
    assert find.account(away, proof()).available_tenths == 160
    all_clean(home, away)


def test_an_order_for_an_ended_epoch_or_with_nonsense_is_answered(home: Terminal, away: Terminal) -> None:
    body = in_order("37/1-9", {"hh": HOUSE, "from": [["", 10]], "till": 1})
    for number, (change, code) in enumerate(
        [
            ({"till": 2}, "move-old"),
            ({"to": [["2027-02-30", 10]]}, "order-unknown"),
            ({"to": [["", -10]]}, "order-unknown"),
            ({"move": [37, 1]}, "order-unknown"),
            ({"hh": "x"}, "order-unknown"),
        ]
    ):
        give_order(away, f"n{number}", {**body, **change})
        assert feed.carry_out(away) == 1
        kind, said = last_entry(away)[:2]
        assert (kind, said["code"]) == ("order-refused", code)
    all_clean(away)


def test_back_only_by_order_and_once(home: Terminal, away: Terminal) -> None:
    sent = moves.move_out(home, HOUSE, 90, 38, "M037A")
    arrivals.decline(away, sent.code, "M037A")
    out = [int(part) for part in sent.entry.split("-")]
    back = {"do": "move-back", "hh": HOUSE, "amount": 90, "out": out}
    for order_id in ("b1", "b2"):
        give_order(home, order_id, back)
        assert feed.carry_out(home) == 1
    assert last_entry(home)[:2] == ("order-refused", {"code": "move-not-away", "hh": HOUSE, "order": "b2"})
    give_order(home, "b3", {**back, "out": [1, 1]})
    feed.carry_out(home)
    assert last_entry(home)[1]["code"] == "move-unknown"
    assert find.account(home, proof()).available_tenths == 385
    assert [one.state for one in moves.listed(home)] == ["back"]
    assert on_the_way(home, away) == 0
    all_clean(home, away)
