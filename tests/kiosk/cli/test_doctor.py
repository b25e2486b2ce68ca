"""`kiosk doctor` on devices that are well, not well, and in use by the running terminal."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from drivers.base import DeviceError, Health
from drivers.idcard.reader import SdtReader
from drivers.idcard.simulated import SdtFarEnd
from drivers.printer.simulated import PrinterFarEnd
from drivers.scanner import capture
from drivers.scanner.serial import SerialScanner
from drivers.scanner.simulated import CameraFarEnd, ScannerFarEnd
from kiosk.device_notes import FILE, Notes
from kiosk.services.printer import PrintThread
from kiosk.store.only_one import OnlyOne
from kiosk.worker import Worker
from tests.kiosk.cli.conftest import Kiosk

DEVICES = ("camera", "scanner", "idcard", "printer")


class Bench:
    """One of each kind at the end of its wire, and the configuration that names them."""

    def __init__(self, kiosk: Kiosk, parts: ExitStack, folder: Path) -> None:
        self.kiosk = kiosk
        self.camera = CameraFarEnd()
        parts.callback(self.camera.close)
        self.scanner = parts.enter_context(ScannerFarEnd(folder / "scanner"))
        self.idcard = parts.enter_context(SdtFarEnd(folder / "idcard"))
        self.printer = parts.enter_context(PrinterFarEnd())
        self.folder = kiosk.terminal.settings.data_dir
        self.notes = Notes(self.folder, lambda _: None)
        self.configure(self.camera.address)

    def configure(self, camera: str) -> None:
        rows = {"scanner": self.scanner, "idcard": self.idcard, "printer": self.printer}
        self.kiosk.config.write_text(
            f'[terminal]\ndata_dir = "{self.folder}"\n[camera]\nsource = "{camera}"\n'
            + "".join(f'[{name}]\naddress = "{far.address}"\n' for name, far in rows.items())
        )

    def findings(self) -> dict[str, tuple[str, str]]:
        """State and detail by device."""
        found = self.kiosk("doctor", "--json").json["findings"]
        return {one["name"]: (one["state"], one["detail"]) for one in found if one["name"] in DEVICES}

    def note(self, name: str, state: str, detail: str) -> None:
        self.notes(Health(name, name, state, detail, 0.0))  # type: ignore[arg-type]


@pytest.fixture
def bench(kiosk: Kiosk, tmp_path: Path) -> Iterator[Bench]:
    with ExitStack() as parts:
        yield Bench(kiosk, parts, tmp_path)


def test_each_kind_well_and_not_well(bench: Bench, tmp_path: Path) -> None:
    assert {name: state for name, (state, _) in bench.findings().items()} == dict.fromkeys(DEVICES, "ok")
    bench.scanner.unplug()
    bench.idcard.unplug()
    bench.printer.cover(True)
    bench.configure(str(tmp_path / "no-film.mp4"))
    found = bench.findings()
    assert {state for state, _ in found.values()} == {"bad"}
    whys = {name: detail.partition(":")[0] for name, (_, detail) in found.items()}
    assert whys == {"camera": "absent", "scanner": "absent", "idcard": "absent", "printer": "cover-open"}


def test_what_the_terminal_has_is_told_by_its_notes_and_sent_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(_settings: object) -> str:
        raise DeviceError("another program has the camera", code="busy")

    monkeypatch.setattr("kiosk.doctor._camera_shows", held)
    readers = [SerialScanner(bench.scanner.address), SdtReader(bench.idcard.address)]
    for reader in readers:
        reader.open()
    bench.note("camera", "ok", "")
    bench.note("scanner", "warning", "rejected")
    bench.note("printer", "lost", "paper-out")
    with OnlyOne(bench.folder / "printer.lock", "x"):
        found = bench.findings()
        assert bench.printer.received == b""
        rows = {row["name"]: row for row in bench.kiosk("device", "list", "--json").json["devices"]}
    for reader in readers:
        reader.close()
    assert {name: state for name, (state, _) in found.items()} == {
        "camera": "ok",
        "scanner": "warning",
        "idcard": "ok",
        "printer": "bad",
    }
    assert all(detail.startswith("busy: ") for _, detail in found.values())
    assert found["printer"][1].endswith("lost paper-out")
    assert found["idcard"][1].endswith("last: -")
    assert (rows["printer"]["state"], rows["idcard"]["state"]) == ("busy", "busy")


def test_the_running_printer_hears_nothing_of_a_doctor(bench: Bench) -> None:
    """The terminal's own thread drives it; a second connection would put questions amid a slip."""
    terminal = bench.kiosk.terminal
    where = msgspec.structs.replace(terminal.settings.printer, address=bench.printer.address)
    terminal.settings = msgspec.structs.replace(terminal.settings, printer=where)
    published = threading.Event()

    def publish(event: object) -> None:
        bench.notes(event)
        published.set()

    worker = Worker()
    worker.start()
    thread = PrintThread(terminal, worker, publish)
    thread.start()
    try:
        assert published.wait(20)
        state, detail = bench.findings()["printer"]
    finally:
        thread.stop()
        worker.stop()
    assert state == "ok"
    assert detail.startswith("busy: ") and detail.endswith(" ok")
    assert (bench.folder / FILE).exists()


@pytest.mark.parametrize(("number", "code"), [(errno.EBUSY, "busy"), (errno.ENOTTY, "absent")])
def test_a_camera_that_another_program_has_is_busy_not_absent(
    number: int, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V4L2 opens a camera for everybody and refuses its buffers (EBUSY) to the second who streams."""

    def refuse(*_: object) -> None:
        raise OSError(number, "as the kernel says it")

    monkeypatch.setattr(capture, "ioctl", refuse)
    monkeypatch.setattr(capture, "_is_camera", lambda _: True)
    device = tmp_path / "video0"
    device.write_bytes(b"")
    with pytest.raises(DeviceError) as refused:
        capture._open(str(device))
    assert refused.value.code == code


def test_ideographs_without_a_font_are_told_by_code(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.printer.glyphs.without_font", lambda _: [0x3402, 0x20BB7])
    (fonts,) = [one for one in kiosk("doctor", "--json").json["findings"] if one["name"] == "fonts"]
    assert fonts["state"] == "warning"
    assert fonts["detail"].endswith("2 characters print as their code only: U+3402 U+20BB7")
