"""`kiosk redeem`: points for goods, once or as a stream of requests in one process."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from typing import IO, Any

from kiosk.cli import at_desk
from kiosk.cli.at_desk import describe
from kiosk.cli.context import Context, is_utf8, print_no
from kiosk.cli.void import entry_of
from kiosk.ledger.refusals import Question, Refused
from kiosk.services import collect
from kiosk.services.redeem import redeem
from kiosk.services.views import Redeemed

EXAMPLE = """examples:
  KIOSK_PIN=… kiosk redeem --card "P1:…" --item soap=2 --item rice5=1 --staff M037A --request-id 7
  KIOSK_PIN=… kiosk redeem --card "P1:…" --item soap=2 --staff M037A --collector 王五 --relation neighbour
  KIOSK_PIN=… kiosk redeem --card "P1:…" --item rice5=1 --staff M037A --confirm sign --deliver
  KIOSK_PIN=… kiosk redeem --batch - < requests.jsonl
a request line: {"card": "P1:…", "items": {"soap": 2}, "staff": "M037A", "request_id": "7"}"""
MOST_LINE_BYTES = 65_536


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("--card", help="text of the household card")
    at_desk.add_items(parser)
    parser.add_argument("--staff", help="who redeems")
    parser.add_argument("--request-id", help="the same id again is the same redemption")
    parser.add_argument(
        "--yes", action="append", default=[], metavar="CODE", help="answer a question with yes"
    )
    at_desk.add_confirm(parser)
    at_desk.add_collector(parser)
    parser.add_argument("--deliver", action="store_true", help="the goods are brought to the door")
    parser.add_argument(
        "--session", metavar="ENTRY", help="on a collective day, at its prices, for one who has not reserved"
    )
    parser.add_argument("--batch", metavar="FILE", help="JSON requests, one a line; - is standard input")


def run(context: Context) -> int:
    """Redeem one basket, or many."""
    given = context.given
    if given.batch:
        return _batch(context)
    if not (given.card and given.item and given.staff):
        raise Refused("redeem-words-missing")
    items = [at_desk.item_of(text) for text in given.item]
    if given.session and given.deliver:
        raise Refused("session-no-delivery")
    further: dict[str, Any] = {**at_desk.confirmation(context), "collector": at_desk.collector(context)}
    if given.session:
        further["session"] = entry_of(given.session)
    else:
        further["deliver"] = given.deliver
    at_desk.answer(context, _redeem(context, given.card, items, given.staff, given.request_id, **further))
    return 0


def _batch(context: Context) -> int:
    if context.given.batch == "-":
        context.stdin_taken = True
        return _answer_all(context, _lines(sys.stdin.buffer))
    with open(context.given.batch, "rb") as file:  # noqa: PTH123  # the name may be a pipe
        return _answer_all(context, _lines(file))


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Lines with something on them; of one that is too long only the beginning, which no request fits."""
    while line := file.readline(MOST_LINE_BYTES + 1):
        while len(line) > MOST_LINE_BYTES and not line.endswith(b"\n"):
            if (rest := file.readline(MOST_LINE_BYTES)).endswith(b"\n") or not rest:
                break
        if line.strip():
            yield line


def _answer_all(context: Context, lines: Iterable[bytes]) -> int:
    """One answer a line, in order; 0 when every request was carried out, else 3."""
    clean = True
    for line in lines:
        try:
            card, items, staff, request_id = _request(line)
            redeemed = _redeem(context, card, items, staff, request_id)
            print(json.dumps(describe(redeemed)), flush=True)
        except (Refused, Question) as no:
            clean = False
            print_no(no, context, to_json=True)
    return 0 if clean else 3


def _request(line: bytes) -> tuple[str, list[tuple[str, int]], str, str | None]:
    try:
        if len(line) > MOST_LINE_BYTES:
            raise ValueError("long")
        fields = json.loads(line)
        card, items, staff = fields["card"], fields["items"], fields["staff"]
        request_id = fields.get("request_id")
        texts = (card, staff, "" if request_id is None else request_id, *items)
        if not all(isinstance(text, str) and is_utf8(text) for text in texts) or not all(
            type(pieces) is int for pieces in items.values()
        ):
            raise TypeError("types")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused("request-unreadable") from None
    return card, list(items.items()), staff, request_id


def _redeem(
    context: Context,
    card: str,
    items: list[tuple[str, int]],
    staff: str,
    request_id: str | None,
    **further: Any,
) -> Redeemed:
    request = at_desk.request_of(context, request_id)
    session = context.session(staff)
    proof = at_desk.prove(context, card)
    if "session" in further:
        return collect.walk_in(context.terminal, proof, tuple(items), session.staff, request, **further)
    yes = frozenset(context.given.yes)
    return redeem(context.terminal, proof, tuple(items), session.staff, request, yes=yes, **further)
