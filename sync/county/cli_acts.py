"""`county acts`, `goods`, `devices`, `erase`: what centres did and ordered, their devices, whom to forget."""

from __future__ import annotations

import argparse
import json
from typing import Any

import msgspec

from kiosk.ledger.ordering import CONFIRMED, ORDERED, RETURNED, RETURNS
from kiosk.words import points
from sync.county import acts, devices, erasing, goodsbook, goodsorders
from sync.county.database import County
from sync.county.goodsorders import GoodsOrder
from sync.county.pages import moment

_STEPS = {"confirm": CONFIRMED, "ordered": ORDERED, "return": RETURNED}


def arguments(commands: Any, common: argparse.ArgumentParser) -> None:
    """The commands with their words; `run` takes the opened county and what was given."""
    listed = commands.add_parser("acts", parents=[common], help="appeals, activities, notices … of centres")
    listed.add_argument("kind", nargs="+", choices=acts.KINDS, metavar="KIND", help=", ".join(acts.KINDS))
    listed.add_argument("--centre", default="")
    listed.add_argument("--from", dest="first", default="", metavar="YYYY-MM-DD")
    listed.add_argument("--to", dest="last", default="9999", metavar="YYYY-MM-DD")
    listed.set_defaults(use=_acts)

    plugged = commands.add_parser("devices", parents=[common], help="devices of terminals that are not well")
    plugged.add_argument("--all", action="store_true", help="those that are well, too")
    plugged.set_defaults(use=_devices)

    gone = commands.add_parser("erase", parents=[common], help="forget a household's people, on its request")
    gone.add_argument("household", help="seven digits; number, cards and points stay")
    gone.set_defaults(use=_erase)

    goods = commands.add_parser("goods", parents=[common], help="centres' orders for goods and their way")
    ways = goods.add_subparsers(dest="act", required=True, metavar="ACT")
    every = ways.add_parser("list", parents=[common], help="every order that was sent, and its state")
    every.add_argument("--centre", default="")
    every.add_argument("--township", default="")
    every.set_defaults(use=_list)
    ways.add_parser("catalogue", parents=[common], help="every good, its price and limits").set_defaults(
        use=_catalogue
    )
    for name, text in (
        ("confirm", "the township agrees"),
        ("ordered", "the county has ordered it from the supplier"),
        ("return", "the township sends it back"),
    ):
        way = ways.add_parser(name, parents=[common], help=text)
        way.add_argument("terminal", type=int)
        way.add_argument("order", help="as the list names it: 1-284")
        if name == "return":
            way.add_argument("--why", required=True, choices=RETURNS)
        way.set_defaults(use=_step, why="")


def _erase(given: argparse.Namespace, county: County) -> tuple[Any, str]:
    rows = erasing.erase(county, given.household)
    return {"household": given.household, "rows": rows}, f"{given.household}: forgotten, {rows} feed rows"


def _acts(given: argparse.Namespace, county: County) -> tuple[Any, str]:
    found = acts.listing(county, given.kind, centre=given.centre, first=given.first, last=given.last)
    lines = [
        f"{one.day}  {one.centre}  {one.terminal}/{one.entry:<10}  {one.kind:<12}  "
        f"{' '.join(filter(None, (one.actor, one.second))):<14}  {_said(one)}"
        for one in found
    ]
    return {"acts": msgspec.to_builtins(found)}, "\n".join(lines) or "nothing"


def _devices(given: argparse.Namespace, county: County) -> tuple[Any, str]:
    with county.read() as conn:
        every = devices.told(conn, county.code)
    unwell = [one for one in every if one.state != devices.WELL]
    shown = every if given.all else unwell
    lines = [
        f"{one.terminal:04}  {one.centre}  {one.device} ({one.kind})  "
        f"{', '.join(filter(None, (one.state, one.detail)))}  since {moment(one.at_ms)}"
        for one in shown
    ]
    counted = f"{len(unwell)} of {len(every)} devices are not well"
    return {"devices": [one._asdict() for one in shown]}, "\n".join([*lines, counted])


def _said(one: acts.Act) -> str:
    """The entry's body with the words its references stand for."""
    text = json.dumps(one.body, ensure_ascii=False)
    for ref, words in one.words.items():
        text = text.replace(ref, words)
    return text


def _list(given: argparse.Namespace, county: County) -> tuple[Any, str]:
    found = goodsorders.listing(county, centre=given.centre, township=given.township)
    return {"orders": msgspec.to_builtins(found)}, "\n".join(map(_line, found)) or "no orders for goods"


def _catalogue(_given: argparse.Namespace, county: County) -> tuple[Any, str]:
    found = goodsbook.listing(county)
    lines = [
        f"{one.sku:<14} v{one.version:<3} {points(one.price_tenths):>6}  {one.name} {one.unit}  "
        + " ".join(f"{limit.of}:{limit.period}={limit.pieces}" for limit in one.limits)
        for one in found
    ]
    return {"goods": msgspec.to_builtins(found)}, "\n".join(line.rstrip() for line in lines) or "no goods"


def _step(given: argparse.Namespace, county: County) -> tuple[Any, str]:
    order = goodsorders.step(county, given.terminal, given.order, _STEPS[given.act], given.why)
    return {"order": order}, order


def _line(one: GoodsOrder) -> str:
    goods = " ".join(f"{sku}={pieces}" for sku, pieces in one.lines)
    state = " ".join(filter(None, (one.state, one.why)))
    return f"{one.day}  {one.township} {one.centre}  {one.terminal} {one.order}  {state}  {goods}"
