"""`kiosk inspect sample|finding|fix|recheck|list`: what an inspector draws, finds, and sees put right."""

from __future__ import annotations

import argparse

import msgspec

from kiosk.cli.context import Context, add_globals
from kiosk.cli.void import entry_of
from kiosk.ledger.inspection import FINDINGS, FIXED, OUTCOMES
from kiosk.services import inspection, staff
from kiosk.services.inspection import Finding

EXAMPLE = """examples:
  KIOSK_PIN=… kiosk inspect sample 2026-10-01 2026-12-31 20 --staff S037A
  KIOSK_PIN=… kiosk inspect finding 1-310 no-signature --entry 1-284 --days 15 --staff S037A
  KIOSK_PIN=… kiosk inspect fix 1-311 --note 已补签字 --staff M037A
  KIOSK_PIN=… kiosk inspect recheck 1-311 fixed --staff S037A
  KIOSK_PIN=… kiosk inspect list --staff S037A"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    sample = acts.add_parser("sample", help="draw entries nobody could choose")
    sample.add_argument("first", help="first business day")
    sample.add_argument("last", help="last business day")
    sample.add_argument("size", type=int, help="how many")
    sample.add_argument("--every", action="store_true", help="entries of all kinds, not redemptions alone")
    found = acts.add_parser("finding", help="record what is wrong; prints a notice to put it right")
    found.add_argument("sample", help="as `sample` answered")
    found.add_argument("reason", choices=FINDINGS)
    found.add_argument("--entry", default="", help="the drawn entry; without it the centre as a whole")
    found.add_argument("--days", type=int, default=15, help="calendar days to put it right")
    found.add_argument("--note", default="")
    fix = acts.add_parser("fix", help="say what was done about it")
    fix.add_argument("finding")
    fix.add_argument("--note", default="")
    recheck = acts.add_parser("recheck", help="look again")
    recheck.add_argument("finding")
    recheck.add_argument("outcome", choices=OUTCOMES)
    recheck.add_argument("--days", type=int, default=15, help="calendar days more, where it isn't put right")
    listed = acts.add_parser("list", help="all findings, the latest first; ends with 1 where one is overdue")
    for act in (sample, found, fix, recheck, listed):
        add_globals(act)
        act.add_argument("--staff", required=True)


def run(context: Context) -> int:
    """Sign in and do one of them."""
    given, terminal = context.given, context.terminal
    actor = context.session(given.staff).staff
    if given.act == "list":
        return _list(context, actor)
    if given.act == "sample":
        drawn = inspection.draw(terminal, given.first, given.last, given.size, actor, every=given.every)
        text = context.words("inspect.drawn", sample=drawn.sample, entries=" ".join(drawn.entries))
        context.answer(msgspec.structs.asdict(drawn), text)
        return 0
    if given.act == "finding":
        place = entry_of(given.sample)
        entry = inspection.record(
            terminal, place, given.entry, given.reason, given.days, actor, note=given.note
        )
    elif given.act == "fix":
        entry = inspection.answer(terminal, entry_of(given.finding), given.note, actor)
    else:
        days = 0 if given.outcome == FIXED else given.days
        entry = inspection.recheck(terminal, entry_of(given.finding), given.outcome, days, actor)
    context.answer({"entry": entry}, entry)
    return 0


def _list(context: Context, actor: str) -> int:
    with context.terminal.read() as conn:
        staff.require(conn, actor, "export")
    found = inspection.findings(context.terminal)
    text = "\n".join(_line(context, one) for one in found) or context.words("inspect.nothing")
    context.answer({"findings": [msgspec.structs.asdict(one) for one in found]}, text)
    return int(any(one.overdue for one in found))


def _line(context: Context, one: Finding) -> str:
    say = context.words
    state = say("inspect.overdue" if one.overdue else f"inspect.state-{one.state}")
    reason = say(f"inspect.reason.{one.reason}")
    return f"{one.finding:>7}  {one.due}  {state}  {reason}  {one.entry}  {one.note}"
