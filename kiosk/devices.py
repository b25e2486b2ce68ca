"""The readers a configuration names, as drivers not opened yet; opens and supervises none of them."""

from __future__ import annotations

from typing import Any

from drivers import registry
from kiosk.config import Settings

HID = "hid:"


def configured(settings: Settings) -> tuple[str, ...]:
    """The names of the readers that have an address, in the order people read them."""
    addresses = {"camera": settings.camera.source, "scanner": settings.scanner.address}
    return tuple(name for name, address in addresses.items() if address)


def reader(name: str, settings: Settings) -> Any:
    """The driver of a configured reader."""
    if name == "camera":
        return registry.make("camera", settings.camera.source)
    typing = settings.scanner.address.startswith(HID)
    return registry.make("hid-scanner" if typing else "serial-scanner", settings.scanner.line)
