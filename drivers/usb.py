"""Bytes to and from a printer on USB, through python-escpos and pyusb; other wires live in drivers/wire.py.

Imported only where an address says usb: (python-escpos takes a quarter to half a second to import). It finds
the device, takes it from the kernel's driver and lets it go; bytes go through pyusb itself, because the
`_raw` of python-escpos throws away how many were taken and its `_read` takes 16 with a time-out of its own.
"""

from __future__ import annotations

import errno
import logging
import math
import re
import shutil
import time
from contextlib import suppress
from typing import Any

import usb.core
import usb.util
from escpos import capabilities
from escpos.exceptions import DeviceNotFoundError
from escpos.printer import Usb

from drivers.base import DeviceError
from drivers.wire import READ_MAXIMUM, Wire

PRINTER_CLASS = 7
LEAST_MS = 10  # to libusb 0 means for ever; in less a printer with something to say may not be asked
PAUSE_S = 0.01  # after an empty packet: some printers send those without end instead of nothing
_ADDRESS = re.compile(r"usb:([0-9a-f]{4}):([0-9a-f]{4})", re.IGNORECASE)

# On import python-escpos leaves a folder with a copy of its printer table in /tmp, once per process.
shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
# What pyusb would log at every attempt is in our errors, and they are logged once.
logging.getLogger("usb").setLevel(logging.CRITICAL)


class _Printer(Usb):  # type: ignore[misc]  # untyped
    """The transport of python-escpos, without the reset it does when opening.

    A reset throws away what the printer still has to print, and some devices come back from it as a new one.
    """

    def _configure_usb(self) -> None:
        try:
            self.device.get_active_configuration()
        except usb.core.USBError:  # it has none: nobody has used it since it was plugged in
            self.device.set_configuration()


class UsbWire(Wire):
    """An open line to one USB printer; behaves as every `Wire`.

    After an error the packet on its way counts as `written`: it may have arrived. Any wait takes at least
    LEAST_MS.
    """

    def __init__(self, address: str, printer: _Printer, device: Any, ends: tuple[Any, Any]) -> None:
        super().__init__(-1, address, printer.close, answers=ends[1] is not None)
        self._device = device
        self._out, self._in = ends
        self._ahead = b""  # came in the same packet as what was asked for

    def read(self, most: int, timeout_s: float) -> bytes:
        """Up to `most` bytes once there are any, b"" after timeout_s; DeviceError when the line is lost."""
        deadline = time.monotonic() + timeout_s
        self._check_open()
        while not self._ahead:
            self._ahead = self._receive(min(most, READ_MAXIMUM), deadline)
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                break
            if not self._ahead:
                time.sleep(min(PAUSE_S, left_s))
        data, self._ahead = self._ahead[:most], self._ahead[most:]
        return data

    def write(self, data: bytes, timeout_s: float) -> None:
        """Hand over all bytes in timeout_s; else DeviceError "stalled" or "unplugged", with `written`."""
        deadline = time.monotonic() + timeout_s
        self._check_open()
        step = self._out.wMaxPacketSize
        done = 0
        while done < len(data):
            done += self._send(data[done : done + step], deadline, done)
            if done < len(data) and time.monotonic() >= deadline:
                raise DeviceError(
                    f"{self.address}: took {done} of {len(data)} bytes in {timeout_s:g} s",
                    code="stalled",
                    written=done,
                )

    def _send(self, packet: bytes, deadline: float, done: int) -> int:
        """How many bytes of the packet were taken in time."""
        try:
            return int(self._device.write(self._out.bEndpointAddress, packet, _left_ms(deadline)))
        except usb.core.USBTimeoutError:
            return 0
        except usb.core.USBError as error:
            raise self._failed("write", self._out, error, done + len(packet)) from error

    def _receive(self, most: int, deadline: float) -> bytes:
        if self._in is None:
            return b""  # a printer that only listens
        # Room for whole packets: libusb gives up on a packet that does not fit.
        packet = self._in.wMaxPacketSize
        size = math.ceil(most / packet) * packet
        try:
            return bytes(self._device.read(self._in.bEndpointAddress, size, _left_ms(deadline)))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:
            raise self._failed("read", self._in, error) from error

    def _failed(self, verb: str, end: Any, error: Any, done: int = 0) -> DeviceError:
        if error.errno != errno.EPIPE:
            return self._lost(verb, error, done)
        try:
            self._device.clear_halt(end.bEndpointAddress)  # else it would stay halted for the next wire, too
        except usb.core.USBError as gone:
            return self._lost(verb, gone, done)
        return DeviceError(f"{self.address}: the printer refused a {verb}", code="stalled", written=done)

    def _check_open(self) -> None:
        if self._closed:
            raise DeviceError(f"{self.address}: closed", code="closed")


