"""`kiosk rules list|measures|show|check`: the rules that count here, and whether a file of rules is sound."""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from kiosk.cli.context import Context, add_globals
from kiosk.ledger.rules import CATEGORIES, Cap, Rule
from kiosk.services import rulefile, rules
from kiosk.services.feedrows import MeasureRow
from kiosk.words import points

EXAMPLE = """examples:
  kiosk rules list --json
  kiosk rules show tidy-yard --household 0370217
  kiosk rules check my-rules.toml"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    listed = acts.add_parser("list", help="the rules that count here today")
    listed.add_argument("--category", choices=CATEGORIES)
    show = acts.add_parser("show", help="one rule, its versions, what a household has left under it")
    show.add_argument("rule")
    show.add_argument("--household")
    show.add_argument("--member", type=int, default=0)
    check = acts.add_parser("check", help="whether a file of rules is sound; writes nothing")
    check.add_argument("file", type=Path)
    for act in (listed, show, check, acts.add_parser("measures", help="giving, taking, lending, saving")):
        add_globals(act)


def run(context: Context) -> int:
    """Do one of them; `check` ends with 1 when something is wrong in the file."""
    return {"list": _list, "show": _show, "check": _check, "measures": _measures}[context.given.act](context)


def _list(context: Context) -> int:
    wanted = context.given.category
    found = [one for one in rules.listing(context.terminal) if wanted in (None, one.category)]
    found.sort(key=lambda one: (CATEGORIES.index(one.category) if one.category in CATEGORIES else 99, one.id))
    lines = [
        f"{one.id:<18} {_worth(one):>8}  {one.title}  {_caps(context, one.caps)}".rstrip() for one in found
    ]
    context.answer({"rules": [_describe(one) for one in found]}, "\n".join(lines))
    return 0


def _show(context: Context) -> int:
    given = context.given
    found, versions = rules.one(context.terminal, given.rule)
    fields = {**_describe(found), "versions": [_describe(one) for one in versions]}
    lines = [f"{found.id} v{found.version}  {found.title}  {_worth(found)}", _caps(context, found.caps)]
    if found.evidence:
        lines.append(context.words(f"rules.evidence-{found.evidence}"))
    if given.household:
        left = rules.room(context.terminal, given.rule, given.household, given.member)
        fields["left"] = msgspec.to_builtins(left)
        lines += [
            context.words(f"rules.left-{one.period}", left=_left(one.tenths, one.times)) for one in left
        ]
    lines += [f"v{one.version} {one.owner} {one.counts_from} {_worth(one)} {one.state}" for one in versions]
    context.answer(fields, "\n".join(line for line in lines if line))
    return 0


def _check(context: Context) -> int:
    sheet = rulefile.load(context.given.file)
    said = [
        {"line": one.line, "code": one.code, "message": context.words(f"rulefile.{one.code}", **one.params)}
        for one in sheet.problems
    ]
    counts = {"rules": len(sheet.rules), "measures": len(sheet.measures)}
    lines = [f"{context.given.file}:{one['line']}: {one['message']}" for one in said]
    lines += [] if said else [context.words("rules.sound", **counts)]
    context.answer({"ok": not said, **counts, "problems": said}, "\n".join(lines))
    return 1 if said else 0


def _measures(context: Context) -> int:
    found = rules.measures(context.terminal)
    lines = [f"{one.kind:<7} {one.title}  {one.text}{_figures(context, one)}" for one in found]
    context.answer({"measures": msgspec.to_builtins(found)}, "\n".join(lines))
    return 0


def _figures(context: Context, one: MeasureRow) -> str:
    """The settings that fill a measure in, as they are at this terminal."""
    own = context.settings.rules
    named = [f"{name}={getattr(own, name)}" for name in one.settings.split() if hasattr(own, name)]
    return f" [{', '.join(named)}]" if named else ""


def _describe(one: Rule) -> dict[str, object]:
    return {**one._asdict(), "caps": [cap._asdict() for cap in one.caps]}


def _worth(one: Rule) -> str:
    sign = "-" if one.sign == "take" else ""
    between = f"{points(one.least)}–{points(one.most)}" if one.least != one.most else points(one.amount)
    return sign + between


def _caps(context: Context, caps: tuple[Cap, ...]) -> str:
    return " ".join(
        context.words(f"rules.cap-{cap.period}-{cap.of}", most=_left(cap.tenths or None, cap.times or None))
        for cap in caps
    )


def _left(tenths: int | None, times: int | None) -> str:
    parts = [points(tenths)] if tenths is not None else []
    return " ".join([*parts, *([f"×{times}"] if times is not None else [])])
