"""From the configuration to the driver: the right class on the right address at the right speed."""

from __future__ import annotations

import termios
from pathlib import Path

import pytest

from drivers.idcard.reader import SdtReader
from drivers.scanner.camera import CameraReader
from drivers.scanner.hid import HidScanner
from drivers.scanner.serial import SerialScanner
from drivers.scanner.simulated import ScannerFarEnd
from kiosk import devices
from kiosk.config import CameraSettings, IdcardSettings, ScannerSettings, Settings


def scanner(address: str, baud: int = 9600) -> Settings:
    return Settings(scanner=ScannerSettings(address=address, baud=baud))


def test_only_what_has_an_address_is_there() -> None:
    assert devices.configured(Settings()) == ()
    every = Settings(
        camera=CameraSettings(source="0"),
        scanner=ScannerSettings(address="hid:/dev/x"),
        idcard=IdcardSettings(address="serial:/dev/y"),
    )
    kinds = {name: type(devices.reader(name, every)) for name in devices.configured(every)}
    assert kinds == {"camera": CameraReader, "scanner": HidScanner, "idcard": SdtReader}
    assert devices.address("idcard", every) == "serial:/dev/y?baud=115200"


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("serial:/dev/x", "serial:/dev/x?baud=57600"),
        ("serial:/dev/x?parity=E", "serial:/dev/x?parity=E&baud=57600"),
        ("serial:/dev/x?baud=1200", "serial:/dev/x?baud=1200"),
        ("tcp://192.0.2.11:4001", "tcp://192.0.2.11:4001"),
        ("hid:/dev/x", "hid:/dev/x"),
    ],
)
def test_a_serial_address_carries_the_speed(address: str, line: str) -> None:
    assert scanner(address, 57600).scanner.line == line


@pytest.mark.parametrize("baud", [4800, 115200])
def test_the_configured_speed_is_that_of_the_open_line(tmp_path: Path, baud: int) -> None:
    with ScannerFarEnd(tmp_path / "scanner") as far:
        reader = devices.reader("scanner", scanner(f"serial:{far.path}", baud))
        assert isinstance(reader, SerialScanner)
        reader.open()
        assert reader._wire is not None
        assert termios.tcgetattr(reader._wire._fd)[4] == getattr(termios, f"B{baud}")
        reader.close()
