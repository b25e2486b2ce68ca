"""Finding a household: by card, by identity digest, at the desk by number or name; and what it has."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from kiosk.initials import initials
from kiosk.keys import identity_digest, verify_text
from kiosk.ledger import cards, moves
from kiosk.ledger.refusals import Refused
from kiosk.ledger.rules import CATEGORIES
from kiosk.ledger.tallies import MOVED
from kiosk.services import homes
from kiosk.services.deeds import OPENING
from kiosk.services.terminal import Terminal
from kiosk.services.views import Account, Ending, LoanDue, Proof
from kiosk.store.catalogue import RULE_NOW
from kiosk.store.tables import (
    bucket,
    card,
    household,
    household_pin,
    identity,
    issuer,
    loan,
    member,
    pot,
    rule,
    state,
    tally,
)

BY_DIGEST = "digest"  # how a household was found by its identity number
DESK_REASONS = ("forgot", "torn", "other")
MOST_FOUND = 20


def by_card(terminal: Terminal, text: str) -> Account:
    """The household of the card `text`, checked offline.

    Raises `Refused`: `not-a-card`, `foreign-county`, `card-forged`, `card-lost`, `card-revoked`,
    `card-unknown`, `unknown-household`.
    """
    with terminal.read() as conn:
        proof = prove_card(terminal, conn, text)
        return _account(terminal, conn, proof)


def by_digest(terminal: Terminal, number: str) -> Account:
    """The household of an identity number; the number itself is forgotten at once.

    Raises `Refused`: `unknown-identity`.
    """
    digest = identity_digest(bytes.fromhex(terminal.identity.centre_key), number)
    with terminal.read() as conn:
        found = conn.execute(_BY_DIGEST, {"b_digest": digest}).scalar()
        if found is None:
            raise Refused("unknown-identity")
        return _account(terminal, conn, Proof(household=found, how=BY_DIGEST))


def by_number(terminal: Terminal, number: str, reason: str) -> tuple[Account, ...]:
    """Households whose number is, or ends in, `number` (at least 4 digits), at the desk with a reason.

    Raises `Refused`: `reason-needed`, `number-too-short`, `unknown-household`.
    """
    if not number.isascii() or not number.isdigit() or len(number) < 4:
        raise Refused("number-too-short")
    return _at_desk(terminal, household.c.id.endswith(number, autoescape=True), reason)


def by_name(terminal: Terminal, name: str, reason: str) -> tuple[Account, ...]:
    """Households with a head or member whose name contains `name`, or whose pinyin initials begin with it.

    Raises `Refused`: `reason-needed`, `unknown-household`.
    """
    wanted = name.strip()
    if not wanted:
        raise Refused("unknown-household")
    by_initials = household.c.pinyin.startswith(wanted.lower(), autoescape=True)
    by_head = household.c.name.contains(wanted, autoescape=True)
    return _at_desk(
        terminal, or_(by_head, by_initials, household.c.id.in_(_with_member(terminal, wanted))), reason
    )


def _with_member(terminal: Terminal, wanted: str) -> list[str]:
    """Households of which somebody else than the head is called so."""
    letters = wanted.upper()
    with terminal.read() as conn:
        return [
            row.household
            for row in conn.execute(_NAMED)
            if wanted in row.name or initials(row.name).startswith(letters)
        ][:MOST_FOUND]


def account(terminal: Terminal, proof: Proof) -> Account:
    """Fresh figures for a household found before."""
    with terminal.read() as conn:
        return _account(terminal, conn, proof)


def prove_card(terminal: Terminal, conn: Connection, text: str) -> Proof:
    """What a card proves, by its form, its issuer's signature and its state. Raises as `by_card`."""
    read = cards.household_card(text.strip())
    if read is None:
        raise Refused("card-forged" if cards.kind_of(text.strip()) == "household" else "not-a-card")
    if read.issuer.partition("-")[0] != terminal.identity.county:
        raise Refused("foreign-county")
    public = _card_key(terminal, conn, read)
    signed = cards.signed_part(text.strip())
    if not verify_text(bytes.fromhex(public), read.signature, signed):
        raise Refused("card-forged")
    state = conn.execute(_CARD, {"b_household": read.household, "b_serial": read.serial}).scalar()
    if state in ("lost", "revoked"):
        raise Refused(f"card-{state}")
    if state is None:
        raise Refused("card-unknown")
    return Proof(household=read.household, how=f"card:{read.serial}")


def _card_key(terminal: Terminal, conn: Connection, read: cards.HouseholdCard) -> str:
    """The key a card must be signed by: the county's, or that of the terminal its household is at home at.

    One stolen terminal then forges no card of another centre. "" for any other issuer.
    """
    if read.issuer == terminal.identity.county:
        return terminal.identity.county_public
    found = conn.execute(_HOME_ISSUER, {"b_id": read.issuer, "b_household": read.household}).scalar()
    return str(found or "")


def _at_desk(terminal: Terminal, wanted: Any, reason: str) -> tuple[Account, ...]:
    if reason not in DESK_REASONS:
        raise Refused("reason-needed")
    with terminal.read() as conn:
        rows = conn.execute(select(household.c.id).where(wanted).order_by(household.c.id).limit(MOST_FOUND))
        found = [row.id for row in rows]
        if not found:
            raise Refused("unknown-household")
        return tuple(_account(terminal, conn, Proof(household=one, how=f"desk:{reason}")) for one in found)


