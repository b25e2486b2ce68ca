"""`kiosk account CARD`: what a household has."""

from __future__ import annotations

import argparse

from msgspec import to_builtins

from kiosk.cli.context import Context
from kiosk.ledger.masks import mask_name
from kiosk.services import find
from kiosk.services.history import history
from kiosk.services.views import Account
from kiosk.words import points

EXAMPLE = 'example: kiosk account "P1:YS:0370217:1:…" --json'


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("card", help="text of the household card")
    parser.add_argument("--history", type=int, default=0, metavar="N", help="with the latest N entries")


def run(context: Context) -> int:
    """Read the card, show the account."""
    account = find.by_card(context.terminal, context.given.card)
    fields = describe(account)
    text = summary(account)
    if account.loan is not None:
        key = "overdue-line" if account.loan.overdue else "loan-line"
        text += "\n" + context.words(
            f"measures.{key}", left_tenths=account.loan.left_tenths, due=account.loan.due
        )
    if context.given.history:
        lines = history(context.terminal, account.household, context.given.history)
        fields["history"] = [
            {
                "entry": one.entry,
                "day": one.day,
                "kind": one.kind,
                "title": one.title,
                "tenths": one.amount_tenths,
            }
            for one in lines
        ]
        text += "".join(
            f"\n{one.day}  {points(one.amount_tenths):>7}  {one.title or one.kind}" for one in lines
        )
    context.answer(fields, text)
    return 0


def describe(account: Account) -> dict[str, object]:
    """The account as `--json` shows it: the name is masked, scripts need none."""
    return {
        "household": account.household,
        "name": mask_name(account.name),
        "members": account.members,
        "home_here": account.home_here,
        "home_name": account.home_name,
        "may_spend": account.may_spend,
        "available_tenths": account.available_tenths,
        "saved_tenths": account.saved_tenths,
        "held_tenths": account.held_tenths,
        "owed_tenths": account.owed_tenths,
        "honour_tenths": account.honour_tenths,
        "loan": None if account.loan is None else to_builtins(account.loan),
    }


def summary(account: Account) -> str:
    """One line for people."""
    return f"{mask_name(account.name)} …{account.household[-4:]}  {points(account.available_tenths)}"
