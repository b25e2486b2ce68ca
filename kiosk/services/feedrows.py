"""The forms of feed rows as the county sends them: what must stand in each kind; stores nothing.

A field that is not named here is passed over, so that a newer county can say more.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from kiosk.ledger.limits import Period

Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class HouseholdRow(msgspec.Struct, frozen=True):
    """People of a household and where it is at home."""

    hh: str
    name: str
    members: Number
    pinyin: str
    home: Number
    digest: tuple[str, ...]
    limits: str = "on"


class CardRow(msgspec.Struct, frozen=True):
    """State of one household card."""

    hh: str
    serial: Number
    state: Literal["active", "lost", "revoked"]


class StaffRow(msgspec.Struct, frozen=True):
    """One staff member; an unknown role may do nothing."""

    staff: str
    name: str
    role: str
    pin: str
    serial: Number
    state: Literal["active", "revoked"]


class GoodsRow(msgspec.Struct, frozen=True):
    """One good of the catalogue; `from` is the day it counts from."""

    sku: str
    name: str
    unit: str
    price: Number
    barcode: str
    picture: str
    category: str
    limit: Number
    version: Number
    counts_from: str = msgspec.field(name="from")
    most: dict[Period, Number] = msgspec.field(default_factory=dict)  # pieces a household, by period
    most_each: dict[Period, Number] = msgspec.field(default_factory=dict)  # pieces a member, by period


class RuleRow(msgspec.Struct, frozen=True):
    """One rule by which points are given or taken."""

    rule: str
    category: str
    title: str
    amount: int
    version: Number


class KeyRow(msgspec.Struct, frozen=True):
    """The public key of an issuer of cards and slips."""

    issuer: str
    public: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    terminal: Number


class CentreRow(msgspec.Struct, frozen=True):
    """One centre and its spending terminal."""

    centre: str
    name: str
    township: str
    terminal: Number


class OrderRow(msgspec.Struct, frozen=True):
    """An order's id; what it asks for is judged when it is carried out, and answered by an entry."""

    order: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9:._-]{1,64}$")]
