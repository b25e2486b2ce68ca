"""Why an entry is there: every fact a person may ask for, and whatever a further noun adds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from kiosk.ledger.entries import Entry
from kiosk.ledger.refusals import Refused
from kiosk.services import activities, crediting, deeds, evidence, feed, loans, why
from kiosk.services.deeds import Deed
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.services.void import void
from kiosk.services.why import Fact
from kiosk.store import journal, side
from kiosk.words import Words
from tests.village import HandClock, Village, order, proof, send

HOUSE = "0370217"
TWO = ("M037A", "R037A")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def test_a_deed(terminal: Terminal, clock: HandClock) -> None:
    send(terminal, "county", ("member", {"hh": HOUSE, "member": 2, "name": "张小山"}))
    proof_of_it = (evidence.note("看见了"), evidence.Evidence("photo", bytes(3_500)))
    entry = deeds.earn(
        terminal, HOUSE, "tidy-yard", 20, *TWO, Deed(member=2, day="2026-11-20", evidence=proof_of_it)
    )
    new = {"rule": "tidy-yard", "category": "civility", "title": "院子干净", "amount": 30, "version": 2}
    send(terminal, "county", ("rule", new))
    clock.move(days=1)
    back = deeds.reverse(terminal, *_place(entry), "appeal", *TWO)
    found = _facts(terminal, entry)
    assert found["rule"] == "庭院整洁", "as it read then"
    assert found["version"] == "tidy-yard v1"
    assert (found["household"], found["head"], found["member"]) == ("0217", "张大山", "张小山")
    assert (found["amount"], found["deed"], found["expires"]) == ("20", "2026-11-20", "2027-11-23")
    assert (found["note"], found["photo"][:4]) == ("看见了", "4 KB")
    assert (found["actor"], found["second"]) == ("李秀梅", "王长河")
    assert (found["corrected-by"], found["corrected-on"]) == (back, "2026-11-24")
    assert (_facts(terminal, back)["corrects"], _facts(terminal, back)["reason"]) == (entry, "appeal")
    with terminal.db.write() as conn:
        side.erase(conn, HOUSE, "2026-11-24")
    assert _facts(terminal, entry)["evidence"] == "erased"


def test_an_order_and_an_opening(terminal: Terminal) -> None:
    send(
        terminal, "terminal:37", ("order", order("x1", HOUSE, 20)), ("order", {"order": "x2", "do": "dance"})
    )
    feed.carry_out(terminal)
    with terminal.read() as conn:
        last = journal.head(conn)
    assert last is not None
    opened = _facts(terminal, f"1-{last.seq - 1}")
    assert (opened["order"], opened["rule"], opened["reason"]) == ("x1", "opening", "opening")
    refused = _facts(terminal, f"1-{last.seq}")
    assert (refused["order"], refused["order-refused"]) == ("x2", "order-unknown")


def test_a_redemption_and_its_void(terminal: Terminal) -> None:
    done = redeem(terminal, proof(), (("soap", 2),), "M037A", "r1")
    gone = void(terminal, *_place(done.entry), "mistake", *TWO)
    found = _facts(terminal, done.entry)
    assert (found["goods"], found["slip"], found["charge"], found["how"]) == (
        "肥皂×2",
        done.slip,
        "60",
        "card",
    )
    assert found["corrected-by"] == gone
    assert _facts(terminal, gone)["corrects"] == done.entry


def test_a_loan(terminal: Terminal) -> None:
    deeds.earn(terminal, HOUSE, "tidy-yard", 300, *TWO)
    made = loans.borrow(terminal, HOUSE, 50, *TWO)
    earned = deeds.earn(terminal, HOUSE, "tidy-yard", 60, *TWO)
    found = _facts(terminal, made.entry)
    assert (found["due"], found["left"], found["closed"], found["slip"]) == (
        made.due,
        "0",
        "2026-11-23",
        made.slip,
    )
    assert _facts(terminal, earned)["repaid"] == "50"


def test_an_activity(terminal: Terminal, village: Village) -> None:
    made = activities.announce(terminal, "tidy-yard", "2026-11-23", "09:30", "扫院子", "村口", "G037A")
    signed = activities.sign_in_by_card(terminal, _place(made.entry), village.card(HOUSE))
    crediting.credit(terminal, _place(made.entry), *TWO)
    with terminal.read() as conn:
        last = journal.head(conn)
    assert last is not None
    for entry in (made.entry, signed.entry, f"1-{last.seq - 1}"):
        found = _facts(terminal, entry)
        assert (found["activity"], found["when"]) == (f"{made.entry} 扫院子", "2026-11-23 09:30 村口")
    assert _facts(terminal, signed.entry)["actor"] == "terminal"


def test_a_noun_adds_its_own(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def teller(_conn: Connection, entry: Entry) -> Iterator[Fact]:
        yield Fact("order", f"notice of {entry.kind}")

    monkeypatch.setattr(why, "TELLERS", (*why.TELLERS, teller))
    assert _facts(terminal, "1-1")["order"] == "notice of open"


def test_there_is_no_such_entry(terminal: Terminal) -> None:
    with pytest.raises(Refused) as no:
        why.why(terminal, 1, 999)
    assert no.value.code == "unknown-entry"


def test_every_entry_has_an_answer_in_words(terminal: Terminal) -> None:
    with terminal.read() as conn:
        places = [(row.epoch, row.seq) for row in journal.everything(conn)]
    for locale in ("zh-CN", "en"):
        words = Words(locale)
        for place in places:
            facts = why.why(terminal, *place).facts
            assert facts[-1].label == "check-code"
            assert all(words(f"why.{fact.label}") for fact in facts)


def _facts(terminal: Terminal, entry: str) -> dict[str, str]:
    found = why.why(terminal, *_place(entry)).facts
    return {fact.label: fact.value for fact in reversed(found)}


def _place(entry: str) -> tuple[int, int]:
    epoch, seq = entry.split("-")
    return int(epoch), int(seq)
