"""Goods in and out without points: lots, dates, funds, two people, slips; nothing expired is handed out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kiosk.ledger.refusals import Refused
from kiosk.services import issuing, stock
from kiosk.services.issuing import Wanted
from kiosk.services.redeem import quote, redeem
from kiosk.services.stock import Delivered, Source
from kiosk.services.terminal import Terminal
from kiosk.store import side
from kiosk.store.tables import lot, lot_origin
from tests.faults import books
from tests.kiosk.services.goods import TWO, copies, on_hand, paper, sound
from tests.village import HandClock, Village, proof, receive, send

PHOTO = b"\xff\xd8 a picture"
DELIVERY = (
    Delivered(sku="soap", pieces=40, best_before="2027-06-01", made="2026-06-01"),
    Delivered(sku="soap", pieces=2, best_before="2027-01-01"),
    Delivered(sku="rice5", pieces=3),
)
PURCHASE = Source(
    fund="collective", supplier="柳泉粮油店", resolution="2026-7", meeting="2026-11-01", record=PHOTO
)


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def test_a_delivery_with_all_that_stands_behind_it(terminal: Terminal) -> None:
    done = stock.receive(terminal, DELIVERY, PURCHASE, *TWO)
    entry = done.entry
    assert done.lots == (("soap", entry, 40), ("soap", f"{entry}.2", 2), ("rice5", f"{entry}.3", 3))
    assert on_hand(terminal) == {"soap": 442, "rice5": 403, "vinegar": 400, "oil5": 400}
    with terminal.read() as conn:
        rows = conn.execute(lot_origin.select().where(lot_origin.c.lot.startswith(entry))).all()
        row = next(one for one in rows if one.lot == entry)
        assert (row.kind, row.fund, row.made, row.day) == (
            "stock-receive",
            "collective",
            "2026-06-01",
            "2026-11-23",
        )
        assert (row.resolution, row.meeting, row.pieces) == ("2026-7", "2026-11-01", 40)
        assert side.text(conn, row.supplier) == "柳泉粮油店"
        kept = side.get(conn, row.record)
        assert kept is not None and kept.data == PHOTO
    body = _body(terminal, entry)
    assert "柳泉" not in json.dumps(body, ensure_ascii=False)
    made = paper(terminal, done.slip)
    assert (made.title, made.check_code != "", made.total_tenths) == (
        "stock.title.receive",
        True,
        42 * 30 + 600,
    )
    assert [(line.name, line.qty, line.unit) for line in made.lines] == [
        ("肥皂", 42, "块"),
        ("大米 5公斤", 3, "袋"),
    ]
    assert copies(terminal, done.slip) == ["stub"]
    sound(terminal)


def test_a_donation_has_a_voucher_for_the_donor(terminal: Terminal) -> None:
    done = stock.donate(terminal, (Delivered(sku="vinegar", pieces=6),), "赵老板", *TWO)
    assert on_hand(terminal)["vinegar"] == 406
    assert copies(terminal, done.slip) == ["stub", "resident"]
    made = paper(terminal, done.slip)
    assert ("赵老板" in [fact.value for fact in made.facts], made.second_copy) == (True, "stock.copy.donor")
    with terminal.read() as conn:
        assert conn.execute(lot.select().where(lot.c.lot == done.entry)).one().fund == "donation"
    unnamed = stock.donate(terminal, (Delivered(sku="vinegar", pieces=1),), "", *TWO)
    assert "不具名" in [fact.value for fact in paper(terminal, unnamed.slip).facts]
    sound(terminal)


def test_goods_issued_without_points(terminal: Terminal) -> None:
    soon = receive(terminal, "soap", 5, "2027-01-01")
    wanted = (Wanted(sku="soap", pieces=4), Wanted(sku="soap", pieces=3), Wanted(sku="rice5", pieces=1))
    done = issuing.issue(terminal, wanted, "care", "重阳节慰问", *TWO)
    assert done.lots[0] == ("soap", soon, 5)
    assert sum(pieces for sku, _lot, pieces in done.lots if sku == "soap") == 7
    assert on_hand(terminal)["soap"] == 398
    made = paper(terminal, done.slip)
    assert [fact.value for fact in made.facts] == ["慰问", "重阳节慰问"]
    sound(terminal)


def test_goods_written_off(terminal: Terminal) -> None:
    old = receive(terminal, "soap", 5, "2026-11-22")
    done = issuing.write_off(terminal, (Wanted(sku="soap", pieces=5),), "expired", PHOTO, *TWO)
    assert done.lots == (("soap", old, 5),)
    with terminal.read() as conn:
        kept = side.get(conn, _body(terminal, done.entry)["evidence"])
        assert kept is not None and kept.data == PHOTO
    assert _refused(_off(terminal, pieces=1, why="expired")) == (
        "stock-not-expired",
        {"item": "肥皂", "left": 0},
    )
    other = receive(terminal, "soap", 5, "2027-01-01")
    late = issuing.write_off(terminal, (Wanted(sku="soap", pieces=2, lot=other),), "damaged", PHOTO, *TWO)
    assert late.lots == (("soap", other, 2),)
    sound(terminal)


def test_nothing_expired_is_handed_out(terminal: Terminal, clock: HandClock) -> None:
    issuing.issue(terminal, (Wanted(sku="oil5", pieces=398),), "other", "", *TWO)
    receive(terminal, "oil5", 3, "2026-11-24")
    assert on_hand(terminal)["oil5"] == 5
    clock.move(days=1)  # the last day it is good
    redeem(terminal, proof("0370900"), (("oil5", 1),), "M037A", "r1")
    clock.move(days=1)
    with terminal.write():
        pass
    assert on_hand(terminal)["oil5"] == 2
    asked = quote(terminal, proof("0370900"), (("oil5", 3),))
    assert (asked.refused, asked.refused_params) == (
        "goods-expired",
        {"item": "大豆油 5升", "left": "2", "expired": "2"},
    )
    with pytest.raises(Refused) as no:
        redeem(terminal, proof("0370900"), (("oil5", 3),), "M037A", "r2")
    assert no.value.code == "goods-expired"
    with pytest.raises(Refused) as no:
        issuing.issue(terminal, (Wanted(sku="oil5", pieces=3),), "care", "", *TWO)
    assert no.value.code == "goods-expired"
    redeem(terminal, proof("0370900"), (("oil5", 2),), "M037A", "r3")
    assert (
        issuing.write_off(terminal, (Wanted(sku="oil5", pieces=2),), "expired", PHOTO, *TWO).lots[0][2] == 2
    )
    sound(terminal)


def test_a_clock_thrown_by_years_lets_nothing_expire(terminal: Terminal, clock: HandClock) -> None:
    receive(terminal, "oil5", 3, "2026-12-24")
    for days in (3653, -7306):
        clock.move(days=days)
        assert on_hand(terminal)["oil5"] == 403
        redeem(terminal, proof("0370900"), (("oil5", 1),), "M037A", f"r{days}")
        receive(terminal, "oil5", 1, "2026-12-24")
    sound(terminal)


@pytest.mark.parametrize(
    ("lines", "source", "people", "code"),
    [
        ((), PURCHASE, TWO, "stock-empty"),
        (DELIVERY * 40, PURCHASE, TWO, "stock-too-many-lines"),
        ((Delivered(sku="caviar", pieces=1),), PURCHASE, TWO, "unknown-goods"),
        ((Delivered(sku="soap", pieces=0),), PURCHASE, TWO, "absurd-quantity"),
        ((Delivered(sku="soap", pieces=1, made="2026-13-01"),), PURCHASE, TWO, "day-unreadable"),
        (
            (Delivered(sku="soap", pieces=1, made="2027-02-01", best_before="2027-01-01"),),
            PURCHASE,
            TWO,
            "stock-dates-crossed",
        ),
        (DELIVERY, Source(fund="lottery"), TWO, "unknown-fund"),
        (DELIVERY, Source(fund="finance", supplier="店" * 61), TWO, "stock-name-unreadable"),
        (DELIVERY, Source(fund="finance", supplier="a\nb"), TWO, "stock-name-unreadable"),
        (DELIVERY, Source(fund="finance", resolution="决议7"), TWO, "stock-number-unreadable"),
        (DELIVERY, Source(fund="finance", meeting="soon"), TWO, "day-unreadable"),
        (DELIVERY, Source(fund="finance", record=b"x" * 200_001), TWO, "too-large"),
        (DELIVERY, PURCHASE, ("M037A", "M037A"), "second-needed"),
        (DELIVERY, PURCHASE, ("R037A", "M037A"), "role-may-not"),
        (DELIVERY, PURCHASE, ("M037A", "G037A"), "role-may-not"),
    ],
)
def test_what_is_not_taken_in(terminal: Terminal, lines: Any, source: Any, people: Any, code: str) -> None:
    before = _everything(terminal)
    assert _refused(lambda: stock.receive(terminal, lines, source, *people))[0] == code
    assert _everything(terminal) == before


def test_what_does_not_go_out(terminal: Terminal) -> None:
    before = _everything(terminal)
    one = (Wanted(sku="soap", pieces=1),)
    for act, code in (
        (lambda: issuing.issue(terminal, one, "party", "", *TWO), "stock-why-unknown"),
        (lambda: issuing.issue(terminal, (), "care", "", *TWO), "stock-empty"),
        (lambda: issuing.issue(terminal, one, "care", "", "M037A", "M037A"), "second-needed"),
        (lambda: issuing.issue(terminal, one, "care", "", "M037A", "G037A"), "role-may-not"),
        (
            lambda: issuing.issue(terminal, (Wanted(sku="soap", pieces=401),), "care", "", *TWO),
            "not-enough-stock",
        ),
        (
            lambda: issuing.issue(terminal, (Wanted(sku="soap", pieces=1, lot="9-9"),), "care", "", *TWO),
            "stock-lot-unknown",
        ),
        (
            lambda: issuing.issue(terminal, (Wanted(sku="soap", pieces=-1),), "care", "", *TWO),
            "absurd-quantity",
        ),
        (lambda: issuing.write_off(terminal, one, "damaged", b"", *TWO), "stock-evidence-needed"),
        (lambda: issuing.write_off(terminal, one, "stolen", PHOTO, *TWO), "stock-why-unknown"),
        (lambda: issuing.write_off(terminal, one, "damaged", b"x" * 200_001, *TWO), "too-large"),
        (lambda: issuing.write_off(terminal, one, "damaged", PHOTO, "M037A", "G037A"), "role-may-not"),
    ):
        assert _refused(act)[0] == code
    assert _everything(terminal) == before


def test_the_paper_has_the_name_and_price_of_its_day(terminal: Terminal, clock: HandClock) -> None:
    later = {
        "sku": "soap",
        "name": "香皂",
        "unit": "块",
        "price": 40,
        "barcode": "",
        "picture": "",
        "limit": 0,
    }
    send(terminal, "county", ("goods", {**later, "category": "daily", "from": "", "version": 2}))
    clock.move(days=1)
    done = stock.receive(terminal, (Delivered(sku="soap", pieces=1),), PURCHASE, *TWO)
    assert [(line.name, line.price_tenths) for line in paper(terminal, done.slip).lines] == [("香皂", 40)]


def _off(terminal: Terminal, pieces: int, why: str) -> Any:
    return lambda: issuing.write_off(terminal, (Wanted(sku="soap", pieces=pieces),), why, PHOTO, *TWO)


def _refused(act: Any) -> tuple[str, dict[str, Any]]:
    with pytest.raises(Refused) as no:
        act()
    return no.value.code, no.value.params


def _body(terminal: Terminal, entry: str) -> Any:
    epoch, seq = entry.split("-")
    folder = terminal.settings.data_dir
    [[data]] = books.rows(folder, f"SELECT data FROM journal WHERE epoch={int(epoch)} AND seq={int(seq)}")
    return json.loads(data)[9]


def _everything(terminal: Terminal) -> Any:
    tables = ("journal", "lot", "lot_origin", "slip", "side", "print_job")
    return [books.rows(terminal.settings.data_dir, f"SELECT * FROM {name}") for name in tables]
