"""`kiosk enrol CODE`: become a terminal of the county, by the code it gave once."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context
from kiosk.ledger.refusals import Refused
from sync.client import enrol
from sync.transport import BadUrlError

EXAMPLE = "example: kiosk --config config.toml enrol K7QF-…"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("code", help="one-time code from `county enrol CENTRE`")
    parser.add_argument("--url", help="the county server (default: [county] url)")


def run(context: Context) -> int:
    """Enrol; the identity is kept in the data folder, the first exchange brings everything else."""
    settings = context.settings
    url = context.given.url or settings.county.url
    if not url:
        raise Refused("no-county")
    try:
        who = enrol(url, context.given.code, settings.data_dir, settings.county.timeout_s)
    except BadUrlError as error:
        raise Refused("bad-county-url", reason=error) from None
    fields = {"terminal": who.terminal, "centre": who.centre, "county": who.county, "epoch": who.epoch}
    context.answer(fields, f"{who.issuer}  {who.centre}")
    return 0
