"""Bytes to and from a device over serial:, tcp://, usb:, cups: or file:; knows no protocols."""

from __future__ import annotations

import os
import select
import socket
import stat
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from drivers.base import DeviceError

CONNECT_TIMEOUT_S = 3.0
READ_MAXIMUM = 65536
BAUD_DEFAULT = 9600
BITS_A_BYTE = 10  # 8N1: a start bit, eight, a stop bit
KEEPALIVE_IDLE_S = 10
FILE_POLL_S = 0.02  # a regular file is always "ready"; look again this often for bytes added to it
_HANG_UP = select.POLLHUP | select.POLLERR | select.POLLNVAL


class Wire:
    """An open line to one device, used by one thread at a time.

    Over a network a write that returns has handed the bytes to the kernel, not to the device: proof of work
    done is the device protocol's business. `answers` is False where nothing can ever come back.
    """

    def __init__(
        self,
        fd: int,
        address: str,
        release: Callable[[], None],
        *,
        end_is_loss: bool = True,
        answers: bool = True,
    ) -> None:
        self.address = address
        self.answers = answers
        self._fd = fd
        self._release = release
        self._end_is_loss = end_is_loss
        self._stalled = False
        self._closed = False

    def read(self, most: int, timeout_s: float) -> bytes:
        """Up to `most` bytes once there are any, b"" after timeout_s; DeviceError when the line is lost."""
        deadline = time.monotonic() + timeout_s
        while self._wait(select.POLLIN, deadline):
            try:
                data = os.read(self._fd, min(most, READ_MAXIMUM))
            except (BlockingIOError, InterruptedError):
                continue
            except OSError as error:
                raise self._lost("read", error) from error
            if data:
                return data
            if self._end_is_loss:
                raise DeviceError(f"{self.address}: the other end hung up", code="unplugged")
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                break
            time.sleep(min(FILE_POLL_S, left_s))
        return b""

    def write(self, data: bytes, timeout_s: float) -> None:
        """Hand over all bytes in timeout_s; else DeviceError "stalled" or "unplugged", with `written`."""
        deadline = time.monotonic() + timeout_s
        view = memoryview(data)
        done = 0
        while done < len(view):
            if not self._wait(select.POLLOUT, deadline, done):
                self._stalled = True
                raise DeviceError(
                    f"{self.address}: took {done} of {len(view)} bytes in {timeout_s:g} s",
                    code="stalled",
                    written=done,
                )
            try:
                done += os.write(self._fd, view[done:])
            except (BlockingIOError, InterruptedError):
                continue
            except OSError as error:
                raise self._lost("write", error, done) from error

    def flush(self, timeout_s: float) -> None:
        """A piece of work is complete: lines that collect what is written hand it over now, as in `write`."""

    def drop_input(self) -> int:
        """Throw away what has arrived and was not read; returns how many bytes that was."""
        dropped = 0
        while dropped < READ_MAXIMUM and (data := self.read(4096, 0.0)):
            dropped += len(data)
        return dropped

    def close(self) -> None:
        """Let go of the line; bytes a stalled device never took are thrown away. May be called twice."""
        if self._closed:
            return
        self._closed = True
        if self._stalled:
            # A serial port with unsent bytes would hold close() for up to 30 s (closing_wait).
            with suppress(termios.error):  # not a terminal: nothing to throw away
                termios.tcflush(self._fd, termios.TCOFLUSH)
        self._release()

    def _wait(self, event: int, deadline: float, done: int = 0) -> bool:
        """True when the line is ready (or an error waits to be read), False after the deadline."""
        if self._closed:
            raise DeviceError(f"{self.address}: closed", code="closed", written=done)
        poller = select.poll()
        poller.register(self._fd, event)
        left_ms = max(0.0, deadline - time.monotonic()) * 1000
        ready = poller.poll(left_ms)
        if not ready:
            return False
        mask = ready[0][1]
        if event == select.POLLOUT and mask & _HANG_UP:
            raise DeviceError(f"{self.address}: the other end hung up", code="unplugged", written=done)
        return True

    def _lost(self, verb: str, error: OSError, done: int = 0) -> DeviceError:
        return DeviceError(f"{self.address}: {verb} failed: {error.strerror}", code="unplugged", written=done)


