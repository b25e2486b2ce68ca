"""Ending points: warned of, previewed, closed once by two; nothing by a clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, expiry, feed, find, saved, verify
from kiosk.services.history import history
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.services.views import Account
from kiosk.store import mark
from kiosk.store.tables import bucket, order_done, total
from tests.kiosk.services.two import both
from tests.village import HandClock, Village, proof, send

HOUSE, SPRING, POOR = "0370217", "0370301", "0370302"
TWO = ("M037A", "R037A")
YEAR_END = "2026-12-31"


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    """Points that end with the year: 60 and 35 of them; a saved pot that holds 5 points."""
    terminal = village.stocked(clock=clock)
    rules = {"points_end": "calendar-year", "saved_most_points": 5}
    _rules(terminal, **rules)
    deeds.earn(terminal, HOUSE, "tidy-yard", 60, *TWO)
    deeds.earn(terminal, POOR, "tidy-yard", 35, *TWO)
    return terminal


def test_the_modes(terminal: Terminal) -> None:
    assert _buckets(terminal, POOR) == {YEAR_END: 35}
    _rules(terminal, points_end="years", points_last_years=3)
    deeds.earn(terminal, POOR, "tidy-yard", 5, *TWO)
    _rules(terminal, points_end="never")
    deeds.earn(terminal, POOR, "tidy-yard", 7, *TWO)
    assert _buckets(terminal, POOR) == {YEAR_END: 35, "2029-11-23": 5, "": 7}


def test_a_year_end(terminal: Terminal, clock: HandClock) -> None:
    saved.save(terminal, POOR, 20, "M037A")
    deeds.earn(terminal, POOR, "tidy-yard", 40, *TWO)
    _on(terminal, clock, "2027-01-04")
    before = _sums(terminal)
    seen = expiry.preview(terminal)
    assert _sums(terminal) == before
    assert (seen.through, seen.saved_tenths, seen.expired_tenths) == ("2027-01-03", 80, 35)
    assert [(line.household, line.name, line.saved_tenths, line.expired_tenths) for line in seen.lines] == [
        (HOUSE, "张大山", 50, 10),
        (POOR, "李四", 30, 25),
    ]
    assert expiry.close_year(terminal, *TWO) == seen
    account = _account(terminal, POOR)
    assert (account.available_tenths, account.saved_tenths, account.honour_tenths) == (0, 50, 75)
    assert (_account(terminal, HOUSE).available_tenths, _account(terminal, HOUSE).saved_tenths) == (385, 50)
    assert _account(terminal, SPRING).available_tenths == 100  # an opening balance does not end
    assert _sums(terminal)["expired"] == 35
    line = history(terminal, POOR, 1)[0]
    assert (line.kind, line.amount_tenths, line.title) == ("expire", -55, "")
    assert verify.verify(terminal).ok
    assert verify.rebuild(terminal).problems == ()


def test_it_is_done_once(terminal: Terminal, clock: HandClock) -> None:
    _on(terminal, clock, "2027-01-01")
    expiry.preview(terminal)
    expiry.close_year(terminal, *TWO)
    after = _sums(terminal)
    assert _refused(terminal, *TWO) == "nothing-ended"
    assert expiry.preview(terminal).lines == ()
    assert _refused(terminal, *TWO) == "nothing-ended"
    assert _sums(terminal) == after


def test_what_was_not_seen_is_not_done(terminal: Terminal, clock: HandClock) -> None:
    _on(terminal, clock, "2027-01-01")
    before = _sums(terminal)
    assert _refused(terminal, *TWO) == "preview-first"
    expiry.preview(terminal, "2026-12-30")
    assert _refused(terminal, *TWO) == "preview-first"
    expiry.preview(terminal)
    redeem(terminal, proof(POOR), (("soap", 1),), "M037A", "r1")  # ended points are spent until the closing
    assert _refused(terminal, *TWO) == "preview-first"
    assert _sums(terminal) == before | {"available": before["available"] - 30, "spent": 30}
    assert expiry.preview(terminal).saved_tenths == 50 + 5
    expiry.close_year(terminal, *TWO)


def test_a_day_that_is_due_is_opened_by_the_preview(terminal: Terminal, clock: HandClock) -> None:
    """Else the closing would be of another day than the preview, again and again."""
    terminal.county_day = "2027-01-01"
    clock.move(days=39)
    assert expiry.preview(terminal).through == YEAR_END
    assert expiry.close_year(terminal, *TWO).through == YEAR_END


def test_no_clock_ends_points(terminal: Terminal, clock: HandClock) -> None:
    clock.move(days=3_650)  # nobody has confirmed that day
    assert expiry.preview(terminal).lines == ()
    assert _refused(terminal, *TWO) == "nothing-ended"
    clock.move(days=-7_300)
    deeds.earn(terminal, SPRING, "tidy-yard", 5, *TWO)
    assert expiry.preview(terminal).lines == ()
    assert _buckets(terminal, POOR) == {YEAR_END: 35}


def test_a_look_ahead_moves_nothing(terminal: Terminal) -> None:
    ahead = expiry.preview(terminal, YEAR_END)
    assert (ahead.saved_tenths, ahead.expired_tenths) == (50 + 35, 10)
    with pytest.raises(Refused) as no:
        expiry.close_year(terminal, *TWO, YEAR_END)
    assert no.value.code == "not-ended-yet"
    for day in ("2026-13-01", "yesterday", ""):
        with pytest.raises(Refused) as no:
            expiry.preview(terminal, day)
        assert no.value.code == "day-unreadable"


def test_two_sign(terminal: Terminal, clock: HandClock) -> None:
    _on(terminal, clock, "2027-01-01")
    expiry.preview(terminal)
    assert _refused(terminal, "M037A", "") == "second-needed"
    assert _refused(terminal, "M037A", "M037A") == "second-needed"
    assert _refused(terminal, "M037A", "G037A") == "role-may-not"
    assert _refused(terminal, "G037A", "M037A") == "role-may-not"
    assert _account(terminal, POOR).available_tenths == 35


def test_a_preview_where_nothing_can_be_written(terminal: Terminal, clock: HandClock) -> None:
    _on(terminal, clock, "2027-01-01")
    path = terminal.settings.data_dir / "mark"
    known = mark.MarkFile(path).read()
    assert known is not None
    mark.MarkFile(path).write(known._replace(seq=known.seq + 9))  # the database was put back
    assert expiry.preview(terminal).expired_tenths == 10
    assert _refused(terminal, *TWO) == "needs-epoch"


def test_warnings(terminal: Terminal, clock: HandClock) -> None:
    found = expiry.warnings(terminal)
    assert [(one.household, one.name, one.day, one.tenths) for one in found] == [
        (HOUSE, "张大山", YEAR_END, 60),
        (POOR, "李四", YEAR_END, 35),
    ]
    _rules(terminal, warn_days=37)
    assert expiry.warnings(terminal) == ()
    _rules(terminal, warn_days=38)
    assert len(expiry.warnings(terminal)) == 2
    redeem(terminal, proof(POOR), (("soap", 1),), "M037A", "r1")
    assert [one.tenths for one in expiry.warnings(terminal)] == [60, 5]


def test_a_year_end_of_many(terminal: Terminal, clock: HandClock) -> None:
    """Several ends of one household close together; what is alive stays."""
    _rules(terminal, points_end="days", points_last_days=10)
    deeds.earn(terminal, HOUSE, "tidy-yard", 15, *TWO)
    _rules(terminal, points_end="days", points_last_days=100)
    deeds.earn(terminal, HOUSE, "tidy-yard", 25, *TWO)
    _on(terminal, clock, "2027-01-01")
    (line, _poor) = expiry.preview(terminal).lines
    assert line.buckets == (("2026-12-03", 15), (YEAR_END, 60))
    expiry.close_year(terminal, *TWO)
    assert {day: tenths for day, tenths in _buckets(terminal, HOUSE).items() if tenths} == {
        "": 385,
        "2027-03-03": 25,
    }


def test_two_processes_close_once(terminal: Terminal, clock: HandClock, tmp_path: Path) -> None:
    _on(terminal, clock, "2027-01-01")
    expiry.preview(terminal)
    words = ("close-year", "--staff", "M037A", "--second", "R037A", "--through", YEAR_END)
    done, refused = both(tmp_path, terminal, *words, rules="saved_most_points = 5")
    assert (done["saved_tenths"], done["expired_tenths"]) == (85, 10)
    assert refused["refused"] == "nothing-ended"
    assert _sums(terminal)["expired"] == 10
    assert verify.verify(terminal).ok


def _on(terminal: Terminal, clock: HandClock, day: str) -> None:
    """The business day is `day`, confirmed by the county."""
    clock.day = type(clock.day).fromisoformat(day)
    terminal.county_day = day
    with terminal.write():
        pass


def _rules(terminal: Terminal, **changed: Any) -> None:
    rules = msgspec.structs.replace(terminal.settings.rules, **changed)
    terminal.settings = msgspec.structs.replace(terminal.settings, rules=rules)


def _account(terminal: Terminal, household: str) -> Account:
    return find.account(terminal, proof(household))


def _buckets(terminal: Terminal, household: str) -> dict[str, int]:
    with terminal.read() as conn:
        rows = conn.execute(bucket.select().where(bucket.c.household == household))
        return {row.expires: row.tenths for row in rows}


def _sums(terminal: Terminal) -> dict[str, int]:
    with terminal.read() as conn:
        return {row.pot: row.tenths for row in conn.execute(total.select())}


def _refused(terminal: Terminal, actor: str, second: str) -> str:
    with pytest.raises(Refused) as no:
        expiry.close_year(terminal, actor, second)
    return no.value.code


def test_an_order_closes_one_household(terminal: Terminal, clock: HandClock) -> None:
    _order(terminal, "early", {"hh": HOUSE, "through": YEAR_END})
    clock.move(days=7)
    for _ in range(5):
        with terminal.write():
            pass
        clock.move(days=7)
    body = {"hh": HOUSE, "through": YEAR_END}
    _order(terminal, "right", body)
    _order(terminal, "again", body)
    _order(terminal, "nonsense", {"hh": HOUSE, "through": "soon"})
    _order(terminal, "none", {**body, "hh": SPRING})
    send(terminal, "county", ("household", {**STRANGER, "hh": "0380001", "home": 38}))
    _order(terminal, "strange", {**body, "hh": "0380001"})
    with terminal.read() as conn:
        rows = conn.execute(order_done.select().order_by(order_done.c.seq))
        done = {row.id: row.refused for row in rows if not row.id.startswith("open-")}
    assert done == {
        "early": "not-ended-yet",
        "right": "",
        "again": "nothing-ended",
        "nonsense": "order-unknown",
        "none": "nothing-ended",
        "strange": "not-home",
    }
    account = find.account(terminal, proof(HOUSE))
    assert (account.available_tenths, account.saved_tenths) == (385, 50)
    assert find.account(terminal, proof(POOR)).available_tenths == 35
    assert verify.verify(terminal).ok
    assert verify.rebuild(terminal).problems == ()


STRANGER = {"name": "外户", "members": 1, "pinyin": "wh", "digest": []}


def _order(terminal: Terminal, name: str, body: dict[str, Any]) -> None:
    send(terminal, "terminal:37", ("order", {"order": name, "do": "expire", **body}))
    assert feed.carry_out(terminal) == 1
