"""Rules at the terminal: which version counts, caps under the write lock, proof, members, orders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.ledger.entries import decode
from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, evidence, feed, find, rules, verify
from kiosk.services.deeds import Deed
from kiosk.services.terminal import Terminal
from kiosk.store import journal, side
from kiosk.store.tables import rule_use
from tests.faults import books
from tests.kiosk.services.two import both
from tests.village import HandClock, Village, order, proof, send

HOUSE, OTHER, FREE = "0370217", "0370301", "0370900"
TWO = ("G037A", "R037A")
NOTE = evidence.note("三户邻居看见")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def test_a_cap_by_points(terminal: Terminal) -> None:
    _rule(terminal, caps=[{"period": "month", "tenths": 50}])
    _earn(terminal, 30)
    with pytest.raises(Refused) as no:
        _earn(terminal, 30)
    assert (no.value.code, no.value.params) == ("cap-month", {"left_tenths": 20})
    assert _left(terminal) == [(20, None)]
    first = _earn(terminal, 20)
    assert _code(terminal, 1) == "cap-month"
    deeds.reverse(terminal, *_place(first), "mistake", *TWO)
    assert _left(terminal) == [(20, None)]
    _earn(terminal, 20)
    assert verify.verify(terminal).ok


def test_a_cap_counts_by_the_day_of_the_deed(terminal: Terminal) -> None:
    _rule(terminal, caps=[{"period": "month", "times": 1}])
    _earn(terminal, 20, Deed(day="2026-10-31"))
    assert _code(terminal, 20, Deed(day="2026-10-01")) == "cap-times"
    _earn(terminal, 20)
    assert _code(terminal, 20) == "cap-times"
    with terminal.read() as conn:
        assert [tuple(row) for row in conn.execute(rule_use.select().where(rule_use.c.rule == "yard"))] == [
            (HOUSE, "yard", "2026-10-31", 0, 1, 20),
            (HOUSE, "yard", "2026-11-23", 0, 1, 20),
        ]


def test_no_clock_loosens_a_cap(terminal: Terminal, clock: HandClock) -> None:
    _rule(terminal, caps=[{"period": "day", "times": 1}])
    _earn(terminal, 20)
    for days in (3650, -7300):
        clock.move(days=days)
        assert _code(terminal, 20) == "cap-times"


def test_a_cap_for_each_member(terminal: Terminal) -> None:
    _rule(terminal, caps=[{"period": "week", "of": "member", "tenths": 20}])
    assert _code(terminal, 20) == "member-needed"
    assert _code(terminal, 20, Deed(member=5)) == "unknown-member"  # four heads, no member named yet
    _earn(terminal, 20, Deed(member=1))
    assert _code(terminal, 5, Deed(member=1)) == "cap-week"
    _earn(terminal, 20, Deed(member=2))
    send(terminal, "county", ("member", {"hh": HOUSE, "member": 7, "name": "张小山", "born": 2001}))
    _earn(terminal, 20, Deed(member=7))
    assert _code(terminal, 20, Deed(member=3)) == "unknown-member"
    send(terminal, "county", ("member", {"hh": HOUSE, "member": 7, "name": "张小山", "state": "gone"}))
    assert _code(terminal, 20, Deed(member=7)) == "unknown-member"


def test_a_household_without_limits_is_never_over(terminal: Terminal) -> None:
    _rule(terminal, caps=[{"period": "day", "times": 1}])
    for _ in range(3):
        deeds.earn(terminal, FREE, "yard", 20, *TWO)


def test_one_act_counts_under_its_highest_rule(terminal: Terminal) -> None:
    _rule(terminal, "yard", group="clean", title="庭院整洁")
    _rule(terminal, "street", group="clean", title="清扫街道")
    first = _earn(terminal, 20)
    assert _code(terminal, 20, rule="street") == "act-counted"
    with pytest.raises(Refused) as no:
        _earn(terminal, 30, rule="street")
    assert (no.value.code, no.value.params) == ("act-counted-lower", {"rule": "庭院整洁"})
    _earn(terminal, 30, Deed(day="2026-11-22"), rule="street")
    deeds.reverse(terminal, *_place(first), "mistake", *TWO)
    _earn(terminal, 30, Deed(member=1), rule="street")
    _earn(terminal, 30, Deed(member=2), rule="street")
    assert _code(terminal, 20) == "act-counted"  # by nobody in particular: it may be one of theirs


def test_amounts_sides_and_signatures(terminal: Terminal) -> None:
    _rule(terminal, least=10, most=50, sign="give", sign_most=30)
    assert _code(terminal, 9) == _code(terminal, 51) == "amount-outside"
    assert _code(terminal, 20, act=deeds.deduct) == "rule-gives"
    with pytest.raises(Refused) as no:
        deeds.earn(terminal, HOUSE, "yard", 40, "G037A", "M037A")
    assert (no.value.code, no.value.params) == ("sign-limit", {"most_tenths": 30})
    _earn(terminal, 40)
    _rule(terminal, "dirt", sign="take")
    assert _code(terminal, 20, rule="dirt") == "rule-takes"
    deeds.deduct(terminal, HOUSE, "dirt", 20, *TWO)


def test_proof(terminal: Terminal) -> None:
    _rule(terminal, "dirt", sign="take", evidence="note")
    assert _code(terminal, 20, rule="dirt", act=deeds.deduct) == "evidence-needed"
    entry = deeds.deduct(terminal, HOUSE, "dirt", 20, *TWO, Deed(evidence=(NOTE,)))
    body = _body(terminal, entry)
    assert "邻居" not in str(body)
    with terminal.read() as conn:
        assert side.text(conn, body["ev"][0]) == "三户邻居看见"
    _rule(terminal, "dirt2", sign="take", evidence="photo")
    assert _code(terminal, 20, Deed(evidence=(NOTE,)), rule="dirt2", act=deeds.deduct) == "photo-needed"
    many = Deed(evidence=(NOTE,) * (evidence.MOST_PIECES + 1))
    assert _code(terminal, 20, many, rule="dirt", act=deeds.deduct) == "evidence-many"


def test_a_repeated_fault(terminal: Terminal) -> None:
    _rule(terminal, "dirt", sign="take", least=20, most=20)
    deeds.deduct(terminal, HOUSE, "dirt", 20, *TWO)
    assert "double" not in _body(terminal, deeds.deduct(terminal, HOUSE, "dirt", 20, *TWO))
    own = msgspec.structs.replace(terminal.settings.rules, repeat_double_days=30)
    terminal.settings = msgspec.structs.replace(terminal.settings, rules=own)
    body = _body(terminal, deeds.deduct(terminal, HOUSE, "dirt", 20, *TWO))
    assert (body["amount"], body["double"]) == (40, 1)
    assert _body(terminal, deeds.deduct(terminal, OTHER, "dirt", 20, *TWO))["amount"] == 20
    early = Deed(day="2026-10-01")
    assert _body(terminal, deeds.deduct(terminal, HOUSE, "dirt", 20, *TWO, early))["amount"] == 20
    assert verify.verify(terminal).ok


@pytest.mark.parametrize(
    ("day", "code"),
    [("2026-11-24", "deed-later"), ("2025-11-01", "deed-too-old"), ("yesterday", "day-unreadable")],
)
def test_days_that_are_refused(terminal: Terminal, day: str, code: str) -> None:
    assert _code(terminal, 20, Deed(day=day), rule="tidy-yard") == code


def test_a_new_version_counts_from_the_next_day(terminal: Terminal, clock: HandClock) -> None:
    _rule(terminal, amount=20, version=1)
    _rule(terminal, amount=30, version=2)
    assert _body(terminal, _earn(terminal, 20))["rv"] == 1
    clock.move(days=1)
    assert _body(terminal, _earn(terminal, 20))["rv"] == 2
    _rule(terminal, version=3, state="ended")
    _earn(terminal, 20)
    clock.move(days=1)
    with terminal.write():  # the next day is opened
        pass
    assert _code(terminal, 20) == "rule-ended"
    assert [one.version for one in _versions(terminal)] == [1, 2, 3]
    assert "yard" not in {one.id for one in rules.listing(terminal)}
    assert verify.rebuild(terminal).problems == ()


def test_a_centre_s_own_amount(terminal: Terminal) -> None:
    _rule(terminal, amount=20, least=10, most=40)
    _rule(terminal, owner="centre", scope="037", version=1, amount=30, least=30, most=30)
    assert _code(terminal, 20) == "amount-outside"
    body = _body(terminal, _earn(terminal, 30))
    assert (body["rv"], body["ro"]) == (1, "centre")


def test_orders_are_carried_out_over_a_cap_and_say_so(terminal: Terminal) -> None:
    _rule(terminal, caps=[{"period": "month", "tenths": 30}])
    for number in range(2):
        wanted = {**order(f"o{number}", HOUSE, 20, "earn"), "rule": "yard", "member": 2}
        send(terminal, "terminal:37", ("order", wanted))
    assert feed.carry_out(terminal) == 2
    first, second = _bodies(terminal)[-2:]
    assert ("over" in first, second["over"], second["member"]) == (False, 1, 2)
    assert _code(terminal, 1) == "cap-month"


def test_a_category_is_counted_once_with_many_versions(terminal: Terminal) -> None:
    _rule(terminal, category="work")
    _rule(terminal, category="work", version=2)
    _rule(terminal, owner="centre", scope="037", category="work")
    _earn(terminal, 20)
    account = find.account(terminal, proof(HOUSE))
    assert (dict(account.month_by_category)["work"], account.month_earned_tenths) == (20, 20)


def test_two_processes_keep_one_cap(village: Village, tmp_path: Path) -> None:
    terminal = village.stocked()
    _rule(terminal, caps=[{"period": "year", "tenths": 30}])
    done, refused = both(
        tmp_path, terminal, "points", "earn", HOUSE, "yard", "2", "--staff", "M037A", "--second", "R037A"
    )
    assert "entry" in done
    assert refused["refused"] == "cap-year"
    books.check(terminal)


def _rule(terminal: Terminal, name: str = "yard", **fields: Any) -> None:
    plain = {"rule": name, "category": "civility", "title": "庭院整洁", "amount": 20, "version": 1}
    send(terminal, "county", ("rule", {**plain, **fields}))


def _earn(terminal: Terminal, tenths: int, deed: Deed = deeds.PLAIN, rule: str = "yard") -> str:
    return deeds.earn(terminal, HOUSE, rule, tenths, *TWO, deed)


def _code(
    terminal: Terminal, tenths: int, deed: Deed = deeds.PLAIN, rule: str = "yard", act: Any = deeds.earn
) -> str:
    with pytest.raises(Refused) as no:
        act(terminal, HOUSE, rule, tenths, *TWO, deed)
    return no.value.code


def _left(terminal: Terminal) -> list[tuple[int | None, int | None]]:
    return [(one.tenths, one.times) for one in rules.room(terminal, "yard", HOUSE)]


def _versions(terminal: Terminal) -> tuple[Any, ...]:
    with terminal.read() as conn:
        return rules.versions(conn, "yard")


def _place(entry: str) -> tuple[int, int]:
    epoch, seq = entry.split("-")
    return int(epoch), int(seq)


def _body(terminal: Terminal, entry: str) -> Any:
    with terminal.read() as conn:
        row = journal.get(conn, *_place(entry))
    assert row is not None
    return decode(row.data).body


def _bodies(terminal: Terminal) -> list[Any]:
    with terminal.read() as conn:
        return [decode(row.data).body for row in journal.everything(conn)]
