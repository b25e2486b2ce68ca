"""`kiosk device` on real far ends: listed, tried, watched, played; nothing personal on the screen."""

from __future__ import annotations

import fcntl
import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from drivers.base import DeviceError
from drivers.idcard.reader import SdtReader
from drivers.idcard.simulated import EXAMPLE, SdtFarEnd
from drivers.idcard.simulated import FAULTS as IDCARD_FAULTS
from drivers.printer.document import Cut, Text
from drivers.printer.escpos import encode
from drivers.printer.printer import EscposPrinter
from drivers.printer.profile import profile
from drivers.printer.simulated import PrinterFarEnd
from drivers.scanner.serial import SerialScanner
from drivers.scanner.simulated import Fault as CameraFault
from drivers.scanner.simulated import ScannerFarEnd
from drivers.scanner.simulated_hid import HidFarEnd
from drivers.speech.simulated import SpeechFarEnd
from kiosk import device_notes, devices
from kiosk.cli.device import masked
from kiosk.cli.device_simulate import (
    FAULTS,
    KINDS,
    SLOW_LINE_S,
    _far_end,
    _printer_faults,
    _shower,
    _shown,
)
from kiosk.store.only_one import OnlyOne
from tests.kiosk.cli.conftest import Kiosk


def configure(kiosk: Kiosk, **addresses: str) -> None:
    kiosk.config.write_text(
        f'[terminal]\ndata_dir = "{kiosk.terminal.settings.data_dir}"\n'
        + "".join(f'[{table}]\naddress = "{address}"\n' for table, address in addresses.items())
    )


def meanwhile(act: Callable[[], None]) -> threading.Thread:
    """Do it beside the command."""
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread


def wait_opened(far: ScannerFarEnd) -> None:
    """Until the driver has the line: it locks it against others."""
    deadline = time.monotonic() + 20
    with far.path.open("rb", buffering=0) as line:
        while time.monotonic() < deadline:
            try:
                fcntl.flock(line, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            fcntl.flock(line, fcntl.LOCK_UN)
            time.sleep(0.02)
    raise AssertionError("nobody opened the line")


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[ScannerFarEnd]:
    with ScannerFarEnd(tmp_path / "scanner") as far:
        yield far


@pytest.fixture
def idcard(tmp_path: Path) -> Iterator[SdtFarEnd]:
    with SdtFarEnd(tmp_path / "idcard") as far:
        yield far


def test_list_says_what_is_there_and_what_is_not(
    kiosk: Kiosk, scanner: ScannerFarEnd, idcard: SdtFarEnd
) -> None:
    with PrinterFarEnd() as printer:
        configure(kiosk, scanner=scanner.address, idcard="serial:/nowhere", printer=printer.address)
        ran = kiosk("device", "list", "--json")
    rows = {row["name"]: row for row in ran.json["devices"]}
    assert {name: row["state"] for name, row in rows.items()} == {
        "camera": "absent",
        "scanner": "ok",
        "idcard": "bad",
        "printer": "ok",
        "speech": "absent",
    }
    assert rows["idcard"]["address"] == "serial:/nowhere?baud=115200"
    assert ran.code == 1
    configure(kiosk, scanner=scanner.address, idcard=idcard.address)
    ran = kiosk("device", "list", "--locale", "en")
    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.splitlines()] == list(devices.ALL)


def test_what_the_running_terminal_has_is_told_by_its_notes(kiosk: Kiosk, scanner: ScannerFarEnd) -> None:
    configure(kiosk, scanner=scanner.address)
    folder = kiosk.terminal.settings.data_dir
    passed: list[object] = []
    notes = device_notes.Notes(folder, passed.append)
    reader = SerialScanner(scanner.address)
    reader.open()
    scanner.scan(kiosk.card())
    scan = reader.read(5)
    assert scan is not None
    notes(scan)
    (row,) = [row for row in kiosk("device", "list", "--json").json["devices"] if row["name"] == "scanner"]
    assert row["state"] == "busy"
    assert re.search(r"code, household, \d+ characters", row["said"])
    assert passed == [scan]
    kept = (folder / device_notes.FILE).read_text()
    assert kiosk.card() not in kept and "0370217" not in kept
    doctor = {one["name"]: one["state"] for one in kiosk("doctor", "--json").json["findings"]}
    assert doctor["scanner"] == "ok"
    reader.close()


