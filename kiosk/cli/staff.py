"""`kiosk staff`: who works here; one's own PIN, a forgotten one, a new staff card, a stop; the book."""

from __future__ import annotations

import argparse
import os
from typing import Any

from msgspec import to_builtins

from kiosk.cli.context import Context, add_globals
from kiosk.ledger.masks import mask_name
from kiosk.ledger.refusals import Refused
from kiosk.services import staff, staffing
from kiosk.services.staffing import Changed

NEW_PIN = "KIOSK_NEW_PIN"
EXAMPLE = """examples:
  KIOSK_PIN=… KIOSK_NEW_PIN=… kiosk staff pin --staff M037A
  KIOSK_PIN=… KIOSK_PIN_2=… KIOSK_NEW_PIN=… kiosk staff reset G037A --why forgot --staff M037A --second R037A
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk staff card G037A --why lost --staff M037A --second R037A
  KIOSK_PIN=… kiosk staff stop G037A --why left --staff M037A
  KIOSK_PIN=… kiosk staff log --staff S037A --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    _signed(acts.add_parser("list", help="who works here; names masked"))
    _signed(acts.add_parser("log", help="what was changed of cards and PINs, by whom; never a PIN"))
    _signed(acts.add_parser("pin", help=f"change one's own PIN; the new one is in {NEW_PIN}"))
    for name, text in (
        ("reset", f"a forgotten PIN, before two others; the new one is in {NEW_PIN}"),
        ("card", "a new staff card; the old one stops at once"),
        ("stop", "card and PIN of somebody count no more"),
    ):
        act = acts.add_parser(name, help=text)
        act.add_argument("person", help="whose it is")
        act.add_argument("--why", required=True, choices=staffing.REASONS)
        if name != "stop":
            act.add_argument("--second", required=True, help="second person (PIN in KIOSK_PIN_2)")
        _signed(act)


def run(context: Context) -> int:
    """Sign in and do one of them."""
    given, terminal = context.given, context.terminal
    if given.act == "pin":
        old = context.pin("KIOSK_PIN")
        done = staffing.change_pin(terminal, given.staff, old, _new_pin())
        return _say(context, done, "pin-done")
    actor = context.session(given.staff).staff
    if given.act in ("list", "log"):
        with terminal.read() as conn:
            staff.require(conn, actor, "look")
        return _list(context) if given.act == "list" else _log(context)
    if given.act == "stop":
        return _say(context, staffing.stop(terminal, given.person, given.why, actor), "stop-done")
    signed = (given.why, actor, context.second())
    if given.act == "card":
        return _say(context, staffing.issue_card(terminal, given.person, *signed), "card-done")
    return _say(context, staffing.reset_pin(terminal, given.person, _new_pin(), *signed), "reset-done")


def _list(context: Context) -> int:
    found = staff.listing(context.terminal)
    rows = [{**one._asdict(), "name": mask_name(one.name)} for one in found]
    lines = [f"{one['id']:<12}  {one['name']}  {one['role']}  {one['state']}" for one in rows]
    context.answer({"staff": rows}, "\n".join(lines))
    return 0


def _log(context: Context) -> int:
    with context.terminal.read() as conn:
        found = staffing.changes(conn)
    lines = [
        f"{one.day}  {one.entry:<10}  {one.staff}  {context.words(f'why.kind.{one.kind}')}  "
        f"{context.words(f'staffing.why.{one.why}') if one.why else ''}  {one.actor} {one.second}".rstrip()
        for one in found
    ]
    context.answer({"changes": to_builtins(found)}, "\n".join(lines) or context.words("staffing.none"))
    return 0


def _say(context: Context, done: Changed, key: str) -> int:
    fields: dict[str, Any] = {"entry": done.entry, "staff": done.staff}
    fields |= ({"slip": done.slip} if done.slip else {}) | ({"card": done.text} if done.text else {})
    context.answer(fields, context.words(f"staffing.{key}", staff=done.staff, slip=done.slip))
    return 0


def _new_pin() -> str:
    pin = os.environ.get(NEW_PIN, "")
    if not pin:
        raise Refused("pin-missing", variable=NEW_PIN)
    return pin


def _signed(parser: argparse.ArgumentParser) -> None:
    add_globals(parser)
    parser.add_argument("--staff", required=True)
