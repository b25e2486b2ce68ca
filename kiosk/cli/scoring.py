"""`kiosk scoring sheet|score|drop|close|sign-off|show|list|panel`: the panel's month, to its signatures."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import msgspec

from kiosk.cli.context import Context, add_globals
from kiosk.cli.declare import read, sign
from kiosk.cli.points import tenths_of
from kiosk.cli.void import entry_of
from kiosk.ledger.masks import mask_name
from kiosk.ledger.panel import Member
from kiosk.ledger.refusals import Refused
from kiosk.services import declare, panel, scoring, sheets, signing, staff
from kiosk.services.sheets import Sheet, SheetLine
from kiosk.words import points

EXAMPLE = f"""examples:
  KIOSK_PIN=… kiosk scoring sheet 2026-11 --staff P037A
  KIOSK_PIN=… kiosk scoring score 1-60 --off 3=1.5=wrong-amount --off 7=0=not-true --staff P037B
  KIOSK_PIN=… kiosk scoring close 1-60 --staff P037A
  KIOSK_PIN=… kiosk scoring sign-off 1-60 --for committees --staff M037A
  KIOSK_PIN=… kiosk scoring sign-off 1-60 --for supervision --return no-proof --staff S037A
  KIOSK_PIN=… kiosk scoring list --staff M037A --json
reasons: {", ".join(declare.REASONS)}"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    _act(acts, "sheet", "put what passed the review onto a new sheet").add_argument("month", help="2026-11")
    score = _sheet(acts, "score", "agree with every line but those named")
    score.add_argument("--off", action="append", default=[], metavar="LINE=POINTS=REASON")
    drop = _sheet(acts, "drop", "send lines back that can't be scored")
    drop.add_argument("line", nargs="+", metavar="LINE=REASON")
    _sheet(acts, "close", "count the scores")
    signed = _sheet(acts, "sign-off", "sign a counted sheet for one body, or return it")
    signed.add_argument("--for", dest="body", required=True, choices=signing.BODIES)
    signed.add_argument("--return", dest="why", choices=declare.REASONS, help="return it instead")
    signed.add_argument("--document", type=Path, metavar="FILE", help="what the township wrote, photographed")
    _sheet(acts, "show", "one sheet with its lines")
    _act(acts, "list", "every sheet, newest first")
    _act(acts, "panel", "the roster: terms, and who stands back for whom")


def run(context: Context) -> int:
    """Sign in and do one of them."""
    given = context.given
    actor = context.session(given.staff).staff
    at = entry_of(given.sheet) if "sheet" in given else (0, 0)
    if given.act in ("show", "list", "panel"):
        with context.terminal.read() as conn:
            staff.require(conn, actor, "look")
        return {"show": _show, "list": _list, "panel": _panel}[given.act](context)
    if given.act == "sheet":
        made = scoring.make(context.terminal, given.month, actor)
        _answer(context, "way.made", msgspec.structs.asdict(made))
    elif given.act == "score":
        off = dict(_off(text) for text in given.off)
        scored = scoring.score_sheet(context.terminal, at, off, actor)
        fields = {"entry": scored.entry, "stood_back": list(scored.stood_back)}
        context.answer(fields, context.words("way.scored", out=len(scored.stood_back)))
    elif given.act == "drop":
        items = dict(_dropped(text) for text in given.line)
        entry = scoring.drop(context.terminal, at, items, actor)
        _answer(context, "way.dropped", {"entry": entry, "count": len(items)})
    elif given.act == "close":
        return _close(context, at, actor)
    else:
        return _sign_off(context, at, actor)
    return 0


def _close(context: Context, at: declare.Place, actor: str) -> int:
    done = scoring.close(context.terminal, at, actor)
    text = context.words(
        "way.counted",
        lines=done.lines,
        points=points(done.tenths),
        changed=done.changed,
        returned=len(done.returned),
    )
    context.answer(msgspec.to_builtins(done), text)
    return 0


def _sign_off(context: Context, at: declare.Place, actor: str) -> int:
    given = context.given
    passed, document = given.why is None, read(given.document)
    entry = signing.sign(context.terminal, at, given.body, passed, given.why or "", actor, document)
    body = context.words(f"way.body.{given.body}")
    text = context.words("way.signed" if passed else "way.sent-back", body=body)
    context.answer({"entry": entry, "body": given.body, "passed": passed}, text)
    return 0


def _show(context: Context) -> int:
    about, lines = sheets.show(context.terminal, entry_of(context.given.sheet))
    fields = {**_describe(about), "rows": [_describe_line(one) for one in lines]}
    text = [
        f"{one.line:>4}  …{one.household[-4:]} {mask_name(one.name)}  {one.title}  "
        f"{sign(one.what)}{points(one.amount_tenths)}  {_why(context, one)}"
        for one in lines
    ]
    context.answer(fields, "\n".join([_line(context, about), *text]))
    return 0


def _why(context: Context, one: SheetLine) -> str:
    return context.words(f"way.reason.{one.why}") if one.why else ""


def _list(context: Context) -> int:
    found = sheets.sheets(context.terminal)
    text = "\n".join(_line(context, one) for one in found) or context.words("way.none")
    context.answer({"sheets": [_describe(one) for one in found]}, text)
    return 0


def _panel(context: Context) -> int:
    found = panel.roster(context.terminal)
    members = [one._asdict() | {"kin": list(one.kin)} for one in found]
    text = "\n".join(f"{one.staff}  {one.since} — {one.until}  {_kin(one)}" for one in found)
    context.answer({"members": members}, text or context.words("way.none"))
    return 0


def _kin(one: Member) -> str:
    return " ".join(f"…{household[-4:]}" for household in (one.household, *one.kin) if household)


def _line(context: Context, one: Sheet) -> str:
    words = context.words
    signed = "、".join(words(f"way.body.{by.body}") for by in one.signed if by.passed) or words("way.nobody")
    state = words(f"way.state.{one.state}")
    return f"{one.entry:>8}  {one.name}  {state}  {one.lines}  {points(one.tenths)}  {signed}"


def _describe(one: Sheet) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(one)
    return fields


def _describe_line(one: SheetLine) -> dict[str, Any]:
    return {**msgspec.structs.asdict(one), "name": mask_name(one.name)}


def _answer(context: Context, key: str, fields: dict[str, Any]) -> None:
    context.answer(fields, context.words(key, **fields))


def _off(text: str) -> tuple[int, tuple[int, str]]:
    line, tenths, why = _parts(text, 3)
    return number(line), (tenths_of(tenths), why)


def _dropped(text: str) -> tuple[int, str]:
    line, why = _parts(text, 2)
    return number(line), why


def _parts(text: str, count: int) -> list[str]:
    parts = text.split("=")
    if len(parts) != count:
        raise Refused("line-unreadable")
    return parts


def number(text: str) -> int:
    """A line's number as typed. Raises `Refused("line-unreadable")`."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused("line-unreadable")
    return int(text)


def _act(acts: Any, name: str, text: str) -> argparse.ArgumentParser:
    act: argparse.ArgumentParser = acts.add_parser(name, help=text)
    add_globals(act)
    act.add_argument("--staff", required=True)
    return act


def _sheet(acts: Any, name: str, text: str) -> argparse.ArgumentParser:
    act = _act(acts, name, text)
    act.add_argument("sheet", help="entry of the sheet, as `sheet` and `list` answer")
    return act
