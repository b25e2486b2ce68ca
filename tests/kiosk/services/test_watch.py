"""Looking after goods: alerts, balances between two days, funds behind lots, goods against points, labels."""

from __future__ import annotations

import msgspec
import pytest

from kiosk.config import StockSettings
from kiosk.ledger import barcodes
from kiosk.services import alerts, balances, books, counting, funds, issuing, labels, printing, shelf, stock
from kiosk.services import redeem as redeeming
from kiosk.services.issuing import Wanted
from kiosk.services.stock import Delivered, Source
from kiosk.services.terminal import Terminal
from kiosk.services.void import void
from kiosk.slips.labels import Label
from tests.kiosk.services.goods import TWO, refused, sound
from tests.village import HandClock, Village, proof, receive, send

EGG = {"sku": "egg", "name": "鸡蛋", "unit": "枚", "price": 5, "barcode": "", "picture": "", "limit": 0}


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    made = village.stocked(clock=clock)
    send(made, "county", ("goods", {**EGG, "category": "food", "from": "", "version": 1}))
    return made


def test_expired_near_and_few(terminal: Terminal, clock: HandClock) -> None:
    receive(terminal, "soap", 3, "2026-11-23")
    receive(terminal, "soap", 4, "2026-12-23")
    receive(terminal, "soap", 5, "2026-12-24")
    found = alerts.alerts(terminal)
    assert [(one.best_before, one.days, one.pieces) for one in found.near] == [
        ("2026-11-23", 0, 3),
        ("2026-12-23", 30, 4),
    ]
    assert [(one.sku, one.on_hand, one.level) for one in found.low] == [("egg", 0, 5)]
    clock.move(days=1)
    with terminal.write():
        pass
    labels.set_place(terminal, "soap", "A-2", 500, "M037A")
    labels.set_place(terminal, "egg", None, 0, "M037A")
    found = alerts.alerts(terminal)
    assert [(one.best_before, one.days) for one in found.expired] == [("2026-11-23", -1)]
    assert [(one.sku, one.on_hand, one.level) for one in found.low] == [("egg", 0, 0), ("soap", 409, 500)]
    assert books.today(terminal).low_stock == ("鸡蛋", "肥皂")
    labels.set_place(terminal, "soap", None, labels.GENERAL, "M037A")
    assert [one.sku for one in alerts.alerts(terminal).low] == ["egg"]
    sound(terminal)


def test_balances_between_two_days(terminal: Terminal, clock: HandClock) -> None:
    clock.move(days=2)  # the 25th
    redeeming.redeem(terminal, proof("0370900"), (("soap", 10),), "M037A", "r1")
    done = redeeming.redeem(terminal, proof("0370900"), (("soap", 3),), "M037A", "r2")
    void(terminal, *map(int, done.entry.split("-")), "mistake", *TWO)
    clock.move(days=1)
    new = receive(terminal, "soap", 7)
    counting.open_sheet(terminal, ("soap",), "G037A")
    for _ in range(2):
        counting.write(terminal, [("soap", 396)], "G037A")
    counting.approve(terminal, *TWO)
    clock.move(days=1)
    issuing.issue(terminal, (Wanted(sku="soap", pieces=6),), "care", "", *TWO)
    old = next(one for one in _soap(terminal, "2026-11-25", "2026-11-26") if one.lot != new)
    assert (old.opening, old.came, old.went, old.closing) == (400, 3, 14, 389)
    assert old.by_kind == {"redeem": -13, "void": 3, "stock-count-": -1}
    other = next(one for one in _soap(terminal, "2026-11-25", "2026-11-26") if one.lot == new)
    assert (other.opening, other.came, other.went, other.closing) == (0, 7, 0, 7)
    whole = balances.between(terminal, "2000-01-01", "2100-01-01")
    assert sum(one.closing for one in whole if one.sku == "soap") == 390
    assert all(one.opening == 0 for one in whole)
    assert _soap(terminal, "2026-11-01", "2026-11-02") == []
    assert refused(lambda: balances.between(terminal, "2026-12-01", "2026-11-30")) == "stock-days-crossed"
    assert refused(lambda: balances.between(terminal, "soon", "2026-11-30")) == "day-unreadable"


