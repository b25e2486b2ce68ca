"""Redeeming: figures, every refusal with nothing changed, the question, the request that comes twice."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.ledger.entries import decode
from kiosk.ledger.refusals import Question, Refused
from kiosk.services import deeds, find, printing, shelf, verify
from kiosk.services.redeem import next_request_id, quote, redeem
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof
from kiosk.services.void import void
from kiosk.store import journal
from kiosk.store.tables import FOLD_TABLES, print_job
from tests.village import HandClock, Village, proof, receive, send

HOUSE = "0370217"


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def test_figures(terminal: Terminal) -> None:
    done = redeem(terminal, proof(), (("soap", 2), ("rice5", 1)), "M037A", "r1")
    assert (done.charged_tenths, done.before_tenths, done.available_tenths) == (260, 385, 125)
    assert done.slip == "0037-000001"
    assert [(line.item.sku, line.qty, line.total_tenths) for line in done.lines] == [
        ("rice5", 1, 200),
        ("soap", 2, 60),
    ]
    assert find.account(terminal, proof()).available_tenths == 125
    assert {item.sku: item.on_hand for item in shelf.shelf(terminal)}["soap"] == 398
    assert verify.verify(terminal).ok


def test_the_entry_tells_everything(terminal: Terminal) -> None:
    done = redeem(terminal, proof(), (("soap", 2),), "M037A", "r1", confirm="sign")
    epoch, seq = map(int, done.entry.split("-"))
    with terminal.read() as conn:
        row = journal.get(conn, epoch, seq)
    assert row is not None
    entry = decode(row.data)
    assert (entry.kind, entry.actor, entry.day) == ("redeem", "M037A", "2026-11-23")
    lot = entry.body["lines"][0][3]
    assert entry.body == {
        "hh": HOUSE,
        "lines": [["soap", 2, 30, lot]],
        "charge": 60,
        "from": [["", 60]],
        "slip": 1,
        "req": "r1",
        "how": "card:1",
        "confirm": "sign",
    }
    assert done.check_code.replace("-", "") == row.hash[:4].hex().upper()


def test_soonest_ending_points_are_spent_first(terminal: Terminal) -> None:
    deeds.earn(terminal, HOUSE, "tidy-yard", 50, "G037A", "R037A")
    redeem(terminal, proof(), (("soap", 3),), "M037A", "r1")
    account = find.account(terminal, proof())
    assert account.ending is None  # the 50 that end in a year are gone, 345 endless ones are left
    assert account.available_tenths == 345


def test_slip_numbers_have_no_gap_after_a_refusal(terminal: Terminal) -> None:
    first = redeem(terminal, proof(), (("soap", 1),), "M037A", "r1")
    assert _refused(terminal, (("oil5", 2),), "r2")[0] == "not-enough-points"
    second = redeem(terminal, proof(), (("vinegar", 1),), "M037A", "r3")
    assert (first.slip, second.slip) == ("0037-000001", "0037-000002")


@pytest.mark.parametrize(
    ("items", "code", "params"),
    [
        ((("oil5", 2),), "not-enough-points", {"missing_tenths": 315}),
        ((("rice5", 3),), "over-limit", {"item": "大米 5公斤", "limit": 2}),
        ((("caviar", 1),), "unknown-goods", {}),
        ((), "empty-basket", {}),
        ((("soap", 0),), "absurd-quantity", {"most": 99}),
        ((("soap", -3),), "absurd-quantity", {"most": 99}),
        ((("soap", 10**20),), "absurd-quantity", {"most": 99}),
    ],
)
def test_refusals_change_nothing(
    terminal: Terminal, items: tuple[tuple[str, int], ...], code: str, params: dict[str, Any]
) -> None:
    assert _refused(terminal, items, "r1") == (code, params)
    shown = quote(terminal, proof(), items)
    assert shown.refused == code


def test_not_enough_stock(terminal: Terminal) -> None:
    rich = Proof(household="0370900", how="card:1")
    for number in range(4):
        redeem(terminal, rich, (("soap", 99),), "M037A", f"r{number}")
    assert _refused(terminal, (("soap", 5),), "r9", rich) == ("not-enough-stock", {"item": "肥皂", "left": 4})
    assert redeem(terminal, rich, (("soap", 4),), "M037A", "r10").charged_tenths == 120
    assert _refused(terminal, (("soap", 1),), "r11", rich) == (
        "not-enough-stock",
        {"item": "肥皂", "left": 0},
    )


def test_a_quote_shows_points_as_people_read_them(terminal: Terminal) -> None:
    shown = quote(terminal, proof(), (("oil5", 2),))
    assert (shown.charge_tenths, shown.before_tenths, shown.after_tenths) == (700, 385, -315)
    assert shown.refused_params == {"missing": "31.5"}
    fine = quote(terminal, proof(), (("soap", 1),))
    assert (fine.refused, fine.after_tenths) == ("", 355)


def test_limits_count_the_month_and_forget_what_was_voided(terminal: Terminal, clock: HandClock) -> None:
    send(terminal, "terminal:37", ("order", _order("more", 2000)))
    from kiosk.services import feed

    feed.carry_out(terminal)
    redeem(terminal, proof(), (("rice5", 1),), "M037A", "r1")
    second = redeem(terminal, proof(), (("rice5", 1),), "M037A", "r2", yes=frozenset({"duplicate-charge"}))
    assert _refused(terminal, (("rice5", 1),), "r3")[0] == "over-limit"
    void(terminal, *map(int, second.entry.split("-")), "mistake", "M037A", "R037A")  # type: ignore[call-arg, arg-type]
    redeem(terminal, proof(), (("rice5", 1),), "M037A", "r4", yes=frozenset({"duplicate-charge"}))
    clock.move(days=7)
    assert _refused(terminal, (("rice5", 1),), "r5")[0] == "over-limit"
    redeem(terminal, proof(), (("soap", 1),), "M037A", "r5")  # moves the day to the last of November
    clock.move(days=1)  # the first of December
    assert redeem(terminal, proof(), (("rice5", 1),), "M037A", "r6").charged_tenths == 200


def test_the_question_and_its_yes(terminal: Terminal, clock: HandClock) -> None:
    redeem(terminal, proof(), (("soap", 2),), "M037A", "r1")
    clock.move(seconds=9 * 60)
    before = _everything(terminal)
    with pytest.raises(Question) as asked:
        redeem(terminal, proof(), (("soap", 2),), "M037A", "r2")
    assert (asked.value.code, asked.value.params["minutes"]) == ("duplicate-charge", 10)
    assert _everything(terminal) == before
    redeem(terminal, proof(), (("soap", 3),), "M037A", "r3")  # another basket is no duplicate
    redeem(
        terminal, Proof(household="0370301", how="card:1"), (("soap", 2),), "M037A", "r4"
    )  # nor a neighbour
    assert redeem(terminal, proof(), (("soap", 2),), "M037A", "r2", yes=frozenset({"duplicate-charge"})).slip
    clock.move(seconds=11 * 60)
    assert redeem(terminal, proof(), (("soap", 2),), "M037A", "r5").slip  # long enough ago


@pytest.mark.parametrize("days", [3653, -3653])
def test_a_thrown_clock_does_not_spare_the_question(terminal: Terminal, clock: HandClock, days: int) -> None:
    redeem(terminal, proof(), (("soap", 2),), "M037A", "r1")
    clock.move(days=days)
    with pytest.raises(Question, match="duplicate-charge"):
        redeem(terminal, proof(), (("soap", 2),), "M037A", "r2")
    clock.move(days=-days, seconds=125)
    with pytest.raises(Question, match="duplicate-charge"):
        redeem(terminal, proof(), (("soap", 2),), "M037A", "r2")


def test_the_question_is_asked_over_midnight(terminal: Terminal, clock: HandClock) -> None:
    clock.ms_of_day = 86_400_000 - 60_000
    redeem(terminal, proof(), (("soap", 1),), "M037A", "r1")
    clock.day, clock.ms_of_day = clock.day.replace(day=24), 60_000
    with pytest.raises(Question):
        redeem(terminal, proof(), (("soap", 1),), "M037A", "r2")


def test_the_same_request_again_is_the_same_redemption(terminal: Terminal) -> None:
    first = redeem(terminal, proof(), (("soap", 1), ("rice5", 1)), "M037A", "r1")
    redeem(terminal, proof(), (("vinegar", 1),), "M037A", "r2")
    before = _everything(terminal)
    again = redeem(terminal, proof(), (("rice5", 1), ("soap", 1)), "M037A", "r1")
    assert again.repeated
    for name in ("slip", "entry", "check_code", "charged_tenths", "before_tenths", "available_tenths"):
        assert getattr(again, name) == getattr(first, name)
    assert [(line.item.sku, line.qty, line.total_tenths) for line in again.lines] == [
        (line.item.sku, line.qty, line.total_tenths) for line in first.lines
    ]
    assert _everything(terminal) == before


def test_a_repeated_request_keeps_the_price_it_had(terminal: Terminal, clock: HandClock) -> None:
    first = redeem(terminal, proof(), (("soap", 1),), "M037A", "r1")
    body = {"sku": "soap", "name": "肥皂", "unit": "块", "price": 45, "barcode": "", "picture": "soap"}
    send(terminal, "county", ("goods", {**body, "category": "daily", "limit": 0, "from": "", "version": 2}))
    again = redeem(terminal, proof(), (("soap", 1),), "M037A", "r1")
    assert (again.charged_tenths, again.slip) == (first.charged_tenths, first.slip) == (30, "0037-000001")
    assert again.lines[0].total_tenths == 30
    same_day = redeem(terminal, proof(), (("soap", 2),), "M037A", "r2", confirmed_tenths=60)
    assert same_day.charged_tenths == 60, "a price that came during the day counts from the next"
    clock.move(days=1)
    with pytest.raises(Refused) as refused:
        redeem(terminal, proof(), (("soap", 2),), "M037A", "r3", confirmed_tenths=60)
    assert refused.value.code == "price-changed"
    assert redeem(terminal, proof(), (("soap", 2),), "M037A", "r3", confirmed_tenths=90).charged_tenths == 90


def test_another_member_of_staff_makes_another_request(village: Village, terminal: Terminal) -> None:
    redeem(terminal, proof(), (("soap", 1),), "M037A", "r1")
    with pytest.raises(Refused) as refused:
        redeem(terminal, proof(), (("soap", 1),), "R037A", "r1")
    assert refused.value.code == "request-mismatch"


@pytest.mark.parametrize(
    ("items", "household"), [((("soap", 2),), HOUSE), ((("rice5", 1),), HOUSE), ((("soap", 1),), "0370301")]
)
def test_the_same_id_with_another_body_is_a_mismatch(
    terminal: Terminal, items: tuple[tuple[str, int], ...], household: str
) -> None:
    redeem(terminal, proof(), (("soap", 1),), "M037A", "r1")
    code, _ = _refused(terminal, items, "r1", Proof(household=household, how="card:1"))
    assert code == "request-mismatch"


@pytest.mark.parametrize("request_id", ["", "x" * 65, "a\nb", "\x00", "\ud800"])
def test_request_ids_have_a_form(terminal: Terminal, request_id: str) -> None:
    assert _refused(terminal, (("soap", 1),), request_id)[0] == "request-unreadable"


def test_request_ids_of_our_own_are_never_given_twice(village: Village, terminal: Terminal) -> None:
    given = [next_request_id(terminal) for _ in range(3)]
    other = village.open(terminal.settings)
    given += [next_request_id(other), next_request_id(terminal)]
    assert given == ["#1", "#2", "#3", "#4", "#5"]


@pytest.mark.parametrize(("staff", "code"), [("G037A", "role-may-not"), ("X", "staff-unknown")])
def test_who_may_redeem(terminal: Terminal, staff: str, code: str) -> None:
    assert _refused(terminal, (("soap", 1),), "r1", staff=staff)[0] == code


def test_a_household_at_home_elsewhere(terminal: Terminal) -> None:
    body = {"hh": "0380001", "name": "外村人", "members": 1, "pinyin": "wcr", "home": 38, "digest": []}
    send(terminal, "centre:038", ("household", body))
    send(terminal, "county", ("card", {"hh": "0380001", "serial": 1, "state": "active"}))
    send(terminal, "county", ("centre", {"centre": "038", "name": "双井村", "township": "", "terminal": 38}))
    elsewhere = Proof(household="0380001", how="card:1")
    assert _refused(terminal, (("soap", 1),), "r1", elsewhere) == ("not-home", {"home": "双井村"})
    account = find.account(terminal, elsewhere)
    assert (account.home_here, account.home_name) == (False, "双井村")


def test_a_new_home_lets_nobody_spend_here(terminal: Terminal) -> None:
    body = {"hh": HOUSE, "name": "张大山", "members": 4, "pinyin": "zds", "home": 38, "digest": []}
    send(terminal, "centre:037", ("household", body))
    assert _refused(terminal, (("soap", 1),), "r1")[0] == "not-home"
    with pytest.raises(Refused) as no:
        deeds.earn(terminal, HOUSE, "tidy-yard", 10, "G037A", "R037A")
    assert no.value.code == "not-home"


def test_a_card_lost_between_reading_and_redeeming(terminal: Terminal) -> None:
    send(terminal, "county", ("card", {"hh": HOUSE, "serial": 1, "state": "lost"}))
    assert _refused(terminal, (("soap", 1),), "r1")[0] == "card-lost"
    desk = Proof(household=HOUSE, how="desk:forgot")
    assert redeem(terminal, desk, (("soap", 1),), "M037A", "r2").charged_tenths == 30


def test_both_copies_are_queued_with_the_redemption(terminal: Terminal) -> None:
    done = redeem(terminal, proof(), (("soap", 2),), "M037A", "r1")
    copies = []
    while job := printing.take(terminal):
        copies.append(job.copy)
        data = job.content
        printing.finish(terminal, job, "printed", "", 900)
    assert copies == ["stub", "resident"]
    assert (data.slip, data.charge_tenths, data.before_tenths, data.after_tenths) == (
        done.slip,
        60,
        385,
        325,
    )
    assert (data.head_name, data.clerk_name) == ("张大山", "李秀梅")
    assert data.offline


def test_an_entry_never_outgrows_its_bound(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many lots and buckets as may be named still make an entry that can be read."""
    from kiosk.ledger.entries import Entry, encode
    from kiosk.services import redeem as module

    lines = [["rice5000", 99, 99_999, [["1-1234567", 99]] * 10]] * 40
    body = {"lines": lines, "from": [["2027-11-23", 9_999]] * 200, "hh": HOUSE, "charge": 9_999_999}
    rest = {"slip": 999_999, "req": "x" * 64, "how": "desk:forgot", "confirm": "sign"}
    assert module.MOST_PARTS == 40 * 10 + 200
    decode(encode(Entry(9999, 99, 10**7, "2026-11-23", 10**13, "redeem", 1, "M037A", "", {**body, **rest})))
    for _ in range(3):
        receive(terminal, "soap", 1, "2027-01-01", "finance", "M037A", "R037A")
    monkeypatch.setattr(module, "MOST_PARTS", 3)
    assert _refused(terminal, (("soap", 3),), "r1")[0] == "absurd-quantity"


def _order(order_id: str, tenths: int) -> dict[str, Any]:
    from tests.village import order

    return order(order_id, HOUSE, tenths)


def _refused(
    terminal: Terminal,
    items: tuple[tuple[str, int], ...],
    request_id: str,
    who: Proof | None = None,
    staff: str = "M037A",
) -> tuple[str, dict[str, Any]]:
    before = _everything(terminal)
    with pytest.raises(Refused) as no:
        redeem(terminal, who or proof(), items, staff, request_id)
    assert _everything(terminal) == before
    return no.value.code, no.value.params


def _body(terminal: Terminal, entry: str) -> dict[str, Any]:
    with terminal.read() as conn:
        row = journal.get(conn, *map(int, entry.split("-")))  # type: ignore[arg-type]
    assert row is not None
    return dict(decode(row.data).body)


def _everything(terminal: Terminal) -> list[list[Any]]:
    from sqlalchemy import select

    from kiosk.store.tables import journal as journal_table

    with terminal.read() as conn:
        return [
            [tuple(row) for row in conn.execute(select(table))]
            for table in (*FOLD_TABLES, journal_table, print_job)
        ]
