"""The printer's part of `kiosk device`: look at it, print a test slip."""

from __future__ import annotations

import os
from datetime import datetime

from drivers.base import DeviceError
from drivers.printer.escpos import encode
from drivers.printer.printer import EscposPrinter
from drivers.printer.profile import profile
from kiosk.cli.context import Context
from kiosk.device_slip import device_test_slip
from kiosk.ledger.refusals import Refused
from kiosk.services.printer import LOCK_FILE, NAME
from kiosk.store.only_one import OnlyOne


def look(context: Context) -> str:
    """Its paper in a word. Raises `DeviceError`, "busy" while the terminal or another command prints."""
    try:
        with _ours(context):
            printer = _printer(context)
            try:
                status = printer.status()
            finally:
                printer.close()
    except Refused as refused:
        raise DeviceError("in use", code="busy") from refused
    if status.fault:
        raise DeviceError(f"{context.settings.printer.address}: {status.fault}", code=status.fault)
    return f"paper {status.paper}"


def test(context: Context) -> int:
    """Print the test slip; 0 when it is printed. Raises `Refused("printer-busy")`."""
    kind = profile(context.settings.printer.profile)
    now = datetime.now().astimezone()
    document = device_test_slip(context.words, kind.columns, kind.name, f"{now:%Y-%m-%d %H:%M:%S}")
    with _ours(context):
        printer = _printer(context)
        try:
            outcome = printer.print(encode(document, kind), os.urandom(8))
        finally:
            printer.close()
    fields = {
        "ok": outcome.state == "printed",
        "name": NAME,
        "state": outcome.state,
        "detail": outcome.reason,
    }
    context.answer(fields, f"{NAME}  {outcome.state}  {outcome.reason}".rstrip())
    return 0 if outcome.state == "printed" else 1


def _printer(context: Context) -> EscposPrinter:
    settings = context.settings.printer
    return EscposPrinter(NAME, settings.address, profile(settings.profile))


def _ours(context: Context) -> OnlyOne:
    return OnlyOne(context.settings.data_dir / LOCK_FILE, "printer-busy")
