"""What the services answer: frozen facts for screens, slips and the command line; computes nothing.

All points are tenths, days are ISO strings, names are whole: screens mask them before they show them.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kiosk.ledger.stock import Lot


class _View(msgspec.Struct, frozen=True, kw_only=True):
    pass


class Proof(_View, frozen=True, kw_only=True):
    """How a household was found, as it goes into the journal."""

    household: str
    how: str  # "card:3" (serial), "digest", "desk:forgot", "desk:torn", "desk:other"


class Ending(_View, frozen=True, kw_only=True):
    """Points that end on a day."""

    day: str
    tenths: int


class LoanDue(_View, frozen=True, kw_only=True):
    """An open loan of a household."""

    left_tenths: int
    due: str  # the last day to repay it
    overdue: bool  # on the business day


class Account(_View, frozen=True, kw_only=True):
    """What a household has, as shown on its page."""

    proof: Proof
    household: str
    name: str  # head of household, whole
    members: int
    home_here: bool  # False: all figures are of this terminal alone, the rest lives at `home_name`
    home_name: str  # the centre's name when not here, else ""
    may_spend: bool = True  # at home here, or points were moved here
    available_tenths: int
    saved_tenths: int
    held_tenths: int
    owed_tenths: int
    honour_tenths: int
    ending: Ending | None  # the soonest-ending available points
    month_earned_tenths: int
    month_deducted_tenths: int
    month_by_category: tuple[tuple[str, int], ...]  # six (category code, tenths), in catalogue order
    rank: int  # in the village this month by points earned, 1 = first; 0 = not ranked
    loan: LoanDue | None = None  # the open one
    asks_pin: bool = False  # it has a PIN of its own: asked for when goods are redeemed


class ShelfItem(_View, frozen=True, kw_only=True):
    """One good on the shelf."""

    sku: str
    name: str
    unit: str
    price_tenths: int
    on_hand: int  # that may be handed out today
    barcode: str
    picture: str  # name of a picture in assets/goods, "" if none
    category: str
    limit: int  # most pieces a household may take a month, 0 = no limit
    caps: str = ""  # further limits, see kiosk.ledger.limits; "" for none


class HistoryLine(_View, frozen=True, kw_only=True):
    """One entry as its household reads it."""

    entry: str  # "1-284": epoch and seq
    day: str
    kind: str  # journal kind
    title: str  # rule or goods names, ready to show
    amount_tenths: int  # change of available points
    slip: str  # slip number or ""
    disputed: bool = False  # 异议中: an appeal against it is open


class Session(_View, frozen=True, kw_only=True):
    """A signed-in staff member."""

    staff: str
    name: str
    role: Literal["manager", "grid", "reviewer", "supervisor", "panel", "technician"]


class BasketLine(_View, frozen=True, kw_only=True):
    """One line of a basket, priced."""

    item: ShelfItem
    qty: int
    total_tenths: int
    lots: tuple[Lot, ...] = ()  # of the good, that may be handed out today


class Quote(_View, frozen=True, kw_only=True):
    """What a basket would cost now; `refused` is a refusal code or ""."""

    lines: tuple[BasketLine, ...]
    charge_tenths: int
    before_tenths: int
    after_tenths: int
    refused: str
    refused_params: dict[str, str]


class Redeemed(_View, frozen=True, kw_only=True):
    """A redemption that is in the journal."""

    slip: str  # 0037-001284
    entry: str  # "1-284"
    check_code: str  # "7F3A-91C2"
    charged_tenths: int
    before_tenths: int
    available_tenths: int
    lines: tuple[BasketLine, ...]
    repeated: bool  # True: the same request again, nothing new happened


class PrintState(_View, frozen=True, kw_only=True):
    """Where the copies of a slip are."""

    slip: str
    state: Literal["queued", "printing", "printed", "failed", "unknown"]
    reason: str  # "", "paper-out", "cover-open", "unplugged", "stalled", "error", "no-printer", "no-proof"


class LineState(_View, frozen=True, kw_only=True):
    """The line to the county as the top bar shows it."""

    online: bool
    waiting: int  # entries not yet acknowledged
    last_exchange_at_ms: int  # 0 = never


class Today(_View, frozen=True, kw_only=True):
    """The manager's first page."""

    day: str
    redemptions: int
    points_tenths: int
    pieces: int
    shelf_tenths: int  # worth of the goods on the shelf
    outstanding_tenths: int  # available points of all households at home here
    low_stock: tuple[str, ...]  # names of goods that run out
    waiting: int
    last_exchange_at_ms: int


class SlipCheck(_View, frozen=True, kw_only=True):
    """What a slip's code says."""

    verdict: Literal["true", "altered", "unknown"]
    slip: str
    charge_tenths: int
    day: str
