"""What the county orders about moves: take one in, take one back, send a whole household; each once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from kiosk.ledger import moves as ledger
from kiosk.ledger.moves import MoveId
from kiosk.ledger.refusals import Refused
from kiosk.services import arrivals, moves
from kiosk.services.clock import is_day
from kiosk.services.deeds import HouseholdId
from kiosk.services.terminal import Writing

Number = Annotated[int, msgspec.Meta(ge=1, le=2**53)]
Tenths = Annotated[int, msgspec.Meta(ge=0, le=10**9)]


class _In(msgspec.Struct, frozen=True, tag_field="do", tag="move-in"):
    """Take in a move; `till` is the epoch of ours it is good for."""

    hh: HouseholdId
    move: tuple[Number, Number, Number]
    till: Number
    to: tuple[tuple[str, Tenths], ...]
    home: int = 0
    saved: Tenths = 0
    owed: Tenths = 0
    honour: int = 0
    loan: tuple[Tenths, Tenths, str, str] | None = None

    def __post_init__(self) -> None:
        days = [day for day, _ in self.to if day] + list(self.loan[2:] if self.loan else ())
        if not all(is_day(day) for day in days):
            raise ValueError("no such day")


class _Back(msgspec.Struct, frozen=True, tag_field="do", tag="move-back"):
    """Take back what never arrived."""

    hh: HouseholdId
    out: tuple[Number, Number]


class _Home(msgspec.Struct, frozen=True, tag_field="do", tag="move-home"):
    """Send everything of a household to its new home."""

    hh: HouseholdId
    to: Number
    till: Number


class _Settle(msgspec.Struct, frozen=True, tag_field="do", tag="move-settle"):
    """Send again what arrived elsewhere, but left in entries that an epoch of ours ended without."""

    hh: HouseholdId
    out: tuple[Number, Number]
    to: Number
    sum: Tenths
    home: int = 0


ORDERS = ("move-in", "move-back", "move-home", "move-settle")


def carry_out(writing: Writing, order: str, body: Mapping[str, Any]) -> None:
    """Write the entry an order asks for, or `order-refused` with the reason; both close the order."""
    try:
        wanted = msgspec.convert(body, _In | _Back | _Home | _Settle)
    except msgspec.ValidationError:
        writing.append("order-refused", {"order": order, "code": "order-unknown"})
        return
    try:
        if isinstance(wanted, _In):
            move = ledger.of_order(body, writing.terminal)
            arrivals.require_takable(writing, MoveId(*wanted.move), move)
            arrivals.enter(writing, MoveId(*wanted.move), move, {"order": order})
        elif isinstance(wanted, _Back):
            moves.take_back(writing, order, *wanted.out)
        elif isinstance(wanted, _Settle):
            moves.settle(
                writing, order, wanted.hh, wanted.out, wanted.to, None if wanted.home else wanted.sum
            )
        else:
            moves.carry_out_home(writing, order, wanted.hh, wanted.to, wanted.till)
    except Refused as no:
        writing.append("order-refused", {"order": order, "code": no.code, "hh": wanted.hh})
