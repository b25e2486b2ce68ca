"""`kiosk sync --once`: exchange with the county until nothing is left to do."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context
from kiosk.ledger.refusals import Refused
from sync.client import exchange_once
from sync.transport import BadUrlError

EXAMPLE = "example: kiosk sync --once --json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("--once", action="store_true", required=True, help="until nothing waits, then end")


def run(context: Context) -> int:
    """Exchange and report; 1 when the line or the county stopped it. Nothing is lost by that."""
    if not context.settings.county.url:
        raise Refused("no-county")
    try:
        result = exchange_once(context.terminal)
    except BadUrlError as error:
        raise Refused("bad-county-url", reason=error) from None
    fields = {
        "ok": result.ok,
        "code": result.code,
        "sent": result.sent,
        "received": result.received,
        "orders": result.orders,
        "taken_back": result.taken_back,
        "set_aside": result.set_aside,
        "waiting": result.waiting,
        "bytes_out": result.bytes_out,
        "bytes_in": result.bytes_in,
    }
    key = f"line.{result.code or 'ok'}"
    context.answer(
        fields,
        context.words(
            key if key in context.words else "line.other", sent=result.sent, waiting=result.waiting
        ),
    )
    return 0 if result.ok else 1
