"""A window under its own Xvfb with the fake terminal behind it, driven by real clicks."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.ui.flow import FIRST_PAGES
from kiosk.ui.inspect_client import texts
from tests.kiosk.ui import fake
from tests.kiosk.ui.unsteady import Unsteady

END_S = 60.0
ROOT = Path(__file__).resolve().parents[3]
# Mesa does all that is asked of it but fills no pixel: half of what a window costs on a machine without a
# graphics chip, and no test looks at the picture. Other drivers do not know the word.
UNDRAWN = {"GALLIUM_NOOP": "true"}


class Display:
    """An X server of our own on a display number it chose itself."""

    def __init__(self, width: int, height: int) -> None:
        read, write = os.pipe()
        self._process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
            pass_fds=(write,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as stream:
            self.name = f":{stream.readline().strip()}"

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(10)


class Rig:
    """Window, its knobs, and the way to end it. Nothing is to be seen in it unless it is `drawn`."""

    def __init__(
        self,
        folder: Path,
        width: int,
        height: int,
        locale: str = "zh-CN",
        *,
        module: str = "tests.kiosk.ui",
        drawn: bool = False,
        **screen: Any,
    ) -> None:
        self.display = Display(width, height)
        self.log = folder / "window.log"
        self.inspect = folder / "inspect"
        paths = (self.inspect, folder / "control", folder / "data")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-W", "error", "-X", "faulthandler", "-m", module),
                    *map(str, (*paths, width, height, locale)),
                    *(f"{key}={value}" for key, value in screen.items()),
                ],
                cwd=ROOT,
                env={**os.environ, "DISPLAY": self.display.name, **({} if drawn else UNDRAWN)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self.window = Unsteady(self.inspect, self.display.name)
        except OSError as error:
            raise AssertionError(f"the window did not open: {error}\n{self.log.read_text()}") from error
        self._control = socket.socket(socket.AF_UNIX)
        self._control.connect(str(paths[1]))
        self._stream = self._control.makefile("rw")
        self.window.wait_for(where=lambda state: state["pages"] >= len(FIRST_PAGES), timeout_s=30)

    def do(self, *words: Any) -> float:
        """Play another thread: `scan`, `line`, `print`, `health`, `set`; returns when (monotonic)."""
        self._stream.write(json.dumps(words) + "\n")
        self._stream.flush()
        return float(self._stream.readline())

    def remains(self, *words: str) -> list[str]:
        """Which of the words any page still holds, shown or not, as "page: word"."""
        self._stream.write(json.dumps(["remains", *words]) + "\n")
        self._stream.flush()
        return list(json.loads(self._stream.readline()))

    def aloud(self, locale: str) -> dict[str, str]:
        """What every page says when it is asked, by its name."""
        self._stream.write(json.dumps(["aloud", locale]) + "\n")
        self._stream.flush()
        return dict(json.loads(self._stream.readline()))

    @property
    def played(self) -> list[str]:
        """The sounds, in their order."""
        path = self.log.parent / "data" / "played.txt"
        return path.read_text("utf-8").split() if path.exists() else []

    @property
    def said(self) -> list[list[str]]:
        """What the loudspeaker was given: sentence and language; an empty sentence silences it."""
        path = self.log.parent / "data" / "said.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]

    def close(self) -> None:
        """End the window like a person who closes it; a traceback in its log fails the test."""
        self._stream.close()
        self._control.close()
        self.window.close()
        self.process.terminate()
        try:
            self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)  # its threads go into the log
            self.process.wait(10)
            raise AssertionError(f"the window does not end\n{self.log.read_text()}") from None
        finally:
            self.display.close()
        text = self.log.read_text()
        assert "Traceback" not in text, text

    def sign_in(self) -> None:
        """By staff card and PIN."""
        self.do("scan", fake.STAFF_CARD)
        self.window.wait_for("sign-in")
        for digit in fake.PIN:
            self.window.tap(f"key-{digit}")
        self.window.tap("sign-in")
        self.window.wait_for("manager")

    def basket(self) -> None:
        """A resident's card and three goods."""
        self.do("scan", fake.CARD_217)
        self.window.wait_for("redeem")
        self.goods()

    def goods(self) -> None:
        """Three goods into the basket."""
        for code in ("6901234000017", "6901234000024", "6901234000024", "6901234000031"):
            self.do("scan", code)
        self.window.wait_for(
            "redeem", where=lambda s: any(w["id"] == "confirm" and w["enabled"] for w in s["widgets"])
        )


