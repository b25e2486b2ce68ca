"""What a technician wants to know first: database, clock, devices, line, and what to do. Changes nothing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from drivers.base import DeviceError
from kiosk import device_look, device_notes, devices
from kiosk.config import ConfigError, Settings
from kiosk.ledger.refusals import Refused
from kiosk.services import books, holidays, printing
from kiosk.services.clock import day_after
from kiosk.services.terminal import Terminal, open_terminal
from kiosk.services.verify import verify
from kiosk.services.views import LineState
from kiosk.store.database import WAL_SAFE_FROM, journal_mode, sqlite_module

FREE_BYTES_LOW = 500_000_000
STALE_HOURS = 72
HOLIDAYS_AHEAD_DAYS = 30
READ_S = 2.0
LACKING_SHOWN = 8

State = Literal["ok", "warning", "bad", "absent"]
# How a device does by the running terminal's own notes, as a finding.
NOTED: dict[str, State] = {"lost": "bad", "absent": "bad", "warning": "warning"}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at. `detail` is for technicians and holds no personal data."""

    name: str
    state: State
    detail: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, one finding at a time, each as soon as it is known."""
    yield _disk(settings.data_dir)
    yield _sqlite()
    try:
        terminal = open_terminal(settings)
    except Refused as refused:
        yield Finding(name="ledger", state="bad", detail=refused.code)
        terminal = None
    if terminal is not None:
        try:
            yield from _ledger(terminal)
        except Refused as refused:
            why = refused.params.get("reason", "")
            yield Finding(name="ledger", state="bad", detail=f"{refused.code} {why}".rstrip())
        finally:
            terminal.close()
    yield _fonts()
    notes = device_notes.load(settings.data_dir)
    for name in devices.ALL:
        yield _device(name, settings, notes.get(name, device_notes.Note()))
    yield _county(settings)


def _disk(folder: Path) -> Finding:
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(there).free
    state: State = "ok" if free > FREE_BYTES_LOW else "bad"
    return Finding(name="disk", state=state, detail=f"{free // 1_000_000} MB free")


def _sqlite() -> Finding:
    module = sqlite_module()
    old = module.sqlite_version_info < WAL_SAFE_FROM
    detail = f"SQLite {module.sqlite_version}, journal mode {journal_mode()}"
    if old:
        detail += " (older than 3.51.3: the rollback journal is used instead of WAL)"
    return Finding(name="sqlite", state="warning" if old else "ok", detail=detail)


def _ledger(terminal: Terminal) -> Iterator[Finding]:
    found = verify(terminal)
    detail = f"{found.entries} entries" + "".join(f"; {problem}" for problem in found.problems[:3])
    yield Finding(name="ledger", state="ok" if found.ok else "bad", detail=detail)
    blocked = terminal.blocked()
    if blocked:
        state: State = "warning" if blocked == "needs-entries" else "bad"  # those come by themselves
        yield Finding(name="epoch", state=state, detail=blocked)
    day = books.today(terminal).day
    clock = terminal.clock.today()
    yield Finding(
        name="day", state="ok" if day in ("", clock) else "warning", detail=f"{day or '-'}, clock {clock}"
    )
    yield _holidays(settings=terminal.settings, day=day or clock)
    left = printing.waiting(terminal)
    yield Finding(name="slips", state="warning" if left else "ok", detail=f"{left} waiting")
    line = books.line_state(terminal)
    if terminal.settings.county.url:
        yield Finding(name="line", state=_line_state(line.last_exchange_at_ms), detail=_line_detail(line))


def _holidays(settings: Settings, day: str) -> Finding:
    """Without the year's file working days are counted by weekends only: notices and answers end too early.
    The next year's is wanted from its last weeks on, when they reach into it."""
    try:
        known, examples = holidays.calendar(settings).years, holidays.unofficial(settings)
    except ConfigError as error:
        return Finding(name="holidays", state="bad", detail=str(error))
    wanted = {int(day[:4]), int(day_after(day, HOLIDAYS_AHEAD_DAYS)[:4])}
    missing, guessed = sorted(wanted - known), sorted(wanted & examples)
    detail = ", ".join(
        [f"{year}: no calendar, weekends only" for year in missing]
        + [f"{year}: an example, not the official calendar" for year in guessed]
    )
    state: State = "warning" if missing or guessed else "ok"
    return Finding(
        name="holidays", state=state, detail=detail or f"known: {', '.join(map(str, sorted(known)))}"
    )


def _line_state(last_ms: int) -> State:
    hours = (time.time() * 1000 - last_ms) / 3_600_000
    return "ok" if hours < STALE_HOURS else "warning"


def _line_detail(line: LineState) -> str:
    if not line.last_exchange_at_ms:
        return f"never exchanged, {line.waiting} waiting"
    last = datetime.fromtimestamp(line.last_exchange_at_ms / 1000, UTC).astimezone()
    return f"last exchange {last:%Y-%m-%d %H:%M}, {line.waiting} waiting"


def _fonts() -> Finding:
    from drivers.printer.glyphs import LEVEL_3, without_font
    from kiosk.ui import fonts

    try:
        prepared = fonts.prepare()
    except fonts.FontsMissing as error:
        return Finding(name="fonts", state="bad", detail=str(error))
    detail = f"{Path(prepared.regular).name}, {len(prepared.fallbacks)} more"
    if lacking := without_font(LEVEL_3):
        shown = " ".join(f"U+{point:04X}" for point in lacking[:LACKING_SHOWN])
        detail += f"; {len(lacking)} characters print as their code only: {shown}"
    return Finding(name="fonts", state="warning" if lacking else "ok", detail=detail)


def _device(name: str, settings: Settings, note: device_notes.Note) -> Finding:
    where = devices.address(name, settings)
    if not where:
        return Finding(name=name, state="absent", detail="not set in the configuration")
    try:
        said = _camera_shows(settings) if name == "camera" else device_look.look(name, settings)
        return Finding(name=name, state="ok", detail=f"{where}, {said}")
    except DeviceError as error:
        if error.code != "busy":
            return Finding(name=name, state="bad", detail=f"{error.code}: {error}")
    # The running terminal has it, and notes how it does.
    state = NOTED.get(note.state, "ok")
    return Finding(name=name, state=state, detail=f"busy: in use; last: {device_look.told(note) or '-'}")


def _camera_shows(settings: Settings) -> str:
    """Wait for a picture of the camera, not only for its line. Raises `DeviceError`."""
    camera = devices.reader("camera", settings)
    try:
        camera.open()
        camera.read(READ_S)
    finally:
        camera.close()
    return str(camera.kind)


def _county(settings: Settings) -> Finding:
    if not settings.county.url:
        return Finding(name="county", state="absent", detail="not set in the configuration")
    import httpx2

    where = urlsplit(settings.county.url).netloc
    try:
        answer = httpx2.get(f"{settings.county.url}/health", timeout=settings.county.timeout_s)
    except httpx2.HTTPError as error:
        return Finding(name="county", state="warning", detail=f"{where}: {type(error).__name__}")
    state: State = "ok" if answer.status_code == 200 else "warning"
    return Finding(name="county", state=state, detail=f"{where}: {answer.status_code}")
