"""A window on a real terminal of the demo village: the same rig, the services themselves behind it.

`python -m tests.kiosk.ui.tasks_rig SOCKET CONTROL DATA WIDTH HEIGHT LOCALE [KEY=VALUE…]`

DATA holds a seeded village. JSON lists on CONTROL: [scan, text], [lifted], [hushed] (see `anew`), [leave],
[camera, on], [hold, seconds] the ledger thread, [line, online, waiting], [prepare, name] (see `PREPARED`).
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from kiosk import config
from kiosk.demo import seed
from kiosk.events import Bus
from kiosk.ledger.entries import decode
from kiosk.services.terminal import Terminal, open_terminal
from kiosk.services.views import LineState, Proof
from kiosk.store import journal
from kiosk.store.database import Database
from kiosk.ui import doors, setup
from kiosk.ui.backend import Backend, Call
from kiosk.ui.inspect_client import NotSeen, texts
from kiosk.ui.tasks import catalogue
from kiosk.words import Words
from kiosk.worker import Worker
from tests.kiosk.ui.rig import Rig
from tests.kiosk.ui.seen import look

MANAGER, REVIEWER, GRID, SUPERVISOR, PANEL = "M037A", "R037A", "G037A", "S037A", "P037A"
ROW_MOST_S = 15.0  # until a row is found


class TasksRig(Rig):
    """A rig on a copy of a seeded village."""

    def __init__(
        self, folder: Path, demo: dict[str, Any], *size: int, locale: str = "zh-CN", **screen: Any
    ) -> None:
        self.demo = demo
        self._seen = 0
        self._step = self._last = self._at = (
            ""  # the question of the last move, and the move; that of this one
        )
        self.folder = folder
        super().__init__(folder, *size, locale, module="tests.kiosk.ui.tasks_rig", **screen)

    def prepare(self, name: str) -> str:
        """Do what is `PREPARED`, beside the screens; returns what it answered."""
        self.do("prepare", name)
        return (self.folder / "data" / "prepared").read_text("utf-8")

    def card(self, household: str) -> str:
        """The text of a household's card."""
        return str(next(one["card"] for one in self.demo["households"] if one["id"] == household))

    def staff(self, staff_id: str) -> tuple[str, str]:
        """Card text and PIN."""
        return next((one["card"], one["pin"]) for one in self.demo["staff"] if one["id"] == staff_id)

    def barcode(self, sku: str) -> str:
        """The barcode of a good."""
        return str(next(one["barcode"] for one in self.demo["items"] if one["sku"] == sku))

    def hold(self, card: str) -> None:
        """Show a card, also the one that was shown just now."""
        self.do("lifted")
        self.do("scan", card)

    def enter(self, staff_id: str, group: str) -> None:
        """Sign in by card and PIN, then open the tasks; signs out whoever is there."""
        self._seen = len(self.entries())
        self.do("leave")
        self.window.wait_for("attract")
        card, pin = self.staff(staff_id)
        self.hold(card)
        self.window.wait_for("sign-in")
        self.type(pin)
        self.window.tap("sign-in")
        self.window.wait_for("manager")
        self.open(group)

    def open(self, group: str) -> None:
        """From the first page to a group of tasks: by its own door, or by the page of all doors."""
        door = next(door.name for door in doors.DOORS if door.facts.get("group") == group)
        shown = _ids(self.window.wait_for("manager", where=lambda state: "sign-out" in _ids(state)))
        if door not in shown:
            self.window.tap("more")
        self.window.tap(door)
        self.window.wait_for("tasks")

    def type(self, keys: str) -> None:
        """On the pad that is shown, in one go: its keys hold still."""
        self.window.tap_all([f"key-{key}" for key in keys])

    def play(self, task: str, *moves: str) -> None:
        """Open a task from the menu and answer it: each move a widget to tap (a name with * taps the first
        that begins so), "=12" digits, "@0370217" a household's card, "#soap" a barcode, "+R037A" the second
        person, "!TEXT" any other code."""
        if self.window.state()["screen"] == "task-done":
            self.window.tap("leave")
        state = self.window.wait_for("tasks")
        if f"task-{task}" not in _ids(state):
            self.window.tap(f"group-{catalogue.task(task).group}")
        self._tap_row(f"task-{task}")
        self.window.wait_for(where=lambda state: state["screen"] != "tasks")
        self._step = self._last = ""
        self.play_on(*moves)

    def play_on(self, *moves: str) -> None:
        """Further moves of `play`."""
        for move in moves:
            self._at = self.window.state()["step"]
            if move in ("pick-*", "quick-*"):  # whatever comes first there: it must be the next question's
                self.window.wait_for(where=lambda state: state["step"] != self._step)
            self._move(move)
            self._step, self._last = self._at, move

    def _move(self, move: str) -> None:
        if move.startswith("="):
            self.type(move[1:])
        elif move.startswith("+"):
            self.second(move[1:])
        elif move.startswith("@"):
            self.window.wait_for("task-who")
            self.hold(self.card(move[1:]))
        elif move.startswith("#"):
            self.window.wait_for("task-goods")
            self.do("scan", self.barcode(move[1:]))
        elif move.startswith("!"):
            self.window.wait_for("task-scan")
            self.do("scan", move[1:])
        elif move.endswith("*"):
            self.tap_first(move[:-1])
        elif move.startswith("pick-"):
            self._tap_row(move)
        else:
            self.window.tap(move)

    def _tap_row(self, name: str) -> None:
        """Tap a row of a list, on whatever page of it; the question before may still be shown at first."""
        end_s = time.monotonic() + ROW_MOST_S
        way = "page-before"
        while name not in (shown := _ids(self.window.settled())):
            if time.monotonic() > end_s:
                raise NotSeen(
                    f"no row {name!r} on {self.window.state()['screen']!r}; there are {sorted(shown)}"
                )
            if way not in shown:
                way = "page-next" if way == "page-before" else "page-before"
            elif name.startswith("task-") or self._asked_anew():
                self.window.tap(way)
        self._at = self.window.state()["step"]  # the question answered; before it another may have been shown
        self.window.tap(name)

    def _asked_anew(self) -> bool:
        """The list shown is the one meant: the next question's, or the same where several are picked."""
        state = self.window.state()
        several = self._last.startswith("pick-") and "all" in _ids(state)
        return several or state["step"] != self._step

    def done(self, text: str) -> list[str]:
        """Wait for the last page with that text; returns all that it says."""
        return texts(self.window.wait_for("task-done", text=text))

    def wrote(self, *kinds: str) -> list[Any]:
        """What the journal got since the last look: entries of exactly these kinds, in order."""
        made = [one for one in self.entries(self._seen) if one.kind not in ("open", "clock", "day-open")]
        self._seen = len(self.entries())
        assert tuple(one.kind for one in made) == kinds, [one.kind for one in made]
        return made

    def tap_first(self, beginning: str) -> str:
        """Tap the first widget whose name begins so, once there is one; returns its name."""

        def found(state: dict[str, Any]) -> list[str]:
            return [w["id"] for w in state["widgets"] if w["visible"] and w["id"].startswith(beginning)]

        name = found(self.window.wait_for(where=lambda state: bool(found(state))))[0]
        self.window.tap(name)
        return name

    def second(self, staff_id: str = REVIEWER) -> None:
        """The second person's card and PIN, when the page asks for them."""
        card, pin = self.staff(staff_id)
        self.window.wait_for("task-second")
        self.hold(card)
        self.window.wait_for(where=lambda s: any(w["id"] == "key-1" and w["enabled"] for w in s["widgets"]))
        self.type(pin)
        self.window.tap("sign")

    def entries(self, after: int = 0) -> list[Any]:
        """The journal behind that many entries, read beside the running terminal."""
        database = Database(self.folder / "data" / "terminal" / "terminal.db")
        try:
            with database.read() as conn:
                return [decode(row.data) for row in journal.everything(conn)][after:]
        finally:
            database.close()


