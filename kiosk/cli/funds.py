"""`kiosk funds`: what each source of funds paid for, and goods on the shelf against points."""

from __future__ import annotations

import argparse

import msgspec

from kiosk.cli.context import Context
from kiosk.ledger.masks import mask_name
from kiosk.ledger.stock import FUNDS
from kiosk.services import funds
from kiosk.services.funds import Cover, FundedLot

EXAMPLE = """examples:
  kiosk funds
  kiosk funds --lots --fund donation --json
ends with 1 when the goods on the shelf are worth too little against the points people have"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("--lots", action="store_true", help="lot by lot, with resolution and supplier")
    parser.add_argument("--fund", choices=FUNDS, default="", help="only what this source paid for")


def run(context: Context) -> int:
    """Show by source, or by lot."""
    cover = funds.cover(context.terminal)
    if context.given.lots:
        return _lots(context, cover)
    say = context.words
    found = [one for one in funds.funds(context.terminal) if context.given.fund in ("", one.fund)]
    rows = []
    for one in found:
        name = say(f"stock.fund.{one.fund or 'unknown'}")
        figures = {"lots": one.lots, "came": one.came, "left": one.left, "worth_tenths": one.worth_tenths}
        rows.append(say("funds.say.line", fund=name, **figures))
        if one.undecided:
            rows.append("  " + say("funds.say.undecided", undecided=one.undecided))
    return _answer(context, cover, {"funds": msgspec.to_builtins(found)}, rows)


def _lots(context: Context, cover: Cover) -> int:
    found = funds.lots(context.terminal, context.given.fund)
    fields = [{**msgspec.structs.asdict(one), "supplier": _shown(one)} for one in found]
    rows = [
        f"{one.day}  {one.lot:<10}{one.name} {one.came}{one.unit}→{one.left}  "
        f"{context.words('stock.fund.' + (one.fund or 'unknown'))}  {_shown(one)}  {one.resolution}".rstrip()
        for one in found
    ]
    return _answer(context, cover, {"lots": fields}, rows)


def _answer(context: Context, cover: Cover, fields: dict[str, object], rows: list[str]) -> int:
    key = "funds.say.cover-warn" if cover.warn else "funds.say.cover"
    worth = {"shelf_tenths": cover.shelf_tenths, "outstanding_tenths": cover.outstanding_tenths}
    text = context.words(key, **worth, percent=cover.percent)
    context.answer({**fields, "cover": msgspec.to_builtins(cover)}, "\n".join([*rows, text]))
    return 1 if cover.warn else 0


def _shown(one: FundedLot) -> str:
    """Who sold is a business; who gave may be a person."""
    return mask_name(one.supplier) if one.kind == "stock-donate" and one.supplier else one.supplier