def open_wire(address: str, *, timeout_s: float = CONNECT_TIMEOUT_S) -> Wire:
    """Open "serial:/dev/ttyUSB0?baud=9600", "tcp://host:9100", "usb:04b8:0202", "cups:queue" or "file:/path".

    Serial options: baud, bits (7, 8), parity (N, E, O), stop (1, 2), rtscts, xonxoff (0, 1). USB: vendor and
    product as `lsusb` shows them. Raises DeviceError: code "bad-address" when the address makes no sense,
    else "absent" or "busy".
    """
    scheme, _, rest = address.partition(":")
    if scheme == "serial" and rest:
        return _open_serial(address, rest)
    if scheme == "tcp":
        return _open_tcp(address, timeout_s)
    if scheme == "usb" and rest:
        return _open_usb(address)
    if scheme == "cups":
        from drivers.cups import open_cups

        return open_cups(address)
    if scheme == "file" and rest:
        return _open_file(address, rest.removeprefix("//"))
    raise DeviceError(f"{address!r} is no serial:, tcp://, usb:, cups: or file: address", code="bad-address")


def baud_of(address: str) -> int:
    """The speed of a serial address, bits a second, as `open_wire` takes it; 0 for any other wire."""
    scheme, _, rest = address.partition(":")
    words = dict(parse_qsl(rest.partition("?")[2])).get("baud", str(BAUD_DEFAULT))
    return int(words) if scheme == "serial" and words.isascii() and words.isdecimal() else 0


_SERIAL_OPTIONS = {
    "baud": ("baudrate", lambda word: _positive(int(word))),
    "bits": ("bytesize", int),
    "parity": ("parity", str.upper),
    "stop": ("stopbits", int),
    "rtscts": ("rtscts", lambda word: bool(int(word))),
    "xonxoff": ("xonxoff", lambda word: bool(int(word))),
}


def _positive(number: int) -> int:
    if number <= 0:  # 0 baud hangs up
        raise ValueError(f"{number} is no speed")
    return number


def _open_serial(address: str, rest: str) -> Wire:
    import serial  # off the start-up path

    path, _, query = rest.partition("?")
    options: dict[str, object] = {"baudrate": BAUD_DEFAULT}
    try:
        for key, word in parse_qsl(query, strict_parsing=bool(query), keep_blank_values=True):
            name, convert = _SERIAL_OPTIONS[key]
            options[name] = convert(word)  # type: ignore[operator]
        port = serial.Serial(None, timeout=0, write_timeout=0, exclusive=True, **options)
        port.port = path
    except (KeyError, ValueError) as error:
        raise DeviceError(f"{address}: option not understood: {error}", code="bad-address") from error
    try:
        port.open()
    except (OSError, ValueError) as error:  # SerialException is an OSError
        busy = "lock" in str(error).lower()
        raise DeviceError(f"{address}: {error}", code="busy" if busy else "absent") from error
    except termios.error as error:
        raise DeviceError(f"{address}: not a serial line: {error}", code="absent") from error
    return Wire(port.fileno(), address, port.close)


def _open_tcp(address: str, timeout_s: float) -> Wire:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise DeviceError(f"{address}: {error}", code="bad-address") from error
    if host is None or port is None:
        raise DeviceError(f"{address}: host and port are needed", code="bad-address")
    try:
        line = socket.create_connection((host, port), timeout=timeout_s)
    except OSError as error:
        raise DeviceError(f"{address}: {error.strerror or error}", code="absent") from error
    line.setblocking(False)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # A device whose cable is pulled says nothing; without keep-alive a reader would wait for ever.
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEPALIVE_IDLE_S)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, KEEPALIVE_IDLE_S // 2)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
    return Wire(line.fileno(), address, line.close)


def _open_usb(address: str) -> Wire:
    try:
        from drivers.usb import open_usb  # a quarter of a second and more: only for those who have one
    except (ImportError, OSError) as error:  # python-escpos writes a file when it is imported
        raise DeviceError(f"{address}: USB cannot be used: {error}", code="absent") from error
    return open_usb(address)


def _open_file(address: str, path: str) -> Wire:
    """A device file (/dev/usb/lp0), a FIFO, or a plain file that is appended to."""
    flags = os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        plain = not Path(path).exists() or stat.S_ISREG(Path(path).stat().st_mode)
        fd = os.open(path, flags | (os.O_CREAT | os.O_APPEND if plain else 0), 0o600)
    except OSError as error:
        raise DeviceError(f"{address}: {error.strerror}", code="absent") from error
    return Wire(fd, address, lambda: os.close(fd), end_is_loss=not plain, answers=not plain)
