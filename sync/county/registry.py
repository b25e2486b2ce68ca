"""What the county knows and gives out: centres, terminals, households, staff, goods.

Cards are in `cardbook`, members in `memberbook`, orders in `orderbook`. Each function writes
the county's own table and the feed row that tells the terminals, in one transaction.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from kiosk.keys import identity_digest
from kiosk.ledger import cards as card_texts
from kiosk.services.staff import pin_material
from sync.county import feed, goodsbook, memberbook
from sync.county.database import County, CountyError
from sync.county.lookups import all_of, check, first_of
from sync.county.orderbook import add_order
from sync.county.signing import signed
from sync.county.tables import (
    centres,
    digests,
    goods,
    households,
    staff,
    terminals,
)
from sync.county.upserts import upsert

COUNTY = "county"  # the scope of everybody


@dataclass(frozen=True, kw_only=True)
class Household:
    """A household as the registry takes it in; `identity_numbers` are digested and forgotten."""

    household: str  # 7 digits, the first three are its centre's
    name: str
    members: int = 1
    pinyin: str = ""
    phone_tail: str = ""
    home: int  # terminal
    identity_numbers: tuple[str, ...] = ()
    opening_tenths: int = 0  # brought in as an order to the home terminal
    opening_expires: str = ""
    limits: str = "on"  # "off" only for demo and training


@dataclass(frozen=True, kw_only=True)
class Person:
    """A member of staff as the registry takes him in; the PIN is hashed and forgotten."""

    staff: str
    centre: str
    name: str
    role: str
    pin: str


@dataclass(frozen=True, kw_only=True)
class Good:
    """A good of the catalogue; `centre` empty: for all."""

    sku: str
    name: str
    unit: str
    price_tenths: int
    barcode: str
    picture: str = ""
    category: str = ""
    most_a_month: int = 0
    most: Mapping[str, int] = field(default_factory=dict)  # pieces a household, by period
    most_each: Mapping[str, int] = field(default_factory=dict)  # pieces a member, by period
    counts_from: str = ""
    version: int = 1
    centre: str = ""


def begin(county: County) -> None:
    """Tell terminals the county's own key; once, at `county init`."""
    with county.write() as conn:
        if feed.position(conn, county.code, COUNTY) == 0:
            _tell_key(conn, county.code, county.code, county.key.public, 0)


def add_centre(county: County, centre: str, name: str, township: str, terminal: int) -> None:
    """A centre and its spending terminal; again with the same centre changes name and township.

    Raises `CountyError` when the terminal number is another centre's.
    """
    check(len(centre) == 3 and centre.isdigit(), f"{centre}: a centre has three digits")
    check(0 < terminal < 10_000, f"{terminal}: a terminal has a number from 1 to 9999")
    row = {"county": county.code, "centre": centre, "name": name, "township": township, "terminal": terminal}
    with county.write() as conn:
        known = first_of(conn, terminals, county, terminal=terminal)
        check(known is None or known.centre == centre, f"terminal {terminal} stands in another centre")
        found = first_of(conn, centres, county, centre=centre)
        key = found.centre_key if found else os.urandom(32)
        conn.execute(upsert(conn, centres), {**row, "centre_key": key})
        if known is None:
            conn.execute(insert(terminals), _new_terminal(county.code, centre, terminal))
        told = {"centre": centre, "name": name, "township": township, "terminal": terminal}
        feed.append(conn, county.code, COUNTY, [("centre", told)])


def add_households(county: County, added: Iterable[Household]) -> None:
    """Households with members' digests and opening points; the identity numbers themselves are not kept.

    Raises `CountyError` on an unknown centre or a number that is not seven digits; nothing is added then.
    """
    batch = list(added)
    for one in batch:
        form = len(one.household) == 7 and one.household.isdigit()
        check(form, f"{one.household}: a household number has seven digits")
    with county.write() as conn:
        keys = {row.centre: row.centre_key for row in all_of(conn, centres, county)}
        homes = {row.terminal: row.centre for row in all_of(conn, terminals, county)}
        told: dict[str, list[feed.Row]] = {}
        for one in batch:
            centre = one.household[:3]
            check(centre in keys, f"{one.household}: there is no centre {centre}")
            home = homes.get(one.home, centre)  # where the card is not needed
            found = sorted(identity_digest(keys[home], number) for number in one.identity_numbers)
            store_household(conn, county.code, one, found)
            told.setdefault(home, []).append(("household", household_row(one, found)))
            if home != centre:
                told.setdefault(centre, []).append(("household", household_row(one, [])))
        for centre in sorted(told):
            feed.append(conn, county.code, f"centre:{centre}", told[centre])
        for one in batch:
            if one.opening_tenths:
                _order_opening(conn, county, one)


