"""`kiosk void ENTRY`: take a redemption of today back, signed by two."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context
from kiosk.ledger.refusals import Refused
from kiosk.services.void import void

EXAMPLE = "example: KIOSK_PIN=… KIOSK_PIN_2=… kiosk void 1-284 --staff M037A --second R037A"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("entry", help="epoch-seq, as the redemption answered")
    parser.add_argument("--staff", required=True)
    parser.add_argument("--second", required=True, help="second person (PIN in KIOSK_PIN_2)")
    parser.add_argument("--why", default="mistake", choices=("mistake", "goods", "other"))


def run(context: Context) -> int:
    """Both sign in, the redemption is undone."""
    given = context.given
    epoch, seq = entry_of(given.entry)
    first = context.session(given.staff).staff
    entry = void(context.terminal, epoch, seq, given.why, first, context.second())
    context.answer({"entry": entry}, entry)
    return 0


def entry_of(text: str) -> tuple[int, int]:
    """Epoch and seq of an entry's name. Raises `Refused("unknown-entry")`."""
    epoch, _, seq = text.partition("-")
    if not (text.isascii() and epoch.isdigit() and seq.isdigit() and len(text) < 20):
        raise Refused("unknown-entry")
    return int(epoch), int(seq)
