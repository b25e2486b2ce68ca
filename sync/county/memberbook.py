"""Members of households: who they are, their identity numbers as digests; told to where the points live.

The list of a household's own people; the household itself is in `registry`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from kiosk.keys import identity_digest
from kiosk.services.feedrows import MemberRow
from sync.county import feed
from sync.county.database import County, CountyError
from sync.county.lookups import all_of
from sync.county.tables import centres, digests, households, members, terminals
from sync.county.upserts import upsert

MOST_MEMBERS = 99


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One line of a list of members; the identity number is digested and forgotten.

    Without a number the member of that name is meant, or a new one behind those who are there. Without a
    name only the identity number is added to the household.
    """

    household: str
    name: str = ""
    identity: str = ""
    member: int = 0
    born: int = 0
    state: str = "active"


def add_members(county: County, added: Iterable[MemberRow]) -> None:
    """Members by their numbers, or what changed about them. Raises `CountyError` on an unknown household."""
    take_list(
        county,
        [
            Listed(household=one.hh, name=one.name, member=one.member, born=one.born, state=one.state)
            for one in added
        ],
    )


def take_list(county: County, listed: Iterable[Listed]) -> None:
    """Bring members and identity numbers up to a list, all lines or none.

    Where more people are named than the household was said to have, its head count follows. Raises
    `CountyError` on an unknown household, or one that would have more than `MOST_MEMBERS`.
    """
    by_household: dict[str, list[Listed]] = {}
    for one in listed:
        by_household.setdefault(one.household, []).append(one)
    with county.write() as conn:
        keys = {row.centre: bytes(row.centre_key) for row in all_of(conn, centres, county)}
        homes = {row.terminal: row.centre for row in all_of(conn, terminals, county)}
        told: dict[str, list[feed.Row]] = {}
        for number, lines in sorted(by_household.items()):
            at = {"b_county": county.code, "b_household": number}
            about = conn.execute(_HOUSEHOLD, at).first()
            if about is None:
                raise CountyError(f"there is no household {number}; add it first")
            home = homes.get(about.home, number[:3])
            named = _put_members(conn, at, about, lines)
            found, fresh = _put_digests(conn, at, keys[home], lines)
            count = max(about.members, len(conn.execute(_ACTIVE, at).all()))
            if count != about.members:
                conn.execute(_COUNT, {**at, "b_members": count})
            for centre in {home, number[:3]}:
                told.setdefault(centre, []).extend(named)
            if fresh or count != about.members:
                told[home].append(("household", {**_row(about, count), "digest": found}))
        for centre in sorted(told):
            if told[centre]:
                feed.append(conn, county.code, f"centre:{centre}", told[centre])


def rows_of(conn: Connection, county: str, household: str) -> list[feed.Row]:
    """What a centre is told of a household's members."""
    found = conn.execute(_MEMBERS, {"b_county": county, "b_household": household})
    return [_told(household, row.member, row.name, row.born, row.state) for row in found]


def _put_members(conn: Connection, at: dict[str, Any], about: Any, lines: list[Listed]) -> list[feed.Row]:
    known = {row.member: row.name for row in conn.execute(_MEMBERS, at)}
    years = {row.member: row.born for row in conn.execute(_MEMBERS, at)}
    rows: list[feed.Row] = []
    for one in lines:
        if not one.name:
            continue
        number = one.member or next((n for n, name in known.items() if name == one.name), 0)
        number = number or max(known, default=0) + 1
        if number > MOST_MEMBERS:
            raise CountyError(f"{one.household}: more than {MOST_MEMBERS} members")
        known[number] = one.name
        own = {"county": at["b_county"], "household": one.household, "centre": about.centre}
        born = one.born or years.get(number, 0)
        values = {"member": number, "name": one.name, "born": born, "state": one.state}
        conn.execute(upsert(conn, members), {**own, **values})
        rows.append(_told(one.household, number, one.name, born, one.state))
    return rows


def _put_digests(
    conn: Connection, at: dict[str, Any], key: bytes, lines: list[Listed]
) -> tuple[list[str], bool]:
    """Every digest of the household, and whether one of them is new."""
    before = set(conn.execute(_DIGESTS, at).scalars())
    found = before | {identity_digest(key, one.identity) for one in lines if one.identity}
    own = {"county": at["b_county"], "household": at["b_household"], "centre": at["b_household"][:3]}
    if fresh := sorted(found - before):
        conn.execute(insert(digests), [{**own, "digest": digest} for digest in fresh])
    return sorted(found), bool(fresh)


def _row(about: Any, count: int) -> dict[str, Any]:
    row = {"hh": about.household, "name": about.name, "members": count, "pinyin": about.pinyin}
    row |= {"home": about.home, "phone_tail": about.phone_tail}
    return row if about.limits == "on" else {**row, "limits": about.limits}


def _told(household: str, number: int, name: str, born: int, state: str) -> feed.Row:
    return "member", {"hh": household, "member": number, "name": name, "born": born, "state": state}


def _of(table: Any) -> tuple[Any, Any]:
    return table.c.county == bindparam("b_county"), table.c.household == bindparam("b_household")


_HOUSEHOLD = select(households).where(*_of(households))
_MEMBERS = select(members).where(*_of(members)).order_by(members.c.member)
_ACTIVE = select(members.c.member).where(*_of(members), members.c.state == "active")
_DIGESTS = select(digests.c.digest).where(*_of(digests))
_COUNT = update(households).where(*_of(households)).values(members=bindparam("b_members"))
