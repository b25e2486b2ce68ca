"""The driver against its far end: what it claims must be what lies on the paper. Wires: test_contract.py."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import msgspec
import pytest

from drivers.base import DeviceError
from drivers.printer.document import Cut, Text
from drivers.printer.escpos import AUTOMATIC_ON, OPEN_DRAWER, encode, last_line
from drivers.printer.printer import EscposPrinter
from drivers.printer.profile import Profile, profile
from drivers.printer.simulated import PrinterFarEnd
from tests.drivers.printer.sample import DOCUMENT, endings, is_whole
from tests.faults.virtual_printer import VirtualPrinter

EPSON = profile("epson-tm80")
CHINA = profile("china-80")
JOB = encode(DOCUMENT, CHINA)  # the same bytes for both: only answers differ
ALL = frozenset({"status", "gs-h", "gs-r", "gs-a", "dc4-8", "enq-2"})
OPENING = 3  # bytes of GS a, which goes out when the line is opened
TAIL = last_line(JOB)[0]  # what goes out when the rest is on paper begins here
HELLO = {"gs-h": 11, "gs-r": 3}  # bytes of a request to report, which also goes before the job
BOUND_S = 12.0  # no job on a slip's size may take longer, whatever breaks


@contextmanager
def rig(
    model: Profile, wire: Literal["tcp", "pty"] = "tcp", **knobs: Any
) -> Iterator[tuple[EscposPrinter, PrinterFarEnd]]:
    with PrinterFarEnd(wire, **knobs) as far:
        printer = EscposPrinter("printer", far.address, model)
        try:
            yield printer, far
        finally:
            printer.close()


def whole(far: PrinterFarEnd) -> int:
    assert far.wait_until_idle()
    return sum(map(is_whole, far.slips()))


def test_the_same_token_twice_is_proven_twice() -> None:
    with rig(EPSON) as (printer, far):
        assert printer.print(JOB, b"same").state == "printed"
        far.stall(after_bytes=300)
        assert printer.print(JOB, b"same").state == "failed"


@pytest.mark.parametrize(("knob", "reason"), [("paper_out", "paper-out"), ("cover", "cover-open")])
def test_a_printer_that_cannot_print_gets_nothing(knob: str, reason: str) -> None:
    with rig(CHINA) as (printer, far):
        getattr(far, knob)(*([True] if knob == "cover" else []))
        outcome = printer.print(JOB, b"0001")
        assert (outcome.state, outcome.reason, outcome.bytes_out) == ("failed", reason, 0)
        far.new_paper()
        far.cover(False)
        assert printer.print(JOB, b"0001").state == "printed"
        assert whole(far) == 1


def test_a_line_that_died_between_two_jobs_is_opened_again() -> None:
    with rig(CHINA) as (printer, far):
        assert printer.print(JOB, b"0001").state == "printed"
        far.power_cycle()
        assert printer.print(JOB, b"0002").state == "printed"
        assert whole(far) == 2


@pytest.mark.parametrize("position", range(1, len(JOB), 83))
@pytest.mark.parametrize("fault", ["paper-out", "cover-open"])
def test_a_printer_that_can_be_emptied_prints_the_slip_once(fault: str, position: int) -> None:
    """Paper out or cover open anywhere: failed means that sending again gives exactly one whole slip."""
    with rig(EPSON) as (printer, far):
        if fault == "paper-out":
            far.paper_out(after_bytes=position)
        else:
            far.cover(True, after_bytes=position)
        first = printer.print(JOB, b"0001")
        assert (first.state, first.reason) == ("failed", fault)
        far.new_paper()
        far.cover(False)
        far.tear_off()
        assert whole(far) == 0, "nothing of it may still come"
        assert printer.print(JOB, b"0001").state == "printed"
        assert (whole(far), endings(far)) == (1, 1)


@pytest.mark.parametrize("lines", range(0, 22, 3))
def test_the_end_of_the_roll_after_some_lines(lines: int) -> None:
    with rig(EPSON) as (printer, far):
        far.paper_out(after_lines=lines)
        outcome = printer.print(JOB, b"0001")
        far.new_paper()
        if outcome.state == "unknown":  # under its last line
            outcome = printer.settle() or outcome
        if outcome.state == "failed":
            outcome = printer.print(JOB, b"0001")
            assert whole(far) == 1
        assert outcome.state == "printed"
        assert endings(far) == 1


@pytest.mark.parametrize("obeys_enq", [True, False])
@pytest.mark.parametrize("position", range(1, TAIL, 233))
def test_what_a_printer_could_not_forget_is_cut_off_before_the_next(obeys_enq: bool, position: int) -> None:
    """DLE ENQ 2 is not answered: whether it was obeyed or not, the slip comes out whole once, and alone."""
    answers = ALL if obeys_enq else ALL - {"enq-2"}
    with rig(CHINA, answers=answers) as (printer, far):
        far.paper_out(after_bytes=position)
        first = printer.print(JOB, b"0001")
        assert (first.state, first.reason, first.bytes_out) == ("failed", "paper-out", TAIL)
        far.new_paper()
        assert printer.settle() is None
        assert printer.print(JOB, b"0001").state == "printed"
        assert (whole(far), endings(far)) == (1, 1)
        assert far.slips()[-1].lines[0].strip() == DOCUMENT[0].text, "it has a piece of paper of its own"


@pytest.mark.parametrize("model", [EPSON, CHINA])
def test_only_under_its_last_line_can_nobody_tell_and_later_perhaps(model: Profile) -> None:
    with rig(model) as (printer, far):
        far.paper_out(after_bytes=TAIL + 2 * HELLO[model.proof] + 5)
        first = printer.print(JOB, b"0001")
        assert (first.state, first.reason) == ("unknown", "paper-out")
        still = printer.settle()
        assert still is not None and still.state == "unknown"
        far.new_paper()
        settled = printer.settle()
        assert settled is not None and settled.state == "printed"
        assert printer.settle() is None
        assert endings(far) == 1


def test_a_lost_answer_never_turns_up_as_proof() -> None:
    """Power lost under the last line, on a wire that does not notice: looking again tells nothing."""
    with rig(CHINA, "pty") as (printer, far):
        far.power_cycle(after_bytes=TAIL + 2 * HELLO["gs-r"] + 5)
        assert printer.print(JOB, b"0001").state == "unknown"
        for _ in range(3):
            assert printer.settle() is None
        assert endings(far) == 0
        assert printer.print(JOB, b"0002").state == "printed"
        assert (whole(far), endings(far)) == (1, 1)


def test_a_late_answer_to_an_old_job_never_proves_a_new_one() -> None:
    with rig(CHINA, answers=ALL - {"enq-2"}) as (printer, far):
        far.paper_out(after_bytes=500)
        assert printer.print(JOB, b"0001").state == "failed"
        far.new_paper()  # the rest of the first comes out, and its answer lies on the wire
        assert far.wait_until_idle()
        far.paper_out(after_bytes=400)
        second = printer.print(JOB, b"0002")
        assert (second.state, second.reason) == ("failed", "paper-out")
        assert endings(far) == 0
        far.new_paper()
        assert printer.print(JOB, b"0002").state == "printed"
        assert endings(far) == 1


@pytest.mark.parametrize("model", [EPSON, CHINA])
@pytest.mark.parametrize("position", [1, 400, len(JOB)])
def test_a_printer_that_hangs_half_way(model: Profile, position: int) -> None:
    with rig(model) as (printer, far):
        assert printer.status().answered
        far.stall(after_bytes=position)
        start = time.monotonic()
        outcome = printer.print(JOB, b"0001")
        assert time.monotonic() - start < BOUND_S
        in_tail = position >= TAIL + HELLO[model.proof]
        assert (outcome.state, outcome.reason) == ("unknown" if in_tail else "failed", "stalled")
        far.wake()
        settled = printer.settle()
        if in_tail:
            assert settled is not None and settled.state == "printed"
        else:
            assert printer.print(JOB, b"0001").state == "printed"
        assert far.wait_until_idle()
        assert endings(far) == 1


@pytest.mark.parametrize("position", range(1 + OPENING, len(JOB), 331))
@pytest.mark.parametrize("model", [EPSON, CHINA])
def test_power_lost_half_way(model: Profile, position: int) -> None:
    with rig(model) as (printer, far):
        far.power_cycle(after_bytes=position)
        outcome = printer.print(JOB, b"0001")
        assert outcome.state in ("unknown", "failed")
        far.tear_off()
        assert printer.print(JOB, b"0002").state == "printed"
        assert (whole(far), endings(far)) == (1, 1)


def test_the_next_job_is_not_swallowed_by_one_that_was_broken_off() -> None:
    """A printer with a full buffer hangs inside a picture: the rest never leaves, the next slip is whole."""
    model = msgspec.structs.replace(EPSON, native_qr=False, clear="none", baud=115200)
    job = encode(DOCUMENT * 8, model)
    with rig(model, "pty", buffer_bytes=16384) as (printer, far):
        assert printer.status().answered
        far.stall(after_bytes=job.index(b"\x1dv0") - 1)
        outcome = printer.print(job, b"0001")
        assert (outcome.state, outcome.reason) == ("failed", "stalled")
        assert 0 < outcome.bytes_out < len(job)
        far.wake()
        assert far.wait_until_idle()
        assert printer.print(JOB, b"0002").state == "printed"
        assert far.wait_until_idle()
        assert sum(map(is_whole, far.slips())) == 1


@pytest.mark.parametrize(("model", "lost"), [(EPSON, "gs-h"), (CHINA, "gs-r")])
def test_without_proof_it_is_never_called_printed(model: Profile, lost: str) -> None:
    model = msgspec.structs.replace(model, lines_per_s=1000.0)
    with rig(model, answers=ALL - {lost}) as (printer, far):
        for number in (1, 2):
            outcome = printer.print(JOB, b"0001")
            assert (outcome.state, outcome.reason) == ("unknown", "no-proof")
            assert whole(far) == number


def test_a_printer_that_never_says_a_word_still_gets_the_slip() -> None:
    with rig(CHINA, answers=frozenset()) as (printer, far):
        outcome = printer.print(JOB, b"0001")
        assert (outcome.state, outcome.bytes_out) == ("unknown", len(JOB))
        assert whole(far) == 1


def test_a_profile_without_answers_never_claims_to_know() -> None:
    model = profile("plain-80")
    job = encode(DOCUMENT, model)
    with rig(model, answers=frozenset(), font_set="gb2312") as (printer, far):
        assert printer.status().fault == ""
        outcome = printer.print(job, b"0001")
        assert (outcome.state, outcome.reason) == ("unknown", "no-proof")
        assert far.wait_for_bytes(len(job))
        assert far.wait_until_idle()
        assert far.slips()[0].cut
        assert far.complaints == []


def test_a_slow_printer_is_waited_for() -> None:
    with rig(CHINA, line_s=0.08) as (printer, far):
        start = time.monotonic()
        assert printer.print(JOB, b"0001").state == "printed"
        assert time.monotonic() - start > 1.0, "proof comes when the last line is on paper"
        assert whole(far) == 1


def test_paper_runs_out_and_somebody_puts_new_in_while_it_prints() -> None:
    """Whoever is quicker, printer or driver: the claim fits the paper."""
    with rig(CHINA, line_s=0.02) as (printer, far):
        far.paper_out(after_lines=8)
        timer = threading.Timer(0.4, far.new_paper)
        timer.start()
        outcome = printer.print(JOB, b"0001")
        timer.join()
        assert far.wait_until_idle()
        assert outcome.state != "printed" or endings(far) == 1
        assert outcome.state != "failed" or endings(far) == 0


def test_clear_is_true_only_when_confirmed() -> None:
    with rig(EPSON) as (printer, far):
        far.paper_out()
        assert printer.clear()
    with rig(EPSON, answers=ALL - {"dc4-8"}) as (printer, far):
        assert not printer.clear()
    with rig(profile("china-58")) as (printer, far):
        assert not printer.clear()
    with rig(EPSON) as (printer, far):
        far.unplug()
        assert not printer.clear()


def test_a_printer_speaks_at_the_speed_of_its_profile(tmp_path: Any) -> None:
    slow = msgspec.structs.replace(CHINA, baud=9600)
    with rig(slow, "pty") as (printer, far):
        assert printer.print(encode((Text("快"), Cut()), slow), b"0001").state == "printed"
        assert printer._address == f"{far.address}?baud=9600"
    assert EscposPrinter("p", "serial:/dev/x?baud=19200", slow)._address == "serial:/dev/x?baud=19200"
    assert EscposPrinter("p", "serial:/dev/x?parity=E", slow)._address == "serial:/dev/x?parity=E&baud=9600"


def test_the_drawer_opens_where_there_is_one() -> None:
    with rig(EPSON) as (printer, far):
        printer.open_drawer()
        assert printer.print(JOB, b"0001").state == "printed"
        assert (far.drawer_pushes, far.complaints) == (1, [])
        far.unplug()
        with pytest.raises(DeviceError) as gone:
            for _ in range(100):  # TCP may take the first bytes after the peer has gone
                printer.open_drawer()
        assert gone.value.code in ("unplugged", "absent")
    with rig(profile("plain-80")) as (printer, _), pytest.raises(DeviceError) as without:
        printer.open_drawer()
    assert without.value.code == "no-drawer"


def test_what_a_printer_says_on_its_own_is_heard_at_once() -> None:
    """Automatic status (a switch inside some printers turns it on) comes sooner than the next look."""
    with rig(CHINA) as (printer, far):
        assert printer.status().answered
        far.stall(after_bytes=300)
        timer = threading.Timer(0.2, lambda: far.say(bytes((0x18, 0x00, 0x0C, 0x00))))
        timer.start()
        outcome = printer.print(JOB, b"0001")
        timer.join()
        assert (outcome.state, outcome.reason) == ("failed", "paper-out")


@pytest.mark.parametrize("model", [EPSON, CHINA])
def test_a_roll_that_is_nearly_used_up_is_known_from_the_queue(model: Profile) -> None:
    """Some printers tell it in answer to GS r or by themselves, and not to DLE EOT."""
    data = encode(DOCUMENT, model)
    with rig(model) as (printer, far):
        far.hides_near_end = True
        assert printer.print(data, b"1").state == "printed"
        assert (printer.status().paper, printer.status().fault) == ("ok", "")
        far.near_end = True
        assert printer.print(data, b"2").state == "printed"
        assert (printer.status().paper, printer.status().fault) == ("near-end", "")
        far.cover(True)
        far.near_end = False
        assert printer.status().fault == "cover-open"
        far.cover(False)
        assert printer.status().paper == "ok", "somebody has put in a new roll"


def test_automatic_status_is_asked_for_where_the_profile_has_it() -> None:
    with rig(EPSON) as (printer, far):
        printer.open()
        assert far.wait_for_bytes(OPENING)
        assert far.received == AUTOMATIC_ON
        assert printer.print(encode(DOCUMENT, EPSON), b"1").state == "printed"
        assert far.received.count(AUTOMATIC_ON) == 2, "ESC @ at the beginning of a slip ends it"
        assert AUTOMATIC_ON not in encode(DOCUMENT, CHINA)
    with rig(CHINA) as (printer, far):
        assert printer.print(JOB, b"1").state == "printed"
        assert AUTOMATIC_ON not in far.received


def test_an_open_cover_is_heard_before_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.printer.printer.POLL_S", 30.0)
    with rig(EPSON) as (printer, far):
        far.cover(True, after_bytes=400)
        start = time.monotonic()
        outcome = printer.print(encode(DOCUMENT, EPSON), b"1")
        assert (outcome.state, outcome.reason) == ("failed", "cover-open")
        assert time.monotonic() - start < 3.0


@pytest.mark.parametrize("model", [EPSON, CHINA], ids=lambda model: model.name)
@pytest.mark.parametrize("bytes_out", range(1, len(OPEN_DRAWER)))
def test_a_push_of_the_drawer_that_is_cut_off_eats_nothing_of_the_next_slip(
    model: Profile, bytes_out: int
) -> None:
    far = VirtualPrinter(model, "usb")
    printer = EscposPrinter("printer", "virtual:", model, connect=far.connect, clock=far.clock)  # type: ignore[arg-type]
    assert printer.print(JOB, b"0001").state == "printed"
    far.break_at("unplug", far.count + bytes_out, 0.1)
    with pytest.raises(DeviceError):
        printer.open_drawer()
    far.wait(1.0)
    assert printer.print(JOB, b"0002").state == "printed"
    assert [is_whole(piece) for piece in far.pieces] == [True, True]
    assert far.pieces[0].items == far.pieces[1].items
