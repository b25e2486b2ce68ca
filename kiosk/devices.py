"""The readers a configuration names, as drivers not opened yet; opens and supervises none of them."""

from __future__ import annotations

from typing import Any

from drivers import registry
from kiosk.config import Settings

READERS = ("camera", "scanner", "idcard")
PRINTER, SPEECH = "printer", "speech"
ALL = (*READERS, PRINTER, SPEECH)
SETTING = {"camera": "source"}  # the key of a device's address in the configuration, else `address`
HID = "hid:"


def configured(settings: Settings) -> tuple[str, ...]:
    """The names of the readers that have an address, in the order people read them."""
    return tuple(name for name in READERS if address(name, settings))


def address(name: str, settings: Settings) -> str:
    """Where a device is: a serial line with its speed, the program of the voice; "" where none is set."""
    return {
        "camera": settings.camera.source,
        "scanner": settings.scanner.line,
        "idcard": settings.idcard.line,
        "printer": settings.printer.address,
        "speech": settings.speech.program if settings.speech.enabled else "",
    }[name]


def reader(name: str, settings: Settings) -> Any:
    """The driver of a configured reader."""
    where = address(name, settings)
    return registry.make(driver_name(name, where), where)


def driver_name(name: str, where: str) -> str:
    """The driver in the registry for a reader at that address."""
    if name == "scanner":
        return "hid-scanner" if where.startswith(HID) else "serial-scanner"
    return {"camera": "camera", "idcard": "sdt-idcard"}[name]