def _stranger(terminal: Terminal, conn: Connection, household_id: str) -> Refused:
    """What to say of a household that is not in our tables: by its number it may be another centre's."""
    home = homes.name(conn, 0, household_id)
    if not home or household_id.startswith(terminal.identity.centre):
        return Refused("unknown-household")
    return Refused("not-home", home=home)


def _account(terminal: Terminal, conn: Connection, proof: Proof) -> Account:
    about = conn.execute(_HOUSEHOLD, {"b_id": proof.household}).first()
    pots = conn.execute(_POT, {"b_household": proof.household}).first()
    if about is None and pots is None:
        raise _stranger(terminal, conn, proof.household)
    home = about.home if about else 0  # a guest we were not told of: only what was moved here is known
    home_here = home == terminal.identity.terminal
    settled, available = (pots.settled, pots.available) if pots else (0, 0)
    month = _month(conn)
    earned = _tallied(conn, proof.household, month)
    month_earned_tenths = sum(row.earned for row in earned)
    return Account(
        proof=proof,
        household=proof.household,
        name=about.name if about else "",
        members=about.members if about else 0,
        home_here=home_here,
        home_name="" if home_here else homes.name(conn, home, proof.household),
        may_spend=moves.may_spend(home_here=home_here, settled=settled, available=available),
        available_tenths=available,
        saved_tenths=pots.saved if pots else 0,
        held_tenths=pots.held if pots else 0,
        owed_tenths=pots.owed if pots else 0,
        honour_tenths=pots.honour if pots else 0,
        ending=_ending(conn, proof.household),
        month_earned_tenths=month_earned_tenths,
        month_deducted_tenths=sum(row.deducted for row in earned),
        month_by_category=_by_category(earned),
        rank=_rank(conn, month, month_earned_tenths),
        loan=_loan(conn, proof.household),
        asks_pin=conn.execute(_PIN, {"b_household": proof.household}).first() is not None,
    )


def _month(conn: Connection) -> str:
    return str(conn.execute(_DAY).scalar() or "")[:7]


def _ending(conn: Connection, household_id: str) -> Ending | None:
    row = conn.execute(_SOONEST, {"b_household": household_id}).first()
    return Ending(day=row.expires, tenths=row.tenths) if row else None


def _loan(conn: Connection, household_id: str) -> LoanDue | None:
    row = conn.execute(_LOAN, {"b_household": household_id}).first()
    if row is None:
        return None
    day = str(conn.execute(_DAY).scalar() or "")
    return LoanDue(left_tenths=row.remaining, due=row.due, overdue=row.due < day)


def _tallied(conn: Connection, household_id: str, month: str) -> list[Any]:
    return list(conn.execute(_TALLIED, {"b_household": household_id, "b_month": month}))


def _by_category(rows: list[Any]) -> tuple[tuple[str, int], ...]:
    found = dict.fromkeys(CATEGORIES, 0)
    for row in rows:
        found[row.category if row.category in found else "other"] += row.earned
    return tuple(found.items())


def _rank(conn: Connection, month: str, own_tenths: int) -> int:
    """Place among the households here by points earned this month; 0 without any."""
    if own_tenths <= 0:
        return 0
    return 1 + int(conn.execute(_AHEAD, {"b_month": month, "b_own": own_tenths}).scalar_one())


_BROUGHT_IN = (OPENING, MOVED)  # earned nobody knows when
_HOME_ISSUER = (
    select(issuer.c.public)
    .select_from(issuer.join(household, household.c.home == issuer.c.terminal))
    .where(issuer.c.id == bindparam("b_id"), household.c.id == bindparam("b_household"))
)
_CARD = select(card.c.state).where(
    card.c.household == bindparam("b_household"), card.c.serial == bindparam("b_serial")
)
_BY_DIGEST = select(identity.c.household).where(identity.c.digest == bindparam("b_digest"))
_HOUSEHOLD = select(household).where(household.c.id == bindparam("b_id"))
_NAMED = select(member.c.household, member.c.name).where(member.c.state == "active", member.c.name != "")
_POT = select(pot).where(pot.c.household == bindparam("b_household"))
_DAY = select(state.c.value).where(state.c.name == "day")
_SOONEST = (
    select(bucket.c.expires, bucket.c.tenths)
    .where(bucket.c.household == bindparam("b_household"), bucket.c.tenths > 0, bucket.c.expires != "")
    .order_by(bucket.c.expires)
    .limit(1)
)
_LOAN = select(loan.c.remaining, loan.c.due).where(
    loan.c.household == bindparam("b_household"), loan.c.remaining > 0
)
_PIN = select(household_pin.c.household).where(household_pin.c.household == bindparam("b_household"))
_TALLIED = (
    select(tally.c.earned, tally.c.deducted, func.coalesce(rule.c.category, "other").label("category"))
    .select_from(tally.outerjoin(rule, (rule.c.id == tally.c.rule) & RULE_NOW))
    .where(
        tally.c.month == bindparam("b_month"),
        tally.c.household == bindparam("b_household"),
        tally.c.rule.not_in(_BROUGHT_IN),
    )
)
_AHEAD = select(func.count()).select_from(
    select(tally.c.household)
    .where(tally.c.month == bindparam("b_month"), tally.c.rule.not_in(_BROUGHT_IN))
    .group_by(tally.c.household)
    .having(func.sum(tally.c.earned) > bindparam("b_own"))
    .subquery()
)
