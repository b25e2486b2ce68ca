"""`kiosk stock count open|show|write|drop|result|approve`: a blind stock-take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from kiosk.cli.context import Context, add_globals
from kiosk.cli.items import item_of
from kiosk.services import counting
from kiosk.services.counting import Counted, Sheet


def add_acts(acts: Any) -> None:
    """Their words."""
    count = acts.add_parser("count", help="stock-take: open, show, write, drop, result, approve")
    steps = count.add_subparsers(dest="step", required=True)
    for name, text in (
        ("open", "print a sheet without figures"),
        ("show", "what is still to count"),
        ("write", "write down what was counted"),
        ("drop", "give the sheet up"),
        ("result", "figures against the books, for those who approve"),
        ("approve", "bring the books to what was counted, signed by two"),
    ):
        step = steps.add_parser(name, help=text)
        add_globals(step)
        if name != "show":
            step.add_argument("--staff", required=True)
    steps.choices["open"].add_argument("skus", nargs="*", help="goods; without them every one")
    steps.choices["write"].add_argument("counted", nargs="+", metavar="SKU=PIECES")
    steps.choices["approve"].add_argument("--second", help="second person (PIN in KIOSK_PIN_2)")


def _count(context: Context) -> int:
    given = context.given
    if given.step == "show":
        return _sheet(context, counting.sheet(context.terminal))
    actor = context.session(given.staff).staff
    if given.step == "open":
        return _sheet(context, counting.open_sheet(context.terminal, given.skus, actor))
    if given.step == "write":
        counted = [(one.sku, one.pieces) for one in map(item_of, given.counted)]
        return _sheet(context, counting.write(context.terminal, counted, actor))
    if given.step == "drop":
        entry = counting.drop(context.terminal, actor)
        context.answer({"entry": entry}, entry)
        return 0
    if given.step == "result":
        return _result(context, counting.result(context.terminal, actor))
    done = counting.approve(context.terminal, actor, context.second())
    fields = {"entry": done.entry, "slip": done.slip, "lots": [list(one) for one in done.lots]}
    context.answer(fields, context.words("stock.say.done", slip=done.slip, entry=done.entry))
    return 0


def _sheet(context: Context, sheet: Sheet) -> int:
    say = context.words
    left = {state: sum(one.state == state for one in sheet.lines) for state in ("todo", "again")}
    words = {"todo": "stock.say.todo", "again": "stock.say.again", "done": "stock.say.counted"}
    rows = [f"{one.place:<6}{one.name}（{one.unit}）  {say(words[one.state])}" for one in sheet.lines]
    text = "\n".join([say("stock.say.sheet", sheet=sheet.sheet, **left), *rows])
    context.answer(msgspec.to_builtins(sheet), text)
    return 0


def _result(context: Context, found: tuple[Counted, ...]) -> int:
    rows = [_said(context, one) for one in found if one.difference]
    text = "\n".join(rows) or context.words("stock.slip.count-right")
    context.answer({"lines": msgspec.to_builtins(found)}, text)
    return 0


def _said(context: Context, one: Counted) -> str:
    key = "stock.slip.over" if one.difference > 0 else "stock.slip.under"
    figures = {"book": one.book, "counted": one.counted, "pieces": abs(one.difference), "unit": one.unit}
    return f"{one.name}  {context.words(key, **figures)}"


ACTS: dict[str, Callable[[Context], int]] = {"count": _count}