def test_what_each_source_paid_for(terminal: Terminal) -> None:
    bought = Source(fund="collective", supplier="柳泉粮油店", resolution="2026-7", meeting="2026-11-01")
    stock.receive(terminal, (Delivered(sku="rice5", pieces=10),), bought, *TWO)
    stock.receive(terminal, (Delivered(sku="egg", pieces=6),), Source(fund="collective"), *TWO)
    stock.donate(terminal, (Delivered(sku="soap", pieces=5),), "赵老板", *TWO)
    issuing.issue(terminal, (Wanted(sku="rice5", pieces=402),), "care", "", *TWO)
    found = {one.fund: one for one in funds.funds(terminal)}
    assert list(found) == ["finance", "assistance", "collective", "donation", "township", "market"]
    collective = found["collective"]
    assert (collective.lots, collective.came, collective.left, collective.undecided) == (2, 16, 14, 1)
    assert collective.worth_tenths == 10 * 200 + 6 * 5
    assert (found["donation"].came, found["donation"].undecided, found["market"].lots) == (5, 0, 0)
    assert (found["finance"].came, found["finance"].left) == (1600, 1200)
    donated = funds.lots(terminal, "donation")
    assert [(one.supplier, one.kind, one.left) for one in donated] == [("赵老板", "stock-donate", 5)]
    decided = next(one for one in funds.lots(terminal, "collective") if one.sku == "rice5")
    assert (decided.resolution, decided.meeting, decided.supplier) == ("2026-7", "2026-11-01", "柳泉粮油店")
    sound(terminal)


def test_goods_against_points(terminal: Terminal, clock: HandClock) -> None:
    cover = funds.cover(terminal)
    assert cover.outstanding_tenths == 385 + 100 + 50_000
    assert cover.shelf_tenths == 400 * (200 + 30 + 20 + 350)
    assert (cover.percent, cover.warn) == (cover.shelf_tenths * 100 // 50_485, False)
    for sku in ("rice5", "soap", "oil5"):
        issuing.issue(terminal, (Wanted(sku=sku, pieces=400),), "care", "", *TWO)
    receive(terminal, "oil5", 1000, "2026-11-23")
    clock.move(days=1)
    with terminal.write():
        pass
    cover = funds.cover(terminal)  # what is expired covers nothing
    assert (cover.shelf_tenths, cover.percent, cover.warn) == (8000, 15, True)
    terminal.settings = msgspec.structs.replace(terminal.settings, stock=StockSettings(cover_percent=15))
    assert not funds.cover(terminal).warn


def test_labels_carry_a_code_that_scanning_finds(terminal: Terminal) -> None:
    labels.set_place(terminal, "egg", "B-1", None, "M037A")
    name = labels.print_labels(terminal, "label", "egg", 2, "M037A")
    assert printing.state(terminal, name).state == "queued"
    jobs = []
    while job := printing.take(terminal):
        printing.finish(terminal, job, "printed", "", 900)
        jobs.append(job)
    assert [(job.slip, job.copy) for job in jobs] == [(name, "single")] * 2
    label = jobs[0].content
    assert isinstance(label, Label)
    assert (label.name, label.unit, label.price_tenths, label.place) == ("鸡蛋", "枚", 5, "B-1")
    assert barcodes.is_own(label.code)
    assert shelf.by_barcode(terminal, label.code).sku == "egg"
    assert refused(lambda: shelf.by_barcode(terminal, barcodes.own_code("caviar"))) == "unknown-barcode"
    sound(terminal)


def test_a_good_with_a_barcode_keeps_it(terminal: Terminal) -> None:
    body = {**EGG, "sku": "tea", "barcode": "4006381333931", "category": "food", "from": "", "version": 1}
    send(terminal, "county", ("goods", body))
    with terminal.read() as conn:
        assert shelf.own_barcode(shelf.item(conn, "tea")) == "4006381333931"


def test_what_is_not_labelled_or_placed(terminal: Terminal) -> None:
    for act, code in (
        (lambda: labels.print_labels(terminal, "label", "caviar", 1, "M037A"), "unknown-goods"),
        (lambda: labels.print_labels(terminal, "tag", "egg", 0, "M037A"), "absurd-quantity"),
        (lambda: labels.print_labels(terminal, "tag", "egg", 51, "M037A"), "absurd-quantity"),
        (lambda: labels.print_labels(terminal, "tag", "egg", 1, "R037A"), "role-may-not"),
        (lambda: labels.set_place(terminal, "egg", "货架一", None, "M037A"), "place-unreadable"),
        (lambda: labels.set_place(terminal, "egg", None, -2, "M037A"), "absurd-quantity"),
        (lambda: labels.set_place(terminal, "caviar", "A", None, "M037A"), "unknown-goods"),
    ):
        assert refused(act) == code


def _soap(terminal: Terminal, first: str, last: str) -> list[balances.Balance]:
    return [one for one in balances.between(terminal, first, last) if one.sku == "soap"]
