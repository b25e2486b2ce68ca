"""`kiosk loan room|borrow|repay|list`: points lent to households."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context, add_globals
from kiosk.cli.points import tenths_of
from kiosk.ledger.masks import mask_name
from kiosk.services import loans, staff
from kiosk.services.loans import Loan
from kiosk.words import points

EXAMPLE = """examples:
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk loan borrow 0370217 12.5 --staff M037A --second R037A
  KIOSK_PIN=… kiosk loan repay 0370217 --staff M037A
  KIOSK_PIN=… kiosk loan list --staff M037A --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    room = acts.add_parser("room", help="how much a household may borrow now")
    room.add_argument("household")
    _signed(room)
    borrow = acts.add_parser("borrow", help="lend points, signed by two")
    borrow.add_argument("household")
    borrow.add_argument("points", help="points, one decimal at most")
    _signed(borrow)
    borrow.add_argument("--second", required=True, help="second person (PIN in KIOSK_PIN_2)")
    repay = acts.add_parser("repay", help="repay early from available points")
    repay.add_argument("household")
    repay.add_argument("points", nargs="?", help="points; without them all that can be repaid")
    _signed(repay)
    listed = acts.add_parser("list", help="open loans, first due first")
    listed.add_argument("--all", action="store_true", help="also those that are repaid")
    _signed(listed)


def run(context: Context) -> int:
    """Sign in and do one of them; `list` ends with 1 when a loan is overdue."""
    given = context.given
    amount = tenths_of(given.points) if getattr(given, "points", None) is not None else None
    actor = context.session(given.staff).staff
    if given.act == "borrow":
        assert amount is not None
        loan = loans.borrow(context.terminal, given.household, amount, actor, context.second())
        text = context.words("measures.borrowed", amount_tenths=loan.amount_tenths, due=loan.due)
        context.answer(describe(loan), text)
        return 0
    if given.act == "repay":
        repaid = loans.repay(context.terminal, given.household, amount, actor)
        fields = {"repaid_tenths": repaid.repaid_tenths, "owed_tenths": repaid.owed_tenths}
        told = {"entry": repaid.entry, **fields, "slip": repaid.slip}
        context.answer(told, context.words("measures.repaid", **fields))
        return 0
    with context.terminal.read() as conn:
        staff.require(conn, actor, "loan")
    return _room(context) if given.act == "room" else _list(context)


def describe(loan: Loan) -> dict[str, object]:
    """A loan as `--json` shows it: the name is masked."""
    return {
        "entry": loan.entry,
        "household": loan.household,
        "name": mask_name(loan.name),
        "amount_tenths": loan.amount_tenths,
        "left_tenths": loan.left_tenths,
        "day": loan.day,
        "due": loan.due,
        "closed": loan.closed,
        "overdue": loan.overdue,
        "slip": loan.slip,
    }


def _room(context: Context) -> int:
    room = loans.room(context.terminal, context.given.household)
    fields = {"most_tenths": room.most_tenths, "earned_tenths": room.earned_tenths, "due": room.due}
    text = context.words("measures.room", **fields)
    if room.refused:
        text = context.words(f"refused.{room.refused}", most_tenths=room.most_tenths)
    context.answer({**fields, "refused": room.refused}, text)
    return 0


def _list(context: Context) -> int:
    found = loans.loans(context.terminal, closed=context.given.all)
    lines = (f"{one.due}  {points(one.left_tenths):>6}  {_who(one)}  {_state(context, one)}" for one in found)
    context.answer({"loans": [describe(one) for one in found]}, "\n".join(lines) or _none(context))
    return 1 if any(one.overdue for one in found) else 0


def _who(loan: Loan) -> str:
    return f"…{loan.household[-4:]} {mask_name(loan.name)}"


def _state(context: Context, loan: Loan) -> str:
    return context.words(f"measures.{'overdue' if loan.overdue else 'closed' if loan.closed else 'open'}")


def _none(context: Context) -> str:
    return context.words("measures.no-loans")


def _signed(parser: argparse.ArgumentParser) -> None:
    add_globals(parser)
    parser.add_argument("--staff", required=True)
