"""`kiosk reserve new|collect|release|list|picklist`: goods and points set aside for a household."""

from __future__ import annotations

import argparse

from kiosk.cli import at_desk
from kiosk.cli.context import Context, add_globals
from kiosk.cli.void import entry_of
from kiosk.ledger.masks import mask_name
from kiosk.ledger.refusals import Refused
from kiosk.services import collect, picklist, reserve, staff
from kiosk.services.reserve import Reservation, Reserved
from kiosk.words import points

EXAMPLE = """examples:
  KIOSK_PIN=… kiosk reserve new --card "P1:…" --item rice5=1 --session 1-300 --staff M037A
  KIOSK_PIN=… kiosk reserve collect --card "P1:…" --staff M037A
  KIOSK_PIN=… kiosk reserve collect --slip "L1:…" --staff M037A --collector 王五 --relation neighbour
  KIOSK_PIN=… kiosk reserve release 1-310 --staff M037A
  KIOSK_PIN=… kiosk reserve picklist 1-300 --print --staff M037A"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    new = acts.add_parser("new", help="set goods and points aside")
    new.add_argument("--card", help="text of the household card")
    at_desk.add_items(new)
    new.add_argument("--session", metavar="ENTRY", help="the collective day it is for")
    hand = acts.add_parser("collect", help="hand out what was reserved")
    shown = hand.add_mutually_exclusive_group(required=True)
    shown.add_argument("--card", help="text of the household card")
    shown.add_argument("--slip", help="text of the code on the queue slip")
    at_desk.add_collector(hand)
    for act in (new, hand):
        act.add_argument("--request-id", help="the same id again is the same request")
        at_desk.add_confirm(act)
    release = acts.add_parser("release", help="let a reservation go")
    release.add_argument("entry", help="epoch-seq of the reservation")
    listed = acts.add_parser("list", help="open reservations, by number")
    listed.add_argument("--session", metavar="ENTRY", default="", help="of one collective day")
    listed.add_argument("--all", action="store_true", help="also those collected or let go")
    listed.add_argument("--no-shows", action="store_true", help="those nobody came for")
    pick = acts.add_parser("picklist", help="what to pack, bag by bag and in all")
    pick.add_argument("session", help="epoch-seq of the collective day")
    pick.add_argument("--print", action="store_true", help="on the slip printer")
    for act in (new, hand, release, listed, pick):
        add_globals(act)
        act.add_argument("--staff", required=True)


def run(context: Context) -> int:
    """Sign in and do one of them."""
    acts = {"new": _new, "collect": _collect, "release": _release, "list": _list, "picklist": _picklist}
    return acts[context.given.act](context)


def _new(context: Context) -> int:
    given = context.given
    if not (given.card and given.item):
        raise Refused("reserve-words-missing")
    items = tuple(at_desk.item_of(text) for text in given.item)
    session = entry_of(given.session) if given.session else None
    request = at_desk.request_of(context, given.request_id)
    actor = context.session(given.staff).staff
    proof = at_desk.prove(context, given.card)
    confirm = at_desk.confirmation(context)
    made = reserve.reserve(context.terminal, proof, items, actor, request, session=session, **confirm)
    text = (
        f"{made.slip}  {made.queue or ''}  -{points(made.amount_tenths)}  = {points(made.available_tenths)}"
    )
    context.answer(_made(made), f"{text}  ≤ {made.until}")
    return 0


def _collect(context: Context) -> int:
    given, terminal = context.given, context.terminal
    request = at_desk.request_of(context, given.request_id)
    actor = context.session(given.staff).staff
    confirm, by = at_desk.confirmation(context), at_desk.collector(context)
    if given.card:
        proof = at_desk.prove(context, given.card)
        held, how = collect.of_household(terminal, proof.household, given.request_id or ""), proof.how
    else:
        held, how = collect.by_slip(terminal, given.slip), collect.BY_SLIP
    at_desk.answer(
        context,
        collect.collect(
            *(terminal, held, how, actor, request),
            confirm=confirm["confirm"],
            pin=confirm["pin"],
            collector=by,
        ),
    )
    return 0


def _release(context: Context) -> int:
    epoch, seq = entry_of(context.given.entry)
    entry = reserve.release(context.terminal, epoch, seq, context.session(context.given.staff).staff)
    context.answer({"entry": entry}, entry)
    return 0


def _list(context: Context) -> int:
    given = context.given
    _may(context, "reserve")
    states = ("open", "collected", "released") if given.all or given.no_shows else ("open",)
    found = reserve.reservations(context.terminal, session=given.session, states=states)
    shown = [one for one in found if one.no_show or not given.no_shows]
    text = "\n".join(map(_line, shown)) or context.words("redeeming.no-reservations")
    context.answer({"reservations": [_describe(one) for one in shown]}, text)
    return 0


def _picklist(context: Context) -> int:
    given = context.given
    actor = _may(context, "reserve")
    place = entry_of(given.session)
    slips = picklist.print_picklist(context.terminal, *place, actor) if given.print else ()
    found = picklist.picklist(context.terminal, *place)
    sums = {line.item.sku: line.qty for line in found.goods}
    totals = [f"{line.item.name}×{line.qty}{line.item.unit}" for line in found.goods]
    text = "\n".join([*(picklist.bag_text(bag, context.terminal.words) for bag in found.bags), *totals])
    fields = {"bags": [_describe(one) for one in found.bags], "sums": sums, "slips": list(slips)}
    context.answer(fields, text or context.words("redeeming.no-reservations"))
    return 0


def _may(context: Context, act: str) -> str:
    actor = context.session(context.given.staff).staff
    with context.terminal.read() as conn:
        staff.require(conn, actor, act)
    return actor


def _made(made: Reserved) -> dict[str, object]:
    """A new reservation as `--json` shows it."""
    return {
        "entry": made.entry,
        "slip": made.slip,
        "session": made.session,
        "queue": made.queue,
        "until": made.until,
        "amount_tenths": made.amount_tenths,
        "available_tenths": made.available_tenths,
    }


def _describe(one: Reservation) -> dict[str, object]:
    """A reservation as `--json` shows it: the name is masked."""
    return {
        "entry": one.entry,
        "slip": one.slip,
        "household": one.household,
        "name": mask_name(one.name),
        "session": one.session,
        "queue": one.queue,
        "until": one.until,
        "amount_tenths": one.amount_tenths,
        "state": one.state,
        "no_show": one.no_show,
        "items": {line.item.sku: line.qty for line in one.lines},
    }


def _line(one: Reservation) -> str:
    goods = " ".join(f"{line.item.name}×{line.qty}" for line in one.lines)
    who = f"…{one.household[-4:]} {mask_name(one.name)}"
    return f"{one.entry}  {one.queue or '-':>4}  {who}  ≤ {one.until}  {one.state}  {goods}"
