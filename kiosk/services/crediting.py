"""Crediting an activity: one step gives its points to every household that signed in, once.

Announcing an activity and signing in are `activities`'.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from kiosk.ledger import rules as rulebook
from kiosk.ledger.refusals import Refused
from kiosk.ledger.rules import Rule
from kiosk.services import activities, deeds, evidence, rules, staff
from kiosk.services.evidence import Evidence
from kiosk.services.rules import Wanted
from kiosk.services.terminal import Terminal, Writing
from kiosk.store.prepared import Prepared
from kiosk.store.tables import household, sign_in

CREDITED_A_SLICE = 100  # in one transaction, so that a redemption never waits long


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """A household that was not credited, and why. The name is whole: mask it before it is shown."""

    household: str
    name: str
    code: str  # refusal code
    params: dict[str, Any]


class Credited(msgspec.Struct, frozen=True, kw_only=True):
    """What one step credited."""

    households: int
    tenths: int
    elsewhere: int  # of these households, whose points the county passes on to where they live
    left: tuple[Left, ...]


def credit(
    terminal: Terminal,
    place: tuple[int, int],
    actor: str,
    second: str,
    given: tuple[Evidence, ...] = (),
) -> Credited:
    """Credit every household on the list that has not been, signed by two; again it credits whoever is left.

    A household over a cap or without the proof its rule needs is not credited but listed. Points of one at
    home elsewhere become an `award`, which the county makes an order; caps count there.
    Done in slices: cut off half-way, the next call goes on. Raises `Refused`: `second-needed`,
    `role-may-not`, `unknown-activity`, `activity-off`, `activity-not-yet` (day=), `sign-limit`,
    `evidence-many`, and what `rules.find` names.
    """
    if not second or second == actor:
        raise Refused("second-needed")
    credited = elsewhere = 0
    left: list[Left] = []
    refs: list[str] = []
    last = ""
    while True:
        with terminal.write() as writing:
            announced, found = _ready(writing, place, (actor, second))
            if given and not refs:
                refs = evidence.keep(writing.conn, "", writing.day, given)["ev"]
            rows = _waiting(writing.conn, place, last)
            done = 0
            for row in rows:
                if no := _not_proven(writing.conn, found, row, given):
                    left.append(no)
                elif row.home != writing.terminal:
                    _award_one(writing, announced, found, row, refs, (actor, second))
                    elsewhere, done = elsewhere + 1, done + 1
                elif no := _credit_one(writing, announced, found, row, refs, (actor, second)):
                    left.append(no)
                else:
                    done += 1
            if done:
                body = {"activity": list(place), "count": done, "tenths": done * announced.amount}
                writing.append("credit", body, actor, second)
        credited += done
        if len(rows) < CREDITED_A_SLICE:
            tenths = credited * announced.amount
            return Credited(households=credited, tenths=tenths, elsewhere=elsewhere, left=tuple(left))
        last = rows[-1].household


def _ready(writing: Writing, place: tuple[int, int], signed: tuple[str, str]) -> tuple[Any, Rule]:
    roles = [staff.require(writing.conn, who, "deed").role for who in signed]
    announced = activities.announced(writing, place)
    found = rules.find(writing.conn, writing.terminal, announced.rule, writing.day)
    rules.require_signers(found, announced.amount, roles)
    return announced, found


def _not_proven(conn: Connection, found: Rule, row: Any, given: tuple[Evidence, ...]) -> Left | None:
    """Why a household is not credited: the proof its rule needs is missing."""
    listed = [rulebook.PHOTO] if row.ev else []
    try:
        evidence.require(found.evidence, [*(piece.kind for piece in given), *listed])
    except Refused as no:
        return _left(conn, row.household, no)
    return None


def _credit_one(
    writing: Writing, announced: Any, found: Rule, row: Any, refs: list[str], signed: tuple[str, str]
) -> Left | None:
    """Write one household's `earn`; or why not."""
    wanted = Wanted(row.household, row.member, announced.day, announced.amount)
    if over := rules.over(writing.conn, found, wanted):
        return _left(writing.conn, row.household, over)
    expires = deeds.last_day(writing.settings.rules, writing.day)
    fields = _credit_fields(announced, found, row, refs)
    writing.append("earn", deeds.earn_body(writing.conn, fields, expires), *signed)
    return None


def _award_one(
    writing: Writing, announced: Any, found: Rule, row: Any, refs: list[str], signed: tuple[str, str]
) -> None:
    """The points of a guest: the county orders them from the guest's home."""
    writing.append("award", {**_credit_fields(announced, found, row, refs), "what": "earn"}, *signed)


def _credit_fields(announced: Any, found: Rule, row: Any, refs: list[str]) -> dict[str, Any]:
    fields = {"hh": row.household, "amount": announced.amount, "deed": announced.day}
    fields |= {**deeds.rule_fields(found), "activity": [announced.epoch, announced.seq]}
    if row.member:
        fields["member"] = row.member
    if proof := [*refs, *([row.ev] if row.ev else [])]:
        fields["ev"] = proof
    return fields


def _left(conn: Connection, household_id: str, no: Refused) -> Left:
    name = _NAME.scalar(conn, {"b_id": household_id}) or ""
    return Left(household=household_id, name=name, code=no.code, params=no.params)


def _waiting(conn: Connection, place: tuple[int, int], last: str) -> list[Any]:
    return _WAITING.all(conn, {"b_epoch": place[0], "b_seq": place[1], "b_last": last})


_OF = (sign_in.c.activity_epoch == bindparam("b_epoch"), sign_in.c.activity_seq == bindparam("b_seq"))
_WAITING = Prepared(
    select(
        sign_in.c.household, sign_in.c.member, sign_in.c.ev, func.coalesce(household.c.home, 0).label("home")
    )
    .select_from(sign_in.outerjoin(household, household.c.id == sign_in.c.household))
    .where(*_OF, sign_in.c.earn_seq == 0, sign_in.c.household > bindparam("b_last"))
    .order_by(sign_in.c.household)
    .limit(CREDITED_A_SLICE)
)
_NAME = Prepared(select(household.c.name).where(household.c.id == bindparam("b_id")))
