"""A window on the fake terminal, for tests.

`python -m tests.kiosk.ui SOCKET CONTROL DATA WIDTH HEIGHT LOCALE [KEY=VALUE…]`, of the screen's settings; or
long_words=1 for the longest words.

JSON lists written to the CONTROL socket play the other threads: [scan, text, age, source, symbology],
[lifted], [home], [hushed], [under, page] (see `anew`), [identity, number], [line, online, waiting],
[print, state, reason], [health, device, kind, state, detail], [set, name, value], [swamp], [flood], [go on],
[patience, seconds], [speaking, yes], [remains, words…], [anew, settings of the screen].
"""

from __future__ import annotations

import json
import queue
import socket
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.services.views import LineState, PrintState
from kiosk.ui import flow, setup
from kiosk.ui.backend import Backend, Call
from tests.kiosk.ui import fake, remains
from tests.kiosk.ui.seen import look


def swamp(backend: Backend) -> None:
    """Keep the ledger thread busy and its queue full until it is told to go on."""
    t, busy = backend.terminal, threading.Event()

    def wait() -> None:
        busy.set()
        t.gate.wait()

    backend.worker.submit(wait, first=True)
    busy.wait()
    try:
        while True:
            backend.worker.submit(t.gate.wait)
    except queue.Full:
        return


def control(server: socket.socket, backend: Backend) -> None:
    """Do what the test says until it hangs up."""
    from drivers.base import Health, Scan
    from drivers.idcard.types import IdentityCard

    t: Any = backend.terminal
    first = backend.settings
    with server:
        client, _ = server.accept()
    with client, client.makefile("rw") as stream:
        for line in stream:
            word, *rest = json.loads(line)
            if word == "scan":
                age_s, source, symbology = [*rest[1:], *(0, "scanner", "")[len(rest) - 1 :]]
                backend.bus.publish(Scan(source, symbology, rest[0], time.monotonic() - age_s))
            elif word in ("lifted", "home", "hushed", "under"):
                from tests.kiosk.ui import anew as by_hand  # knows Kivy, which is set up by now

                backend.bus.publish(Call(partial(getattr(by_hand, word), *rest)))
            elif word == "identity":
                at_s = time.monotonic() - (rest[1] if rest[1:] else 0)
                backend.bus.publish(IdentityCard("idcard", "chip", "resident", rest[0], "", "", at_s))
            elif word == "line":
                backend.bus.publish(
                    LineState(online=rest[0], waiting=rest[1], last_exchange_at_ms=1795405320000)
                )
            elif word == "print":
                slip = f"0037-{t.slips:06}"
                backend.bus.publish(PrintState(slip=slip, state=rest[0], reason=rest[1]))
            elif word == "health":
                backend.bus.publish(Health(rest[0], rest[1], rest[2], rest[3], time.monotonic()))
            elif word == "swamp":  # the ledger thread gets more than it can queue
                swamp(backend)
            elif word == "patience":
                flow.ANSWER_TIMEOUT_S = rest[0]
            elif word == "short test":  # a device that says nothing is given up at once
                from kiosk.ui.screens import device_test

                device_test.PATIENCE_S = rest[0]
            elif word == "flood":  # the screen gets more than it can handle: the rest is dropped
                while backend.bus.dropped == 0:
                    backend.bus.publish(object())
                t.gate.set()
            elif word == "go on":
                t.gate.set()
            elif word == "set":
                setattr(t, rest[0], rest[1])
            elif word == "speaking":  # the loudspeaker is in the middle of a sentence
                backend.speaking = lambda said=rest[0]: said
            elif word == "anew":
                from tests.kiosk.ui.anew import anew  # knows Kivy, which is set up by now

                anew(backend, first, rest[0])
            elif word == "aloud":  # what each page says when it is asked, in this language
                from tests.kiosk.ui.anew import aloud

                stream.write(json.dumps(aloud(backend, rest[0])) + "\n")
                stream.flush()
                continue
            elif word == "remains":  # which of these words any page still holds, shown or not
                stream.write(json.dumps(remains.held(rest)) + "\n")
                stream.flush()
                continue
            stream.write(f"{time.monotonic()}\n")
            stream.flush()


def note_said(folder: Path, sentence: str, language: str) -> None:
    """The loudspeaker: writes down what it would say."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "said.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps([sentence, language]) + "\n")


def note_played(folder: Path, sound: str) -> None:
    """The sounds: writes down what would be heard."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "played.txt").open("a", encoding="utf-8") as lines:
        lines.write(f"{sound}\n")


def main() -> None:
    """Open the window."""
    inspect, control_path, data, width, height, locale, *more = sys.argv[1:]
    screen: dict[str, Any] = {"width": int(width), "height": int(height), "locale": locale}
    for pair in more:
        key, _, value = pair.partition("=")
        screen[key] = int(value) if value.isdecimal() else value
    backend = fake.backend(Path(data), **screen)
    backend.speak = lambda sentence, language: note_said(Path(data), sentence, language)
    backend.play = lambda sound: note_played(Path(data), sound)
    backend.preview = look
    server = socket.socket(socket.AF_UNIX)
    server.bind(control_path)
    server.listen(1)
    threading.Thread(target=control, args=(server, backend), daemon=True).start()
    setup.prepare(backend.settings)
    from kiosk.ui.main import KioskUI

    KioskUI(backend, Path(inspect)).run()
    backend.worker.stop()


if __name__ == "__main__":
    main()
