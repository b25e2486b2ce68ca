"""What a run of entries does to the county's books: a pure fold, no database.

A well-formed entry is never refused here: what is odd about it becomes a flag, and what can't be read as
its kind moves nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kiosk.ledger import moves, points
from kiosk.ledger.cards import slip_number
from kiosk.ledger.cardstates import ACTIVE, LOCAL_SERIALS_FROM, LOST, MOST_SERIAL
from kiosk.ledger.entries import Entry
from kiosk.ledger.kinds import KINDS
from kiosk.ledger.postings import POINT_KINDS, postings
from kiosk.services.clock import is_day

BalanceKey = tuple[str, str, str]  # household, pot, expires
MOST_TENTHS = 10**12  # of one posting, and whatever else goes into a number column

_HOUSEHOLD = re.compile(r"[0-9]{7}")
_RULE = re.compile(r"[a-z0-9-]{1,40}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Redemption(NamedTuple):
    """A redemption as the county lists it."""

    epoch: int
    seq: int
    household: str
    slip: str
    day: str
    charge: int
    pieces: int
    at_ms: int


class OrderClosed(NamedTuple):
    """An order that an entry carried out or refused."""

    order: str
    household: str
    amount: int
    state: str  # done, refused
    code: str
    epoch: int
    seq: int


class CardTold(NamedTuple):
    """What an entry says of a household's card."""

    household: str
    serial: int
    state: str  # lost; active: it counts and those before no longer do


class StaffStopped(NamedTuple):
    """Somebody whose card and PIN count no more where they work."""

    staff: str
    serial: int  # the county's card that was stopped: a newer one counts


class MoveSent(NamedTuple):
    """A move that left; `body` is what its destination is told, as JSON."""

    epoch: int
    seq: int
    household: str
    dest: int
    till: int
    amount: int
    home: int
    body: str
    settles: int  # 1: for one that arrived, but left in entries that are lost


class MoveEnded(NamedTuple):
    """A move that was taken in, declined or taken back by an entry (`by_…`) of the terminal at hand."""

    terminal: int
    epoch: int
    seq: int
    by_epoch: int
    by_seq: int
    household: str
    state: str  # in, declined, back
    amount: int
    home: int


class Award(NamedTuple):
    """A line that one terminal published and another, the household's home, is to post."""

    epoch: int
    seq: int
    line: int  # of the notice, 0 for the correction an appeal led to
    household: str
    what: str  # earn, deduct
    amount: int
    rule: str
    version: int
    deed: str
    member: int
    was: str = ""  # earn, deduct: what the entry was that this corrects; "" for a deed
    corrects: tuple[int, int] = (0, 0)  # that entry, of the same terminal


class Flag(NamedTuple):
    """Something about one entry that a person should look at."""

    epoch: int
    seq: int
    code: str


@dataclass(slots=True)
class Projection:
    """What changed: balances and totals as differences, the rest as new lines."""

    balances: dict[BalanceKey, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    redemptions: list[Redemption] = field(default_factory=list)
    voided: dict[tuple[int, int], bool] = field(default_factory=dict)  # (epoch, seq) of the redemption
    orders: list[OrderClosed] = field(default_factory=list)
    cards: list[CardTold] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)  # households whose people are to be forgotten
    stopped: list[StaffStopped] = field(default_factory=list)
    sent: list[MoveSent] = field(default_factory=list)
    ended: list[MoveEnded] = field(default_factory=list)
    awards: list[Award] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)


def project(
    entries: Iterable[Entry],
    opening: Mapping[BalanceKey, int],
    homes: Mapping[str, int] | None = None,
    guests: Iterable[str] = (),
) -> Projection:
    """The fold of `entries` (in order, of one terminal) over the balances in `opening`.

    `homes` are the known households and their home terminals; None leaves flags about them out. `guests` are
    those who had points moved to this terminal before.
    """
    visiting = set(guests)
    result = Projection()
    count = 0
    for entry in entries:
        count += 1
        if entry.kind not in KINDS:
            result.flags.append(Flag(entry.epoch, entry.seq, "unknown-kind"))
            continue
        try:
            _apply(result, entry, opening)
            _look_at_home(result, entry, homes, visiting)
            if entry.kind in ("card-lost", "card-bind"):
                _card(result, entry, homes)
            elif entry.kind == "erase":
                _erase(result, entry, homes)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            result.flags.append(Flag(entry.epoch, entry.seq, "bad-body"))
    _add(result.totals, "entries", count)
    return result


def households_of(entries: Iterable[Entry]) -> set[str]:
    """The households that `entries` name in the usual place."""
    return {
        named
        for entry in entries
        if isinstance(named := entry.body.get("hh"), str) and _HOUSEHOLD.fullmatch(named)
    }


