"""An inspection from the drawn sample to the recheck, in the books and on paper."""

from __future__ import annotations

import pytest

from kiosk.ledger import inspection as rules
from kiosk.ledger.refusals import Refused
from kiosk.services import inspection
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from tests.kiosk.services.desk import entry_of, place, sound
from tests.kiosk.services.goods import paper
from tests.village import HandClock, Village, proof

YEAR = ("2026-01-01", "2026-12-31")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    made = village.stocked(clock=clock)
    for at in range(12):
        redeem(made, proof("0370900"), (("soap", 1 + at),), "M037A", f"r{at}")
    return made


def _refused(act: object, *given: object, **more: object) -> str:
    assert callable(act)
    with pytest.raises(Refused) as no:
        act(*given, **more)
    return no.value.code


def test_from_sample_to_recheck(terminal: Terminal, clock: HandClock) -> None:
    drawn = inspection.draw(terminal, *YEAR, 5, "S037A")
    assert len(drawn.entries) == 5
    with terminal.read() as conn:
        again = rules.draw(drawn.seed, inspection._candidates(conn, *YEAR, inspection.REDEMPTIONS), 5)
    assert again == drawn.entries == tuple(entry_of(terminal, drawn.sample).body["entries"])
    sample = place(drawn.sample)
    made = inspection.record(
        terminal, sample, drawn.entries[0], "no-signature", 15, "S037A", note="存根没有签字"
    )
    (found,) = inspection.findings(terminal)
    assert (found.finding, found.due, found.state, found.note) == (made, "2026-12-08", "open", "存根没有签字")
    assert "存根" not in str(entry_of(terminal, made).body), "the note lies beside the chain"
    slip = paper(terminal, found.slip)
    assert [fact.value for fact in slip.facts] == ["凭条没有签字", drawn.entries[0], "2026-12-08"]
    clock.move(days=7)
    inspection.answer(terminal, place(made), "已补签", "M037A")
    assert inspection.findings(terminal)[0].state == "answered"
    inspection.recheck(terminal, place(made), "not-fixed", 3, "S037A")
    assert inspection.findings(terminal)[0].due == "2026-12-03"
    assert _refused(inspection.recheck, terminal, place(made), "fine", 3, "S037A") == "inspect-outcome"
    for days in (7, 0):
        clock.move(days=days)
        inspection.draw(terminal, *YEAR, 1, "S037A")
    assert inspection.findings(terminal)[0].overdue
    inspection.recheck(terminal, place(made), "fixed", 0, "S037A")
    last = inspection.findings(terminal)[0]
    assert (last.state, last.overdue, last.rechecks) == ("closed", False, 2)
    for act, given in ((inspection.answer, ("", "M037A")), (inspection.recheck, ("fixed", 0, "S037A"))):
        assert _refused(act, terminal, place(made), *given) == "inspect-closed"
    sound(terminal)


def test_what_is_not_taken(terminal: Terminal) -> None:
    drawn = inspection.draw(terminal, *YEAR, 3, "S037A")
    sample = place(drawn.sample)
    record = inspection.record
    assert _refused(inspection.draw, terminal, *YEAR, 3, "M037A") == "role-may-not"
    assert _refused(inspection.draw, terminal, *YEAR, 0, "S037A") == "inspect-size"
    assert _refused(inspection.draw, terminal, "2020-01-01", "2020-01-02", 3, "S037A") == "inspect-nothing"
    assert _refused(record, terminal, sample, drawn.sample, "other", 3, "S037A") == "inspect-not-drawn"
    assert _refused(record, terminal, (1, 1), "", "other", 3, "S037A") == "inspect-unknown"
    assert _refused(record, terminal, sample, "", "bad", 3, "S037A") == "inspect-reason"
    assert _refused(record, terminal, sample, "", "other", -1, "S037A") == "inspect-days"
    assert _refused(record, terminal, sample, "", "other", 3, "S037A", note="长" * 201) == "inspect-note"
    assert inspection.findings(terminal) == ()
    whole = record(terminal, sample, "", "stock-differs", 3, "S037A")
    assert _refused(inspection.answer, terminal, place(whole), "", "S037A") == "role-may-not"


def test_every_kind_may_be_drawn_but_inspections(terminal: Terminal) -> None:
    inspection.draw(terminal, *YEAR, 3, "S037A")
    drawn = inspection.draw(terminal, *YEAR, 200, "S037A", every=True)
    kinds = {entry_of(terminal, name).kind for name in drawn.entries}
    assert {"redeem", "earn", "stock-receive", "day-open"} <= kinds
    assert "inspect" not in kinds
