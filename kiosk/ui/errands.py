"""Long work in a process of its own, started by `kiosk.ui.aside`: books and audit packs onto a stick, checks.

The order comes on standard input; news (how far it is, then what came of it) goes out one JSON line each.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import Any

import msgspec

from kiosk.config import Settings
from kiosk.ledger.refusals import Refused
from kiosk.services.terminal import Terminal, open_terminal
from kiosk.ui import faults

KINDNESS = 10  # whoever stands at the desk goes first

Told = Callable[[int, int], None]  # how many parts are done, of how many


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to do, on which terminal."""

    settings: Settings
    errand: str
    words: tuple[str, ...] = ()


class News(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far it is, or with `over` how it ended: `result`, or `refused` with its `params`, or `failed`."""

    done: int = 0
    of: int = 0
    over: bool = False
    result: Any = None
    refused: str = ""
    params: dict[str, Any] = {}
    failed: str = ""


def book(terminal: Terminal, told: Told, form: str, first: str, last: str, suffix: str, actor: str) -> str:
    """Write the book to the stick; returns the file's name. Raises as `stick.place` and `make.book`."""
    from kiosk.books import make, page, stick
    from kiosk.books.catalogue import Asked
    from kiosk.ui import fonts

    told(0, 3)
    folder, centre = stick.place(terminal.settings), terminal.identity.centre
    prepared = fonts.prepare()
    faces = page.Faces(prepared.regular, prepared.bold, prepared.fallbacks)
    told(1, 3)
    if form in make.TEXTS:
        path = folder / f"{centre}-{form}{make.PAGE}"
        make.text(terminal, form, path, actor, faces, terminal.words)
    else:
        path = folder / f"{centre}-{form}-{first}-{last}{suffix}"
        make.book(terminal, form, Asked(first, last), path, actor, faces)
    told(2, 3)
    stick.settle(path)
    return path.name


def pack(terminal: Terminal, told: Told, actor: str) -> str:
    """Write the audit pack to the stick; returns the file's name. Raises as `stick.place` and `write`."""
    from kiosk.books import audit_pack, stick
    from kiosk.services.books import today

    path = stick.place(terminal.settings) / f"{terminal.identity.centre}-audit-{today(terminal).day}.zip"
    audit_pack.write(terminal, path, actor, told)
    stick.settle(path)
    return path.name


def check(terminal: Terminal, told: Told) -> dict[str, Any]:
    """Check the books; what was found."""
    from kiosk.services import verify

    told(0, 1)
    return msgspec.structs.asdict(verify.verify(terminal))


ERRANDS: dict[str, Callable[..., Any]] = {"book": book, "pack": pack, "check": check}


def main() -> None:
    """Do what the order says."""
    os.nice(KINDNESS)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")  # libraries may print: only news goes out there
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    logging.disable(logging.INFO)

    def say(news: News) -> None:
        out.write(msgspec.json.encode(news) + b"\n")
        out.flush()

    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    try:
        terminal = open_terminal(order.settings)
        try:
            result = ERRANDS[order.errand](
                terminal, lambda done, of: say(News(done=done, of=of)), *order.words
            )
        finally:
            terminal.close()
    except Refused as refused:
        params = {name: str(value) for name, value in refused.params.items()}
        say(News(over=True, refused=refused.code, params=params))
    except Exception as error:  # noqa: BLE001  # told where it happened, without what it was about
        say(News(over=True, failed=faults.place(error)))
    else:
        say(News(over=True, result=result))


if __name__ == "__main__":
    main()
