"""`kiosk stock …`: everything about goods; this module only names the acts and hands them on."""

from __future__ import annotations

import argparse

from kiosk.cli import stockcount, stockmoves, stockshow
from kiosk.cli.context import Context

EXAMPLE = """examples:
  kiosk stock --json
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk stock receive soap 100 --staff M037A --second R037A --fund finance
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk stock write-off --item soap=2 --why damaged --evidence a.jpg …
  KIOSK_PIN=… kiosk stock send 38 --item rice5=10 --staff M037A
  KIOSK_PIN=… kiosk stock count open --staff G037A
  kiosk stock balance --from 2026-11-01 --to 2026-11-30"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said; nothing shows the shelf."""
    acts = parser.add_subparsers(dest="act", metavar="ACT")
    for one in (stockshow, stockmoves, stockcount):
        one.add_acts(acts)


def run(context: Context) -> int:
    """Do one of them."""
    act = getattr(context.given, "act", None) or "list"
    return {**stockshow.ACTS, **stockmoves.ACTS, **stockcount.ACTS}[act](context)
