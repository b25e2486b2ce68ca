"""One suite over every wire a printer may hang on: whatever happens on the line, the claim fits the paper.

Memory, pty, TCP and USB carry answers; a file and a CUPS queue carry none and are held to what is left then.
"""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
import usb.backend.libusb1

from drivers.base import DeviceError
from drivers.printer import printer as printer_module
from drivers.printer import session as session_module
from drivers.printer.document import Cut, Text
from drivers.printer.escpos import encode
from drivers.printer.printer import EscposPrinter
from drivers.printer.profile import Profile, profile
from drivers.printer.session import INBOX_MAXIMUM
from drivers.printer.simulated import PrinterFarEnd
from drivers.wire import Wire, open_wire
from tests.drivers.fake_libusb1 import PRODUCT, VENDOR, Bus
from tests.drivers.printer.memory_line import MemoryLine
from tests.drivers.printer.sample import DOCUMENT, endings, is_whole
from tests.drivers.test_cups import tool

WIRES = ("memory", "pty", "tcp", "usb")
EPSON = profile("epson-tm80")
CHINA = profile("china-80")
FLOOD = 10_000
LINE_NOISE = b"\x80\xff\xfe"  # bytes that begin no answer


@dataclass
class Rig:
    """A printer at the far end of one kind of wire, and the driver at the near end."""

    far: PrinterFarEnd
    address: str
    connect: Callable[[str], Any]
    parts: ExitStack

    def printer(self, model: Profile) -> EscposPrinter:
        printer = EscposPrinter("printer", self.address, model, connect=self.connect)
        self.parts.callback(printer.close)
        return printer


@dataclass
class Rigs:
    """Makes rigs of one kind; all end with the test."""

    wire: str
    parts: ExitStack
    monkeypatch: pytest.MonkeyPatch

    def make(self, **knobs: Any) -> Rig:
        if self.wire == "memory":
            line = MemoryLine()
            far = self.parts.enter_context(PrinterFarEnd(line, **knobs))
            connect: Callable[[str], Any] = line.connect
        else:
            far = self.parts.enter_context(PrinterFarEnd("pty" if self.wire == "pty" else "tcp", **knobs))
            connect = open_wire
        address = self._usb(far) if self.wire == "usb" else far.address
        return Rig(far, address, connect, self.parts)

    def _usb(self, far: PrinterFarEnd) -> str:
        """The far end's socket as the cable of a device on the bus."""
        host, port = far.address.removeprefix("tcp://").split(":")

        def plug() -> socket.socket | None:
            try:
                return socket.create_connection((host, int(port)), timeout=2.0)
            except ConnectionRefusedError:
                return None  # pulled out there

        bus = Bus(plug)
        self.parts.callback(bus.unplug)
        self.monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda: bus)
        return f"usb:{VENDOR:04x}:{PRODUCT:04x}"


@pytest.fixture(params=WIRES)
def rigs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rigs]:
    """Far ends in this process answer in milliseconds: silence need not be waited for as long as outside."""
    monkeypatch.setattr(session_module, "ANSWER_TIMEOUT_S", 0.4)
    monkeypatch.setattr(printer_module, "SPARE_S", 1.0)
    monkeypatch.setattr(printer_module, "GREETING_S", 1.0)
    with ExitStack() as parts:
        yield Rigs(request.param, parts, monkeypatch)


@pytest.fixture
def rig(rigs: Rigs) -> Rig:
    return rigs.make()


def job(model: Profile) -> bytes:
    return encode(DOCUMENT, model)


def whole(far: PrinterFarEnd) -> int:
    assert far.wait_until_idle()
    return sum(map(is_whole, far.slips()))


@pytest.mark.parametrize("model", [EPSON, CHINA], ids=lambda model: model.name)
def test_jobs_are_printed_one_after_the_other(rig: Rig, model: Profile) -> None:
    printer = rig.printer(model)
    printer.open()
    for number in range(3):
        outcome = printer.print(job(model), b"%04d" % number)
        assert (outcome.state, outcome.reason, outcome.bytes_out) == ("printed", "", len(job(model)))
        assert whole(rig.far) == number + 1
    assert rig.far.complaints == []
    assert printer.status().fault == ""
    assert set(printer.counters().values()) == {0}
    printer.close()
    printer.close()


