"""`kiosk card lost|new|list`: 挂失 and 补卡; the household keeps everything."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context, add_globals
from kiosk.services import cards, find, staff
from kiosk.services.views import Proof

EXAMPLE = """examples:
  KIOSK_PIN=… kiosk card lost 0370217 --staff M037A
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk card new 0370217 --why lost --staff M037A --second R037A
  KIOSK_PIN=… kiosk card new --identity-from-stdin --why torn --staff M037A
  KIOSK_PIN=… kiosk card list 0370217 --staff M037A --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    lost = acts.add_parser("lost", help="stop every card of a household, here at once")
    lost.add_argument("household")
    _signed(lost)
    new = acts.add_parser("new", help="issue and print a new card; by identity number, or signed by two")
    new.add_argument("household", nargs="?")
    new.add_argument(
        "--identity-from-stdin", action="store_true", help="read the identity number from standard input"
    )
    new.add_argument("--why", required=True, choices=cards.REASONS)
    new.add_argument("--second", help="second person (PIN in KIOSK_PIN_2)")
    _signed(new)
    listed = acts.add_parser("list", help="the cards of a household and which of them counts")
    listed.add_argument("household")
    _signed(listed)


def run(context: Context) -> int:
    """Sign in and do one of them."""
    given = context.given
    context.stdin_taken = bool(getattr(given, "identity_from_stdin", False))
    actor = context.session(given.staff).staff
    if given.act == "lost":
        entry = cards.report_lost(context.terminal, given.household, actor)
        context.answer({"entry": entry}, context.words("cards.stopped"))
        return 0
    if given.act == "new":
        return _new(context, actor)
    with context.terminal.read() as conn:
        staff.require(conn, actor, "card")
    found = cards.cards_of(context.terminal, given.household)
    rows = [{"serial": one.serial, "state": one.state, "issued_here": one.issued_here} for one in found]
    lines = [f"{one.serial:>5}  {context.words(f'cards.{one.state}')}" for one in found]
    context.answer({"household": given.household, "cards": rows}, "\n".join(lines))
    return 0


def _new(context: Context, actor: str) -> int:
    given = context.given
    if context.stdin_taken:
        proof = find.by_digest(context.terminal, input().strip()).proof
    else:
        proof = Proof(household=given.household or "", how="desk:other")
    issued = cards.issue(context.terminal, proof, given.why, actor, context.second())
    context.answer(
        {"entry": issued.entry, "serial": issued.serial, "card": issued.text, "slip": issued.slip},
        context.words("cards.issued", serial=issued.serial, slip=issued.slip),
    )
    return 0


def _signed(parser: argparse.ArgumentParser) -> None:
    add_globals(parser)
    parser.add_argument("--staff", required=True)