def walk(rig: Rig) -> Any:
    """Every page with something on it, one after another, as (name, state)."""
    window = rig.window
    yield from walk_resident(rig)
    rig.do("set", "available", {"0370217": 385, "0370331": 45})
    rig.do("scan", fake.CARD_FORGED)
    yield "message", window.wait_for("message")
    window.tap("ok")
    window.wait_for("attract")
    rig.do("scan", "6901234000048")
    yield "message-good", window.wait_for("message")
    window.tap("ok")
    window.wait_for("attract")
    window.tap("staff")
    yield "sign-in-card", window.wait_for("sign-in")
    rig.do("scan", fake.STAFF_CARD)
    window.wait_for("sign-in", where=lambda s: any(w["id"] == "key-1" and w["enabled"] for w in s["widgets"]))
    for digit in "111111":
        window.tap(f"key-{digit}")
    window.tap("sign-in")
    window.wait_for(
        "sign-in",
        where=lambda s: "4" in "".join(w["text"] for w in s["widgets"] if w["visible"] and not w["id"]),
    )
    yield "sign-in", window.state()
    rig.do("scan", fake.STAFF_CARD, 0)
    rig.do("health", "camera", "camera", "ok", "")
    rig.do("health", "scanner", "serial-scanner", "ok", "")
    rig.do("health", "printer", "printer", "warning", "paper-near-end")
    for digit in fake.PIN:
        window.tap(f"key-{digit}")
    window.tap("sign-in")
    rig.do("line", False, 3)
    yield "manager", window.wait_for("manager", text="860"[:2])
    window.tap("start")
    yield "next", window.wait_for("next")
    window.tap("without-card")
    for digit in "0217":
        window.tap(f"key-{digit}")
    window.tap("search")
    yield "find", window.wait_for("find", where=lambda s: any(w["id"] == "found-0217" for w in s["widgets"]))
    window.tap("by-name")
    for letter in "ZDS":
        window.tap(f"key-{letter}")
    window.tap("search")
    yield (
        "find-name",
        window.wait_for("find", where=lambda s: any(w["id"] == "found-0217" for w in s["widgets"])),
    )
    window.tap("back")
    window.wait_for("manager")
    rig.do("scan", fake.CARD_217)
    yield "redeem-empty", window.wait_for("redeem")
    rig.basket()
    yield "redeem", window.state()
    window.tap("pick")
    yield "pick", window.wait_for("shelf")
    window.tap("back")
    window.wait_for("redeem")
    rig.do("scan", "6901234000017")  # its row may be scrolled away
    yield (
        "redeem-short",
        window.wait_for(
            "redeem", where=lambda s: any(w["id"] == "confirm" and not w["enabled"] for w in s["widgets"])
        ),
    )
    window.tap("clear")
    window.wait_for("redeem", where=lambda s: not any(w["id"] == "more-rice5" for w in s["widgets"]))
    rig.goods()
    window.tap("confirm")
    yield "confirm", window.wait_for("confirm")
    rig.do("set", "ask_duplicate", True)
    window.tap("yes")
    yield "question", window.wait_for(where=lambda s: s["dialog"])
    window.tap("dialog-yes")
    yield "done", window.wait_for("done")
    rig.do("print", "failed", "paper-out")
    yield "not-printed", window.wait_for("not-printed")
    rig.do("print", "unknown", "stalled")
    yield "not-printed-unknown", window.state()
    window.tap("later")
    window.wait_for("next")


def walk_resident(rig: Rig) -> Any:
    """The pages residents use alone, as `walk`."""
    window = rig.window
    yield "attract", window.wait_for("attract", where=lambda s: len(s["widgets"]) > 8)
    window.tap("see-shelf")
    yield "shelf", window.wait_for("shelf")
    window.tap("back")
    window.wait_for("attract")
    rig.do("scan", fake.CARD_331)
    yield "account-loan", window.wait_for("account", text="4.5")
    rig.do("scan", fake.CARD_217)
    yield "account", window.wait_for("account", text="38.5")
    window.tap("pots")
    yield "pots", window.wait_for("pots")
    window.tap("back")
    window.tap("history")
    yield "history", window.wait_for("history", text="+2")
    window.tap("row-1-0")
    yield "why", window.wait_for("why", where=shows("appeal"))
    window.tap("appeal")
    window.wait_for("appeal")
    window.tap("ground-amount")
    window.tap("note")
    yield "appeal-note", window.wait_for("appeal-note", where=shows("take"))
    window.tap("back")
    yield "appeal", window.wait_for("appeal", where=shows("send"))
    window.tap("send")
    yield "message-appeal", window.wait_for("message", text="0037-001")
    window.tap("ok")
    window.wait_for("account")
    window.tap("see-all")
    window.wait_for("shelf")
    window.tap("search")
    window.tap("key-D")
    yield "shelf-search", window.wait_for("shelf", where=lambda s: not shows("good-soap")(s))
    window.tap("good-oil5")
    yield "good", window.wait_for("good")
    window.tap("back")
    window.wait_for("shelf")
    window.tap("wishes")
    yield "wishes", window.wait_for("wishes", where=shows("wish-quilt"))
    window.tap("back")
    window.tap("back")
    window.wait_for("account")
    window.tap("reserve")
    window.wait_for("reserve", where=shows("more-rice5"))
    window.tap("more-rice5")
    yield "reserve", window.wait_for("reserve", where=shows("reserve"))
    window.tap("reserve")
    yield "reserved", window.wait_for("reserved", text="42")
    window.tap("ok")
    window.wait_for("account")
    window.tap("board")
    yield "board", window.wait_for("board", where=shows("row-1-40/1"))
    for tab in ("rules", "honours", "funds"):
        window.tap(f"tab-{tab}")
        yield (
            f"board-{tab}",
            window.wait_for(
                "board", where=lambda s: any("2026" in t or "+1" in t or "40" in t for t in texts(s))
            ),
        )


def shows(widget_id: str, *, enabled: bool = True) -> Callable[[dict[str, Any]], bool]:
    """Whether a page has that widget, visible and to be tapped (or not to be)."""
    return lambda state: any(
        w["id"] == widget_id and w["visible"] and w["enabled"] is enabled for w in state["widgets"]
    )


def chosen(*widget_ids: str) -> Callable[[dict[str, Any]], bool]:
    """Whether these buttons of a page, and no other, look like those of several that were tapped."""
    return lambda state: {w["id"] for w in state["widgets"] if w["chosen"]} == set(widget_ids)
