"""Wires over a pty, TCP, USB and a file behave alike: read, time-out, stalled write, unplug."""

from __future__ import annotations

import os
import socket
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.base import DeviceError
from drivers.wire import Wire, open_wire


class Rig:
    """A far end: sends and receives raw bytes, can be unplugged."""

    def __init__(self, address: str, fd: Callable[[], int], unplug: Callable[[], None]) -> None:
        self.address = address
        self.fd = fd
        self.unplug = unplug


def _pty_rig(stack: list[Callable[[], None]]) -> Rig:
    master, slave = os.openpty()
    tty.setraw(slave)
    name = os.ttyname(slave)
    os.close(slave)
    open_fds = [master]

    def unplug() -> None:
        while open_fds:
            os.close(open_fds.pop())

    stack.append(unplug)
    return Rig(f"serial:{name}?baud=115200", lambda: master, unplug)


def _tcp_rig(stack: list[Callable[[], None]]) -> Rig:
    server = socket.create_server(("127.0.0.1", 0))
    # Small buffers, so that a device that takes nothing is noticed soon.
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stack.append(server.close)
    lines: list[socket.socket] = []

    def fd() -> int:
        if not lines:
            lines.append(server.accept()[0])
        return lines[0].fileno()

    def unplug() -> None:
        fd()
        lines[0].close()

    stack.append(lambda: [line.close() for line in lines] and None)
    return Rig(f"tcp://127.0.0.1:{server.getsockname()[1]}", fd, unplug)


def _usb_rig(stack: list[Callable[[], None]]) -> Rig:
    """pyusb on a bus of ours: the cable is a pair of sockets."""
    import usb.backend.libusb1

    from tests.drivers.fake_libusb1 import PRODUCT, VENDOR, Bus

    near, far = socket.socketpair()
    bus = Bus(lambda: near if far.fileno() >= 0 else None)
    real = usb.backend.libusb1.get_backend
    usb.backend.libusb1.get_backend = lambda: bus
    stack += [near.close, far.close, lambda: setattr(usb.backend.libusb1, "get_backend", real)]
    return Rig(f"usb:{VENDOR:04x}:{PRODUCT:04X}", far.fileno, far.close)


@pytest.fixture(params=[_pty_rig, _tcp_rig, _usb_rig], ids=["pty", "tcp", "usb"])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    stack: list[Callable[[], None]] = []
    yield request.param(stack)
    for undo in reversed(stack):
        undo()


@pytest.fixture
def wire(rig: Rig) -> Iterator[Wire]:
    line = open_wire(rig.address)
    rig.fd()
    yield line
    line.close()


def test_bytes_pass_unchanged_both_ways(rig: Rig, wire: Wire) -> None:
    every = bytes(range(256))
    os.write(rig.fd(), every)
    got = b""
    while len(got) < len(every):
        got += wire.read(100, 2.0)
    assert got == every
    wire.write(every, 2.0)
    back = b""
    while len(back) < len(every):
        back += os.read(rig.fd(), 4096)
    assert back == every


def test_silence_is_an_empty_read_after_the_time_out(wire: Wire) -> None:
    start = time.monotonic()
    assert wire.read(10, 0.05) == b""
    assert 0.04 < time.monotonic() - start < 1.0


def test_a_write_to_a_stalled_peer_ends_and_counts(wire: Wire) -> None:
    start = time.monotonic()
    with pytest.raises(DeviceError) as caught:
        wire.write(bytes(32 << 20), 0.3)
    assert time.monotonic() - start < 2.0
    assert caught.value.code == "stalled"
    assert 0 < caught.value.written < 32 << 20
    start = time.monotonic()
    wire.close()
    assert time.monotonic() - start < 1.0


def test_unplug_is_a_device_error_on_read_and_write(rig: Rig, wire: Wire) -> None:
    rig.unplug()
    with pytest.raises(DeviceError) as caught:
        wire.read(10, 2.0)
    assert caught.value.code == "unplugged"
    with pytest.raises(DeviceError) as caught:
        for _ in range(100):  # TCP may take the first write after the peer has gone
            wire.write(b"x" * 1000, 0.5)
    assert caught.value.code == "unplugged"


def test_what_arrived_before_the_unplug_is_still_read(rig: Rig, wire: Wire) -> None:
    if not rig.address.startswith("tcp:"):
        os.write(rig.fd(), b"last words")
        assert wire.read(100, 2.0) == b"last words"
        return
    os.write(rig.fd(), b"last words")
    rig.unplug()
    assert wire.read(100, 2.0) == b"last words"


def test_drop_input_empties_the_line(rig: Rig, wire: Wire) -> None:
    os.write(rig.fd(), b"old news")
    assert wire.read(1, 2.0) == b"o"
    assert wire.drop_input() == len(b"ld news")
    assert wire.read(10, 0.0) == b""


def test_a_closed_wire_raises_and_closes_twice(wire: Wire) -> None:
    wire.close()
    wire.close()
    with pytest.raises(DeviceError):
        wire.read(1, 0.0)


def test_a_serial_line_or_a_usb_device_is_ours_alone(rig: Rig, wire: Wire) -> None:
    if rig.address.startswith("tcp:"):
        second = open_wire(rig.address)  # a network printer decides by itself
        second.close()
        return
    with pytest.raises(DeviceError) as caught:
        open_wire(rig.address)
    assert caught.value.code == "busy"


def test_a_plain_file_is_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "out.bin"
    for part in (b"one", b"two"):
        line = open_wire(f"file:{path}")
        line.write(part, 1.0)
        line.close()
    assert path.read_bytes() == b"onetwo"


def test_a_plain_file_is_read_as_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "in.bin"
    path.write_bytes(b"abc")
    line = open_wire(f"file:{path}")
    assert line.read(10, 0.1) == b"abc"
    assert line.read(10, 0.05) == b""
    with path.open("ab") as more:
        more.write(b"def")
    assert line.read(10, 1.0) == b"def"
    line.close()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "bad-address"),
        ("usb", "bad-address"),
        ("serial:", "bad-address"),
        ("serial:/dev/ttyNONE?baud=fast", "bad-address"),
        ("serial:/dev/ttyNONE?speed=9600", "bad-address"),
        ("serial:/dev/ttyNONE?baud=9600", "absent"),
        ("serial:/dev/null", "absent"),
        ("tcp://127.0.0.1", "bad-address"),
        ("tcp://127.0.0.1:x", "bad-address"),
        ("usb:", "bad-address"),
        ("usb:04b8", "bad-address"),
        ("usb:04b8:printer", "bad-address"),
        ("usb:ffff:fffe", "absent"),  # asks the real libusb, where there is one
        ("file:/nowhere/at/all", "absent"),
    ],
)
def test_an_address_that_leads_nowhere_says_why(address: str, code: str) -> None:
    with pytest.raises(DeviceError) as caught:
        open_wire(address)
    assert caught.value.code == code


def test_nobody_listening_is_absent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(DeviceError) as caught:
        open_wire(f"tcp://127.0.0.1:{port}", timeout_s=1.0)
    assert caught.value.code == "absent"
