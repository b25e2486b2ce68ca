"""`kiosk void ENTRY`: take a redemption of today back, signed by two; `ask|grant|deny|list` in two steps."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context
from kiosk.ledger.masks import mask_name
from kiosk.ledger.refusals import Refused
from kiosk.services import staff, void
from kiosk.services.void import VoidCase
from kiosk.words import points

EXAMPLE = """examples:
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk void 1-284 --staff M037A --second R037A
  KIOSK_PIN=… kiosk void ask 1-284 --staff M037A
  KIOSK_PIN=… kiosk void list --staff R037A
  KIOSK_PIN=… kiosk void grant 1-290 --staff R037A"""
ACTS = ("ask", "grant", "deny", "list")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("act", metavar="ENTRY|ask|grant|deny|list", help="epoch-seq, or what to do")
    parser.add_argument("entry", nargs="?", help="of the redemption to ask for, or of the request to decide")
    parser.add_argument("--staff", required=True)
    parser.add_argument("--second", help="second person (PIN in KIOSK_PIN_2), to take back at once")
    parser.add_argument("--why", default="mistake", choices=void.REASONS)


def run(context: Context) -> int:
    """Sign in and do one of them; `list` ends with 1 when something waits."""
    given = context.given
    if given.act not in ACTS:
        return _at_once(context)
    if given.act == "list":
        return _list(context)
    epoch, seq = entry_of(given.entry or "")
    actor = context.session(given.staff).staff
    if given.act == "ask":
        entry = void.ask(context.terminal, epoch, seq, given.why, actor)
    else:
        decide = void.grant if given.act == "grant" else void.deny
        entry = decide(context.terminal, epoch, seq, actor)
    context.answer({"entry": entry}, entry)
    return 0


def _at_once(context: Context) -> int:
    given = context.given
    epoch, seq = entry_of(given.act)
    if given.entry is not None:
        raise Refused("unknown-entry")
    first = context.session(given.staff).staff
    entry = void.void(context.terminal, epoch, seq, given.why, first, context.second())
    context.answer({"entry": entry}, entry)
    return 0


def _list(context: Context) -> int:
    actor = context.session(context.given.staff).staff
    with context.terminal.read() as conn:
        staff.require(conn, actor, "void")
    cases = void.waiting(context.terminal)
    text = "\n".join(map(_line, cases)) or context.words("redeeming.no-voids")
    context.answer({"waiting": [_describe(one) for one in cases]}, text)
    return 1 if cases else 0


def _describe(case: VoidCase) -> dict[str, object]:
    """As `--json` shows it: the name is masked."""
    return {
        "entry": case.entry,
        "redeemed": case.redeemed,
        "slip": case.slip,
        "household": case.household,
        "name": mask_name(case.name),
        "day": case.day,
        "asked_by": case.asked_by,
        "why": case.why,
        "amount_tenths": case.amount_tenths,
    }


def _line(case: VoidCase) -> str:
    who = f"…{case.household[-4:]} {mask_name(case.name)}"
    return f"{case.entry}  {case.slip}  {points(case.amount_tenths):>6}  {who}  {case.asked_by}"


def entry_of(text: str) -> tuple[int, int]:
    """Epoch and seq of an entry's name. Raises `Refused("unknown-entry")`."""
    epoch, _, seq = text.partition("-")
    if not (text.isascii() and epoch.isdigit() and seq.isdigit() and len(text) < 20):
        raise Refused("unknown-entry")
    return int(epoch), int(seq)