def test_status_says_what_is_the_matter(rig: Rig) -> None:
    printer = rig.printer(EPSON)
    assert printer.status().paper == "ok"
    rig.far.near_end = True
    assert (printer.status().paper, printer.status().fault) == ("near-end", "")
    rig.far.cover(True)
    assert printer.status().fault == "cover-open"
    rig.far.cover(False)
    rig.far.paper_out()
    assert printer.status().fault == "paper-out"
    rig.far.unplug()
    with pytest.raises(DeviceError):
        printer.status()


def test_silence(rig: Rig) -> None:
    """A printer that hangs before the job gets nothing; awake again, it gets it once."""
    printer = rig.printer(CHINA)
    assert printer.status().answered
    rig.far.stall()
    outcome = printer.print(job(CHINA), b"1")
    assert (outcome.state, outcome.reason, outcome.bytes_out) == ("failed", "stalled", 0)
    rig.far.wake()
    assert printer.print(job(CHINA), b"1").state == "printed"
    assert whole(rig.far) == 1


@pytest.mark.parametrize("model", [EPSON, CHINA], ids=lambda model: model.name)
def test_noise_on_the_line_proves_nothing_and_hides_no_proof(rig: Rig, model: Profile) -> None:
    """A proof that carries a name is found in the noise; one of a single byte is not believed there."""
    printer = rig.printer(msgspec.structs.replace(model, lines_per_s=1000.0))
    assert printer.print(job(model), b"1").state == "printed"
    rig.far.shape_answers(noise=LINE_NOISE)
    outcome = printer.print(job(model), b"2")
    assert outcome.state == ("printed" if model.proof == "gs-h" else "failed")
    assert printer.counters()["noise"] >= len(LINE_NOISE)
    rig.far.shape_answers()
    if outcome.state == "failed":
        assert printer.print(job(model), b"2").state == "printed"
    assert rig.far.wait_until_idle()
    assert endings(rig.far) == 2


@pytest.mark.parametrize("seed", range(2))
def test_garbage_among_the_answers_never_makes_a_false_claim(rig: Rig, seed: int) -> None:
    chance = random.Random(seed)
    printer = rig.printer(EPSON)
    assert printer.status().answered
    for number in range(2):
        rig.far.shape_answers(noise=chance.randbytes(chance.randrange(1, 9)))
        before = endings(rig.far)
        outcome = printer.print(job(EPSON), b"%d" % number)
        assert rig.far.wait_until_idle()
        came = endings(rig.far) - before
        assert came <= 1
        assert (outcome.state, came) not in (("printed", 0), ("failed", 1))
    rig.far.shape_answers()
    before = endings(rig.far)
    # The last garbage may have looked like the beginning of an answer, and have eaten the next one.
    state = printer.print(job(EPSON), b"at last").state
    assert state == "printed" or printer.print(job(EPSON), b"at last").state == "printed"
    assert endings(rig.far) == before + 1


def test_answers_split_at_every_byte(rig: Rig) -> None:
    """Proof (7 bytes), automatic status (4) and the word that it is empty (3), in two pieces each."""
    printer = rig.printer(EPSON)
    for cut in range(1, 7):
        rig.far.shape_answers(cut=cut)
        assert printer.print(job(EPSON), b"%d" % cut).state == "printed", cut
        assert printer.clear(), cut
        assert printer.status().fault == "", cut
    for cut in range(1, 4):
        rig.far.shape_answers(cut=cut)
        rig.far.cover(True, after_bytes=400)
        outcome = printer.print(job(EPSON), b"%d" % cut)
        assert (outcome.state, outcome.reason) == ("failed", "cover-open"), cut
        rig.far.cover(False)
    assert (whole(rig.far), printer.counters()["noise"]) == (6, 0)


@pytest.mark.parametrize("model", [EPSON, CHINA], ids=lambda model: model.name)
def test_answers_that_come_byte_by_byte(rig: Rig, model: Profile) -> None:
    rig.far.shape_answers(byte_s=0.03)
    printer = rig.printer(model)
    assert printer.print(job(model), b"1").state == "printed"
    assert whole(rig.far) == 1


@pytest.mark.parametrize("share", [0.05, 0.6, 1.0])
def test_pulled_out_while_printing_and_put_back(rig: Rig, share: float) -> None:
    data = job(EPSON)
    printer = rig.printer(EPSON)
    rig.far.unplug(after_bytes=int(share * len(data)))
    outcome = printer.print(data, b"1")
    assert outcome.reason == "unplugged"
    assert outcome.state == "unknown" or (outcome.state == "failed" and outcome.bytes_out < len(data))
    assert rig.far.wait_until_idle()
    before = endings(rig.far)
    assert outcome.state != "failed" or before == 0
    with pytest.raises(DeviceError):
        printer.open()
    rig.far.plug_in()
    assert printer.print(data, b"2").state == "printed"
    assert rig.far.wait_until_idle()
    assert endings(rig.far) == before + 1


