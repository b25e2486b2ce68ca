"""A printer on USB: found or not and why, taken from the kernel, lost, halted, never waited for for ever."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import usb.backend.libusb0
import usb.backend.libusb1
import usb.backend.openusb

from drivers.base import DeviceError
from drivers.wire import open_wire
from tests.drivers.fake_libusb1 import PACKET, PRODUCT, VENDOR, Bus, interface

ADDRESS = f"usb:{VENDOR:04x}:{PRODUCT:04x}"


class Rig:
    """A bus that pyusb takes for libusb, and the printer's end of the cable."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._ends: list[socket.socket] = []

    def bus(self, *interfaces: SimpleNamespace, configured: bool = True) -> Bus:
        return self.on_bus(self._new_cable, *interfaces, configured=configured)

    def on_bus(
        self, plug: Callable[[], socket.socket | None], *interfaces: SimpleNamespace, configured: bool = True
    ) -> Bus:
        bus = Bus(plug, *interfaces, configured=configured)
        self._monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda: bus)
        return bus

    @property
    def far(self) -> socket.socket:
        """What the printer holds of the cable plugged in last."""
        return self._ends[-1]

    def close(self) -> None:
        for end in self._ends:
            end.close()

    def _new_cable(self) -> socket.socket:
        self._ends += socket.socketpair()
        return self._ends[-2]


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    made = Rig(monkeypatch)
    yield made
    made.close()


def refused(address: str = ADDRESS) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        open_wire(address)
    return caught.value


def test_a_device_that_is_not_there_is_absent_by_its_numbers(rig: Rig) -> None:
    rig.on_bus(lambda: None)
    error = refused()
    assert error.code == "absent"
    assert "04b8:0e28" in str(error) and "not plugged in" in str(error)
    rig.bus()
    assert refused("usb:0416:5011").code == "absent", "another device is on the bus"


def test_without_libusb_the_error_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    for backend in (usb.backend.libusb1, usb.backend.libusb0, usb.backend.openusb):
        monkeypatch.setattr(backend, "get_backend", lambda: None)  # what they answer without their library
    error = refused()
    assert error.code == "absent"
    assert "apt-get install libusb-1.0-0" in str(error)


