"""Orders: suggested from what was redeemed and wished for, written down, sent once."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kiosk.config import StockSettings
from kiosk.services import issuing, labels, ordering, orderway, wishes
from kiosk.services.issuing import Wanted
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.services.void import void
from tests.kiosk.services.goods import TWO, paper, refused, sound
from tests.kiosk.services.two import both
from tests.village import HandClock, Village, proof, receive


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    made = village.stocked(clock=clock)
    stock = StockSettings(order_weeks_back=8, order_weeks_cover=4, near_days=28, low_pieces=5)
    made.settings = msgspec.structs.replace(made.settings, stock=stock)
    return made


def test_what_people_take_wish_for_and_have(terminal: Terminal) -> None:
    assert ordering.suggest(terminal) == ()
    redeem(terminal, proof("0370900"), (("soap", 40),), "M037A", "r1")
    taken_back = redeem(terminal, proof("0370900"), (("soap", 30),), "M037A", "r2")
    void(terminal, *map(int, taken_back.entry.split("-")), "mistake", *TWO)
    issuing.issue(terminal, (Wanted(sku="soap", pieces=348),), "care", "", *TWO)  # no demand of residents
    wishes.vote(terminal, proof(), "soap", wanted=True)
    [one] = ordering.suggest(terminal)
    assert (one.sku, one.redeemed, one.wishes, one.level, one.on_hand) == ("soap", 40, 1, 5, 12)
    assert one.pieces == 20 + 1 - 12
    labels.set_place(terminal, "soap", None, 50, "M037A")
    assert ordering.suggest(terminal)[0].pieces == 50 + 1 - 12


def test_goods_near_their_end_are_as_good_as_gone(terminal: Terminal) -> None:
    issuing.issue(terminal, (Wanted(sku="oil5", pieces=400),), "care", "", *TWO)
    receive(terminal, "oil5", 10, "2026-12-01")
    [one] = ordering.suggest(terminal)
    assert (one.near, one.pieces) == (10, 5)  # nobody takes any: only the level is wanted


def test_an_order_on_its_way_is_not_ordered_again(terminal: Terminal) -> None:
    issuing.issue(terminal, (Wanted(sku="soap", pieces=398),), "care", "", *TWO)
    [one] = ordering.suggest(terminal)
    made = ordering.draft(terminal, [("soap", one.pieces)], "M037A")
    assert ordering.suggest(terminal)[0].pieces == one.pieces == 3
    done = ordering.send(terminal, *_place(made.order), "M037A")
    assert ordering.suggest(terminal) == ()
    assert paper(terminal, done.slip).lines[0].qty == 3
    receive(terminal, "soap", 3)
    assert ordering.suggest(terminal) == ()
    [listed] = ordering.orders(terminal)
    assert (listed.order, listed.sent, listed.lines) == (made.order, "2026-11-23", (("soap", 3),))
    sound(terminal)


def test_what_is_not_ordered(terminal: Terminal) -> None:
    made = ordering.draft(terminal, [("soap", 3), ("rice5", 1)], "M037A")
    ordering.send(terminal, *_place(made.order), "M037A")
    for act, code in (
        (lambda: ordering.send(terminal, *_place(made.order), "M037A"), "order-no-draft"),
        (lambda: ordering.send(terminal, 1, 1, "M037A"), "order-no-draft"),
        (lambda: ordering.draft(terminal, [], "M037A"), "stock-empty"),
        (lambda: ordering.draft(terminal, [("soap", 0)], "M037A"), "absurd-quantity"),
        (lambda: ordering.draft(terminal, [("caviar", 1)], "M037A"), "unknown-goods"),
        (lambda: ordering.draft(terminal, [("soap", 1)], "G037A"), "role-may-not"),
    ):
        assert refused(act) == code
    sound(terminal)


def test_an_orders_way(terminal: Terminal) -> None:
    """Confirmed by the township where it does that, ordered, come; what was sent back is ordered anew."""
    made = [_place(ordering.draft(terminal, [("soap", 3)], "M037A").order) for _ in range(2)]
    assert refused(lambda: orderway.step(terminal, *made[0], "confirmed", "", "S037A")) == "order-unsent"
    for at in made:
        ordering.send(terminal, *at, "M037A")
    stock = msgspec.structs.replace(terminal.settings.stock, township_confirms=True)
    terminal.settings = msgspec.structs.replace(terminal.settings, stock=stock)
    first, other = made
    for act, code in (
        (lambda: orderway.step(terminal, *first, "ordered", "", "S037A"), "order-township"),
        (lambda: orderway.step(terminal, *first, "confirmed", "", "G037A"), "role-may-not"),
        (lambda: orderway.step(terminal, *first, "returned", "", "S037A"), "why-needed"),
    ):
        assert refused(act) == code
    orderway.step(terminal, *first, "confirmed", "", "S037A", b"a letter")
    orderway.step(terminal, *first, "ordered", "", "S037A")
    orderway.step(terminal, *first, "came", "", "M037A")
    orderway.step(terminal, *other, "returned", "funds", "S037A")
    assert refused(lambda: orderway.step(terminal, *other, "came", "", "M037A")) == "order-step"
    states = [(one.state, one.moved, one.why) for one in ordering.orders(terminal)]
    assert states == [("returned", "2026-11-23", "funds"), ("came", "2026-11-23", "")]
    sound(terminal)


def test_two_processes_send_one_draft_once(terminal: Terminal, tmp_path: Path) -> None:
    made = ordering.draft(terminal, [("soap", 3)], "M037A")
    _done, no = both(tmp_path, terminal, "order", "send", made.order, "--staff", "M037A")
    assert no["refused"] == "order-no-draft"
    sound(terminal)


def _place(entry: str) -> tuple[int, int]:
    epoch, seq = entry.split("-")
    return int(epoch), int(seq)