def test_a_notes_file_that_is_damaged_is_no_notes(tmp_path: Path) -> None:
    assert device_notes.load(tmp_path) == {}
    (tmp_path / device_notes.FILE).write_text('{"scanner"')
    assert device_notes.load(tmp_path) == {}


def test_a_scanner_is_tried_with_one_code(kiosk: Kiosk, tmp_path: Path) -> None:
    with HidFarEnd(tmp_path / "wedge") as far:
        configure(kiosk, scanner=far.address)

        pulling = meanwhile(lambda: far.scan("]Q1" + kiosk.card()))  # the line holds it until it is opened
        ran = kiosk("device", "test", "scanner", "--json", "--timeout", "20")
        pulling.join()
    assert ran.code == 0
    assert (ran.json["kind"], ran.json["length"]) == ("QR", len(kiosk.card()))
    assert ran.json["text"][:3] == "P1:"
    assert kiosk.card() not in ran.out and "0370217" not in ran.out


def test_an_identity_card_is_tried_and_never_shown_whole(kiosk: Kiosk, idcard: SdtFarEnd) -> None:
    configure(kiosk, idcard=idcard.address)
    idcard.put()
    ran = kiosk("device", "test", "idcard", "--timeout", "20")
    assert ran.code == 0
    for secret in (EXAMPLE.number, EXAMPLE.number[6:14], EXAMPLE.name):
        assert secret not in ran.out + ran.err
    assert "张＊山" in ran.out and EXAMPLE.number[-2:] in ran.out


def test_silence_is_said_with_what_was_refused(kiosk: Kiosk, scanner: ScannerFarEnd) -> None:
    configure(kiosk, scanner=scanner.address)

    def noise() -> None:
        wait_opened(scanner)
        scanner.send(b"\xff\xfe\r")

    thread = meanwhile(noise)
    ran = kiosk("device", "test", "scanner", "--json", "--timeout", "1.5")
    thread.join()
    assert ran.code == 1
    assert ran.json["counts"] == {"rejected:garbage": 1}


def test_watching_tells_readings_and_changes(kiosk: Kiosk, scanner: ScannerFarEnd) -> None:
    configure(kiosk, scanner=scanner.address)

    def day() -> None:
        wait_opened(scanner)
        scanner.scan("6901234000017")
        time.sleep(0.5)  # a plug pulled at once would take the code with it
        scanner.unplug()
        time.sleep(0.5)
        scanner.replug()
        wait_opened(scanner)

    thread = meanwhile(day)
    ran = kiosk("device", "watch", "--json", "--seconds", "4")
    thread.join()
    assert ran.code == 0
    told = [line.get("state") or line["text"] for line in ran.lines]
    assert told.count("690••••••••17") == 1
    assert [one for one in told if one in ("ok", "lost")] == ["ok", "lost", "ok"]


def test_a_test_slip_is_printed_whole_or_not_at_all(kiosk: Kiosk) -> None:
    with PrinterFarEnd() as printer:
        configure(kiosk, printer=printer.address)
        assert kiosk("device", "test", "printer").code == 0
        (slip,) = [slip for slip in printer.slips() if slip.cut]
        assert "1234567890" * 4 + "12345678" in slip.lines
        assert "KIOSK TEST" in str(slip.codes)
        with OnlyOne(kiosk.terminal.settings.data_dir / "printer.lock", "x"):
            assert kiosk("device", "test", "printer").code == 3
        printer.paper_out()
        ran = kiosk("device", "test", "printer", "--json")
        assert (ran.code, ran.json["detail"]) == (1, "paper-out")


@pytest.mark.parametrize(
    "words",
    [
        ("test",),
        ("test", "scanner"),
        ("watch", "printer"),
        ("simulate", "teleprinter"),
        ("simulate", "scanner", "--fault", "paper-out"),
    ],
)
def test_what_is_not_there_is_named(kiosk: Kiosk, words: tuple[str, ...]) -> None:
    ran = kiosk("device", *words)
    assert ran.code == 2
    assert "there are" in ran.err or "configured" in ran.err or "nothing to watch" in ran.err


@pytest.mark.parametrize("length", range(40))
def test_no_text_is_shown_whole(length: int) -> None:
    text = "A" * length
    shown = masked(text)
    assert len(shown) == length
    assert shown.count("A") <= 5
    assert length == 0 or shown != text


