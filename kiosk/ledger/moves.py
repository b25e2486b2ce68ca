"""What a move between two terminals carries, in entries, orders and on paper; and who may spend where.

A move is named by the entry that sent it: (terminal, epoch, seq). It is good for one destination, in the
epoch of it that the sender knew: a later epoch of the destination never takes it in, so that what was sent to
an epoch that ended without it can be given back without anybody spending it twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kiosk.ledger import cards
from kiosk.ledger.points import NEVER, Bucket

Body = Mapping[str, Any]

# what only the terminal writes where the household is at home: its points here are home points then
HOME_KINDS = frozenset(
    ("earn", "deduct", "correct", "reverse", "borrow", "repay", "save", "unsave", "expire", "hold")
)


class MoveId(NamedTuple):
    """The `move-out` entry that began it."""

    terminal: int
    epoch: int
    seq: int

    def __str__(self) -> str:
        return f"{self.terminal}/{self.epoch}-{self.seq}"


class Loan(NamedTuple):
    """An open loan on the move, with its terms."""

    amount: int
    left: int
    day: str
    due: str


class Home(NamedTuple):
    """What goes along with available points in a change of home."""

    saved: int
    owed: int
    honour: int
    loan: Loan | None


class Move(NamedTuple):
    """Everything the destination needs to know; `home` is None unless it is a change of home."""

    household: str
    dest: int
    dest_epoch: int
    buckets: tuple[Bucket, ...]
    home: Home | None

    @property
    def available(self) -> int:
        """Tenths of available points."""
        return sum(tenths for _, tenths in self.buckets)

    @property
    def net(self) -> int:
        """Tenths of all pots together, what is owed taken off: what `away` holds meanwhile."""
        return self.available + (self.home.saved - self.home.owed if self.home else 0)


def out_body(move: Move) -> dict[str, Any]:
    """The body of a `move-out`."""
    body = {"hh": move.household, "to": move.dest, "till": move.dest_epoch, "from": _lists(move.buckets)}
    return {**body, **_home_fields(move.home)}


def in_body(move: Move) -> dict[str, Any]:
    """What a `move-in` and a `move-back` say of the points."""
    return {"hh": move.household, "to": _lists(move.buckets), **_home_fields(move.home)}


def of_out(body: Body) -> Move:
    """The move that a `move-out` with `body` sent. Raises `KeyError`, `TypeError` or `ValueError`."""
    return Move(body["hh"], body["to"], body["till"], _buckets(body["from"]), _home_of(body))


def of_order(body: Body, dest: int) -> Move:
    """The move that the county's `move-in` order names. Raises as `of_out`."""
    return Move(body["hh"], dest, body["till"], _buckets(body["to"]), _home_of(body))


def text(issuer: str, move_id: MoveId, move: Move, check: str) -> str:
    """The part of a move slip's code to sign; `check` is the entry's check code, dash allowed."""
    buckets = "/".join(f"{_digits(day)}.{tenths}" for day, tenths in move.buckets)
    return (
        f"M1:{issuer}:{move_id.epoch}-{move_id.seq}:{move.household}:{move.dest}-{move.dest_epoch}"
        f":{buckets}:{_home_text(move.home)}:{check.replace('-', '')}"
    )


def of_code(code: cards.MoveCode) -> tuple[MoveId, Move] | None:
    """What a move slip's code says; None when whoever signed it can't have sent that move."""
    signer = cards.issuer_place(code.issuer)
    if signer is None or code.epoch > signer[1]:
        return None
    parts = [part.split(".") for part in code.buckets.split("/")] if code.buckets else []
    buckets = tuple((_day(day), int(tenths)) for day, tenths in parts)
    move = Move(code.household, code.dest, code.dest_epoch, buckets, _home_read(code.home))
    return MoveId(signer[0], code.epoch, code.seq), move


def may_spend(*, home_here: bool, settled: object, available: object) -> bool:
    """Whether a household may spend what a terminal holds for it: at home, or what came as a guest's.

    What is left at an old home is `settled` there and stays until it is moved: a new home in the county's
    books alone lets nobody spend.
    """
    return home_here or bool(available and not settled)


def settled_after(kind: str, body: Body) -> int | None:
    """What an entry makes of "the points here are home points": 1 yes, 0 a guest's, None as before."""
    if kind in HOME_KINDS:
        return 1
    if kind == "move-out" and body.get("home"):
        return 0
    if kind in ("move-in", "move-back") and not body.get("guest"):
        return 1
    return None


def _lists(buckets: Sequence[Bucket]) -> list[list[Any]]:
    return [list(bucket) for bucket in buckets]


def _buckets(pairs: Sequence[Sequence[Any]]) -> tuple[Bucket, ...]:
    return tuple((day, tenths) for day, tenths in pairs)


def _home_fields(home: Home | None) -> dict[str, Any]:
    if home is None:
        return {}
    fields: dict[str, Any] = {"home": 1, "saved": home.saved, "owed": home.owed, "honour": home.honour}
    return {**fields, "loan": list(home.loan)} if home.loan else fields


def _home_of(body: Body) -> Home | None:
    if not body.get("home"):
        return None
    loan = Loan(*body["loan"]) if "loan" in body else None
    return Home(body["saved"], body["owed"], body["honour"], loan)


def _home_text(home: Home | None) -> str:
    if home is None:
        return ""
    pots = f"{home.saved}.{home.owed}.{home.honour}"
    if home.loan is None:
        return pots
    return f"{pots}.{home.loan.amount}.{home.loan.left}.{_digits(home.loan.day)}.{_digits(home.loan.due)}"


def _home_read(part: str) -> Home | None:
    if not part:
        return None
    saved, owed, honour, *loan = part.split(".")
    if not loan:
        return Home(int(saved), int(owed), int(honour), None)
    amount, left, day, due = loan
    return Home(int(saved), int(owed), int(honour), Loan(int(amount), int(left), _day(day), _day(due)))


def _digits(day: str) -> str:
    return day.replace("-", "") or "0"


def _day(digits: str) -> str:
    return NEVER if digits == "0" else f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