def _apply(result: Projection, entry: Entry, opening: Mapping[BalanceKey, int]) -> None:
    kind, body = entry.kind, entry.body
    if kind not in POINT_KINDS:
        if kind == "order-refused":
            result.orders.append(_order(entry, body, "refused"))
        elif kind == "move-declined":
            _require(_HOUSEHOLD.fullmatch(body["hh"]) is not None)
            result.ended.append(_ended(entry, body, 0))
        elif kind in ("sign-off", "goods-order") and "order" in body:
            result.orders.append(_order(entry, {**body, "amount": 0}, "done"))
        elif kind == "staff-stop":
            _require(isinstance(body["staff"], str) and "\0" not in body["staff"])
            result.stopped.append(StaffStopped(body["staff"], _number(body["over"])))
        elif kind == "award":
            result.awards.append(_award(entry, body))
        return
    moved = postings(kind, body)
    household = body["hh"]
    _require(_HOUSEHOLD.fullmatch(household) is not None)
    for posting in moved:
        _require(posting.household == household)
        _number(posting.tenths)
        _require(posting.expires == points.NEVER or _DAY.fullmatch(posting.expires) is not None)
    order = _order(entry, body, "done") if "order" in body else None
    if kind == "move-out":
        result.sent.append(_sent(entry, body))
    elif kind in ("move-in", "move-back"):
        result.ended.append(_ended(entry, body, _net(body["to"], body)))
    if kind in ("redeem", "collect"):
        redemption = _redemption(entry, body)
        result.redemptions.append(redemption)
        _add(result.totals, "redemptions", 1)
        _add(result.totals, "pieces", redemption.pieces)
    elif kind in ("void", "void-ask", "void-deny"):
        denied = kind == "void-deny"  # what was asked for did not come about: the redemption stands again
        epoch, seq = body["redeemed" if denied else "of"]
        result.voided[_number(epoch), _number(seq)] = not denied
        _add(result.totals, "redemptions", 1 if denied else -1)
        pieces = sum(_number(line[1]) for line in body["lines"])
        _add(result.totals, "pieces", pieces if denied else -pieces)
    elif kind == "return":
        _add(result.totals, "pieces", -sum(_number(line[1]) for line in body["lines"]))
    if order is not None:
        result.orders.append(order)
    if body.get("over"):
        result.flags.append(Flag(entry.epoch, entry.seq, "over-cap"))
    if _post(result, moved, opening):
        result.flags.append(Flag(entry.epoch, entry.seq, "overdrawn"))


def _look_at_home(
    result: Projection, entry: Entry, homes: Mapping[str, int] | None, visiting: set[str]
) -> None:
    """Flag what only a household's home writes and others wrote, and what a guest spends who never came.

    Moves, and what takes back or ends an entry of the same terminal, are written where that is.
    """
    if entry.kind not in POINT_KINDS or homes is None:
        return
    household = entry.body["hh"]
    if entry.kind == "move-in":
        visiting.add(household)
    if homes.get(household) == entry.terminal:
        return
    if household not in homes:
        result.flags.append(Flag(entry.epoch, entry.seq, "unknown-household"))
    elif entry.kind in moves.HOME_KINDS or (entry.kind == "redeem" and household not in visiting):
        result.flags.append(Flag(entry.epoch, entry.seq, "not-home"))


def _sent(entry: Entry, body: Mapping[str, Any]) -> MoveSent:
    move = moves.of_out(body)
    return MoveSent(
        entry.epoch,
        entry.seq,
        move.household,
        _number(move.dest),
        _number(move.dest_epoch),
        _net(body["from"], body),
        int(move.home is not None),
        json.dumps(moves.in_body(move), sort_keys=True, separators=(",", ":")),
        int("settles" in body),
    )


def _ended(entry: Entry, body: Mapping[str, Any], amount: int) -> MoveEnded:
    states = {"move-in": "in", "move-back": "back", "move-declined": "declined"}
    place = (entry.terminal, *body["out"]) if entry.kind == "move-back" else body["move"]
    terminal, epoch, seq = (_number(part) for part in place)
    state = states[entry.kind]
    home = int(bool(body.get("home")))
    return MoveEnded(terminal, epoch, seq, entry.epoch, entry.seq, body["hh"], state, amount, home)


def _net(buckets: Iterable[Any], body: Mapping[str, Any]) -> int:
    saved, owed = _number(body.get("saved", 0)), _number(body.get("owed", 0))
    return sum(_number(tenths) for _, tenths in buckets) + saved - owed


