"""`kiosk wish`: a household's vote on goods and prices, and how all voted."""

from __future__ import annotations

import argparse

import msgspec

from kiosk.cli.context import Context
from kiosk.ledger.refusals import Refused
from kiosk.services import find, wishes

EXAMPLE = """examples:
  kiosk wish soap --card "P1:…" --price dear
  kiosk wish w:kettle --card "P1:…"
  kiosk wish --list
  kiosk wish --votes 2026-11 --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("about", nargs="?", help="a SKU, or w: and a wish of the list")
    parser.add_argument("--card", help="text of the household card")
    parser.add_argument(
        "--price", choices=wishes.PRICES[1:], default="", help="what the household thinks of it"
    )
    parser.add_argument("--not-wanted", action="store_true", help="only the opinion on the price")
    parser.add_argument("--list", action="store_true", help="wishes that are no goods yet")
    parser.add_argument("--votes", metavar="YYYY-MM", help="how households voted in a month")


def run(context: Context) -> int:
    """Vote, or show."""
    given = context.given
    if given.list:
        return _list(context)
    if given.votes:
        return _votes(context)
    if not (given.about and given.card):
        raise Refused("wish-unknown")
    with context.terminal.read() as conn:
        proof = find.prove_card(context.terminal, conn, given.card)
    wanted = not given.not_wanted
    entry = wishes.vote(context.terminal, proof, given.about, wanted=wanted, price=given.price)
    context.answer({"entry": entry}, context.words("wish.say.voted"))
    return 0


def _list(context: Context) -> int:
    found = [(f"{wishes.FROM_LIST}{one.code}", one.title) for one in wishes.wish_list()]
    rows = [f"{about:<20}{title}" for about, title in found]
    context.answer({"wishes": [{"about": about, "title": title} for about, title in found]}, "\n".join(rows))
    return 0


def _votes(context: Context) -> int:
    found = wishes.tally(context.terminal, context.given.votes)
    rows = [context.words("wish.say.line", **msgspec.structs.asdict(one)) for one in found]
    context.answer({"wishes": msgspec.to_builtins(found)}, "\n".join(rows))
    return 0
