"""`kiosk audit flags|pack|check`: what is striking, everything in one zip, whether a zip is whole."""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from kiosk.books import audit_check, audit_pack
from kiosk.cli.context import Context, add_globals
from kiosk.ledger.masks import mask_name
from kiosk.services import audit

EXAMPLE = """examples:
  KIOSK_PIN=… kiosk audit flags 2026-01-01 2026-12-31 --staff S037A
  KIOSK_PIN=… kiosk audit pack --to 2026.zip --staff S037A
  kiosk audit check 2026.zip --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    flags = acts.add_parser("flags", help="what an inspector should look at")
    flags.add_argument("first", help="first business day")
    flags.add_argument("last", help="last business day")
    pack = acts.add_parser("pack", help="books, journal, hashes, flags and an index in one zip")
    pack.add_argument("--to", type=Path, required=True, help="file ending in .zip")
    for act in (flags, pack):
        act.add_argument("--staff", required=True)
        add_globals(act)
    check = acts.add_parser("check", help="whether a pack is whole and its chain holds; needs no terminal")
    check.add_argument("file", type=Path)
    add_globals(check)


def run(context: Context) -> int:
    """Do one of them; `check` ends with 1 where something is wrong."""
    given = context.given
    if given.act == "check":
        return _check(context)
    actor = context.session(given.staff).staff
    if given.act == "pack":
        made = audit_pack.write(context.terminal, given.to, actor)
        context.answer({"file": str(given.to), **made._asdict()}, f"{given.to}  {made.entries}")
        return 0
    found = audit.look(context.terminal, given.first, given.last, actor)
    masked = [{**msgspec.structs.asdict(one), "name": mask_name(one.name)} for one in found]
    say = context.words
    lines = [
        f"{say(f'books.flag-{one.code}')}  {mask_name(one.name) or one.who}  "
        f"{one.count}{f'/{one.of}' if one.of else ''}  {' '.join(one.entries)}"
        for one in found
    ]
    context.answer({"flags": masked}, "\n".join(lines) or say("books.no-flags"))
    return 0


def _check(context: Context) -> int:
    found = audit_check.check(context.given.file)
    say = context.words
    verdict = say(
        "books.pack-holds" if found.ok else "books.pack-broken",
        entries=found.entries,
        withheld=found.withheld,
        key=f"{found.issuer} {found.fingerprint}",
    )
    context.answer(msgspec.structs.asdict(found), "\n".join([*found.problems, verdict]))
    return 0 if found.ok else 1