def test_two_at_once_keep_to_themselves(rigs: Rigs) -> None:
    """Each prints its own; on the simulated bus there is room for one, its neighbour hangs on the network."""
    first = rigs.make()
    second = Rigs("tcp" if rigs.wire == "usb" else rigs.wire, rigs.parts, rigs.monkeypatch).make()
    ready = threading.Barrier(2)

    def print_all(rig: Rig, model: Profile, word: str) -> list[str]:
        printer = rig.printer(model)
        ready.wait(10)
        data = encode((*DOCUMENT[:-1], Text(word), Cut()), model)
        return [printer.print(data, b"same token").state for _ in range(3)]

    with ThreadPoolExecutor(2) as pool:
        states = pool.map(print_all, (first, second), (EPSON, CHINA), ("甲", "乙"))
    assert list(states) == [["printed"] * 3] * 2
    for rig, word in ((first, "甲"), (second, "乙")):
        assert [slip.lines[-1] for slip in rig.far.slips()] == [word] * 3


def test_a_flood_of_answers_nobody_asked_for(rig: Rig) -> None:
    """None costs memory, each is counted, and none answers for the next job."""
    printer = rig.printer(EPSON)
    assert printer.print(job(EPSON), b"1").state == "printed"
    flood = b"\x37\x22XXXX\x00\x37\x25\x00" * (FLOOD // 2)
    pour = threading.Thread(target=lambda: rig.far.say(flood), daemon=True)
    pour.start()
    while pour.is_alive():
        printer.status()
    pour.join()
    assert printer.status().fault == ""
    assert FLOOD - INBOX_MAXIMUM <= printer.counters()["unasked"] <= FLOOD
    rig.far.paper_out(after_bytes=400)
    assert printer.print(job(EPSON), b"2").state == "failed"
    rig.far.new_paper()
    assert printer.print(job(EPSON), b"2").state == "printed"
    assert FLOOD <= printer.counters()["unasked"] <= FLOOD + 2, "what was still kept is counted when dropped"
    assert whole(rig.far) == 2


def test_a_line_that_never_falls_silent_does_not_hold_us(rig: Rig) -> None:
    """It goes on babbling for as long as the job lasts; the job ends all the same."""
    model = msgspec.structs.replace(CHINA, lines_per_s=1000.0)
    printer = rig.printer(model)
    assert printer.status().answered
    done = threading.Event()

    def babble() -> None:
        while not done.wait(0.001):
            rig.far.say(LINE_NOISE * 20)

    thread = threading.Thread(target=babble, daemon=True)
    thread.start()
    outcome = printer.print(job(model), b"1")
    done.set()
    while thread.is_alive():
        printer.status()
    assert rig.far.wait_until_idle()
    assert (outcome.state, endings(rig.far)) not in (("printed", 0), ("failed", 1))


# -- lines that carry no answers


@pytest.mark.parametrize("wire", ["file", "cups"])
def test_a_one_way_line_takes_every_byte_and_claims_nothing(
    wire: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "printed"
    before = b"\x12\x12\x12\x12\x00" * 40 if wire == "file" else b""  # no answer, though it looks like some
    there.write_bytes(before)
    if wire == "cups":
        tool(tmp_path, "lpstat", "exit 0")
        tool(tmp_path, "lp", f"cat >> {there}")
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    opened: list[Wire] = []

    def connect(address: str) -> Wire:
        opened.append(open_wire(address))
        return opened[-1]

    address = f"file:{there}" if wire == "file" else "cups:slips"
    printers = [EscposPrinter("printer", address, model, connect=connect) for model in (EPSON, CHINA)]
    for number, printer in enumerate(printers):  # two on one line: neither is asked, neither claims
        model = printer.profile
        assert printer.status().fault == ""
        outcome = printer.print(job(model), b"1")
        assert (outcome.state, outcome.reason, outcome.bytes_out) == ("unknown", "no-proof", len(job(model)))
        assert (printer.settle(), printer.clear()) == (None, False)
        assert len(opened) == number + 1
        printer.close()
    assert there.read_bytes() == before + job(EPSON) + job(CHINA)
