"""One look at a configured device, and what the running terminal last noted of one it has itself."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

from drivers.base import DeviceError
from drivers.printer.printer import EscposPrinter
from drivers.printer.profile import profile
from kiosk import devices
from kiosk.config import Settings
from kiosk.device_notes import Note
from kiosk.ledger.refusals import Refused
from kiosk.services.printer import LOCK_FILE, NAME
from kiosk.store.only_one import OnlyOne


def look(name: str, settings: Settings) -> str:
    """Open it once and say in a word what it is, of the printer what it says of its paper.

    Raises `DeviceError`, "busy" where the running terminal or another program has it: then nothing was sent.
    """
    if name == devices.PRINTER:
        return _look_at_printer(settings)
    if name == devices.SPEECH:
        return _look_for_voice(settings.speech.program)
    reader = devices.reader(name, settings)
    try:
        reader.open()
    finally:
        reader.close()
    return str(reader.kind)


def printer(settings: Settings) -> EscposPrinter:
    """The driver of the configured printer, not opened yet. Use it under `only_printer`."""
    return EscposPrinter(NAME, settings.printer.address, profile(settings.printer.profile))


def only_printer(settings: Settings) -> OnlyOne:
    """To be the one program that drives the printer: a second would send its questions amid a slip."""
    return OnlyOne(settings.data_dir / LOCK_FILE, "printer-busy")


def told(note: Note) -> str:
    """What the terminal last noted of a device: when, how it did, and why."""
    return " ".join(part for part in (clock(note.at_ms), note.state, note.detail) if part)


def clock(at_ms: int) -> str:
    """A moment in local time; "" for never."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC).astimezone():%m-%d %H:%M:%S}" if at_ms else ""


def _look_for_voice(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise DeviceError(f"{program}: no such program; install espeak-ng", code="absent")
    return found


def _look_at_printer(settings: Settings) -> str:
    try:
        with only_printer(settings):
            driver = printer(settings)
            try:
                status = driver.status()
            finally:
                driver.close()
    except Refused as refused:
        raise DeviceError("in use", code="busy") from refused
    if status.fault:
        raise DeviceError(f"{settings.printer.address}: {status.fault}", code=status.fault)
    return f"paper {status.paper}"