class Simulated:
    """`kiosk device simulate …` as a process of its own."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "kiosk", "device", "simulate", *words, "--json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], 30)[0]
        self.told: dict[str, str] = json.loads(self.process.stdout.readline())
        self.address = self.told["address"]

    def type(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def end(self) -> None:
        os.kill(self.process.pid, signal.SIGINT)
        _, errors = self.process.communicate(timeout=20)
        assert (self.process.returncode, errors) == (0, b"")


def test_a_simulated_scanner_scans_what_is_typed_and_ends_clean(tmp_path: Path) -> None:
    far = Simulated("scanner", "--path", str(tmp_path / "gun"))
    reader = SerialScanner(far.address)
    reader.open()
    far.type("6901234000017")
    scan = reader.read(10)
    assert scan is not None and scan.text == "6901234000017"
    reader.close()
    far.end()
    assert not (tmp_path / "gun").exists()


def test_a_simulated_identity_card_lies_down_by_itself_with_a_fault(tmp_path: Path) -> None:
    far = Simulated("idcard", "--text", EXAMPLE.number, "--every", "1", "--fault", "garbage")
    reader = SdtReader(far.address)
    reader.open()
    deadline = time.monotonic() + 10
    card = None
    while card is None and time.monotonic() < deadline:
        card = reader.read(0.5)
    assert card is not None and card.number == EXAMPLE.number
    assert reader.counters()["bad:noise"] > 0
    reader.close()
    far.end()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_starts_with_each_fault_and_shows_things(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for fault in FAULTS[kind]:
        with _far_end(kind, tmp_path / fault) as far:
            show = _shower(kind, far, fault)
            for text in ("6901234000017", "", "6901234000017"):
                _shown(show, text)
            assert kind != "camera" or far.fault == fault
    assert "not sent" not in capsys.readouterr().err
    assert set(FAULTS) == set(KINDS)
    assert set(FAULTS["idcard"]) == {*IDCARD_FAULTS, "unplug"}
    assert {"", *FAULTS["camera"]} == set(get_args(CameraFault))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_program_that_starts_and_ends(kind: str) -> None:
    far = Simulated(kind, "--fault", FAULTS[kind][-1])
    assert (far.told["kind"], far.told["fault"]) == (kind, FAULTS[kind][-1])
    far.type("")
    far.end()


@pytest.mark.parametrize("fault", FAULTS["printer"])
def test_a_fault_of_the_printer_does_what_it_says_and_ends_again(fault: str) -> None:
    with PrinterFarEnd() as far:
        printer = EscposPrinter("printer", far.address, profile("china-80"))
        assert printer.status().fault == ""
        turns = _printer_faults(far, fault)
        expected = {"paper-out": "paper-out", "cover": "cover-open", "stall": "stalled"}
        if fault == "unplug":
            with pytest.raises(DeviceError):
                printer.status()
        else:
            status = printer.status()
            assert (status.fault, status.paper == "near-end") == (
                expected.get(fault, ""),
                fault == "near-end",
            )
        if fault == "slow":
            start = time.monotonic()
            assert (
                printer.print(encode((Text("one"), Text("two"), Cut()), printer.profile), b"1").state
                == "printed"
            )
            assert time.monotonic() - start >= 2 * SLOW_LINE_S
        next(turns)()
        status = printer.status()
        assert (status.fault, status.paper) == ("", "ok")
        printer.close()


def test_the_voice_is_listed_and_says_an_amount(kiosk: Kiosk) -> None:
    with SpeechFarEnd() as far_end:
        kiosk.config.write_text(
            f'[terminal]\ndata_dir = "{kiosk.terminal.settings.data_dir}"\n'
            f'[speech]\nenabled = true\nprogram = "{far_end.program}"\n'
        )
        listed = kiosk("device", "list", "--json")
        (row,) = [one for one in listed.json["devices"] if one["name"] == "speech"]
        assert (listed.code, row["state"], row["detail"]) == (0, "ok", far_end.program)
        tried = kiosk("device", "test", "speech", "--json")
        assert (tried.code, tried.json["ok"]) == (0, True)
        assert "二十八点五" in far_end.said[-1] and "一千八百六十" in far_end.said[-1]
        far_end.broken()
        tried = kiosk("device", "test", "speech", "--json")
        assert (tried.code, tried.json["state"], tried.json["detail"]) == (1, "lost", "error")
    tried = kiosk("device", "test", "speech", "--json")
    assert (tried.code, tried.json["state"]) == (1, "absent"), "the program is gone"
    assert kiosk("device", "list").code == 1
