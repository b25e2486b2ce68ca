"""The printer's part of `kiosk device`: print a test slip."""

from __future__ import annotations

import os
from datetime import datetime

from drivers.printer.escpos import encode
from drivers.printer.profile import profile
from kiosk import device_look
from kiosk.cli.context import Context
from kiosk.device_slip import device_test_slip
from kiosk.services.printer import NAME


def test(context: Context) -> int:
    """Print the test slip; 0 when it is printed. Raises `Refused("printer-busy")`."""
    kind = profile(context.settings.printer.profile)
    now = datetime.now().astimezone()
    document = device_test_slip(context.words, kind.columns, kind.name, f"{now:%Y-%m-%d %H:%M:%S}")
    with device_look.only_printer(context.settings):
        printer = device_look.printer(context.settings)
        try:
            outcome = printer.print(encode(document, kind), os.urandom(8))
        finally:
            printer.close()
    fields = {
        "ok": outcome.state == "printed",
        "name": NAME,
        "state": outcome.state,
        "detail": outcome.reason,
        "counts": printer.counters(),
    }
    context.answer(fields, f"{NAME}  {outcome.state}  {outcome.reason}".rstrip())
    return 0 if outcome.state == "printed" else 1