def _ids(state: dict[str, Any]) -> set[str]:
    """What can be tapped now."""
    return {w["id"] for w in state["widgets"] if w["id"] and w["visible"] and w["enabled"]}


def redeem(terminal: Terminal, household: str, *items: tuple[str, int], **more: Any) -> str:
    """A redemption by card; returns its entry."""
    from kiosk.services import redeem as redeeming

    proof = Proof(household=household, how="card:1")
    request = redeeming.next_request_id(terminal)
    yes = frozenset(("duplicate-charge",))
    return redeeming.redeem(terminal, proof, items, MANAGER, request, yes=yes, **more).entry


def slip_code(terminal: Terminal) -> str:
    """The code on the slip of a redemption made for it, as it is printed."""
    from kiosk.services import printing

    redeem(terminal, "0370217", ("soap", 1))
    printing.requeue_failed(terminal)
    found = ""
    while job := printing.take(terminal):
        printing.finish(terminal, job, "printed", "", 1)
        found = job.content.qr or found
    return found


PREPARED: dict[str, Callable[[Terminal], Any]] = {
    "sold": lambda t: redeem(t, "0370217", ("soap", 2), ("vinegar", 1)),
    "to bring": lambda t: redeem(t, "0370102", ("soap", 1), deliver=True),
    "slip code": slip_code,
}


