"""What waits for whom: by role, what is late first; what goes up to the county, by kind; the test slip."""

from __future__ import annotations

from kiosk.services import duties, outgoing, printing, redeem, testslip, void
from kiosk.services.views import Redeemed
from kiosk.slips.paper import Paper
from tests.kiosk.services.desk import place, refused
from tests.village import HOUSEHOLDS, HandClock, Village, proof

A = HOUSEHOLDS[0][0]


def _redeemed(terminal: object) -> Redeemed:
    done: Redeemed = redeem.redeem(terminal, proof(A), (("soap", 1),), "M037A", "r1")  # type: ignore[arg-type]
    return done


def test_each_role_hears_of_its_own(village: Village, clock: HandClock) -> None:
    terminal = village.stocked(clock=clock)
    assert duties.duties(terminal, "panel") == ()
    void.ask(terminal, *place(_redeemed(terminal).entry), "mistake", "M037A")
    codes = {
        role: {one.code for one in duties.duties(terminal, role)} for role in ("manager", "panel", "grid")
    }
    assert "voids" in codes["manager"]
    assert "voids" not in codes["panel"] | codes["grid"]
    numbers = {one.code: one.number for one in duties.duties(terminal, "reviewer")}
    assert numbers["voids"] == 1


def test_what_is_late_comes_first(village: Village, clock: HandClock) -> None:
    found = duties.duties(village.stocked(clock=clock), "manager")
    assert [one.late for one in found] == sorted((one.late for one in found), reverse=True)


def test_what_waits_for_the_county_by_kind(village: Village, clock: HandClock) -> None:
    terminal = village.stocked(clock=clock)
    before = outgoing.outgoing(terminal)
    _redeemed(terminal)
    found = outgoing.outgoing(terminal)
    assert found.waiting == before.waiting + 1
    assert dict(found.kinds)["redeem"] == 1
    assert (found.since, found.blocked, found.set_aside) == ("2026-11-23", "", ())


def test_a_test_slip_goes_through_the_queue_and_needs_no_entry(village: Village, clock: HandClock) -> None:
    terminal = village.stocked(clock=clock)
    before = outgoing.outgoing(terminal).waiting
    state = testslip.print_one(terminal, "M037A")
    assert state.slip.startswith("TEST-")
    assert outgoing.outgoing(terminal).waiting == before
    printing.requeue_failed(terminal)
    jobs = []
    while job := printing.take(terminal):
        printing.finish(terminal, job, "printed", "", 1)
        jobs.append(job)
    content = next(job.content for job in jobs if job.slip == state.slip)
    assert isinstance(content, Paper) and content.title == "device.slip_title"
    assert printing.state(terminal, state.slip).state == "printed"
    assert refused(terminal, lambda: testslip.print_one(terminal, "S037A"))[0] == "role-may-not"
