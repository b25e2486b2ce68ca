"""`kiosk honour give|withdraw|list|board|recommend|little|coverage|dividend`: what scores lead to."""

from __future__ import annotations

import argparse
import csv
import io
from typing import Any

import msgspec

from kiosk.cli.context import Context, add_globals
from kiosk.cli.void import entry_of
from kiosk.ledger.masks import mask_name
from kiosk.services import honours, staff
from kiosk.words import points

EXAMPLE = """examples:
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk honour give 0370217 best-family village 2026 --staff R037A --second S037A
  kiosk honour board 2026-Q4
  kiosk honour recommend student-aid 2026 --json
  kiosk honour coverage 2026-11
  KIOSK_PIN=… kiosk honour dividend 2026 --staff M037A > shares.csv"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    give = acts.add_parser("give", help="enter an honour into the register, signed by two")
    give.add_argument("household")
    give.add_argument("title", choices=[one.id for one in honours.catalogue().honour])
    give.add_argument("level", choices=honours.LEVELS)
    give.add_argument("year", type=int)
    _signed(give, two=True)
    withdraw = acts.add_parser("withdraw", help="take one out again, signed by two")
    withdraw.add_argument("entry", help="as the register names it")
    withdraw.add_argument("--why", default="mistake", choices=("mistake", "misconduct", "other"))
    _signed(withdraw, two=True)
    listed = acts.add_parser("list", help="the register, the latest first")
    listed.add_argument("household", nargs="?", default="")
    for name, text in _PERIODS.items():
        act = acts.add_parser(name, help=text)
        if name == "recommend":
            act.add_argument("list", choices=[one.id for one in honours.catalogue().list])
        act.add_argument("period", help="2026-11, 2026-Q4 or 2026")
        if name == "dividend":
            _signed(act, two=False)
        else:
            add_globals(act)
    add_globals(listed)


def run(context: Context) -> int:
    """Do one of them; `coverage` ends with 1 below what is wanted."""
    return _ACTS[context.given.act](context)


def _give(context: Context) -> int:
    given = context.given
    first = context.session(given.staff).staff
    made = honours.give(
        context.terminal, given.household, given.title, given.level, given.year, first, context.second()
    )
    context.answer(_masked(made), f"{made.entry}  {made.title}")
    return 0


def _withdraw(context: Context) -> int:
    given = context.given
    first = context.session(given.staff).staff
    entry = honours.withdraw(context.terminal, *entry_of(given.entry), given.why, first, context.second())
    context.answer({"entry": entry}, entry)
    return 0


def _list(context: Context) -> int:
    found = honours.register(context.terminal, context.given.household)
    say = context.words
    lines = (
        f"{one.entry:>7}  {one.year}  {say(f'honours.{one.level}')}  {one.title}  {_who(one)}"
        + ("" if one.held else f"  {say('honours.withdrawn')}")
        for one in found
    )
    context.answer({"honours": [_masked(one) for one in found]}, "\n".join(lines))
    return 0


def _board(context: Context) -> int:
    found = honours.board(context.terminal, context.given.period)
    context.answer({"places": [_masked(one) for one in found]}, "\n".join(map(_place, found)))
    return 0


def _recommend(context: Context) -> int:
    found = honours.listed(context.terminal, context.given.list, context.given.period)
    fields = {**msgspec.structs.asdict(found), "places": [_masked(one) for one in found.places]}
    rule = ", ".join(f"{name}={value}" for name, value in found.rule.items())
    context.answer(fields, "\n".join([f"{found.name} {found.period} ({rule})", *map(_place, found.places)]))
    return 0


def _little(context: Context) -> int:
    found = honours.little(context.terminal, context.given.period)
    say = context.words
    lines = [f"{_who(one)}  {say('honours.not-recommended', months=one.months)}" for one in found]
    context.answer({"households": [_masked(one) for one in found]}, "\n".join(lines))
    return 0


def _coverage(context: Context) -> int:
    found = honours.coverage(context.terminal, context.given.period)
    fields = msgspec.structs.asdict(found)
    context.answer(fields, context.words("honours.coverage", **fields))
    return 0 if found.enough else 1


def _dividend(context: Context) -> int:
    actor = context.session(context.given.staff).staff
    with context.terminal.read() as conn:
        staff.require(conn, actor, "export")
    found = honours.dividend(context.terminal, context.given.period)
    table = io.StringIO()
    write = csv.writer(table, lineterminator="\n").writerow
    write([context.words(f"honours.{name}") for name in ("tail", "name", "score", "share")])
    for one in found:
        write([one.household[-4:], mask_name(one.name), points(one.honour_tenths), f"{one.share / 100:.2f}%"])
    context.answer({"shares": [_masked(one) for one in found]}, table.getvalue().rstrip("\n"))
    return 0


_PERIODS = {
    "board": "ranks by honour score",
    "recommend": "who meets the rule of a list",
    "little": "households with little participation: not recommended",
    "coverage": "how many households took part, of how many",
    "dividend": "shares by honour score as CSV: a reference, nothing more",
}


def _who(one: Any) -> str:
    return f"…{one.household[-4:]} {mask_name(one.name)}"


def _place(one: honours.Place) -> str:
    return f"{one.place:>4}  {points(one.honour_tenths):>7}  {_who(one)}"


def _masked(one: Any) -> dict[str, Any]:
    return {**msgspec.structs.asdict(one), "name": mask_name(one.name)}


def _signed(parser: argparse.ArgumentParser, *, two: bool) -> None:
    add_globals(parser)
    parser.add_argument("--staff", required=True)
    if two:
        parser.add_argument("--second", required=True, help="second person (PIN in KIOSK_PIN_2)")


_ACTS = {
    "give": _give,
    "withdraw": _withdraw,
    "list": _list,
    "board": _board,
    "recommend": _recommend,
    "little": _little,
    "coverage": _coverage,
    "dividend": _dividend,
}
