"""`kiosk activity`: announce, sign households in, credit them all or call it off, print a blank sheet."""

from __future__ import annotations

import argparse
from pathlib import Path

from msgspec import to_builtins

from kiosk.cli.context import Context, add_globals
from kiosk.cli.points import evidence_of, tenths_of
from kiosk.cli.void import entry_of
from kiosk.ledger.masks import mask_name
from kiosk.ledger.refusals import Refused
from kiosk.services import activities, calloff, crediting, evidence, find
from kiosk.services.activities import Activity, SignedIn

EXAMPLE = """examples:
  KIOSK_PIN=… kiosk activity new study-talk --on 2026-11-25 --time 09:30 --title 宣讲 --place 文化室 \\
    --staff G037A
  kiosk activity sign-in 1-284 --card "P1:YS:0370217:1:…"
  KIOSK_PIN=… kiosk activity sign-in 1-284 --household 0370217 --reason forgot --staff G037A
  KIOSK_PIN=… kiosk activity sign-in 1-284 --paper list.jpg --signed 0370217 0370301:2 --staff G037A
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk activity credit 1-284 --staff G037A --second R037A
  KIOSK_PIN=… kiosk activity call-off 1-284 --reason weather --staff G037A
  kiosk activity sheet 1-284 --rows 30 > sheet.txt"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    new = acts.add_parser("new", help="announce an activity")
    new.add_argument("rule")
    new.add_argument("points", nargs="?", help="for each household; without them what the rule says")
    for name in ("--title", "--place", "--time", "--on"):
        new.add_argument(name, required=True, help="day of the activity" if name == "--on" else None)
    new.add_argument("--sheet", type=int, default=0, metavar="ROWS", help="print a slip to sign on")
    _signed(new)
    sign = acts.add_parser("sign-in", help="put households on the list")
    sign.add_argument("activity")
    how = sign.add_mutually_exclusive_group(required=True)
    how.add_argument("--card", help="text of the household card")
    how.add_argument("--household", help="number, at the desk")
    how.add_argument("--paper", type=Path, metavar="PHOTO", help="photograph of the signed list")
    sign.add_argument("--signed", nargs="+", metavar="HH[:MEMBER]", help="with --paper: who signed")
    sign.add_argument("--reason", choices=find.DESK_REASONS, default="other", help="why without the card")
    sign.add_argument("--member", type=int, default=0, help="number within the household")
    sign.add_argument("--staff")
    add_globals(sign)
    credit = acts.add_parser("credit", help="credit everybody on the list, signed by two")
    credit.add_argument("activity")
    credit.add_argument("--evidence", type=Path, action="append", metavar="FILE", help="photograph")
    credit.add_argument("--second", required=True, help="second person (PIN in KIOSK_PIN_2)")
    _signed(credit)
    off = acts.add_parser("call-off", help="it does not take place; who signed in stays in the books")
    off.add_argument("activity")
    off.add_argument("--reason", required=True, choices=calloff.REASONS)
    _signed(off)
    add_globals(acts.add_parser("list", help="latest first"))
    sheet = acts.add_parser("sheet", help="a blank list to print and sign, as text for A4")
    sheet.add_argument("activity")
    sheet.add_argument("--rows", type=int, default=25)
    add_globals(sheet)


def run(context: Context) -> int:
    """Do one of them; `credit` ends with 1 when somebody was left out."""
    acts = {"new": _new, "sign-in": _sign_in, "credit": _credit, "call-off": _call_off}
    acts |= {"list": _list, "sheet": _sheet}
    return acts[context.given.act](context)


def _new(context: Context) -> int:
    given = context.given
    amount = None if given.points is None else tenths_of(given.points)
    made = activities.announce(
        context.terminal,
        given.rule,
        given.on,
        given.time,
        given.title,
        given.place,
        context.session(given.staff).staff,
        amount_tenths=amount,
        sheet_rows=given.sheet,
    )
    context.answer(to_builtins(made), _say(context, "made", made))
    return 0


def _sign_in(context: Context) -> int:
    given, terminal = context.given, context.terminal
    place = entry_of(given.activity)
    if not given.card and not (given.staff and (given.household or given.signed)):
        raise Refused("activity-words-missing")
    if given.card:
        done: tuple[SignedIn, ...] = (activities.sign_in_by_card(terminal, place, given.card, given.member),)
    elif given.household:
        actor = context.session(given.staff).staff
        done = (
            activities.sign_in_at_desk(terminal, place, given.household, given.reason, actor, given.member),
        )
    else:
        photo = evidence.photo(given.paper.read_bytes())
        pairs = [_pair(word) for word in given.signed]
        actor = context.session(given.staff).staff
        done = activities.sign_in_by_paper(terminal, place, pairs, photo, actor)
    fields = {"signed": [_describe(one) for one in done]}
    context.answer(fields, "\n".join(_line(context, one) for one in done))
    return 0


def _credit(context: Context) -> int:
    given = context.given
    place, proof = entry_of(given.activity), evidence_of(given.evidence, "")
    first = context.session(given.staff).staff
    done = crediting.credit(context.terminal, place, first, context.second(), proof)
    left = [
        {
            "household": one.household,
            "name": mask_name(one.name),
            "code": one.code,
            "message": context.words(f"refused.{one.code}", **one.params),
        }
        for one in done.left
    ]
    lines = [
        context.words("activity.left", name=one["name"], tail=one["household"][-4:], why=one["message"])
        for one in left
    ]
    said = context.words(
        "activity.credited", households=done.households, sum_tenths=done.tenths, left=len(left)
    )
    if done.elsewhere:
        said += context.words("activity.elsewhere", n=done.elsewhere)
    fields = {"households": done.households, "tenths": done.tenths, "elsewhere": done.elsewhere, "left": left}
    context.answer(fields, "\n".join([*lines, said]))
    return 1 if left else 0


def _call_off(context: Context) -> int:
    given = context.given
    actor = context.session(given.staff).staff
    done = calloff.call_off(context.terminal, entry_of(given.activity), given.reason, actor)
    context.answer(to_builtins(done), _say(context, "line_off", done.activity))
    return 0


def _list(context: Context) -> int:
    found = activities.listing(context.terminal)
    lines = [_say(context, "line_off" if one.off else "line", one) for one in found] or [
        context.words("activity.none")
    ]
    context.answer({"activities": to_builtins(found)}, "\n".join(lines))
    return 0


def _sheet(context: Context) -> int:
    rows = context.given.rows
    if not 1 <= rows <= activities.MOST_ROWS:
        raise Refused("sheet-rows", most=activities.MOST_ROWS)
    one = activities.one(context.terminal, entry_of(context.given.activity))
    lines = [_say(context, key, one) for key in ("page_title", "page_facts")]
    lines += ["", context.words("activity.page_head")]
    lines += [f"\n{context.words('activity.page_row', number=number)}" for number in range(1, rows + 1)]
    context.answer({"sheet": lines}, "\n".join([*lines, "", _say(context, "page_sign", one)]))
    return 0


def _say(context: Context, key: str, one: Activity) -> str:
    return context.words(
        f"activity.{key}",
        entry=one.entry,
        day=one.day,
        time=one.time,
        title=one.title,
        place=one.place,
        rule=one.rule_title,
        amount_tenths=one.amount_tenths,
        signed=one.signed,
        credited=one.credited,
        why=context.words(f"activity.why.{one.off}") if one.off else "",
    )


def _line(context: Context, one: SignedIn) -> str:
    key = "again" if one.repeated else "signed"
    return context.words(f"activity.{key}", name=mask_name(one.name), tail=one.household[-4:])


def _describe(one: SignedIn) -> dict[str, object]:
    return {**to_builtins(one), "name": mask_name(one.name)}


def _pair(word: str) -> tuple[str, int]:
    """`0370217:2` as household and member. Raises `Refused("unknown-member")`."""
    number, _, member = word.partition(":")
    if member and not (member.isascii() and member.isdigit() and len(member) < 3):
        raise Refused("unknown-member")
    return number, int(member or 0)


def _signed(parser: argparse.ArgumentParser) -> None:
    add_globals(parser)
    parser.add_argument("--staff", required=True)
