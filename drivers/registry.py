"""Which driver class a configured name stands for; a driver is imported when it is asked for, not before."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_CLASSES = {
    "camera": "drivers.scanner.camera:CameraReader",
    "serial-scanner": "drivers.scanner.serial:SerialScanner",
    "hid-scanner": "drivers.scanner.hid:HidScanner",
    "sdt-idcard": "drivers.idcard.reader:SdtReader",
    "escpos": "drivers.printer.printer:EscposPrinter",
    "speech": "drivers.speech.espeak:Speaker",
    "sound": "drivers.speech.chime:Chime",
}


def names() -> tuple[str, ...]:
    """Every driver name that a configuration may use."""
    return tuple(_CLASSES)


def driver_class(name: str) -> Any:
    """The class behind a name of `names()`; KeyError for any other."""
    module, _, attribute = _CLASSES[name].partition(":")
    return getattr(import_module(module), attribute)


def make(name: str, *args: Any, **options: Any) -> Any:
    """A new device of that name, not opened yet; the arguments are those of its class."""
    return driver_class(name)(*args, **options)
