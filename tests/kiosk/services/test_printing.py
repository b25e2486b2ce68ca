"""The print queue: in order, nothing printed twice unmarked, failed copies come again."""

from __future__ import annotations

import pytest

from kiosk.ledger.refusals import Refused
from kiosk.services import printing
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from tests.village import HandClock, Village, proof

SLIP = "0037-000001"


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    made = village.stocked(clock=clock)
    redeem(made, proof(), (("soap", 1),), "M037A", "r1")
    return made


def _take(terminal: Terminal) -> printing.Job:
    job = printing.take(terminal)
    assert job is not None
    return job


def test_states_as_people_are_told(terminal: Terminal) -> None:
    assert printing.state(terminal, SLIP).state == "queued"
    stub = _take(terminal)
    assert printing.state(terminal, SLIP).state == "printing"
    assert printing.finish(terminal, stub, "printed", "", 900).state == "queued"  # the other copy waits
    resident = _take(terminal)
    assert printing.finish(terminal, resident, "failed", "paper-out", 100).state == "failed"
    assert printing.state(terminal, SLIP).reason == "paper-out"
    assert printing.waiting(terminal) == 1


def test_the_oldest_slip_goes_first(terminal: Terminal) -> None:
    redeem(terminal, proof(), (("vinegar", 1),), "M037A", "r2")
    order = []
    while job := printing.take(terminal):
        order.append((job.slip, job.copy))
        printing.finish(terminal, job, "printed", "", 900)
    assert order == [
        (SLIP, "stub"),
        (SLIP, "resident"),
        ("0037-000002", "stub"),
        ("0037-000002", "resident"),
    ]


def test_a_copy_cut_off_by_a_restart_comes_first_and_marked(village: Village, terminal: Terminal) -> None:
    cut = _take(terminal)
    assert not cut.again
    redeem(terminal, proof(), (("vinegar", 1),), "M037A", "r2")
    terminal.close()
    again = _take(village.open(terminal.settings, terminal.clock))
    assert (again.id, again.again) == (cut.id, True)


@pytest.mark.parametrize(("bytes_out", "marked"), [(0, False), (120, True)])
def test_a_failed_copy_comes_again_marked_if_paper_moved(
    terminal: Terminal, bytes_out: int, marked: bool
) -> None:
    job = _take(terminal)
    printing.finish(terminal, job, "failed", "paper-out", bytes_out)
    assert _take(terminal).copy == "resident"
    assert printing.requeue_failed(terminal) == 1
    again = _take(terminal)
    assert (again.id, again.again) == (job.id, marked)


def test_what_was_once_out_stays_out(terminal: Terminal) -> None:
    job = _take(terminal)
    printing.finish(terminal, job, "failed", "paper-out", 120)
    assert printing.is_torn(terminal)
    printing.requeue_failed(terminal)
    printing.finish(terminal, _take(terminal), "failed", "unplugged", 0)
    printing.requeue_failed(terminal)
    again = _take(terminal)
    assert (again.id, again.again) == (job.id, True)
    printing.finish(terminal, again, "printed", "", 900)
    assert not printing.is_torn(terminal)


def test_a_copy_on_a_printer_that_never_reports_is_not_taken_for_torn(terminal: Terminal) -> None:
    assert not printing.is_torn(terminal)
    job = _take(terminal)
    assert printing.is_torn(terminal), "cut off while it printed"
    printing.finish(terminal, job, "unknown", "no-proof", 900)
    assert not printing.is_torn(terminal)


def test_a_reprint_is_marked_and_asked_for_by_name(terminal: Terminal) -> None:
    while job := printing.take(terminal):
        printing.finish(terminal, job, "printed", "", 900)
    for who, code in (("G037A", "role-may-not"), ("X", "staff-unknown")):
        with pytest.raises(Refused) as no:
            printing.reprint(terminal, SLIP, who)
        assert no.value.code == code
    assert printing.reprint(terminal, SLIP, "M037A").state == "queued"
    copies = []
    while job := printing.take(terminal):
        copies.append((job.copy, job.again))
        printing.finish(terminal, job, "printed", "", 900)
    assert copies == [("stub", True), ("resident", True)]


def test_a_reprint_of_what_never_came_out_is_the_first_print(terminal: Terminal) -> None:
    printing.finish(terminal, _take(terminal), "failed", "unplugged", 0)
    printing.reprint(terminal, SLIP, "M037A")
    copies = []
    while job := printing.take(terminal):
        copies.append((job.copy, job.again))
        printing.finish(terminal, job, "printed", "", 900)
    assert copies == [("stub", False), ("resident", False)]


def test_a_reprint_leaves_the_copy_at_the_printer_alone(terminal: Terminal) -> None:
    stub = _take(terminal)
    printing.reprint(terminal, SLIP, "M037A")
    assert printing.state(terminal, SLIP).state == "printing"
    printing.finish(terminal, stub, "printed", "", 900)
    assert [_take(terminal).copy] == ["resident"]


def test_an_unknown_slip(terminal: Terminal) -> None:
    for number in ("0037-000009", "", "x" * 4096):
        with pytest.raises(Refused) as no:
            printing.state(terminal, number)
        assert no.value.code == "unknown-slip"
        with pytest.raises(Refused) as no:
            printing.reprint(terminal, number, "M037A")
        assert no.value.code == "unknown-slip"
