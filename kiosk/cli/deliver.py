"""`kiosk deliver`: what is still to be brought; `kiosk deliver ENTRY`: brought, and who received it."""

from __future__ import annotations

import argparse

from kiosk.cli import at_desk
from kiosk.cli.context import Context
from kiosk.cli.void import entry_of
from kiosk.ledger.masks import mask_name
from kiosk.services import delivery, staff
from kiosk.services.delivery import Delivery

EXAMPLE = """examples:
  KIOSK_PIN=… kiosk deliver --staff G037A
  KIOSK_PIN=… kiosk deliver 1-284 --staff G037A --when "2026-11-23 16:40"
  KIOSK_PIN=… kiosk deliver 1-284 --staff G037A --collector 王五 --relation neighbour"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("entry", nargs="?", help="epoch-seq of the redemption; without it the list")
    parser.add_argument("--staff", required=True, help="who brings them")
    at_desk.add_collector(parser)
    parser.add_argument("--when", default="", metavar='"YYYY-MM-DD HH:MM"', help="default: now")


def run(context: Context) -> int:
    """Sign in, show or record."""
    given = context.given
    actor = context.session(given.staff).staff
    if given.entry:
        epoch, seq = entry_of(given.entry)
        receiver = at_desk.collector(context)
        entry = delivery.deliver(context.terminal, epoch, seq, receiver, actor, given.when)
        context.answer({"entry": entry}, entry)
        return 0
    with context.terminal.read() as conn:
        staff.require(conn, actor, "deliver")
    found = delivery.waiting(context.terminal)
    text = "\n".join(map(_line, found)) or context.words("redeeming.no-deliveries")
    context.answer({"waiting": [_describe(one) for one in found]}, text)
    return 0


def _describe(one: Delivery) -> dict[str, object]:
    """As `--json` shows it: the name is masked."""
    return {
        "entry": one.entry,
        "slip": one.slip,
        "household": one.household,
        "name": mask_name(one.name),
        "day": one.day,
        "items": {line.item.sku: line.qty for line in one.lines},
    }


def _line(one: Delivery) -> str:
    goods = " ".join(f"{line.item.name}×{line.qty}" for line in one.lines)
    return f"{one.entry}  {one.slip}  {one.day}  …{one.household[-4:]} {mask_name(one.name)}  {goods}"
