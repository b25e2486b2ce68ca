"""Goods between two terminals by a signed slip, both offline: once, to one place, with what really came."""

from __future__ import annotations

import pytest

from kiosk.ledger import documents
from kiosk.services import issuing, printing, transfers
from kiosk.services.issuing import Wanted
from kiosk.services.terminal import Terminal
from kiosk.slips.paper import Paper
from kiosk.store.tables import lot, stock_arrived, stock_sent
from tests.kiosk.services.goods import TWO, copies, on_hand, paper, refused, sound
from tests.village import HandClock, Village, receive, send


@pytest.fixture
def ends(village: Village, clock: HandClock) -> tuple[Terminal, Terminal]:
    """Centre 037 with goods and centre 038 without; each knows the other's key."""
    here, there = village.stocked(clock=clock), village.terminal(38, clock)
    for one, other, number in ((here, there, 38), (there, here, 37)):
        key = {"issuer": other.identity.issuer, "public": other.key.public.hex(), "terminal": number}
        centre = {"centre": f"0{number}", "name": f"第{number}村", "township": "示范镇", "terminal": number}
        send(one, "county", ("key", key), ("centre", centre))
    return here, there


def test_all_that_was_sent_comes(ends: tuple[Terminal, Terminal]) -> None:
    here, there = ends
    receive(here, "soap", 5, "2027-01-01", "donation")
    code = _send(here, Wanted(sku="soap", pieces=8), Wanted(sku="rice5", pieces=2))
    assert on_hand(here) == {"soap": 397, "rice5": 398, "vinegar": 400, "oil5": 400}
    seen = transfers.read(there, code)
    assert (seen.sender, seen.slip, seen.arrived) == ("第37村", "0037-000001", "")
    assert [(one.name, one.pieces, one.best_before) for one in seen.lines] == [
        ("肥皂", 5, "2027-01-01"),
        ("肥皂", 3, ""),
        ("大米 5公斤", 2, ""),
    ]
    done = transfers.arrive(there, code, {}, *TWO)
    assert done.differences == ()
    assert on_hand(there) == {"soap": 8, "rice5": 2, "vinegar": 0, "oil5": 0}
    with there.read() as conn:
        rows = {row.lot: (row.best_before, row.fund) for row in conn.execute(lot.select())}
    assert rows[done.entry] == ("2027-01-01", "donation")
    assert transfers.read(there, code).arrived == done.entry
    with here.read() as conn:
        sent = conn.execute(stock_sent.select()).one()
        assert (sent.dest, sent.pieces) == (38, 10)
    for one in ends:
        sound(one)


def test_a_document_comes_in_once(ends: tuple[Terminal, Terminal]) -> None:
    here, there = ends
    code = _send(here, Wanted(sku="soap", pieces=8))
    transfers.arrive(there, code, {}, *TWO)
    assert refused(lambda: transfers.arrive(there, code, {}, *TWO)) == "stock-arrived-already"
    assert (
        refused(lambda: transfers.arrive(there, f" {code}\r\n", {"soap": 1}, *TWO)) == "stock-arrived-already"
    )
    assert on_hand(there)["soap"] == 8
    sound(there)


def test_what_really_came(ends: tuple[Terminal, Terminal]) -> None:
    here, there = ends
    receive(here, "soap", 5, "2027-01-01")
    code = _send(here, *(Wanted(sku=sku, pieces=8) for sku in ("soap", "rice5", "vinegar")))
    done = transfers.arrive(there, code, {"soap": 6, "rice5": 0, "vinegar": 9}, *TWO)
    assert [(one.sku, one.sent, one.came) for one in done.differences] == [
        ("soap", 8, 6),
        ("rice5", 8, 0),
        ("vinegar", 8, 9),
    ]
    assert on_hand(there) == {"soap": 6, "rice5": 0, "vinegar": 9, "oil5": 0}
    made = paper(there, done.slip)
    assert made.rows[0] == ("肥皂", "发 8，到 6块")
    with there.read() as conn:
        row = conn.execute(stock_arrived.select()).one()
        assert (row.terminal, row.sent, row.came) == (37, 24, 15)
    sound(there)


