"""`county rules` and `county expire`: what a person says to the county about rules and ended points."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import msgspec

from kiosk.services import rulefile
from kiosk.services.clock import is_day
from kiosk.words import Words, points
from sync.county import orderbook, rules
from sync.county.database import County, CountyError
from sync.county.rules import Change, Scope


def arguments(commands: Any, common: argparse.ArgumentParser) -> None:
    """Both commands with their words; `run` takes the opened county and what was given."""
    parser = commands.add_parser("rules", parents=[common], help="take rules and measures in; list them")
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    take = acts.add_parser("import", parents=[common], help="from a TOML file; all or nothing")
    take.add_argument("file", type=Path, help="such as assets/catalogue/rules.toml")
    take.add_argument("--dry-run", action="store_true", help="say what would change; write nothing")
    take.add_argument(
        "--from", dest="starts", default="", metavar="YYYY-MM-DD", help="the day they count from"
    )
    whose = take.add_mutually_exclusive_group()
    whose.add_argument("--township", help="a township's own amounts, within the banner's bounds")
    whose.add_argument("--centre", help="a centre's own amounts, within the banner's bounds")
    take.set_defaults(use=_import)
    acts.add_parser("list", parents=[common], help="the latest version of each").set_defaults(use=_list)

    expire = commands.add_parser("expire", parents=[common], help="order a centre to close ended points")
    expire.add_argument("centre", help="three digits")
    expire.add_argument("--through", required=True, metavar="YYYY-MM-DD", help="points that end by this day")
    expire.add_argument("--dry-run", action="store_true", help="say how many; order nothing")
    expire.set_defaults(use=_expire)


def _import(given: argparse.Namespace, county: County) -> tuple[Any, str]:
    sheet = rulefile.load(given.file)
    if sheet.problems:
        say = Words("en")
        raise CountyError(
            "nothing was taken in\n"
            + "\n".join(
                f"{given.file}:{line}: {say(f'rulefile.{code}', **params)}"
                for line, code, params in sheet.problems
            )
        )
    scope = Scope("township", given.township) if given.township else rules.EVERYBODY
    scope = Scope("centre", given.centre) if given.centre else scope
    if given.starts and not is_day(given.starts):
        raise CountyError(f"{given.starts}: not a day like 2027-01-01")
    dry = given.dry_run
    changes = rules.import_rules(county, sheet.rules, scope, starts=given.starts, dry_run=dry)
    changes += rules.import_measures(county, sheet.measures, dry_run=dry)
    told = [change for change in changes if change.what != "same"]
    lines = [*map(_line, told), f"{len(told)} of {len(changes)} " + ("would change" if dry else "taken in")]
    return {"dry_run": dry, "changes": msgspec.to_builtins(changes)}, "\n".join(lines)


def _list(_given: argparse.Namespace, county: County) -> tuple[Any, str]:
    found = rules.listing(county)
    lines = [
        f"{one.rule:<20} v{one.version:<3} {points(one.amount):>5}  {one.sign:<4}  {one.owner} {one.scope}"
        f"  {one.title}"
        for one in found
    ]
    return {"rules": msgspec.to_builtins(found)}, "\n".join(lines) or "no rules; county rules import FILE"


def _expire(given: argparse.Namespace, county: County) -> tuple[Any, str]:
    ended = orderbook.order_expiry(county, given.centre, given.through, dry_run=given.dry_run)
    total = sum(ended.values())
    fields = {"dry_run": given.dry_run, "households": len(ended), "tenths": total}
    what = "would be closed" if given.dry_run else "ordered to be closed"
    return fields, f"{len(ended)} households, {points(total)} points {what}"


def _line(change: Change) -> str:
    fields = f": {', '.join(change.fields)}" if change.fields else ""
    return f"{change.name} v{change.version} {change.what}{fields}"
