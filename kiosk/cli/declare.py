"""`kiosk declare new|review|list`: deeds declared, and their first review."""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from kiosk.cli.context import Context, add_globals
from kiosk.cli.points import tenths_of
from kiosk.cli.void import entry_of
from kiosk.ledger.masks import mask_name
from kiosk.services import declare, staff
from kiosk.services.declare import Claim, Declared
from kiosk.words import points

EXAMPLE = """examples:
  kiosk declare new volunteer 2 --card "P1:…" --evidence photo.jpg
  KIOSK_PIN=… kiosk declare new tidy-yard 2.5 --household 0370217 --staff G037A
  KIOSK_PIN=… kiosk declare review 1-40 1-41 --staff R037A
  KIOSK_PIN=… kiosk declare review 1-42 --return no-proof --staff R037A
  KIOSK_PIN=… kiosk declare list --state passed --staff M037A --json"""
STATES = ("declared", "passed", "listed", "returned")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    new = acts.add_parser("new", help="declare a deed, by the household's card or by staff")
    new.add_argument("rule")
    new.add_argument("points", help="points, one decimal at most")
    add_globals(new)
    by = new.add_mutually_exclusive_group(required=True)
    by.add_argument("--card", help="text of the household card: the resident declares")
    by.add_argument("--staff", help="the grid or the panel declares")
    new.add_argument("--household", default="", help="whose deed it is, with --staff")
    new.add_argument("--member", type=int, default=0, help="number within the household")
    new.add_argument(
        "--deed", metavar="YYYY-MM-DD", help="when it was done (default: the business day)", default=""
    )
    new.add_argument("--deduct", action="store_true", help="points to be taken")
    new.add_argument("--evidence", type=Path, metavar="FILE", help="a photograph")
    new.add_argument("--note", type=Path, metavar="FILE", help="a photographed note")
    review = acts.add_parser("review", help="pass declarations, or return them")
    review.add_argument("entry", nargs="+", help="as `new` answered")
    review.add_argument("--return", dest="why", choices=declare.REASONS, help="return them instead")
    add_globals(review)
    review.add_argument("--staff", required=True)
    listed = acts.add_parser("list", help="declarations, oldest first")
    listed.add_argument("--state", choices=STATES, default="")
    add_globals(listed)
    listed.add_argument("--staff", required=True)


def run(context: Context) -> int:
    """Do one of them."""
    given = context.given
    if given.act == "new":
        return _new(context)
    actor = context.session(given.staff).staff
    if given.act == "list":
        return _list(context, actor)
    items = [entry_of(text) for text in given.entry]
    entry = declare.review(context.terminal, items, given.why is None, given.why or "", actor)
    result = context.words(f"way.state.{'returned' if given.why else 'passed'}")
    text = context.words("way.reviewed", count=len(set(items)), result=result)
    context.answer({"entry": entry, "count": len(set(items)), "passed": given.why is None}, text)
    return 0


def read(path: Path | None) -> bytes:
    """The file's content, b"" without one. Raises `OSError`."""
    return path.read_bytes() if path else b""


def describe(one: Declared) -> dict[str, object]:
    """A declaration as `--json` shows it: the name is masked."""
    return {**msgspec.structs.asdict(one), "name": mask_name(one.name)}


def _new(context: Context) -> int:
    given = context.given
    claim = Claim(
        rule=given.rule,
        amount_tenths=tenths_of(given.points),
        deed=given.deed,
        what="deduct" if given.deduct else "earn",
        household=given.household,
        member=given.member,
        evidence=read(given.evidence),
        note=read(given.note),
    )
    actor = context.session(given.staff).staff if given.staff else ""
    entry = declare.declare(context.terminal, claim, card=given.card or "", actor=actor)
    context.answer({"entry": entry}, context.words("way.declared", entry=entry))
    return 0


def _list(context: Context, actor: str) -> int:
    with context.terminal.read() as conn:
        staff.require(conn, actor, "look")
    found = declare.declarations(context.terminal, context.given.state)
    lines = (
        f"{one.entry:>8}  {one.deed}  {sign(one.what)}{points(one.amount_tenths):>5}  "
        f"…{one.household[-4:]} {mask_name(one.name)}  {one.title}  {_state(context, one)}"
        for one in found
    )
    fields = {"declarations": [describe(one) for one in found]}
    context.answer(fields, "\n".join(lines) or context.words("way.none"))
    return 0


def sign(what: str) -> str:
    """How people see whether points are given or taken."""
    return "-" if what == "deduct" else "+"


def _state(context: Context, one: Declared) -> str:
    why = f" ({context.words(f'way.reason.{one.why}')})" if one.why else ""
    return context.words(f"way.state.{one.state}") + why