def control(server: socket.socket, backend: Backend, ui: Any, folder: Path) -> None:
    """Do what the test says until it hangs up."""
    from drivers.base import Scan

    with server:
        client, _ = server.accept()
    with client, client.makefile("rw") as stream:
        for line in stream:
            word, *rest = json.loads(line)
            if word == "scan":
                backend.bus.publish(Scan("scanner", "", rest[0], time.monotonic()))
            elif word in ("lifted", "hushed"):
                from tests.kiosk.ui import anew as by_hand  # knows Kivy, which is set up by now

                backend.bus.publish(Call(getattr(by_hand, word)))
            elif word == "leave":
                backend.bus.publish(Call(ui.flow.end_visit))
            elif word == "camera":
                backend.preview = look if rest[0] else None
            elif word == "line":
                backend.bus.publish(LineState(online=rest[0], waiting=rest[1], last_exchange_at_ms=0))
            elif word == "hold":  # the ledger thread is busy with something else meanwhile
                backend.worker.submit(partial(time.sleep, rest[0]), then=str, failed=str, first=True)
            elif word == "prepare":
                (folder / "prepared").write_text(
                    str(backend.worker.call(PREPARED[rest[0]], backend.terminal)), "utf-8"
                )
            stream.write(f"{time.monotonic()}\n")
            stream.flush()


def make_village(folder: Path, told: Callable[[Any], Any] = lambda table: table) -> dict[str, Any]:
    """Seed a village into `folder`, `told` in other words where wanted; returns what there is."""
    seed.seed(folder, seed.Places(), told=told)
    about: dict[str, Any] = json.loads((folder / "demo.json").read_text("utf-8"))
    return about


def main() -> None:
    """Open the window."""
    inspect, control_path, data, width, height, locale, *more = sys.argv[1:]
    screen: dict[str, Any] = {"width": int(width), "height": int(height), "locale": locale}
    for pair in more:
        key, _, value = pair.partition("=")
        screen[key] = int(value) if value.isdecimal() else value
    settings = config.load(Path(data) / seed.CONFIG_FILE)
    rules = msgspec.structs.replace(settings.rules, scoring_day=1)  # whatever day the tests run on
    settings = msgspec.structs.replace(
        settings, rules=rules, screen=msgspec.structs.replace(settings.screen, **screen)
    )
    bus = Bus()
    worker = Worker(deliver=lambda job: bus.publish(Call(job)))
    worker.start()
    backend = Backend(
        terminal=worker.call(open_terminal, settings),
        worker=worker,
        bus=bus,
        settings=settings,
        words=Words(locale),
        preview=look,
    )
    setup.prepare(settings)
    from kiosk.ui.main import KioskUI

    ui = KioskUI(backend, Path(inspect))
    server = socket.socket(socket.AF_UNIX)
    server.bind(control_path)
    server.listen(1)
    threading.Thread(target=control, args=(server, backend, ui, Path(data)), daemon=True).start()
    ui.run()
    worker.call(backend.terminal.close)
    worker.stop()
    sys.stderr.flush()
    os._exit(0)  # everything of ours is closed; the interpreter's own end waits for the drawing threads


if __name__ == "__main__":
    main()