def test_nothing_at_all_came(ends: tuple[Terminal, Terminal]) -> None:
    here, there = ends
    code = _send(here, Wanted(sku="soap", pieces=8))
    done = transfers.arrive(there, code, {"soap": 0}, *TWO)
    assert (done.lots, on_hand(there)["soap"]) == ((), 0)
    sound(there)


def test_whom_it_is_not_for_and_what_was_changed(ends: tuple[Terminal, Terminal]) -> None:
    here, there = ends
    code = _send(here, Wanted(sku="soap", pieces=8))
    for text, no in (
        ("", "stock-document-unreadable"),
        ("6901234000024", "stock-document-unreadable"),
        (code.replace("SOAP*8", "SOAP*80"), "stock-document-forged"),
        (code.replace(":38:", ":37:"), "stock-document-elsewhere"),
        (code.replace("YS-37:", "YS-39:").replace("0037-", "0039-"), "stock-sender-unknown"),
        (code.replace("G1:YS-37:", "G1:YS-38:"), "stock-document-unreadable"),  # 38 does not print 37's slips
    ):
        assert text != code
        assert refused(lambda text=text: transfers.arrive(there, text, {}, *TWO)) == no
    assert refused(lambda: transfers.read(here, code)) == "stock-document-elsewhere"
    assert refused(lambda: transfers.arrive(there, code, {"oil5": 1}, *TWO)) == "stock-not-on-document"
    assert refused(lambda: transfers.arrive(there, code, {"soap": -1}, *TWO)) == "absurd-quantity"
    assert refused(lambda: transfers.arrive(there, code, {}, "M037A", "M037A")) == "second-needed"
    assert refused(lambda: transfers.arrive(there, code, {}, "G037A", "R037A")) == "role-may-not"
    assert on_hand(there)["soap"] == 0


def test_what_is_not_sent(ends: tuple[Terminal, Terminal]) -> None:
    here, _there = ends
    before = on_hand(here)
    soap = (Wanted(sku="soap", pieces=1),)
    assert refused(lambda: transfers.send(here, 39, soap, "M037A")) == "stock-no-such-centre"
    assert refused(lambda: transfers.send(here, 37, soap, "M037A")) == "stock-no-such-centre"
    assert refused(lambda: transfers.send(here, 38, soap, "G037A")) == "role-may-not"
    assert refused(lambda: transfers.send(here, 38, (), "M037A")) == "stock-empty"
    many = (Wanted(sku="soap", pieces=401),)
    assert refused(lambda: transfers.send(here, 38, many, "M037A")) == "not-enough-stock"
    for day in range(1, 25):
        receive(here, "vinegar", 1, f"2027-01-{day:02}")
    dates = (Wanted(sku="vinegar", pieces=24),)
    assert refused(lambda: transfers.send(here, 38, dates, "M037A")) == "stock-document-too-long"
    assert on_hand(here) == before | {"vinegar": 424}
    sound(here)


def test_the_paper_has_two_copies_and_a_code_that_fits(ends: tuple[Terminal, Terminal]) -> None:
    here, _there = ends
    for day in range(1, 7):
        receive(here, "vinegar", 10, f"2027-01-{day:02}")
    done = transfers.send(here, 38, (Wanted(sku="vinegar", pieces=60),), "M037A")
    assert copies(here, done.slip) == ["stub", "resident"]
    code = paper(here, done.slip).qr
    assert len(code) <= documents.MOST_CHARS + 104


def test_sending_on_and_a_new_lot_here(ends: tuple[Terminal, Terminal]) -> None:
    here, there = ends
    transfers.arrive(there, _send(here, Wanted(sku="soap", pieces=8)), {}, *TWO)
    transfers.arrive(here, _send(there, Wanted(sku="soap", pieces=3), to=37), {}, *TWO)
    assert (on_hand(here)["soap"], on_hand(there)["soap"]) == (395, 5)
    issuing.issue(here, (Wanted(sku="soap", pieces=395),), "care", "", *TWO)
    for one in ends:
        sound(one)


def _send(terminal: Terminal, *wanted: Wanted, to: int = 38) -> str:
    """Send, and the code as it comes out of the printer."""
    slip = transfers.send(terminal, to, wanted, "M037A").slip
    while job := printing.take(terminal):
        printing.finish(terminal, job, "printed", "", 900)
        if job.slip == slip:
            assert isinstance(job.content, Paper)
            return job.content.qr
    raise AssertionError("the document is not queued")