def _post(result: Projection, moved: Iterable[points.Posting], opening: Mapping[BalanceKey, int]) -> bool:
    """Add up the postings; whether a pot of the household went below zero, or its debt above."""
    overdrawn = False
    for household, pot, expires, tenths in moved:
        _add(result.totals, pot, tenths)
        if pot not in points.HOUSEHOLD_POTS:
            continue
        key = (household, pot, expires)
        change = result.balances.get(key, 0) + tenths
        result.balances[key] = change
        now = opening.get(key, 0) + change
        overdrawn |= now > 0 if pot == points.OWED else (now < 0 and tenths < 0)
    return overdrawn


def _card(result: Projection, entry: Entry, homes: Mapping[str, int] | None) -> None:
    """A card is lost wherever it is reported, and issued only at its household's home."""
    household, serial = entry.body["hh"], _number(entry.body["serial"])
    _require(_HOUSEHOLD.fullmatch(household) is not None and 0 < serial <= MOST_SERIAL)
    if homes is not None and household not in homes:
        result.flags.append(Flag(entry.epoch, entry.seq, "unknown-household"))
    elif entry.kind == "card-lost":
        result.cards.append(CardTold(household, serial, LOST))
    elif homes is not None and homes[household] != entry.terminal:
        result.flags.append(Flag(entry.epoch, entry.seq, "not-home"))
    else:
        _require(serial >= LOCAL_SERIALS_FROM)
        result.cards.append(CardTold(household, serial, ACTIVE))


def _erase(result: Projection, entry: Entry, homes: Mapping[str, int] | None) -> None:
    """Only its home asks for a household's people to be forgotten."""
    household = entry.body["hh"]
    _require(_HOUSEHOLD.fullmatch(household) is not None)
    if homes is not None and homes.get(household) != entry.terminal:
        code = "not-home" if household in homes else "unknown-household"
        result.flags.append(Flag(entry.epoch, entry.seq, code))
    else:
        result.erased.append(household)


def _redemption(entry: Entry, body: Mapping[str, Any]) -> Redemption:
    pieces = sum(_number(line[1]) for line in body["lines"])
    slip = _number(body["slip"])
    _require(entry.epoch > 0 and slip > 0 and _DAY.fullmatch(entry.day) is not None)
    return Redemption(
        entry.epoch,
        entry.seq,
        body["hh"],
        slip_number(entry.terminal, entry.epoch, slip),
        entry.day,
        _number(body["charge"] if "charge" in body else body["amount"]),
        pieces,
        max(-MOST_AT_MS, min(MOST_AT_MS, entry.at_ms)),
    )


def _order(entry: Entry, body: Mapping[str, Any], state: str) -> OrderClosed:
    order, code = body["order"], body.get("code", "") if state == "refused" else ""
    _require(isinstance(order, str) and isinstance(code, str) and "\0" not in order + code)
    amount = 0 if state == "refused" else _ordered(entry.kind, body)
    return OrderClosed(order, body.get("hh", ""), amount, state, code, entry.epoch, entry.seq)


def _ordered(kind: str, body: Mapping[str, Any]) -> int:
    """What an entry says its order was about; an order to send everything names no sum."""
    if kind == "move-out":
        return 0
    if kind == "expire":  # it names its two parts
        return _number(body["saved"] + body["expired"])
    return _net(body["to"], body) if kind in _MOVES else _number(body["amount"])


def _award(entry: Entry, body: Mapping[str, Any]) -> Award:
    household, rule, deed, what = body["hh"], body["rule"], body["deed"], body["what"]
    _require(_HOUSEHOLD.fullmatch(household) is not None and _RULE.fullmatch(rule) is not None)
    _require(is_day(deed) and what in ("earn", "deduct") and _number(body["amount"]) > 0)
    numbers = (body.get("line", 0), body["rv"], body.get("member", 0))
    line, version, member = (_number(one) for one in numbers)
    award = Award(entry.epoch, entry.seq, line, household, what, body["amount"], rule, version, deed, member)
    if "corrects" not in body:
        return award
    was, (epoch, seq) = body["was"], body["corrects"]
    _require(was in ("earn", "deduct") and _number(epoch) > 0 and _number(seq) > 0)
    return award._replace(was=was, corrects=(epoch, seq))


def _number(value: Any) -> int:
    _require(type(value) is int and abs(value) <= MOST_TENTHS)
    return int(value)


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("not of its kind's form")


def _add(sums: dict[Any, int], key: Any, value: int) -> None:
    sums[key] = sums.get(key, 0) + value


_MOVES = ("move-out", "move-in", "move-back")
MOST_AT_MS = 10**15  # some 30,000 years: clocks may be wrong, columns are finite
