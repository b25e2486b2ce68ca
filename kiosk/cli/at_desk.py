"""Words that several commands at the desk share: card, goods, who confirms how, who takes the goods."""

from __future__ import annotations

import argparse
import os
import re
from typing import Any

from kiosk.cli.context import Context
from kiosk.ledger.refusals import Refused
from kiosk.services import collectors, find
from kiosk.services.collectors import Collector
from kiosk.services.household_pin import CONFIRMATIONS
from kiosk.services.redeem import OWN_REQUEST, next_request_id
from kiosk.services.views import Proof, Redeemed
from kiosk.words import points

HOUSEHOLD_PIN = "KIOSK_HOUSEHOLD_PIN"


def add_items(parser: argparse.ArgumentParser) -> None:
    """`--item SKU=QTY`, as often as wanted."""
    parser.add_argument(
        "--item", action="append", default=[], metavar="SKU=QTY", help="a good, may be repeated"
    )


def add_confirm(parser: argparse.ArgumentParser) -> None:
    """How the resident agrees."""
    parser.add_argument(
        "--confirm",
        choices=CONFIRMATIONS,
        default="tap",
        help=f"how the resident agrees: on screen, by the household's PIN ({HOUSEHOLD_PIN}), on the stub",
    )


def add_collector(parser: argparse.ArgumentParser) -> None:
    """Who takes the goods for the household."""
    parser.add_argument("--collector", metavar="NAME", help="who takes the goods for the household")
    parser.add_argument("--relation", choices=collectors.RELATIONS, default="other", help="of the collector")
    parser.add_argument("--collector-card", metavar="CARD", help="the collector's own household card")


def confirmation(context: Context) -> dict[str, str]:
    """`confirm` and `pin`, for the services. Raises `Refused("pin-missing")`."""
    confirm = context.given.confirm
    pin = os.environ.get(HOUSEHOLD_PIN, "") if confirm == "pin" else ""
    if confirm == "pin" and not pin:
        raise Refused("pin-missing", variable=HOUSEHOLD_PIN)
    return {"confirm": confirm, "pin": pin}


def collector(context: Context) -> Collector | None:
    """Who was named to take the goods, None for nobody. Raises what a card may."""
    given = context.given
    if given.collector is None:
        return None
    card = prove(context, given.collector_card).household if given.collector_card else ""
    return Collector(name=given.collector, relation=given.relation, card=card)


def prove(context: Context, card: str) -> Proof:
    """What a card proves. Raises as `find.by_card`."""
    with context.terminal.read() as conn:
        return find.prove_card(context.terminal, conn, card)


def request_of(context: Context, given: str | None) -> str:
    """The request id that was given, or one of our own. Raises `Refused("request-reserved")`."""
    if given is not None and given.startswith(OWN_REQUEST):
        raise Refused("request-reserved", prefix=OWN_REQUEST)
    return given if given is not None else next_request_id(context.terminal)


def item_of(text: str) -> tuple[str, int]:
    """`SKU=QTY`. Raises `Refused("item-unreadable")`."""
    sku, _, pieces = text.rpartition("=")
    if not sku or not re.fullmatch(r"-?[0-9]{1,9}", pieces):
        raise Refused("item-unreadable")
    return sku, int(pieces)


def describe(redeemed: Redeemed) -> dict[str, Any]:
    """A redemption as `--json` shows it."""
    return {
        "slip": redeemed.slip,
        "entry": redeemed.entry,
        "check_code": redeemed.check_code,
        "charged_tenths": redeemed.charged_tenths,
        "available_tenths": redeemed.available_tenths,
    }


def answer(context: Context, redeemed: Redeemed) -> None:
    """A redemption as one answer."""
    text = f"{redeemed.slip}  -{points(redeemed.charged_tenths)}  = {points(redeemed.available_tenths)}"
    context.answer(describe(redeemed), text)