def add_staff(county: County, centre: str, staff_id: str, name: str, role: str, pin: str) -> str:
    """A staff member of one centre with a PIN of six digits or more; returns the staff card's text.

    Again with the same id changes name, role and PIN, and a new card replaces the old one.
    """
    return add_people(county, [Person(staff=staff_id, centre=centre, name=name, role=role, pin=pin)])[0]


def add_people(
    county: County, people: Iterable[Person], progress: Callable[[int, int], None] | None = None
) -> list[str]:
    """`add_staff` for several, all or none; the texts of their cards in their order. Hashing takes long:
    `progress` is told how many are done, and nothing is locked meanwhile."""
    batch = list(people)
    with county.read() as conn:
        keys = {row.centre: row.centre_key for row in all_of(conn, centres, county)}
    hashes = []
    for one in batch:
        check(len(one.pin) >= 6 and one.pin.isdigit(), "a PIN has six digits or more")
        if one.centre not in keys:
            raise CountyError(f"there is no centre {one.centre}; add it first")
        hashes.append(PasswordHasher().hash(pin_material(keys[one.centre], one.pin)))
        if progress:
            progress(len(hashes), len(batch))
    parts = []
    with county.write() as conn:
        for one, hashed in zip(batch, hashes, strict=True):
            found = first_of(conn, staff, county, staff=one.staff)
            serial = found.serial + 1 if found else 1
            told: dict[str, Any] = {"staff": one.staff, "name": one.name, "role": one.role, "pin": hashed}
            told |= {"serial": serial, "state": "active"}
            conn.execute(upsert(conn, staff), {"county": county.code, "centre": one.centre, **told})
            feed.append(conn, county.code, f"centre:{one.centre}", [("staff", told)])
            parts.append(card_texts.staff_card_text(county.code, one.staff, serial))
    return [signed(county, part) for part in parts]


def revoke_staff(county: County, staff_id: str) -> None:
    """Staff who no longer work there; holds at terminals from their next exchange."""
    with county.write() as conn:
        found = first_of(conn, staff, county, staff=staff_id)
        if found is None:
            raise CountyError(f"there is no staff member {staff_id}")
        _revoke(conn, county.code, found)


def stop_staff(conn: Connection, county: str, centre: str, staff_id: str, serial: int) -> None:
    """Somebody of a centre was stopped there under the card `serial`: its other terminals hear of it, in the
    caller's transaction. A card of the county that came later counts."""
    found = conn.execute(_WORKER, {"b_county": county, "b_centre": centre, "b_staff": staff_id}).first()
    if found is not None and (found.serial, found.state) == (serial, "active"):
        _revoke(conn, county, found)


def _revoke(conn: Connection, county: str, found: Any) -> None:
    told = {name: getattr(found, name) for name in ("staff", "name", "role", "pin", "serial")}
    told["state"] = "revoked"
    conn.execute(upsert(conn, staff), {"county": county, "centre": found.centre, **told})
    feed.append(conn, county, f"centre:{found.centre}", [("staff", told)])


def add_goods(county: County, added: Iterable[Good]) -> None:
    """Goods, or new versions of them; prices in tenths, from the day each counts."""
    with county.write() as conn:
        for one in added:
            told_only = ("price_tenths", "centre", "most", "most_each")
            row = {name: value for name, value in vars(one).items() if name not in told_only}
            row["price"] = one.price_tenths
            conn.execute(upsert(conn, goods), {"county": county.code, **row})
            goodsbook.put_limits(conn, county.code, one.sku, one.centre, one.most, one.most_each)
            told = {key: value for key, value in row.items() if key not in ("most_a_month", "counts_from")}
            told |= {"limit": one.most_a_month, "from": one.counts_from}
            told |= {name: dict(caps) for name in ("most", "most_each") if (caps := getattr(one, name))}
            feed.append(
                conn, county.code, f"centre:{one.centre}" if one.centre else COUNTY, [("goods", told)]
            )


