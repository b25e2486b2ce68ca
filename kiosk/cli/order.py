"""`kiosk order suggest|draft|send|confirm|ordered|return|came|list`: what to order, how far it has come."""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from kiosk.cli.context import Context, add_globals
from kiosk.cli.items import item_of
from kiosk.cli.void import entry_of
from kiosk.ledger.ordering import CAME, CONFIRMED, ORDERED, RETURNED, RETURNS
from kiosk.services import ordering, orderway
from kiosk.services.ordering import Order

EXAMPLE = """examples:
  kiosk order suggest
  KIOSK_PIN=… kiosk order suggest --draft --staff M037A
  KIOSK_PIN=… kiosk order draft --item soap=20 --item rice5=10 --staff M037A
  KIOSK_PIN=… kiosk order send 1-284 --staff M037A
  KIOSK_PIN=… kiosk order confirm 1-284 --document letter.jpg --staff S037A
  KIOSK_PIN=… kiosk order return 1-284 --why funds --staff S037A
  KIOSK_PIN=… kiosk order came 1-284 --staff M037A
how a suggestion is reckoned: kiosk/ledger/ordering.py"""


_STEPS = {"confirm": CONFIRMED, "ordered": ORDERED, "return": RETURNED, "came": CAME}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    suggest = acts.add_parser("suggest", help="from what people take, wish for and have")
    add_globals(suggest)
    suggest.add_argument("--draft", action="store_true", help="and write it down")
    suggest.add_argument("--staff")
    draft = acts.add_parser("draft", help="write an order down")
    add_globals(draft)
    draft.add_argument("--staff", required=True)
    draft.add_argument("--item", action="append", required=True, metavar="SKU=PIECES")
    send = acts.add_parser("send", help="send a draft, once; prints it")
    add_globals(send)
    send.add_argument("order", help="entry of the draft")
    send.add_argument("--staff", required=True)
    for name, text in (
        ("confirm", "the township's word on paper, where it didn't come by the line"),
        ("ordered", "the county has ordered it from the supplier"),
        ("return", "the township sent it back"),
        ("came", "the goods are here"),
    ):
        step = acts.add_parser(name, help=text)
        add_globals(step)
        step.add_argument("order", help="entry of the draft")
        step.add_argument("--staff", required=True)
        if name == "return":
            step.add_argument("--why", required=True, choices=RETURNS)
        if name != "came":
            step.add_argument("--document", type=Path, metavar="FILE", help="photograph of what was written")
    add_globals(acts.add_parser("list", help="all orders, the newest first, and how far they have come"))


def run(context: Context) -> int:
    """Do one of them."""
    given = context.given
    if given.act == "suggest":
        return _suggest(context)
    if given.act == "list":
        found = ordering.orders(context.terminal)
        fields = {"orders": [_fields(one) for one in found]}
        context.answer(fields, "\n".join(_line(context, one) for one in found))
        return 0
    actor = context.session(given.staff).staff
    if given.act == "draft":
        lines = [(one.sku, one.pieces) for one in map(item_of, given.item)]
        return _drafted(context, ordering.draft(context.terminal, lines, actor))
    if given.act != "send":
        return _step(context, actor)
    done = ordering.send(context.terminal, *entry_of(given.order), actor)
    text = context.words("stock.say.done", slip=done.slip, entry=done.entry)
    context.answer({"entry": done.entry, "slip": done.slip}, text)
    return 0


def _step(context: Context, actor: str) -> int:
    given, step = context.given, _STEPS[context.given.act]
    document = getattr(given, "document", None)
    epoch, seq = entry_of(given.order)
    written = document.read_bytes() if document else b""
    entry = orderway.step(context.terminal, epoch, seq, step, getattr(given, "why", ""), actor, written)
    context.answer({"entry": entry, "order": given.order, "state": step}, context.words(f"order.say.{step}"))
    return 0


def _suggest(context: Context) -> int:
    given = context.given
    found = ordering.suggest(context.terminal)
    if given.draft and given.staff and found:
        actor = context.session(given.staff).staff
        lines = [(one.sku, one.pieces) for one in found]
        return _drafted(context, ordering.draft(context.terminal, lines, actor))
    rows = [context.words("order.say.line", **msgspec.structs.asdict(one)) for one in found]
    text = "\n".join(rows) or context.words("order.say.nothing")
    context.answer({"lines": msgspec.to_builtins(found)}, text)
    return 0


def _drafted(context: Context, order: Order) -> int:
    context.answer(_fields(order), context.words("order.say.drafted", order=order.order))
    return 0


def _fields(order: Order) -> dict[str, object]:
    lines = [{"sku": sku, "pieces": pieces} for sku, pieces in order.lines]
    fields = {"order": order.order, "day": order.day, "sent": order.sent, "lines": lines}
    return {**fields, "state": order.state, "moved": order.moved, "why": order.why}


def _line(context: Context, order: Order) -> str:
    state = context.words(f"order.say.{order.state}", sent=order.sent)
    why = context.words(f"order.why.{order.why}") if order.why else ""
    goods = " ".join(f"{sku}={pieces}" for sku, pieces in order.lines)
    return f"{order.order}  {order.day}  {' '.join(filter(None, (state, order.moved, why)))}  {goods}"
