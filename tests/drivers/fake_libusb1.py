"""A USB bus with one printer on it, behind pyusb's backend interface: all above it is the real thing.

The cable is a socket; who holds its other end is the printer. The module's name ends as that of pyusb's own
backend does, because python-escpos takes devices from the kernel only where it sees that ending.
"""

from __future__ import annotations

import array
import errno
import select
import socket
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import usb.backend
import usb.core

VENDOR, PRODUCT = 0x04B8, 0x0E28
PACKET = 64  # a full-speed printer


def interface(
    number: int = 0, *, kind: int = 7, alternate: int = 0, ends: tuple[int, ...] = (0x02, 0x81)
) -> SimpleNamespace:
    """One setting of one interface with bulk ends at these addresses (0x80 set: from the printer)."""
    return SimpleNamespace(
        bLength=9,
        bDescriptorType=4,
        bInterfaceNumber=number,
        bAlternateSetting=alternate,
        bNumEndpoints=len(ends),
        bInterfaceClass=kind,
        bInterfaceSubClass=1,
        bInterfaceProtocol=2,
        iInterface=0,
        extra_descriptors=[],
        ends=ends,
    )


class Bus(usb.backend.IBackend):  # type: ignore[misc]  # untyped
    """`plug` gives the near end of the cable, None when nothing is plugged in; asked while there is none."""

    def __init__(
        self, plug: Callable[[], socket.socket | None], *interfaces: SimpleNamespace, configured: bool = True
    ) -> None:
        super().__init__()
        self.interfaces = interfaces or (interface(),)
        self.configuration = 1 if configured else 0
        self.kernel: set[int] = {one.bInterfaceNumber for one in self.interfaces}
        self.forbidden = False  # this user may not open the device
        self.halted: set[int] = set()  # ends that refuse all until clear_halt
        self.settings: dict[int, int] = {}
        self.resets = 0
        self.open_handles = 0
        self.waits_ms: list[int] = []
        self._plug = plug
        self._cable: socket.socket | None = None
        self._claims: dict[int, object] = {}

    # -- what is there

    def enumerate_devices(self) -> list[str]:
        if self._cable is None:
            self._cable = self._plug()
            if self._cable is not None:
                self._cable.setblocking(False)
        return [] if self._cable is None else ["the printer"]

    def get_device_descriptor(self, dev: str) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=18,
            bDescriptorType=1,
            bcdUSB=0x0200,
            bDeviceClass=0,
            bDeviceSubClass=0,
            bDeviceProtocol=0,
            bMaxPacketSize0=64,
            idVendor=VENDOR,
            idProduct=PRODUCT,
            bcdDevice=0x0100,
            iManufacturer=0,
            iProduct=0,
            iSerialNumber=0,
            bNumConfigurations=1,
            address=2,
            bus=1,
            port_number=1,
            port_numbers=(1,),
            speed=2,
        )

    def get_configuration_descriptor(self, dev: str, config: int) -> SimpleNamespace:
        if config:
            raise IndexError(config)
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=2,
            wTotalLength=32,
            bNumInterfaces=len({one.bInterfaceNumber for one in self.interfaces}),
            bConfigurationValue=1,
            iConfiguration=0,
            bmAttributes=0xC0,
            bMaxPower=1,
            extra_descriptors=[],
        )

    def get_interface_descriptor(self, dev: str, intf: int, alt: int, config: int) -> SimpleNamespace:
        numbers = sorted({one.bInterfaceNumber for one in self.interfaces})
        return [one for one in self.interfaces if one.bInterfaceNumber == numbers[intf]][alt]

    def get_endpoint_descriptor(self, dev: str, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=7,
            bDescriptorType=5,
            bEndpointAddress=self.get_interface_descriptor(dev, intf, alt, config).ends[ep],
            bmAttributes=2,
            wMaxPacketSize=PACKET,
            bInterval=0,
            bRefresh=0,
            bSynchAddress=0,
            extra_descriptors=[],
        )

    # -- having it

    def open_device(self, dev: str) -> object:
        if self.forbidden:
            raise usb.core.USBError("Access denied (insufficient permissions)", -3, errno.EACCES)
        self._line()
        self.open_handles += 1
        return object()

    def close_device(self, dev_handle: object) -> None:
        self.open_handles -= 1
        self._claims = {number: who for number, who in self._claims.items() if who is not dev_handle}

    def get_configuration(self, dev_handle: object) -> int:
        return self.configuration

    def set_configuration(self, dev_handle: object, config_value: int) -> None:
        if self._claims:
            raise usb.core.USBError("Resource busy", -6, errno.EBUSY)
        self.configuration = config_value

    def set_interface_altsetting(self, dev_handle: object, intf: int, altsetting: int) -> None:
        assert self._claims[intf] is dev_handle
        self.settings[intf] = altsetting

    def claim_interface(self, dev_handle: object, intf: int) -> None:
        self._line()
        if intf in self.kernel or self._claims.get(intf, dev_handle) is not dev_handle:
            raise usb.core.USBError("Resource busy", -6, errno.EBUSY)
        self._claims[intf] = dev_handle

    def release_interface(self, dev_handle: object, intf: int) -> None:
        self._line()
        if self._claims.get(intf) is not dev_handle:
            raise usb.core.USBError("Entity not found", -5, errno.ENOENT)
        del self._claims[intf]

    def is_kernel_driver_active(self, dev_handle: object, intf: int) -> bool:
        return intf in self.kernel

    def detach_kernel_driver(self, dev_handle: object, intf: int) -> None:
        self.kernel.discard(intf)

    def clear_halt(self, dev_handle: object, ep: int) -> None:
        self._line()
        self.halted.discard(ep)

    def reset_device(self, dev_handle: object) -> None:
        self.resets += 1

    # -- bytes; as libusb does it: 0 ms is for ever, a time-out after some bytes is no error

    def bulk_write(self, dev_handle: object, ep: int, intf: int, data: Any, timeout: int) -> int:
        line = self._ready(dev_handle, ep, intf, timeout)
        try:
            if not select.select([], [line], [], timeout / 1000)[1]:
                raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
            return line.send(data)
        except BlockingIOError:
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT) from None
        except ConnectionError:
            raise self._gone() from None

    def bulk_read(self, dev_handle: object, ep: int, intf: int, buff: array.array[int], timeout: int) -> int:
        line = self._ready(dev_handle, ep, intf, timeout)
        if not select.select([line], [], [], timeout / 1000)[0]:
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        try:
            packet = line.recv(PACKET)
        except ConnectionError:
            packet = b""
        if not packet:
            raise self._gone()
        if len(packet) > len(buff):
            raise usb.core.USBError("Overflow", -8, errno.EOVERFLOW)
        buff[: len(packet)] = array.array("B", packet)
        return len(packet)

    def _ready(self, dev_handle: object, ep: int, intf: int, timeout: int) -> socket.socket:
        assert timeout > 0, "the caller would wait for ever"
        self.waits_ms.append(timeout)
        line = self._line()
        if self._claims.get(intf) is not dev_handle:
            raise usb.core.USBError("Entity not found", -5, errno.ENOENT)
        if ep in self.halted:
            raise usb.core.USBError("Pipe error", -9, errno.EPIPE)
        return line

    def _line(self) -> socket.socket:
        if self._cable is None:
            raise self._gone()
        return self._cable

    def _gone(self) -> usb.core.USBError:
        self.unplug()
        return usb.core.USBError("No such device (it may have been disconnected)", -4, errno.ENODEV)

    def unplug(self) -> None:
        """The device leaves the bus; the kernel's driver takes it when it comes again."""
        if self._cable is not None:
            self._cable.close()
            self._cable = None
        self._claims.clear()
        self.halted.clear()
        self.kernel = {one.bInterfaceNumber for one in self.interfaces}
