"""`kiosk device simulate`: a device's far end on this machine, with faults, until Ctrl-C."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NoReturn

from drivers.base import DeviceError
from kiosk.cli.context import Context
from kiosk.config import ConfigError

KINDS = ("scanner", "hid", "idcard", "camera", "printer")
# What can go wrong with each kind; "unplug" pulls the plug every other time something is shown.
FAULTS = {
    "scanner": ("silence", "slow", "garbage", "cut", "unplug"),
    "hid": ("silence", "slow", "garbage", "cut", "unplug"),
    "idcard": (
        "silence",
        "slow",
        "garbage",
        "checksum",
        "cut",
        "gone",
        "unruly",
        "unauthorised",
        "unwell",
        "unplug",
    ),
    "camera": ("freeze", "silence", "garbage", "drop"),
    "printer": ("paper-out", "cover", "unplug", "stall", "power-cycle", "near-end", "slow"),
}
SLOW_PAUSE_S = 0.02
SLOW_LINE_S = 0.5  # a line of a printer
GARBAGE_BYTES = 200
LINE_BYTES = 65536  # typed at once


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    faults = "; ".join(f"{kind}: {', '.join(words)}" for kind, words in FAULTS.items())
    parser.add_argument("--fault", default="", help=f"simulate: what goes wrong ({faults})")
    parser.add_argument("--path", type=Path, help="simulate: the device file to make (not camera, printer)")
    parser.add_argument("--text", action="append", default=[], help="simulate: show this (again and again)")
    parser.add_argument("--every", type=float, default=5.0, metavar="S", help="simulate: pause between them")


def run(context: Context) -> int:
    """Start the far end, print what to write into the configuration, show things until told to stop."""
    given = context.given
    kind, fault = given.name, given.fault
    if kind not in KINDS:
        raise ConfigError(f"nothing to simulate as {kind!r}; there are: {', '.join(KINDS)}")
    if fault and fault not in FAULTS[kind]:
        raise ConfigError(f"a simulated {kind} has no fault {fault!r}; there are: {', '.join(FAULTS[kind])}")
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)  # a background job of a shell is born deaf to it
    try:  # from here on: who reads the address may tell it to stop before it has begun to play
        with _far_end(kind, given.path) as far:
            show = _shower(kind, far, fault)
            table = "scanner" if kind == "hid" else kind
            key = "source" if kind == "camera" else "address"
            said = context.words(f"device.simulate_{kind}")
            lines = f"[{table}]\n{key} = {json.dumps(far.address)}\n\n{said}"
            context.answer({"kind": kind, "address": far.address, "fault": fault}, lines)
            _play(show, given.text, given.every)
    except KeyboardInterrupt:
        return 0


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _far_end(kind: str, path: Path | None) -> AbstractContextManager[Any]:
    if kind == "scanner":
        from drivers.scanner.simulated import ScannerFarEnd

        return ScannerFarEnd(path)
    if kind == "hid":
        from drivers.scanner.simulated_hid import HidFarEnd

        return HidFarEnd(path)
    if kind == "idcard":
        from drivers.idcard.simulated import SdtFarEnd

        return SdtFarEnd(path)
    if kind == "camera":
        from drivers.scanner.simulated import CameraFarEnd

        return CameraFarEnd()
    from drivers.printer.simulated import PrinterFarEnd

    return PrinterFarEnd("tcp")


def _play(show: Callable[[str], None], texts: list[str], every_s: float) -> NoReturn:
    """Show each of `texts` in turn, and each line of standard input at once."""
    turns = itertools.cycle(texts)
    due_s = time.monotonic()
    typing = True
    while True:
        wait_s = max(0.0, due_s - time.monotonic()) if texts else every_s
        if select.select([0] if typing else [], [], [], wait_s)[0]:
            typed = os.read(0, LINE_BYTES)
            typing = bool(typed)
            for line in typed.decode("utf-8", "replace").splitlines():
                _shown(show, line.strip())
        elif texts and time.monotonic() >= due_s:
            _shown(show, next(turns))
            due_s = time.monotonic() + every_s


def _shown(show: Callable[[str], None], text: str) -> None:
    try:
        show(text)
    except (DeviceError, KeyError) as error:  # nobody reads; or a character without a key
        print(f"not sent: {error}", file=sys.stderr, flush=True)


def _shower(kind: str, far: Any, fault: str) -> Callable[[str], None]:
    """What to do with a text: scan it, lay a card down, hold a picture up, or turn the printer's fault."""
    if kind in ("scanner", "hid"):
        return lambda text: _scan(far, text, fault)
    if kind == "printer":
        turn = _printer_faults(far, fault)
        return lambda _text: next(turn)()
    if fault not in ("", "unplug"):
        far.fail(fault)
    return (lambda text: _card(far, text, fault)) if kind == "idcard" else lambda text: _picture(far, text)


def _scan(far: Any, text: str, fault: str) -> None:
    if fault == "unplug" and far.plugged:
        far.unplug()
        return
    far.replug()
    if fault == "garbage":
        far.garbage(GARBAGE_BYTES, seed=time.monotonic_ns())
    if fault == "cut":
        text = text[: len(text) // 2]
    if fault == "slow":
        pause = "byte_pause_s" if far.address.startswith("serial:") else "key_pause_s"
        far.scan(text, **{pause: SLOW_PAUSE_S})
    elif fault != "silence":
        far.scan(text)


def _card(far: Any, text: str, fault: str) -> None:
    """A number lays a card down, an empty line lifts it."""
    from drivers.idcard.simulated import EXAMPLE

    if fault == "unplug":
        far.unplug()
        far.replug()
    if text:
        far.put(EXAMPLE._replace(number=text))
    else:
        far.lift()


def _picture(far: Any, text: str) -> None:
    if not text:
        far.take_away()
    elif Path(text).is_file():
        far.hold_up(Path(text))
    else:
        print(f"no picture {text}", file=sys.stderr, flush=True)


def _printer_faults(far: Any, fault: str) -> Iterator[Callable[[], None]]:
    """Off and on in turn, beginning with on now."""
    on, off = {
        "paper-out": (far.paper_out, far.new_paper),
        "cover": (lambda: far.cover(True), lambda: far.cover(False)),
        "unplug": (far.unplug, far.plug_in),
        "stall": (far.stall, far.wake),
        "power-cycle": (far.power_cycle, lambda: None),  # off and on at once; the next turn does nothing
        "near-end": (lambda: setattr(far, "near_end", True), lambda: setattr(far, "near_end", False)),
        "slow": (lambda: far.slow(SLOW_LINE_S), lambda: far.slow(0.0)),
        "": (lambda: None, lambda: None),
    }[fault]
    on()
    return itertools.cycle((off, on))
