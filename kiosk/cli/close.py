"""`kiosk close [PERIOD]`: 日结 and 月结, a preview first if wanted."""

from __future__ import annotations

import argparse
from typing import Any

from kiosk.cli.context import Context
from kiosk.ledger.refusals import Refused
from kiosk.services import closing
from kiosk.services.closing import Closing
from kiosk.words import points

EXAMPLE = """examples:
  kiosk close --preview --json
  KIOSK_PIN=… kiosk close --stubs 31 --staff M037A
  KIOSK_PIN=… kiosk close 2026-11 --staff M037A
  kiosk close --list"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("period", nargs="?", default="", help="2026-11-23 or 2026-11 (default: the day)")
    parser.add_argument("--preview", action="store_true", help="show the figures; nothing is closed")
    parser.add_argument("--list", action="store_true", help="what is closed, the latest first")
    parser.add_argument("--stubs", type=int, help="how many stubs were counted by hand")
    parser.add_argument("--staff", help="who closes")


def run(context: Context) -> int:
    """Preview, list or close; ends with 1 when stubs are missing."""
    given = context.given
    if given.list:
        found = closing.closed(context.terminal)
        rows = [{"period": one.period, "entry": one.entry} for one in found]
        context.answer({"closed": rows}, "\n".join(f"{one.period}  {one.entry}" for one in found))
        return 0
    if given.preview:
        done = closing.preview(context.terminal, given.period)
    elif not given.staff:
        raise Refused("staff-missing")
    else:
        actor = context.session(given.staff).staff
        done = closing.close(context.terminal, given.period, given.stubs, actor)
    context.answer(_describe(done), "\n".join(_lines(context, done)))
    return 1 if done.stubs_missing else 0


def _describe(done: Closing) -> dict[str, Any]:
    return {
        "period": done.period,
        "entry": done.entry,
        "slip": done.slip,
        "points_tenths": done.points,
        "counts": done.counts,
        "late": {"points_tenths": done.late_points, "counts": done.late_counts},
        "stubs": done.stubs,
        "stubs_missing": done.stubs_missing,
    }


def _lines(context: Context, done: Closing) -> list[str]:
    say = context.words
    lines = [f"{done.period}  {done.slip}".rstrip()]
    lines += [f"{say(f'closing.{name}')}  {points(tenths)}" for name, tenths in done.points.items()]
    lines += [f"{say(f'closing.{name}')}  {count}" for name, count in done.counts.items()]
    if done.stubs is not None:
        lines.append(f"{say('closing.stubs-missing')}  {done.stubs_missing}")
    return lines
