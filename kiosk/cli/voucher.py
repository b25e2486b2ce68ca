"""`kiosk voucher out|in|decline|home|list`: points to another centre, by slip or line."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context, add_globals
from kiosk.cli.points import tenths_of
from kiosk.services import arrivals, find, homes, moves, staff
from kiosk.services.moves import Listed, Sent
from kiosk.words import points

EXAMPLE = """examples:
  KIOSK_PIN=… kiosk voucher out 0370217 12.5 --to 038 --staff M037A
  KIOSK_PIN=… kiosk voucher in "M1:YS-37:1-284:…" --card "P1:YS:0370217:1:…" --staff M038A
  KIOSK_PIN=… kiosk voucher home 0370217 --staff M037A     (once the county has named the new home)
  KIOSK_PIN=… kiosk voucher list --staff M037A --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    out = acts.add_parser("out", help="send available points to another centre; prints the slip")
    out.add_argument("household")
    out.add_argument("points", help="points, one decimal at most")
    out.add_argument("--to", required=True, metavar="CENTRE", help="three digits")
    into = acts.add_parser("in", help="take in what a slip brings, shown with the household's card")
    into.add_argument("code", help="text of the slip's QR code")
    into.add_argument("--card", required=True, help="text of the household card")
    decline = acts.add_parser("decline", help="never take it in; it goes back once the line is up")
    decline.add_argument("code", help="text of the slip's QR code")
    home = acts.add_parser("home", help="send everything a household has to its new home")
    home.add_argument("household")
    listed = acts.add_parser("list", help="what was sent, taken in, declined")
    for act in (out, into, decline, home, listed):
        add_globals(act)
        act.add_argument("--staff", required=True)


def run(context: Context) -> int:
    """Sign in and do one of them."""
    given = context.given
    tenths = tenths_of(given.points) if given.act == "out" else 0
    actor = context.session(given.staff).staff
    if given.act == "out":
        with context.terminal.read() as conn:
            dest = homes.terminal_of(conn, given.to)
        _sent(context, moves.move_out(context.terminal, given.household, tenths, dest, actor), "sent")
    elif given.act == "home":
        _sent(context, moves.change_home(context.terminal, given.household, actor), "moved-home")
    elif given.act == "in":
        _in(context, actor)
    elif given.act == "decline":
        with context.terminal.read() as conn:
            move_id, _move = arrivals.read(context.terminal, conn, given.code)
        entry = arrivals.decline(context.terminal, given.code, actor)
        context.answer(
            {"entry": entry, "move": str(move_id)}, context.words("voucher.declined", move=move_id)
        )
    else:
        _list(context, actor)
    return 0


def _sent(context: Context, sent: Sent, key: str) -> None:
    fields = {"entry": sent.entry, "move": sent.move, "slip": sent.slip, "to": sent.to, "code": sent.code}
    sums = {"amount_tenths": sent.amount_tenths, "left_tenths": sent.left_tenths}
    text = context.words(f"voucher.{key}", move=sent.move, to=sent.to, slip=sent.slip, **sums)
    context.answer({**fields, **sums}, text)


def _in(context: Context, actor: str) -> None:
    terminal = context.terminal
    with terminal.read() as conn:
        proof = find.prove_card(terminal, conn, context.given.card)
    came = arrivals.move_in(terminal, context.given.code, proof, actor)
    fields = {"entry": came.entry, "move": came.move, "slip": came.slip, "origin": came.origin}
    sums = {"amount_tenths": came.amount_tenths, "available_tenths": came.available_tenths}
    text = context.words("voucher.arrived", move=came.move, origin=came.origin, slip=came.slip, **sums)
    context.answer({**fields, **sums, "home": came.home}, text)


def _list(context: Context, actor: str) -> None:
    with context.terminal.read() as conn:
        staff.require(conn, actor, "move")
    found = moves.listed(context.terminal)
    lines = (
        f"{one.move:<14} {points(one.amount_tenths):>8}  …{one.household[-4:]}  {one.other}  "
        + context.words(f"voucher.{one.way}-{one.state}")
        for one in found
    )
    text = "\n".join(lines) or context.words("voucher.none")
    context.answer({"moves": [_fields(one) for one in found]}, text)


def _fields(one: Listed) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__struct_fields__}
