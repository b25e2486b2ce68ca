"""`kiosk notice publish|list|show|print|slip`: public notices and the points slips of households."""

from __future__ import annotations

import argparse
from typing import Any

import msgspec

from kiosk.cli.context import Context, add_globals
from kiosk.cli.declare import sign
from kiosk.cli.void import entry_of
from kiosk.services import notices, noticeslips
from kiosk.services.notices import Notice, Shown
from kiosk.words import points

EXAMPLE = """examples:
  KIOSK_PIN=… kiosk notice publish 1-60 --staff M037A
  kiosk notice list --json
  kiosk notice show 1-66
  KIOSK_PIN=… kiosk notice print 1-66 --staff M037A
  kiosk notice slip 1-66 --card "P1:…\""""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    publish = acts.add_parser("publish", help="publish a sheet that everybody has signed")
    publish.add_argument("sheet", help="entry of the sheet")
    printed = acts.add_parser("print", help="print a notice on the slip printer")
    for act in (publish, printed):
        add_globals(act)
        act.add_argument("--staff", required=True)
    add_globals(acts.add_parser("list", help="every notice, newest first"))
    show = acts.add_parser("show", help="one notice as it hangs")
    add_globals(show)
    slip = acts.add_parser("slip", help="print a household's points slip for a notice")
    add_globals(slip)
    by = slip.add_mutually_exclusive_group(required=True)
    by.add_argument("--card", default="", help="text of the household card")
    by.add_argument("--staff", help="staff, with --household")
    slip.add_argument("--household", default="")
    for act in (printed, show, slip):
        act.add_argument("notice", help="entry of the notice, as `publish` and `list` answer")


def run(context: Context) -> int:
    """Do one of them; what hangs is public and needs no PIN."""
    given = context.given
    if given.act == "list":
        found = notices.notices(context.terminal)
        text = "\n".join(_line(context, one) for one in found) or context.words("notice.none")
        context.answer({"notices": [_describe(one) for one in found]}, text)
    elif given.act == "show":
        _show(context)
    elif given.act == "publish":
        actor = context.session(given.staff).staff
        made = notices.publish(context.terminal, entry_of(given.sheet), actor)
        text = context.words("notice.published", number=made.number, lines=made.lines, until=made.until)
        context.answer(_describe(made), text)
    else:
        _print(context)
    return 0


def _print(context: Context) -> None:
    given, at = context.given, entry_of(context.given.notice)
    actor = context.session(given.staff).staff if given.staff else ""
    if given.act == "print":
        names = noticeslips.print_notice(context.terminal, at, actor)
    else:
        name = noticeslips.print_points(
            context.terminal, at, card=given.card, household_id=given.household, actor=actor
        )
        names = (name,)
    text = context.words("notice.printing", names="、".join(names))
    context.answer({"slips": list(names)}, text)


def _show(context: Context) -> None:
    about, lines = notices.show(context.terminal, entry_of(context.given.notice))
    text = [
        f"{one.line:>4}  …{one.tail} {one.name}  {one.title}  {sign(one.what)}{_points(one)}  "
        f"{context.words(f'notice.state.{one.state}')}"
        for one in lines
    ]
    fields = {**_describe(about), "rows": [msgspec.to_builtins(one) for one in lines]}
    context.answer(fields, "\n".join([_line(context, about), *text]))


def _points(one: Shown) -> str:
    changed = one.now_tenths != one.amount_tenths
    return points(one.amount_tenths) + (f" → {points(one.now_tenths)}" if changed else "")


def _line(context: Context, one: Notice) -> str:
    states = "  ".join(
        f"{context.words(f'notice.state.{state}')} {count}" for state, count in sorted(one.states.items())
    )
    return f"{one.entry:>8}  {one.number}  {one.sheet}  {one.since} — {one.until}  {states}"


def _describe(one: Notice) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(one)
    return fields
