"""Lets tests, the demo and trainers look at the screen through a unix socket; nothing can be changed by it.

A client writes the line `state`, `walled` (see `kiosk.ui.walls`) or `buried` (see `kiosk.ui.buried`), and
reads one line of JSON. The socket exists only when asked for, and only its owner may open it, because it says
what a person standing before the screen can read.
"""

from __future__ import annotations

import json
import math
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.label import Label
from kivy.uix.recycleview.layout import RecycleLayoutManagerBehavior
from kivy.uix.stencilview import StencilView

from kiosk.ui import buried, walls
from kiosk.ui.widgets.text import Num, Text

if TYPE_CHECKING:
    from kiosk.ui.main import KioskUI

MAX_CLIENTS = 8
ANSWER_TIMEOUT_S = 10.0
LINE_MOST = 256

Place = tuple[float, float, float, float]  # left, top, right, bottom in the window, px


class Inspector:
    """Answers on its own threads with what was read on the screen's thread, between two frames."""

    def __init__(self, app: KioskUI, path: Path) -> None:
        self._app = app
        self._path = path
        self._server: socket.socket | None = None
        self._slots = threading.Semaphore(MAX_CLIENTS)
        self._one = threading.Lock()  # readings that wait for the frame would wait for each other
        self._flips = 0
        self._flip_at_s = 0.0

    def start(self) -> None:
        """Open the socket and begin to count flipped frames."""
        self._path.unlink(missing_ok=True)
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(self._path))
        self._path.chmod(0o600)
        server.listen(MAX_CLIENTS)
        self._server = server
        flip = Window.flip

        def counted() -> None:
            flip()
            self._flips += 1
            self._flip_at_s = time.monotonic()

        Window.flip = counted
        threading.Thread(target=self._accept, args=(server,), name="inspect", daemon=True).start()

    def stop(self) -> None:
        """Close the socket and take its file away."""
        if self._server is not None:
            self._server.close()
            self._server = None
            self._path.unlink(missing_ok=True)

    def state(self) -> dict[str, Any]:
        """What is on the screen, read on the screen's thread."""
        app = self._app
        account = app.flow.account or app.desk.account
        return {
            "screen": app.flow.name,
            "household_tail": account.household[-4:] if account else "",
            "staff": app.flow.session.staff if app.flow.session else "",
            "step": app.tasks.asked.name if app.tasks.asked is not None else "",
            "language": app.tr.words.locale,
            "seconds_left": int(app.bar.seconds_left),
            "toast": app.toast.text,
            "dialog": bool(app.dialog.open),
            "code": app.flow.page("message").code if app.flow.name == "message" else "",
            "pages": len(app.flow.made()),
            "devices": {name: health.state for name, health in app.health.items()},
            "frame": self._flips,
            "flip_at_s": self._flip_at_s,
            "size": list(Window.size),
            "widgets": list(_widgets(app.root, app.dialog)),
        }

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return  # closed by stop()
            if self._slots.acquire(blocking=False):
                threading.Thread(
                    target=self._serve, args=(client,), name="inspect-client", daemon=True
                ).start()
            else:
                client.close()

    def _serve(self, client: socket.socket) -> None:
        with client, client.makefile("rwb") as stream:
            try:
                while line := stream.readline(LINE_MOST):
                    answer = self._answer(line.strip())
                    stream.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
                    stream.flush()
            except (BrokenPipeError, ConnectionResetError):
                return  # the client has seen enough
            finally:
                self._slots.release()

    def _answer(self, word: bytes) -> dict[str, Any]:
        if word == b"state":
            return self._ask(self.state)
        if word == b"walled":
            return self._ask(lambda: {"walled": walls.walled(self._app.root)})
        if word == b"buried":
            return self._ask(lambda: {"buried": buried.buried(self._app.root)})
        return {"error": "the words are: state, walled, buried"}

    def _ask(self, question: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        done = threading.Event()
        answer: dict[str, Any] = {}

        def read(_dt: float) -> None:
            if Clock.get_before_frame_events():
                Clock.schedule_once(read, -1)  # something is still being laid out: no glass shows it so
                return
            try:
                answer.update(question())
            finally:
                done.set()

        with self._one:
            Clock.schedule_once(read, -1)
            if not done.wait(ANSWER_TIMEOUT_S):
                return {"error": "the screen's thread does not answer"}
        return answer or {"error": "reading the screen failed; see the log"}


def _widgets(root: Any, dialog: Any = None) -> Any:
    """Every visible label and everything that can be tapped, in drawing order."""
    anywhere = (-math.inf, -math.inf, math.inf, math.inf)
    asks = dialog is not None and bool(dialog.open)
    stack: list[tuple[Any, bool, Place, bool]] = [(root, True, anywhere, asks)]
    while stack:
        widget, shown, room, covered = stack.pop()
        shown = shown and widget.opacity > 0
        covered = covered and widget is not dialog
        if isinstance(widget, StencilView):
            room = _common(room, _place(widget))
        name = getattr(widget, "name", "")
        tappable = bool(name) and hasattr(widget, "on_release")
        label = isinstance(widget, Label)
        if tappable or (label and widget.text):
            yield _described(widget, name if tappable else "", shown, room, covered)
        if not isinstance(widget, RecycleLayoutManagerBehavior) or widget.children:
            stack.extend((child, shown, room, covered) for child in widget.children)


def _place(widget: Any) -> Place:
    x, y = widget.to_window(widget.x, widget.y)
    top = Window.height - y - widget.height
    return (x, top, x + widget.width, top + widget.height)


def _common(one: Place, two: Place) -> Place:
    return (max(one[0], two[0]), max(one[1], two[1]), min(one[2], two[2]), min(one[3], two[3]))


def _described(widget: Any, name: str, shown: bool, room: Place, covered: bool) -> dict[str, Any]:
    x, top, right, bottom = place = _place(widget)
    label = isinstance(widget, Label)
    inside = right > 0 and bottom > 0 and x < Window.width and top < Window.height
    left_of_it = _common(place, room)
    row = {
        "id": name,
        "figure": getattr(widget, "figure", ""),
        "text": getattr(widget, "text", "") or getattr(widget, "title", ""),
        "x": round(x),
        "y": round(top),
        "w": round(widget.width),
        "h": round(widget.height),
        "enabled": not widget.disabled,
        "chosen": bool(getattr(widget, "chosen", False)),  # looks like the one of several that was tapped
        "visible": bool(shown and inside),
        "seen": [round(side) for side in left_of_it],  # what lists leave of it; no room: right before left
        "covered": covered,  # by the open dialog
        "label": label,
    }
    if label and not isinstance(widget, Num):  # the room around digits may lie outside of their box
        row["texture"] = [round(side) for side in widget.texture_size]
        row["font"] = round(widget.font_size)
        row["broken"] = isinstance(widget, Text) and widget.broken
    return row
