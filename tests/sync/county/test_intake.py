"""What the county takes, what it sets aside, what it refuses; on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import select

from kiosk.keys import SigningKey
from kiosk.services.terminal import Terminal
from sync.client import exchange_once
from sync.county.database import County
from sync.county.intake import NotTakenError
from sync.county.serving import Serving
from sync.county.tables import balances, flags, redemptions, set_aside, terminals
from sync.county.verify import verify
from sync.protocol import Batch, ProtocolError
from tests.sync.county.messages import HandTerminal
from tests.sync.places import HOUSEHOLDS, journal_at, journal_of
from tests.sync.samples import heads, journal

HOME = HOUSEHOLDS[0]


@pytest.fixture
def hand(county: County) -> HandTerminal:
    return HandTerminal(county)


def test_a_replay_changes_nothing(county: County, hand: HandTerminal) -> None:
    lines = journal(60)
    batch = hand.batch(lines)
    first = hand.send(batch)
    books = _books(county)
    assert (first.state, first.acknowledged) == ("taken", 60)
    assert hand.send(batch).acknowledged == 60
    overlapping = hand.batch(lines[20:], 21, heads(lines)[19])
    assert hand.send(overlapping).acknowledged == 60
    assert _books(county) == books
    assert verify(county).ok


def test_an_overlap_takes_only_what_is_new(county: County, hand: HandTerminal) -> None:
    lines = journal(60)
    hand.send(hand.batch(lines[:30]))
    answer = hand.send(hand.batch(lines[10:], 11, heads(lines)[9]))
    assert (answer.state, answer.acknowledged, answer.acknowledged_hash) == ("taken", 60, heads(lines)[-1])
    assert [row[3] for row in journal_at(county, 37)] == lines
    assert verify(county).ok


def test_a_gap_says_what_is_acknowledged(county: County, hand: HandTerminal) -> None:
    lines = journal(60)
    hand.send(hand.batch(lines[:30]))
    answer = hand.send(hand.batch(lines[40:], 41, heads(lines)[39]))
    assert (answer.state, answer.acknowledged, answer.acknowledged_hash) == ("gap", 30, heads(lines)[29])
    assert len(journal_at(county, 37)) == 30


@pytest.mark.parametrize("shared", [0, 10, 30])
def test_a_fork_keeps_both_and_stops(county: County, hand: HandTerminal, shared: int) -> None:
    """A cloned disk: the same numbers, another history."""
    lines = journal(30)
    hand.send(hand.batch(lines))
    other = [*lines[:shared], *journal(45, seed=9)[shared:]]
    if shared == 30:  # both go on from the same head: the second to come is the fork
        hand.send(hand.batch([hand.entry(31, "clock", {"was_ms": 1, "why": "start"})], 31, heads(lines)[-1]))
    kept = journal_at(county, 37)
    first = max(1, shared)
    previous = heads(other)[first - 2] if first > 1 else bytes(32)
    assert hand.send(hand.batch(other[first - 1 :], first, previous)).state == "fork"
    assert journal_at(county, 37) == kept
    with county.read() as conn:
        aside = conn.execute(select(set_aside).order_by(set_aside.c.seq)).all()
        assert [bytes(row.bytes) for row in aside] == other[shared:]
        assert conn.execute(select(flags.c.code).where(flags.c.code == "fork")).scalar() == "fork"
        assert conn.execute(select(terminals.c.state).where(terminals.c.terminal == 37)).scalar() == "fork"
    assert hand.send(None).state == "fork"
    assert verify(county).ok


def test_a_terminal_that_sees_a_fork_stops(county: County, terminal: Terminal) -> None:
    """The county has another entry under our number: our cursor stays where it was."""
    clone = HandTerminal.__new__(HandTerminal)
    clone.county, clone.key, clone.number, clone.epoch = county, terminal.key, 37, 1
    clone.send(clone.batch(journal(3)))
    with terminal.write():
        written = journal_of(terminal)
    result = exchange_once(terminal)
    assert (result.ok, result.code) == (False, "fork")
    assert result.waiting >= len(written)


def test_an_old_copy_needs_a_new_epoch(county: County, terminal: Terminal) -> None:
    clone = HandTerminal.__new__(HandTerminal)
    clone.county, clone.key, clone.number, clone.epoch = county, terminal.key, 37, 1
    clone.send(clone.batch(journal(3)))
    assert exchange_once(terminal).code == "needs-epoch"  # the county knows more of us than we do


def test_a_closed_epoch_is_kept_for_a_person(county: County, hand: HandTerminal) -> None:
    lines = journal(30)
    hand.send(hand.batch(lines[:20]))
    books = _books(county)
    old = HandTerminal.__new__(HandTerminal)
    old.county, old.key, old.number, old.epoch = county, hand.key, 37, hand.epoch
    HandTerminal(county, hand.key)  # enrolled anew
    answer = old.send(old.batch(lines[10:], 11, heads(lines)[9]))
    assert (answer.state, answer.acknowledged) == ("closed", 30)
    assert _books(county)[:2] == books[:2], "no point has moved"
    with county.read() as conn:
        assert [row.seq for row in conn.execute(select(set_aside).order_by(set_aside.c.seq))] == list(
            range(21, 31)
        )


def test_what_is_not_signed_by_the_terminal_is_refused(county: County, hand: HandTerminal) -> None:
    batch = hand.batch(journal(5))
    with pytest.raises(ProtocolError):
        hand.send(batch, key=SigningKey(bytes([9]) * 32))
    with pytest.raises(NotTakenError, match="unknown-terminal"):
        hand.send(batch, sender="39")
    with pytest.raises(NotTakenError, match="unknown-terminal"):
        hand.send(batch, sender="١٢")
    HandTerminal(county, SigningKey(bytes([8]) * 32), "038")
    with pytest.raises(ProtocolError):
        hand.send(batch, sender="38")
    assert journal_at(county, 37) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signature": bytes(64)}, "bad-head"),
        ({"head": bytes(32)}, "bad-head"),
        ({"previous": bytes([1]) * 32}, "bad-chain"),
        ({"packed": b"<html>"}, "batch-unreadable"),
        ({"count": 5_000}, "batch-too-large"),
        ({"packed": bytes(300_000)}, "batch-too-large"),
    ],
)
def test_a_batch_that_does_not_hold_is_refused(
    county: County, hand: HandTerminal, changes: dict[str, object], code: str
) -> None:
    batch = msgspec.structs.replace(hand.batch(journal(5)), **changes)
    with pytest.raises(NotTakenError, match=code):
        hand.send(batch)
    assert journal_at(county, 37) == []


def test_entries_of_another_terminal_are_refused(county: County, hand: HandTerminal) -> None:
    with pytest.raises(NotTakenError, match="bad-chain"):
        hand.send(hand.batch(journal(5, terminal=38)))
    with pytest.raises(NotTakenError, match="bad-entry"):
        hand.send(_signed_garbage(hand))


def test_odd_entries_are_taken_and_flagged(county: County, hand: HandTerminal) -> None:
    """Nothing well-formed blocks the queue: the resident keeps the goods, a person decides."""
    line = {
        "hh": HOME,
        "lines": [["salt", 1, 20, [["L1", 1]]]],
        "charge": 20,
        "slip": 1,
        "req": "1",
        "cat": 1,
    }
    redeem = {**line, "from": [["2099-12-31", 20]], "how": "card:1", "confirm": "tap"}
    odd: list[tuple[str, dict[str, object], set[str]]] = [
        ("redeem", redeem, {"overdrawn"}),
        ("teleport", {"x": 1}, {"unknown-kind"}),
        ("earn", {"hh": HOME, "amount": "many"}, {"bad-body"}),
        ("earn", {"hh": "\0", "amount": 1, "repaid": 0, "expires": ""}, {"bad-body"}),
        ("earn", {"hh": HOME, "amount": 10**40, "repaid": 0, "expires": ""}, {"bad-body"}),
        ("earn", {"hh": "0399999", "amount": 5, "repaid": 0, "expires": ""}, {"unknown-household"}),
        ("redeem", {**redeem, "charge": 21}, {"bad-body"}),
        (
            "earn",
            {"hh": HOME, "amount": 5, "repaid": 0, "expires": "", "order": "YS37-999"},
            {"order-mismatch"},
        ),
        ("earn", {"hh": HOME, "amount": 5, "repaid": 0, "expires": ""}, set()),
    ]
    lines = [hand.entry(seq, kind, body) for seq, (kind, body, _) in enumerate(odd, 1)]
    answer = hand.send(hand.batch(lines))
    assert (answer.state, answer.acknowledged) == ("taken", len(odd))
    with county.read() as conn:
        raised = {(row.seq, row.code) for row in conn.execute(select(flags))}
        assert len(conn.execute(select(redemptions)).all()) == 1
    assert raised == {(seq, code) for seq, (_, _, codes) in enumerate(odd, 1) for code in codes}
    assert verify(county).ok


def test_a_foreign_household_is_flagged(county: County) -> None:
    visitor = HandTerminal(county, centre="038")
    body: dict[str, object] = {"hh": HOME, "amount": 5, "repaid": 0, "expires": ""}
    visitor.send(visitor.batch([visitor.entry(1, "earn", body)]))
    with county.read() as conn:
        assert [row.code for row in conn.execute(select(flags))] == ["not-home"]


def test_a_void_takes_the_redemption_back(county: County, hand: HandTerminal) -> None:
    bought = [["salt", 2, 20, [["L1", 2]]]]
    bodies: list[tuple[str, dict[str, object]]] = [
        ("earn", {"hh": HOME, "amount": 100, "repaid": 0, "expires": ""}),
        (
            "redeem",
            {
                "hh": HOME,
                "lines": bought,
                "charge": 40,
                "from": [["", 40]],
                "slip": 1,
                "req": "1",
                "how": "card:1",
            },
        ),
        ("void", {"of": [1, 2], "hh": HOME, "to": [["", 40]], "lines": bought, "slip": 1, "why": "mistake"}),
    ]
    hand.send(hand.batch([hand.entry(seq, kind, body) for seq, (kind, body) in enumerate(bodies, 1)]))
    with county.read() as conn:
        assert [row.voided for row in conn.execute(select(redemptions))] == [True]
        available = select(balances.c.tenths).where(balances.c.pot == "available")
        assert conn.execute(available).scalar() == 100
    assert verify(county).ok


def test_terminals_exchange_at_the_same_time(
    county: County, serving: Serving, make_terminal: Callable[..., Terminal]
) -> None:
    """Three centres at once, and the same households named by all: no update is lost."""
    hands = [HandTerminal(county, SigningKey(bytes([5 + n]) * 32), f"03{7 + n}") for n in range(3)]
    lines = {hand.number: journal(400, seed=4, terminal=hand.number) for hand in hands}
    failed: list[BaseException] = []

    def run(hand: HandTerminal) -> None:
        try:
            own = lines[hand.number]
            for start in range(0, 400, 20):
                previous = heads(own)[start - 1] if start else bytes(32)
                hand.send(hand.batch(own[start : start + 20], start + 1, previous))
        except BaseException as error:  # noqa: BLE001  # shown by the assertion below
            failed.append(error)

    threads = [threading.Thread(target=run, args=(hand,)) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    for hand in hands:
        assert [row[3] for row in journal_at(county, hand.number)] == lines[hand.number]
    report = verify(county)
    assert (report.ok, report.entries, report.problems) == (True, 1200, [])


def _signed_garbage(hand: HandTerminal) -> Batch:
    return hand.batch([b'[37,1,1,"2026-11-23",1,"x",1,"","",{"b":1,"a":1.5}]'])


def _books(county: County) -> list[object]:
    with county.read() as conn:
        return [
            sorted(tuple(row) for row in conn.execute(select(table)))
            for table in (balances, redemptions, flags)
        ]
