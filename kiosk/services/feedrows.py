"""The forms of feed rows as the county sends them: what must stand in each kind; stores nothing.

A field that is not named here is passed over, so that a newer county can say more.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

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
    erased: int = 0  # 1: everything told of its people before is to be forgotten


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


class CapRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """The most one rule gives or takes in a period; 0: no limit of that kind."""

    period: Literal["day", "week", "month", "quarter", "year"]
    of: Literal["household", "member"] = "household"
    tenths: Number = 0
    times: Number = 0


class RuleRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One version of a rule by which points are given or taken; `from` is the day it counts from.

    A row without bounds comes from before there were any: it takes every amount.
    """

    rule: str
    category: str
    title: str
    amount: int  # tenths
    version: Number
    counts_from: str = msgspec.field(name="from", default="")
    owner: Literal["banner", "township", "centre"] = "banner"
    scope: str = ""  # "" for all, else the township's name or the centre
    least: Number = 0
    most: Number = 0
    sign: Literal["", "give", "take"] = ""
    caps: tuple[CapRow, ...] = ()
    group: str = ""
    evidence: Literal["", "note", "photo"] = ""
    sign_most: Number = 0
    measure: str = ""
    state: Literal["active", "ended"] = "active"


class MeasureRow(msgspec.Struct, frozen=True):
    """One measure of giving, taking, lending or saving, as people read it."""

    measure: str
    kind: Literal["add", "deduct", "borrow", "save"]
    title: str
    text: str
    settings: str = ""  # keys under [rules] with its figures, apart by blanks
    version: Number = 1


class MemberRow(msgspec.Struct, frozen=True):
    """One member of a household."""

    hh: str
    member: Annotated[int, msgspec.Meta(ge=1, le=99)]
    name: str
    born: Annotated[int, msgspec.Meta(ge=0, le=9999)] = 0
    state: Literal["active", "gone"] = "active"


class KeyRow(msgspec.Struct, frozen=True):
    """The public key of an issuer of cards and slips."""

    issuer: str
    public: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    terminal: Number
    last: Annotated[int, msgspec.Meta(ge=-1, le=2**53)] = -1  # once its epoch is over: what the county took


class CentreRow(msgspec.Struct, frozen=True):
    """One centre and its spending terminal."""

    centre: str
    name: str
    township: str
    terminal: Number


class OrderRow(msgspec.Struct, frozen=True):
    """An order's id; what it asks for is judged when it is carried out, and answered by an entry."""

    order: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9:._-]{1,64}$")]


class PanelRow(msgspec.Struct, frozen=True):
    """One member of the panel that scores: their term, and the households they stand back from."""

    staff: str
    election: str
    since: str = msgspec.field(name="from")
    until: str = msgspec.field(name="to")
    hh: str = ""
    kin: tuple[str, ...] = ()


REDACTED = "redacted"  # a row of which something was taken out; it is no longer as the county first wrote it
_BLANK: dict[str, dict[str, Any]] = {
    "household": {"name": "", "pinyin": "", "digest": [], "phone_tail": ""},
    "member": {"name": "", "born": 0},
}


def is_redacted(data: bytes) -> bool:
    """Whether something was taken out of a stored row."""
    return f'"{REDACTED}":1'.encode() in data


def redacted(data: bytes, household: str) -> bytes | None:
    """A stored row without what it says of a household's people; None where it says nothing of them.

    Terminal and county make the same bytes of the same row, and of one made before.
    """
    if household.encode() not in data:
        return None
    place, kind, body, *tail = json.loads(data)
    blank = {name: nothing for name, nothing in _BLANK.get(kind, {}).items() if name in body}
    if body.get("hh") != household or all(body[name] == nothing for name, nothing in blank.items()):
        return None
    row = [place, kind, {**body, **blank, REDACTED: 1}, *tail]
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
