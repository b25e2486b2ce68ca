"""`kiosk session new|list|close`: collective days with their own goods, prices, quotas and places."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context, add_globals
from kiosk.cli.points import tenths_of
from kiosk.cli.void import entry_of
from kiosk.ledger.refusals import Refused
from kiosk.services import sessions, staff
from kiosk.services.sessions import Session, SessionGood
from kiosk.words import points

EXAMPLE = """examples:
  KIOSK_PIN=… kiosk session new --on 2026-12-20 --opens 2026-12-01 --closes 2026-12-18 --places 120 \\
    --good rice5=18:100:1 --good soap=2.5 --staff M037A
  KIOSK_PIN=… kiosk session list --staff M037A --json"""
MOST_FIELDS = 3


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    new = acts.add_parser("new", help="announce a collective day")
    new.add_argument("--on", required=True, metavar="YYYY-MM-DD", help="the day itself")
    new.add_argument("--opens", required=True, metavar="YYYY-MM-DD", help="first day to reserve")
    new.add_argument("--closes", required=True, metavar="YYYY-MM-DD", help="last day to reserve")
    new.add_argument("--places", required=True, type=int, help="how many households are served")
    new.add_argument(
        "--good",
        action="append",
        required=True,
        metavar="SKU=POINTS[:QUOTA[:MOST]]",
        help="a good, its price, pieces in all and for one household; may be repeated",
    )
    listed = acts.add_parser("list", help="all of them, the latest first")
    close = acts.add_parser("close", help="no more reservations")
    close.add_argument("session", help="epoch-seq of the day, as `new` answered")
    for act in (new, listed, close):
        add_globals(act)
        act.add_argument("--staff", required=True)


def run(context: Context) -> int:
    """Sign in and do one of them."""
    given = context.given
    actor = context.session(given.staff).staff
    terminal = context.terminal
    if given.act == "new":
        goods = [_good(text) for text in given.good]
        days = (given.on, given.opens, given.closes)
        made = sessions.open_new(terminal, *days, given.places, goods, actor)
        context.answer(describe(made), _line(made))
        return 0
    if given.act == "close":
        entry = sessions.close(terminal, *entry_of(given.session), actor)
        context.answer({"entry": entry}, entry)
        return 0
    with terminal.read() as conn:
        staff.require(conn, actor, "reserve")
    found = sessions.sessions(terminal)
    text = "\n".join(map(_line, found)) or context.words("redeeming.no-sessions")
    context.answer({"sessions": [describe(one) for one in found]}, text)
    return 0


def describe(one: Session) -> dict[str, object]:
    """A collective day as `--json` shows it."""
    return {
        "session": one.entry,
        "day": one.day,
        "opens": one.opens,
        "closes": one.closes,
        "places": one.places,
        "taken": one.taken,
        "state": one.state,
        "goods": [
            {
                "sku": good.sku,
                "price_tenths": good.price_tenths,
                "quota": good.quota,
                "most": good.most,
                "reserved": one.reserved.get(good.sku, 0),
            }
            for good in one.goods
        ],
    }


def _line(one: Session) -> str:
    goods = " ".join(f"{good.sku}={points(good.price_tenths)}" for good in one.goods)
    days = f"{one.day} ({one.opens} … {one.closes})"
    return f"{one.entry}  {days}  {one.taken}/{one.places}  {one.state}  {goods}"


def _good(text: str) -> SessionGood:
    sku, _, figures = text.rpartition("=")
    price, *counts = figures.split(":")
    if not sku or len(counts) >= MOST_FIELDS or not all(one.isascii() and one.isdigit() for one in counts):
        raise Refused("session-goods")
    quota, most = (*(int(one[:9]) for one in counts), 0, 0)[:2]
    return SessionGood(sku=sku, price_tenths=tenths_of(price), quota=quota, most=most)
