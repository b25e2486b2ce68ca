"""`kiosk print`: print what waits, without screens; for technicians."""

from __future__ import annotations

import argparse
import queue
import time

from drivers.base import Health
from kiosk.cli.context import Context
from kiosk.ledger.refusals import Refused
from kiosk.services import printing
from kiosk.services.printer import PrintThread
from kiosk.services.views import PrintState
from kiosk.worker import Worker

EXAMPLE = "example: kiosk print --timeout 30"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("--timeout", type=float, default=30.0, metavar="S", help="give up after this time")


def run(context: Context) -> int:
    """Print until the queue is empty; 1 when copies are left at the end of the time."""
    terminal = context.terminal
    if not terminal.settings.printer.address:
        raise Refused("no-printer")
    told: queue.Queue[object] = queue.Queue()
    worker = Worker()
    worker.start()
    thread = PrintThread(terminal, worker, told.put)
    thread.start()
    deadline = time.monotonic() + context.given.timeout
    slips: dict[str, PrintState] = {}
    detail = ""
    while worker.call(printing.waiting, terminal) and time.monotonic() < deadline:
        try:
            news = told.get(timeout=0.2)
        except queue.Empty:
            continue
        if isinstance(news, PrintState):
            slips[news.slip] = news
        elif isinstance(news, Health):
            detail = news.detail
        if detail == "printer-busy":
            break
    thread.stop()
    left = worker.call(printing.waiting, terminal)
    worker.stop()
    if detail == "printer-busy":
        raise Refused(detail)
    fields = {"slips": {slip: news.state for slip, news in slips.items()}, "waiting": left, "printer": detail}
    rows = [f"{slip}  {news.state}  {news.reason}".rstrip() for slip, news in slips.items()]
    context.answer(fields, "\n".join([*rows, f"{left} waiting  {detail}".rstrip()]))
    return 1 if left else 0