def open_usb(address: str) -> UsbWire:
    """Open "usb:VVVV:PPPP" (vendor and product as `lsusb` shows them), the first such device.

    Raises DeviceError: code "bad-address", "busy" when another program holds it, else "absent" and why.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise DeviceError(f"{address!r} is no usb:VVVV:PPPP address", code="bad-address")
    vendor, product = (int(part, 16) for part in found.groups())
    printer = _Printer(usb_args={"idVendor": vendor, "idProduct": product}, timeout=LEAST_MS)
    try:
        printer.open()
        device = printer.device
        interface, *ends = _choose(device)
        _claim(device, interface)
    except usb.core.NoBackendError as error:
        raise DeviceError(
            f"{address}: libusb is missing (apt-get install libusb-1.0-0)", code="absent"
        ) from error
    except DeviceNotFoundError as error:
        raise _refusal(address, error.__context__) from error
    except (usb.core.USBError, LookupError) as error:
        printer.close()
        raise _refusal(address, error) from error
    return UsbWire(address, printer, device, (ends[0], ends[1]))


def _choose(device: Any) -> tuple[Any, Any, Any]:
    """(interface, its end for writing, its end for reading or None): a printer's, one that also answers."""
    choices = []
    for interface in device.get_active_configuration():
        ends = [end for end in interface if end.wMaxPacketSize]
        bulk = [
            end for end in ends if usb.util.endpoint_type(end.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
        ]
        ways = {usb.util.endpoint_direction(end.bEndpointAddress): end for end in reversed(bulk)}
        out, back = ways.get(usb.util.ENDPOINT_OUT), ways.get(usb.util.ENDPOINT_IN)
        if out is not None:
            other = interface.bInterfaceClass != PRINTER_CLASS
            rank = (other, back is None, interface.bInterfaceNumber, interface.bAlternateSetting)
            choices.append((rank, (interface, out, back)))
    if not choices:
        raise LookupError("the device takes no bytes; it is no printer")
    return min(choices, key=lambda choice: choice[0])[1]


def _claim(device: Any, interface: Any) -> None:
    """Make the interface ours alone; python-escpos frees only number 0 from the kernel."""
    number = interface.bInterfaceNumber
    with suppress(NotImplementedError):  # no such thing but on Linux
        if number and device.is_kernel_driver_active(number):
            device.detach_kernel_driver(number)
    usb.util.claim_interface(device, number)
    if interface.bAlternateSetting:
        device.set_interface_altsetting(number, interface.bAlternateSetting)


def _refusal(address: str, error: BaseException | None) -> DeviceError:
    reason = getattr(error, "errno", None)
    if isinstance(error, AssertionError):  # how python-escpos says that it found none
        why = "no such device on USB: not plugged in, switched off, or other numbers (see lsusb)"
    elif reason == errno.EBUSY:
        return DeviceError(f"{address}: another program holds the printer", code="busy")
    elif reason in (errno.EACCES, errno.EPERM):
        why = "this user may not use the device: a udev rule must allow it"
    else:
        why = getattr(error, "strerror", None) or str(error)
    return DeviceError(f"{address}: {why}", code="absent")


def _left_ms(deadline: float) -> int:
    return max(LEAST_MS, math.ceil((deadline - time.monotonic()) * 1000))
