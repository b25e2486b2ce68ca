"""Activities: announced, signed in once a household, credited once by two; caps listed, not credited."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.ledger.entries import decode
from kiosk.ledger.refusals import Refused
from kiosk.services import activities, calloff, crediting, deeds, evidence, find, verify
from kiosk.services.activities import Activity
from kiosk.services.deeds import Deed
from kiosk.services.history import history
from kiosk.services.terminal import Terminal
from kiosk.store import journal
from kiosk.store.tables import posting
from tests.depth import often
from tests.kiosk.papers import papers
from tests.kiosk.services.two import both
from tests.village import HOUSEHOLDS, HandClock, Village, proof, send

HOUSE, SPRING, POOR, FREE = (row[0] for row in HOUSEHOLDS)
TWO = ("G037A", "R037A")
DAY = "2026-11-23"
PHOTO = evidence.Evidence("photo", b"a photograph")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    terminal = village.stocked(clock=clock)
    _rule(terminal)
    return terminal


def test_one_step_credits_all(terminal: Terminal, village: Village) -> None:
    made = _new(terminal)
    assert (made.title, made.place, made.amount_tenths, made.signed) == ("理论宣讲", "文化室", 10, 0)
    where = _place(made.entry)
    activities.sign_in_by_card(terminal, where, village.card(HOUSE))
    activities.sign_in_at_desk(terminal, where, SPRING, "forgot", "G037A")
    activities.sign_in_by_paper(terminal, where, [(POOR, 1)], PHOTO, "G037A")
    done = crediting.credit(terminal, where, *TWO)
    assert (done.households, done.tenths, done.left) == (3, 30, ())
    again = crediting.credit(terminal, where, *TWO)
    assert (again.households, again.left) == (0, ())
    assert activities.one(terminal, where) == activities.listing(terminal)[0]
    assert (activities.one(terminal, where).signed, activities.one(terminal, where).credited) == (3, 3)
    assert [find.account(terminal, proof(one)).available_tenths for one in (HOUSE, SPRING, POOR)] == [
        395,
        110,
        10,
    ]
    assert history(terminal, HOUSE, 1)[0].title == "参加宣讲（理论宣讲）"
    text = str(_bodies(terminal))
    assert "宣讲" not in text and "文化室" not in text
    assert verify.verify(terminal).ok
    assert verify.rebuild(terminal).problems == ()


def test_a_household_signs_in_once(terminal: Terminal, village: Village) -> None:
    where = _place(_new(terminal).entry)
    first = activities.sign_in_by_card(terminal, where, village.card(HOUSE))
    again = activities.sign_in_at_desk(terminal, where, HOUSE, "other", "G037A")
    assert (first.repeated, again.repeated, again.entry) == (False, True, first.entry)
    with pytest.raises(Refused) as no, terminal.write() as writing:
        body = {"activity": list(where), "hh": HOUSE, "how": "paper"}
        writing.append("sign-in", body, "G037A")
    assert no.value.code == "changed-meanwhile", "the database itself takes no household twice"
    crediting.credit(terminal, where, *TWO)
    with pytest.raises(Refused) as no, terminal.write() as writing:
        fields = {"hh": HOUSE, "rule": "talk", "rv": 1, "amount": 10, "deed": DAY, "activity": list(where)}
        writing.append("earn", deeds.earn_body(writing.conn, fields, ""), *TWO)
    assert no.value.code == "changed-meanwhile", "and credits none twice"


def test_those_over_a_cap_are_listed_and_not_credited(terminal: Terminal, clock: HandClock) -> None:
    _rule(terminal, "capped", caps=[{"period": "month", "times": 1}])
    where = _place(_new(terminal, "capped").entry)
    deeds.earn(terminal, HOUSE, "capped", 10, *TWO)
    send(terminal, "county", ("household", {**STRANGER, "hh": "0380001", "home": 38}))
    activities.sign_in_by_paper(terminal, where, [(HOUSE, 0), (SPRING, 0), ("0380001", 0)], PHOTO, "G037A")
    done = crediting.credit(terminal, where, *TWO)
    assert (done.households, done.tenths, done.elsewhere) == (2, 20, 1)
    assert [(one.household, one.code) for one in done.left] == [(HOUSE, "cap-times")]
    clock.move(days=7)
    done = crediting.credit(terminal, where, *TWO)
    assert (done.households, len(done.left)) == (0, 1), "caps count by the day of the activity"


def test_a_guest_is_awarded_once_and_gets_nothing_here(terminal: Terminal) -> None:
    _rule(terminal)
    where = _place(_new(terminal).entry)
    send(terminal, "county", ("household", {**STRANGER, "hh": "0380001", "home": 38}))
    activities.sign_in_by_paper(terminal, where, [("0380001", 0)], PHOTO, "G037A")
    assert crediting.credit(terminal, where, *TWO).elsewhere == 1
    assert crediting.credit(terminal, where, *TWO).households == 0
    (award,) = [body for body in _bodies(terminal) if body.get("what") == "earn"]
    assert (award["hh"], award["amount"], award["activity"]) == ("0380001", 10, list(where))
    with terminal.read() as conn:
        assert not list(conn.execute(select(posting).where(posting.c.household == "0380001")))
    assert verify.verify(terminal).ok
    assert verify.rebuild(terminal).problems == ()


def test_proof_and_people(terminal: Terminal, village: Village) -> None:
    _rule(terminal, "seen", evidence="photo", sign_most=5)
    where = _place(_new(terminal, "seen").entry)
    activities.sign_in_by_card(terminal, where, village.card(HOUSE))
    activities.sign_in_by_paper(terminal, where, [(SPRING, 0)], PHOTO, "G037A")
    assert _code(crediting.credit, terminal, where, "G037A", "M037A") == "sign-limit"
    assert _code(crediting.credit, terminal, where, "G037A", "G037A") == "second-needed"
    done = crediting.credit(terminal, where, *TWO)
    assert (done.households, [one.code for one in done.left]) == (1, ["photo-needed"])
    done = crediting.credit(terminal, where, *TWO, (PHOTO,))
    assert (done.households, done.left) == (1, ())
    refs = [len(body["ev"]) for body in _bodies(terminal) if "activity" in body and "amount" in body]
    assert refs == [1, 1]


def test_a_rule_by_member_wants_one(terminal: Terminal, village: Village) -> None:
    _rule(terminal, "each", caps=[{"period": "day", "of": "member", "times": 1}])
    where = _place(_new(terminal, "each").entry)
    card = village.card(HOUSE)
    assert _code(activities.sign_in_by_card, terminal, where, card) == "member-needed"
    assert _code(activities.sign_in_by_card, terminal, where, card, 9) == "unknown-member"
    deeds.earn(terminal, HOUSE, "each", 10, *TWO, Deed(member=1))
    activities.sign_in_by_card(terminal, where, card, 2)
    assert crediting.credit(terminal, where, *TWO).households == 1


def test_the_day_of_the_activity(terminal: Terminal, village: Village, clock: HandClock) -> None:
    where = _place(_new(terminal, day="2026-11-25").entry)
    card = village.card(HOUSE)
    assert _code(activities.sign_in_by_card, terminal, where, card) == "activity-not-yet"
    assert _code(crediting.credit, terminal, where, *TWO) == "activity-not-yet"
    clock.move(days=3650)
    assert _code(activities.sign_in_by_card, terminal, where, card) == "activity-not-yet"
    clock.move(days=-3647)
    assert _code(activities.sign_in_by_card, terminal, where, card) == "activity-over"
    activities.sign_in_at_desk(terminal, where, HOUSE, "torn", "G037A")
    assert crediting.credit(terminal, where, *TWO).households == 1
    assert [body["deed"] for body in _bodies(terminal) if "activity" in body and "amount" in body] == [
        "2026-11-25"
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"rule_id": "none"}, "unknown-rule"),
        ({"day": "soon"}, "day-unreadable"),
        ({"day": "2024-01-01"}, "deed-too-old"),
        ({"time": "9:30"}, "time-unreadable"),
        ({"title": " "}, "activity-unnamed"),
        ({"place": "长" * 61}, "activity-unnamed"),
        ({"amount_tenths": 99}, "amount-outside"),
        ({"sheet_rows": 61}, "sheet-rows"),
        ({"actor": "R037A"}, "role-may-not"),
    ],
)
def test_what_can_not_be_announced(terminal: Terminal, change: dict[str, Any], code: str) -> None:
    plain = {"rule_id": "talk", "day": DAY, "time": "09:30", "title": "讲", "place": "室", "actor": "G037A"}
    with pytest.raises(Refused) as no:
        activities.announce(terminal, **{**plain, **change})
    assert no.value.code == code


def test_who_can_not_sign_in(terminal: Terminal, village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    where = _place(_new(terminal).entry)
    assert _code(activities.sign_in_by_card, terminal, (1, 999), village.card(HOUSE)) == "unknown-activity"
    assert _code(activities.one, terminal, (1, 999)) == "unknown-activity"
    assert _code(activities.sign_in_by_card, terminal, where, "P1:x") == "card-forged"
    assert _code(activities.sign_in_at_desk, terminal, where, "9999999", "other", "G037A") == (
        "unknown-household"
    )
    assert _code(activities.sign_in_at_desk, terminal, where, HOUSE, "", "G037A") == "reason-needed"
    monkeypatch.setattr(activities, "MOST_SIGNED", 1)
    pairs = [(HOUSE, 0), (SPRING, 0)]
    assert _code(activities.sign_in_by_paper, terminal, where, pairs, PHOTO, "G037A") == "activity-full"
    assert activities.one(terminal, where).signed == 0, "all or nothing"


def test_called_off_with_a_reason(terminal: Terminal, village: Village) -> None:
    """Who signed in stays in the books, nobody gets points; what gave points already is not undone."""
    made, given = _new(terminal), _new(terminal)
    where = _place(made.entry)
    activities.sign_in_by_card(terminal, where, village.card(HOUSE))
    assert _code(calloff.call_off, terminal, where, "rain", "G037A") == "reason-needed"
    assert _code(calloff.call_off, terminal, where, "weather", "R037A") == "role-may-not"
    done = calloff.call_off(terminal, where, "weather", "G037A")
    assert (done.activity.off, done.activity.signed, done.activity.credited) == ("weather", 1, 0)
    text = "\n".join(papers(terminal, "china-58")[0].lines)
    assert "活动取消告知" in text and "天气不好" in text and "1 户" in text
    again = (
        _code(calloff.call_off, terminal, where, "weather", "G037A"),
        _code(activities.sign_in_by_card, terminal, where, village.card(SPRING)),
        _code(crediting.credit, terminal, where, *TWO),
    )
    assert again == ("activity-off",) * 3
    activities.sign_in_by_card(terminal, _place(given.entry), village.card(HOUSE))
    crediting.credit(terminal, _place(given.entry), *TWO)
    assert _code(calloff.call_off, terminal, _place(given.entry), "other", "G037A") == "activity-credited"
    assert [one.off for one in activities.listing(terminal)] == ["", "weather"]
    assert verify.verify(terminal).ok
    assert verify.rebuild(terminal).problems == ()


def test_the_blank_sheet_is_printed(terminal: Terminal) -> None:
    _new(terminal, sheet_rows=12)
    text = "\n".join(papers(terminal, "china-58")[0].lines)
    assert "活动签到表" in text and "文化室" in text and "12 户号" in text


@settings(max_examples=often(5, 50), suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(["sign", "credit", "more", "earn"]), max_size=14), st.data())
def test_any_order_credits_each_household_once(steps: list[str], data: st.DataObject) -> None:
    folder = Path(tempfile.mkdtemp(prefix="activity-"))
    village = Village(folder)
    try:
        terminal = village.stocked(clock=HandClock())
        _rule(terminal, caps=[{"period": "year", "times": 2}])
        where = [_place(_new(terminal).entry) for _ in range(2)]
        limited = (HOUSE, SPRING, POOR)
        for step in steps:
            which = where[data.draw(st.integers(0, 1))]
            who = data.draw(st.sampled_from(limited))
            if step == "sign":
                activities.sign_in_at_desk(terminal, which, who, "other", "G037A")
            elif step == "credit":
                crediting.credit(terminal, which, *TWO)
            else:
                try:
                    deeds.earn(terminal, who, "talk", 10, *TWO)
                except Refused as no:
                    assert no.code == "cap-times"
        earned = [body for body in _bodies(terminal) if body.get("rule") == "talk" and "repaid" in body]
        assert all(sum(body["hh"] == who for body in earned) <= 2 for who in limited)
        credited = [(body["hh"], *body["activity"]) for body in earned if "activity" in body]
        assert len(credited) == len(set(credited))
        assert verify.verify(terminal).ok
        assert verify.rebuild(terminal).problems == ()
    finally:
        village.close()
        shutil.rmtree(folder)


def test_two_processes_credit_once(village: Village, tmp_path: Path) -> None:
    terminal = village.stocked()
    _rule(terminal)
    with terminal.read() as conn:
        today = journal.head(conn).day  # type: ignore[union-attr]
    made = _new(terminal, day=today)
    where = _place(made.entry)
    activities.sign_in_at_desk(terminal, where, HOUSE, "other", "G037A")
    words = ("activity", "credit", made.entry, "--staff", "M037A", "--second", "R037A")
    answers = both(tmp_path, terminal, *words, codes=[0, 0])
    assert sorted(one["households"] for one in answers) == [0, 1]
    assert verify.verify(terminal).ok


STRANGER = {"name": "外户", "members": 1, "pinyin": "wh", "digest": []}


def _rule(terminal: Terminal, name: str = "talk", **fields: Any) -> None:
    plain = {
        "rule": name,
        "category": "study",
        "title": "参加宣讲",
        "amount": 10,
        "version": 1,
        "sign": "give",
    }
    send(terminal, "county", ("rule", {**plain, "least": 10, "most": 10, **fields}))


def _new(terminal: Terminal, rule: str = "talk", day: str = DAY, **more: Any) -> Activity:
    return activities.announce(terminal, rule, day, "09:30", "理论宣讲", "文化室", "G037A", **more)


def _code(act: Any, *given: Any) -> str:
    with pytest.raises(Refused) as no:
        act(*given)
    return no.value.code


def _place(entry: str) -> tuple[int, int]:
    epoch, seq = entry.split("-")
    return int(epoch), int(seq)


def _bodies(terminal: Terminal) -> list[Any]:
    with terminal.read() as conn:
        return [decode(row.data).body for row in journal.everything(conn)]
