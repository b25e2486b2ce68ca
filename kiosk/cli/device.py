"""`kiosk device`: what is configured and plugged in, try it, watch it, or play it; for technicians."""

from __future__ import annotations

import argparse
import json
import queue
import sys
import time
from datetime import datetime
from typing import Any

from drivers.base import DeviceError, Health, Scan
from drivers.idcard.types import IdentityCard
from drivers.supervisor import Supervisor
from kiosk import device_look, device_notes, devices
from kiosk.cli import device_printer, device_simulate, device_speech
from kiosk.cli.context import Context
from kiosk.config import ConfigError
from kiosk.device_notes import described
from kiosk.ledger.masks import mask_name

EXAMPLE = """examples:
  kiosk device list
  kiosk device test scanner
  kiosk device test speech
  kiosk device watch --seconds 60
  kiosk device simulate idcard --fault checksum"""

WAITING_MAXIMUM = 1000  # events seen but not printed yet
LOOK_S = 0.2
SHOWN_FIRST, SHOWN_LAST, SHOWN_FROM = 3, 2, 9  # characters of a text that are shown, from that length on


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("act", choices=("list", "test", "watch", "simulate"))
    parser.add_argument("name", nargs="?", help=f"{', '.join(devices.ALL)}; a kind to simulate")
    parser.add_argument("--timeout", type=float, default=30.0, metavar="S", help="test: wait this long")
    parser.add_argument("--seconds", type=float, metavar="S", help="watch: end after this time")
    device_simulate.arguments(parser)


def run(context: Context) -> int:
    """0 when all is well; 1 when a device is bad or said nothing."""
    if context.given.act == "simulate":
        return device_simulate.run(context)
    if context.given.act == "list":
        return _list(context)
    if context.given.act == "watch":
        return _watch(
            context, _named(context) if context.given.name else devices.configured(context.settings)
        )
    (name,) = _named(context)
    if name == devices.SPEECH:
        return device_speech.test(context)
    return device_printer.test(context) if name == devices.PRINTER else _test(context, name)


def _named(context: Context) -> tuple[str, ...]:
    """The one device that was named, if the configuration has it. Raises `ConfigError`."""
    name, settings = context.given.name, context.settings
    there = [one for one in devices.ALL if devices.address(one, settings)]
    if context.given.act == "watch" and name in (devices.PRINTER, devices.SPEECH):
        raise ConfigError(f"nothing to watch of {name}; see kiosk device list, kiosk device test {name}")
    if name not in there:
        raise ConfigError(f"no device {name!r}; configured: {', '.join(there) or 'none'}")
    return (name,)


# list


def _list(context: Context) -> int:
    notes = device_notes.load(context.settings.data_dir)
    rows = [_look(context, name, notes) for name in devices.ALL]
    if context.json:
        print(json.dumps({"devices": rows}, ensure_ascii=False))
    else:
        for row in rows:
            said = f"  {context.words('device.said', what=row['said'])}" if row["said"] else ""
            state = context.words(f"device.state_{row['state']}")
            print(f"{row['name']:<8} {state}  {row['address']}  {row['detail']}".rstrip() + said)
    return 1 if any(row["state"] == "bad" for row in rows) else 0


def _look(context: Context, name: str, notes: dict[str, device_notes.Note]) -> dict[str, Any]:
    """Open it once, unless the running terminal has it: then its last report counts."""
    where = devices.address(name, context.settings)
    note = notes.get(name, device_notes.Note())
    said = f"{device_look.clock(note.read_at_ms)} {note.reading}" if note.read_at_ms else ""
    row = {"name": name, "address": where, "state": "absent", "detail": "", "said": said}
    if not where:
        return row
    try:
        return row | {"state": "ok", "detail": device_look.look(name, context.settings)}
    except DeviceError as error:
        if error.code != "busy":
            return row | {"state": "bad", "detail": f"{error.code}: {error}"}
    return row | {"state": "busy", "detail": device_look.told(note)}


# test and watch


def _test(context: Context, name: str) -> int:
    """Wait for one reading and say what it was."""
    seen: queue.Queue[object] = queue.Queue(WAITING_MAXIMUM)
    supervisor = Supervisor(lambda event: _put(seen, event))
    supervisor.add(devices.reader(name, context.settings))
    supervisor.start()
    print(context.words(f"device.show_{name}"), file=sys.stderr, flush=True)
    deadline = time.monotonic() + context.given.timeout
    detail = ""
    try:
        while (left_s := deadline - time.monotonic()) > 0:
            event = _next(seen, min(LOOK_S, left_s))
            if isinstance(event, Health):
                detail = event.detail
            elif event is not None:
                fields = _told(event)
                context.answer({"ok": True} | fields, _line(fields))
                return 0
    finally:
        supervisor.stop()
    counts = {word: count for word, count in supervisor.counters()[name].items() if count}
    nothing = context.words("device.nothing", seconds=f"{context.given.timeout:g}")
    more = " ".join([detail, *(f"{word}={count}" for word, count in counts.items())]).strip()
    context.answer(
        {"ok": False, "name": name, "detail": detail, "counts": counts}, f"{nothing} {more}".rstrip()
    )
    return 1


def _watch(context: Context, names: tuple[str, ...]) -> int:
    """Print each reading and each change of health until Ctrl-C, or the end of the time."""
    seen: queue.Queue[object] = queue.Queue(WAITING_MAXIMUM)
    supervisor = Supervisor(lambda event: _put(seen, event))
    for name in names:
        supervisor.add(devices.reader(name, context.settings))
    supervisor.start()
    seconds = context.given.seconds
    deadline = time.monotonic() + seconds if seconds else float("inf")
    try:
        while time.monotonic() < deadline:
            event = _next(seen, LOOK_S)
            if event is not None:
                fields = _told(event)
                at = f"{datetime.now().astimezone():%H:%M:%S}"
                context.answer({"at": at} | fields, f"{at} {_line(fields)}")
    except KeyboardInterrupt:
        return 0
    finally:
        supervisor.stop()
    return 0


def _put(seen: queue.Queue[object], event: object) -> None:
    """A device's thread must not wait for a terminal that prints slowly: the oldest goes."""
    while True:
        try:
            seen.put_nowait(event)
            return
        except queue.Full:
            _next(seen, 0.0)


def _next(seen: queue.Queue[object], timeout_s: float) -> object | None:
    try:
        return seen.get(timeout=timeout_s) if timeout_s else seen.get_nowait()
    except queue.Empty:
        return None


def _told(event: object) -> dict[str, Any]:
    """What may be said of an event: never a whole text, number or name."""
    if isinstance(event, Health):
        return {"name": event.device, "state": event.state, "detail": event.detail}
    if isinstance(event, IdentityCard):
        fields = {"kind": event.kind, "length": len(event.number), "text": masked(event.number)}
        return {"name": event.source, "what": described(event), "person": mask_name(event.name)} | fields
    assert isinstance(event, Scan)
    fields = {"kind": event.symbology, "length": len(event.text), "text": masked(event.text)}
    return {"name": event.source, "what": described(event)} | fields


def masked(text: str) -> str:
    """The first three and last two characters; of a short text only how long it is."""
    if len(text) < SHOWN_FROM:
        return "•" * len(text)
    hidden = "•" * (len(text) - SHOWN_FIRST - SHOWN_LAST)
    return text[:SHOWN_FIRST] + hidden + text[-SHOWN_LAST:]


def _line(fields: dict[str, Any]) -> str:
    shown = ("name", "what", "person", "text", "state", "detail")
    return "  ".join(str(fields[word]) for word in shown if fields.get(word))
