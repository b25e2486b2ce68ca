"""`kiosk enrol CODE`: become a terminal of the county, by the code it gave once."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context
from kiosk.ledger.refusals import Refused
from sync.enrolling import enrol_machine
from sync.transport import BadUrlError

EXAMPLE = "example: kiosk --config config.toml enrol K7QF-…"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("code", help="one-time code from `county enrol CENTRE`")
    parser.add_argument("--url", help="the county server (default: [county] url)")


def run(context: Context) -> int:
    """Enrol; the identity is kept in the data folder, the first exchange brings everything else.

    In a further epoch our own entries come back at once; 1 when that is not finished: the running terminal
    and `kiosk sync --once` go on with it.
    """
    settings = context.settings
    url = context.given.url or settings.county.url
    if not url:
        raise Refused("no-county")
    try:
        who, result = enrol_machine(settings, url, context.given.code)
    except BadUrlError as error:
        raise Refused("bad-county-url", reason=error) from None
    fields = {"terminal": who.terminal, "centre": who.centre, "county": who.county, "epoch": who.epoch}
    said = f"{who.issuer}  {who.centre}"
    if result is None:
        context.answer(fields, said)
        return 0
    fields |= {"ok": result.ok, "code": result.code}
    fields |= {"taken_back": result.taken_back, "set_aside": result.set_aside}
    said += f"  {result.taken_back} entries taken back"
    said += f"  old database: {result.set_aside}" if result.set_aside else ""
    key = f"line.{result.code or 'ok'}"
    sentence = context.words(
        key if key in context.words else "line.other", sent=result.sent, waiting=result.waiting
    )
    context.answer(fields, f"{said}\n{sentence}")
    return 0 if result.ok else 1