def test_without_pyusb_the_error_is_a_device_error() -> None:
    code = (
        "import sys; sys.modules['usb'] = None\n"
        "from drivers.wire import DeviceError, open_wire\n"
        "try: open_wire('usb:04b8:0e28')\n"
        "except DeviceError as error: print(error.code, error)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.startswith("absent usb:04b8:0e28: USB cannot be used")


def test_a_device_of_another_user_says_what_is_missing(rig: Rig) -> None:
    rig.bus().forbidden = True
    error = refused()
    assert error.code == "absent"
    assert "udev rule" in str(error)


def test_a_device_another_program_holds_is_busy(rig: Rig) -> None:
    bus = rig.bus()
    first = open_wire(ADDRESS)
    assert refused().code == "busy"
    assert bus.open_handles == 1, "the one that was refused has let go"
    first.close()
    assert bus.open_handles == 0
    open_wire(ADDRESS).close()


def test_a_device_that_is_no_printer_is_refused(rig: Rig) -> None:
    bus = rig.bus(interface(kind=3, ends=(0x81,)))
    error = refused()
    assert (error.code, bus.open_handles) == ("absent", 0)
    assert "no printer" in str(error)


def test_opening_takes_it_from_the_kernel_and_resets_nothing(rig: Rig) -> None:
    bus = rig.bus()
    wire = open_wire(ADDRESS)
    assert (bus.kernel, bus.resets) == (set(), 0)
    wire.close()
    bus = rig.bus(configured=False)
    open_wire(ADDRESS).close()
    assert (bus.configuration, bus.resets) == (1, 0)


@pytest.mark.parametrize(
    ("interfaces", "ends", "settings"),
    [
        ((interface(ends=(0x01, 0x82)),), (0x01, 0x82), {}),
        ((interface(ends=(0x83, 0x03)),), (0x03, 0x83), {}),
        ((interface(0, kind=8), interface(1, ends=(0x04, 0x85))), (0x04, 0x85), {}),
        ((interface(kind=255),), (0x02, 0x81), {}),
        ((interface(ends=(0x02,)), interface(alternate=1, ends=(0x02, 0x84))), (0x02, 0x84), {0: 1}),
    ],
    ids=["epson", "third", "beside a card reader", "vendor class", "second setting"],
)
def test_the_ends_are_those_of_the_printer(
    rig: Rig, interfaces: tuple[SimpleNamespace, ...], ends: tuple[int, int], settings: dict[int, int]
) -> None:
    bus = rig.bus(*interfaces)
    wire = open_wire(ADDRESS)
    assert bus.settings == settings
    bus.halted = {0x01, 0x02, 0x03, 0x04, 0x81, 0x82, 0x83, 0x84, 0x85} - set(ends)
    wire.write(b"there", 1.0)
    assert rig.far.recv(10) == b"there"
    rig.far.send(b"back")
    assert wire.read(10, 1.0) == b"back"
    wire.close()


def test_a_printer_that_only_listens_is_silent(rig: Rig) -> None:
    rig.bus(interface(ends=(0x02,)))
    wire = open_wire(ADDRESS)
    wire.write(b"there", 1.0)
    start = time.monotonic()
    assert wire.read(10, 0.05) == b""
    assert 0.04 < time.monotonic() - start < 1.0
    wire.close()


def test_a_full_packet_fits_whatever_was_asked_for(rig: Rig) -> None:
    rig.bus()
    wire = open_wire(ADDRESS)
    rig.far.send(bytes(range(PACKET)))
    assert wire.read(1, 1.0) == b"\x00"
    assert wire.read(PACKET, 0.0) == bytes(range(1, PACKET))
    wire.close()


def test_no_wait_is_without_end_nor_longer_than_asked(rig: Rig) -> None:
    bus = rig.bus()
    wire = open_wire(ADDRESS)
    assert wire.read(10, 0.0) == b""
    wire.write(b"x", 0.0)
    assert wire.read(10, 0.2) == b""
    assert min(bus.waits_ms) > 0
    assert max(bus.waits_ms) <= 201
    wire.close()


def test_unplugged_in_the_middle_counts_the_packet_on_its_way(rig: Rig) -> None:
    bus = rig.bus()
    wire = open_wire(ADDRESS)
    wire.write(bytes(PACKET), 1.0)
    rig.far.close()
    with pytest.raises(DeviceError) as caught:
        wire.write(bytes(2 * PACKET), 1.0)
    assert (caught.value.code, caught.value.written) == ("unplugged", PACKET)
    wire.close()
    assert bus.open_handles == 0
    again = open_wire(ADDRESS)
    again.write(b"new cable", 1.0)
    assert rig.far.recv(20) == b"new cable"
    again.close()


@pytest.mark.parametrize("end", [0x02, 0x81])
def test_a_halted_end_is_told_and_freed(rig: Rig, end: int) -> None:
    bus = rig.bus()
    wire = open_wire(ADDRESS)
    bus.halted = {end}
    with pytest.raises(DeviceError) as caught:
        if end == 0x02:
            wire.write(b"x", 1.0)
        else:
            wire.read(1, 1.0)
    assert caught.value.code == "stalled"
    wire.write(b"y", 1.0)
    rig.far.send(b"z")
    assert (rig.far.recv(10), wire.read(10, 1.0)) == (b"y", b"z")
    wire.close()


def test_importing_leaves_no_folder_behind(tmp_path: Path) -> None:
    """python-escpos makes one in the folder for temporary files whenever it is imported."""
    code = "import drivers.wire, sys; assert 'escpos' not in sys.modules; import drivers.usb"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert list(tmp_path.iterdir()) == []