def store_household(conn: Connection, county: str, one: Household, found: Iterable[str]) -> None:
    """Write a household as it is now, with the digests `found`, in the caller's transaction; tells nobody."""
    own = {"county": county, "household": one.household, "centre": one.household[:3]}
    names = ("name", "members", "pinyin", "phone_tail", "home", "limits")
    conn.execute(upsert(conn, households), {**own, **{name: getattr(one, name) for name in names}})
    conn.execute(delete(digests).where(digests.c.county == county, digests.c.household == one.household))
    rows = [{**own, "digest": digest} for digest in found]
    if rows:
        conn.execute(insert(digests), rows)


def household_row(one: Household, found: list[str]) -> dict[str, Any]:
    """What the centre of its home is told of a household."""
    row = {
        "hh": one.household,
        "name": one.name,
        "members": one.members,
        "pinyin": one.pinyin,
        "home": one.home,
        "digest": found,
        "phone_tail": one.phone_tail,
    }
    return row if one.limits == "on" else {**row, "limits": one.limits}


def terminal_of(county: County, centre: str) -> int:
    """The spending terminal of `centre`. Raises `CountyError` when there is no such centre."""
    with county.read() as conn:
        place = first_of(conn, centres, county, centre=centre)
    check(place is not None, f"there is no centre {centre}; add it first")
    return int(place.terminal)


def guest_row(row: Any) -> dict[str, Any]:
    """What another centre than its home is told of the household in `row`: no digest, the card is needed."""
    told = {"hh": row.household, "name": row.name, "members": row.members, "pinyin": row.pinyin}
    return {**told, "home": row.home, "digest": [], "limits": row.limits}


def change_home(county: County, household: str, terminal: int) -> str:
    """Name another terminal as a household's home and have the old one send everything; returns the order.

    Until that has arrived nobody spends it. Identity numbers are digested anew where they are entered anew.
    Raises `CountyError` where there is no such household or terminal, and when it is at home there already.
    """
    with county.write() as conn:
        found = first_of(conn, households, county, household=household)
        check(found is not None, f"{household}: no such household")
        there = first_of(conn, terminals, county, terminal=terminal)
        check(there is not None and there.epoch > 0, f"terminal {terminal} has never been enrolled")
        check(found.home != terminal, f"{household} is at home at terminal {terminal} already")
        old = first_of(conn, terminals, county, terminal=found.home)
        own = (households.c.county == county.code, households.c.household == household)
        conn.execute(update(households).where(*own).values(home=terminal))
        conn.execute(delete(digests).where(digests.c.county == county.code, digests.c.household == household))
        told = {**guest_row(found), "home": terminal}
        for centre in sorted({household[:3], old.centre, there.centre}):
            feed.append(conn, county.code, f"centre:{centre}", [("household", told)])
        if named := memberbook.rows_of(conn, county.code, household):
            feed.append(conn, county.code, f"centre:{there.centre}", named)
        body = {"do": "move-home", "hh": household, "amount": 0, "to": terminal, "till": there.epoch}
        return add_order(conn, county.code, found.home, body)


def _order_opening(conn: Connection, county: County, one: Household) -> None:
    body = {
        "do": "open-balance",
        "hh": one.household,
        "amount": one.opening_tenths,
        "rule": "opening",
        "why": "opening",
        "deed": "",
        "expires": one.opening_expires,
    }
    add_order(conn, county.code, one.home, body)


def tell_terminal_key(
    conn: Connection, county: str, terminal: int, epoch: int, public: bytes, last: int | None = None
) -> None:
    """Let every terminal know how this one signs in `epoch`; part of enrolment. Keys told before stay.

    Once the epoch is over, `last` is the last entry of it that counts.
    """
    _tell_key(conn, county, card_texts.issuer_name(county, terminal, epoch), public, terminal, last)


def _tell_key(
    conn: Connection, county: str, issuer: str, public: bytes, terminal: int, last: int | None = None
) -> None:
    told: dict[str, Any] = {"issuer": issuer, "public": public.hex(), "terminal": terminal}
    feed.append(conn, county, COUNTY, [("key", told if last is None else {**told, "last": last})])


_WORKER = select(staff).where(
    staff.c.county == bindparam("b_county"),
    staff.c.centre == bindparam("b_centre"),
    staff.c.staff == bindparam("b_staff"),
)


def _new_terminal(county: str, centre: str, terminal: int) -> dict[str, Any]:
    row: dict[str, Any] = {"county": county, "centre": centre, "terminal": terminal, "public": b""}
    return {**row, "epoch": 0, "state": "new", "waiting": 0, "seen_at_ms": 0, "offset_ms": 0}
