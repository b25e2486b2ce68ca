"""Ports a device could be at, with the address the configuration takes; lasting names first."""

from __future__ import annotations

from pathlib import Path

from drivers import ports


def test_ports_are_named_as_the_configuration_takes_them(tmp_path: Path) -> None:
    for name in ("ttyUSB1", "video0", "usb/lp0", "points-scanner", "null"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = {Path(port.path).name: port for port in ports.found(tmp_path)}
    assert list(found) == ["points-scanner", "ttyUSB1", "lp0", "video0"]
    assert found["ttyUSB1"].address == f"serial:{tmp_path}/ttyUSB1"
    assert found["ttyUSB1"].devices == ("scanner", "idcard")
    assert found["lp0"].address == f"file:{tmp_path}/usb/lp0"
    assert found["video0"].address == f"{tmp_path}/video0"


def test_a_scanner_that_types_is_named_as_one_that_does(tmp_path: Path) -> None:
    (tmp_path / "input/by-id").mkdir(parents=True)
    (tmp_path / "input/event3").touch()
    (tmp_path / "input/by-id/usb-Maker_Scanner-event-kbd").symlink_to(tmp_path / "input/event3")
    (tmp_path / "points-scanner").symlink_to(tmp_path / "input/event3")
    (tmp_path / "points-printer-at-usb-0_2").touch()
    addresses = [port.address for port in ports.found(tmp_path)]
    assert addresses == [
        f"hid:{tmp_path}/points-scanner",
        f"file:{tmp_path}/points-printer-at-usb-0_2",
        f"hid:{tmp_path}/input/by-id/usb-Maker_Scanner-event-kbd",
    ]
