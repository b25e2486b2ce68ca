"""`kiosk appeal new|decide|list`: objections to published lines and appeals against posted entries."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import msgspec

from kiosk.cli.context import Context, add_globals
from kiosk.cli.declare import read
from kiosk.cli.points import tenths_of
from kiosk.cli.scoring import number
from kiosk.cli.void import entry_of
from kiosk.ledger.masks import mask_name
from kiosk.services import appeals, staff, verdicts
from kiosk.services.appeals import Case

EXAMPLE = """examples:
  kiosk appeal new --line 1-66/3 --why not-true --card "P1:…" --note note.jpg
  KIOSK_PIN=… kiosk appeal new --entry 1-80 --why amount --household 0370217 --staff M037A
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk appeal decide 1-90 less 1.5 --why amount --staff M037A --second S037A
  KIOSK_PIN=… kiosk appeal list --staff M037A --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    new = acts.add_parser("new", help="open a case, by the household's card or by staff")
    add_globals(new)
    about = new.add_mutually_exclusive_group(required=True)
    about.add_argument("--line", metavar="NOTICE/LINE", help="a line that hangs: it waits for the answer")
    about.add_argument("--entry", help="a posted entry: it is marked until the answer")
    by = new.add_mutually_exclusive_group(required=True)
    by.add_argument("--card", default="", help="text of the household card")
    by.add_argument("--staff", help="staff, for somebody")
    new.add_argument("--household", default="", help="who objects, with --staff")
    new.add_argument("--note", type=Path, metavar="FILE", help="a photographed note")
    decide = acts.add_parser("decide", help="answer a case, signed by two who had no hand in it")
    decide.add_argument("case", help="entry of the case, as `new` and `list` answer")
    decide.add_argument("outcome", choices=verdicts.OUTCOMES)
    decide.add_argument("points", nargs="?", help="with less and more: what it comes to")
    add_globals(decide)
    decide.add_argument("--staff", required=True)
    decide.add_argument("--second", required=True, help="second person (PIN in KIOSK_PIN_2)")
    for act in (new, decide):
        act.add_argument("--why", required=True, choices=appeals.GROUNDS)
    listed = acts.add_parser("list", help="open cases, first due first")
    listed.add_argument("--all", action="store_true", help="also those that are decided")
    add_globals(listed)
    listed.add_argument("--staff", required=True)


def run(context: Context) -> int:
    """Do one of them; `list` ends with 1 when an answer is overdue."""
    given = context.given
    if given.act == "new":
        return _new(context)
    amount = tenths_of(given.points) if getattr(given, "points", None) is not None else None
    actor = context.session(given.staff).staff
    if given.act == "list":
        return _list(context, actor)
    at = entry_of(given.case)
    done = verdicts.decide(context.terminal, at, given.outcome, amount, given.why, actor, context.second())
    fields = {"entry": done.entry, "was_tenths": done.was_tenths, "now_tenths": done.now_tenths}
    text = context.words(
        "appeal.decided",
        number=done.case.number,
        outcome=context.words(f"appeal.{done.case.outcome}"),
        was_tenths=done.was_tenths,
        now_tenths=done.now_tenths,
    )
    context.answer({**fields, "fix": done.fix, "case": _describe(done.case)}, text)
    return 0


def _new(context: Context) -> int:
    given = context.given
    actor = context.session(given.staff).staff if given.staff else ""
    by = {"card": given.card, "household_id": given.household, "actor": actor}
    if given.line:
        notice, _, line = given.line.partition("/")
        at, which = entry_of(notice), number(line)
        case = appeals.object_to(context.terminal, at, which, given.why, note=read(given.note), **by)
    else:
        at = entry_of(given.entry)
        case = appeals.appeal(context.terminal, at, given.why, note=read(given.note), **by)
    text = context.words("appeal.opened", number=case.number, due=case.due, slip=case.slip)
    context.answer(_describe(case), text)
    return 0


def _list(context: Context, actor: str) -> int:
    with context.terminal.read() as conn:
        staff.require(conn, actor, "look")
    found = appeals.cases(context.terminal, decided=context.given.all)
    lines = (
        f"{one.entry:>8}  {one.number}  {one.of}  {context.words(f'appeal.{one.why}')}  {one.due}  "
        f"{context.words(f'appeal.{_state(one)}')}"
        for one in found
    )
    fields = {"cases": [_describe(one) for one in found]}
    context.answer(fields, "\n".join(lines) or context.words("appeal.none"))
    return 1 if any(one.overdue for one in found) else 0


def _state(one: Case) -> str:
    return one.outcome or ("overdue" if one.overdue else "open")


def _describe(one: Case) -> dict[str, Any]:
    """A case as `--json` shows it: the name is masked."""
    return {**msgspec.structs.asdict(one), "name": mask_name(one.name)}
