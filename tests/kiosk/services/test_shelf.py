"""The shelf: what a barcode names, goods taken in by two, the soonest best-before handed out first."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.ledger.refusals import Refused
from kiosk.services import shelf, verify
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.store.tables import lot
from tests.village import HandClock, Village, proof, receive


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def test_the_dearest_good_stands_first(terminal: Terminal) -> None:
    items = shelf.shelf(terminal)
    assert [item.sku for item in items] == ["oil5", "rice5", "soap", "vinegar"]
    assert all(item.on_hand == 400 for item in items)


def test_by_barcode_or_sku(terminal: Terminal) -> None:
    assert shelf.by_barcode(terminal, " 6901234000024\r\n").sku == "soap"
    assert shelf.by_barcode(terminal, "soap").sku == "soap"
    for nothing in ("", "6901234000018", "%", "\x00", "9" * 4096):
        with pytest.raises(Refused) as no:
            shelf.by_barcode(terminal, nothing)
        assert no.value.code == "unknown-barcode"


def test_a_good_without_barcode_is_not_found_by_an_empty_scan(terminal: Terminal) -> None:
    from tests.village import send

    body = {"sku": "egg", "name": "鸡蛋", "unit": "枚", "price": 5, "barcode": "", "picture": "", "limit": 0}
    send(terminal, "county", ("goods", {**body, "category": "food", "from": "", "version": 1}))
    with pytest.raises(Refused):
        shelf.by_barcode(terminal, "")


def test_the_soonest_best_before_goes_out_first(terminal: Terminal) -> None:
    late = receive(terminal, "soap", 5, "2027-06-01", "donation", "M037A", "R037A")
    soon = receive(terminal, "soap", 2, "2027-01-01", "donation", "M037A", "R037A")
    redeem(terminal, proof(), (("soap", 3),), "M037A", "r1")
    left = _lots(terminal, "soap")
    assert (left[soon], left[late]) == (0, 4)
    assert verify.verify(terminal).ok


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sku": "caviar"}, "unknown-goods"),
        ({"pieces": 0}, "absurd-quantity"),
        ({"pieces": -1}, "absurd-quantity"),
        ({"pieces": 10_001}, "absurd-quantity"),
        ({"fund": "lottery"}, "unknown-fund"),
        ({"best_before": "soon"}, "day-unreadable"),
        ({"best_before": "2027-02-30"}, "day-unreadable"),
        ({"second": ""}, "second-needed"),
        ({"second": "M037A"}, "second-needed"),
        ({"second": "X"}, "staff-unknown"),
        ({"second": "G037A"}, "role-may-not"),
        ({"actor": "G037A"}, "role-may-not"),
    ],
)
def test_what_is_not_taken_in(terminal: Terminal, change: dict[str, Any], code: str) -> None:
    fields = {"sku": "soap", "pieces": 5, "best_before": "", "fund": "finance"}
    fields |= {"actor": "M037A", "second": "R037A"} | change
    before = _lots(terminal, "soap")
    with pytest.raises(Refused) as no:
        receive(terminal, **fields)
    assert no.value.code == code
    assert _lots(terminal, "soap") == before


def _lots(terminal: Terminal, sku: str) -> dict[str, int]:
    with terminal.read() as conn:
        return {row.lot: row.pieces for row in conn.execute(lot.select().where(lot.c.sku == sku))}
