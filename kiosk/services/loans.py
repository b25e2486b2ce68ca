"""Points lent to a household (借): limit, term, two signatures, one open loan; repaid early or by itself.

What is earned repays by itself in `deeds.earn`; the loan's remainder follows in the fold. Both sign on paper
as well: a loan prints its agreement, a repayment its slip.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from kiosk.ledger import cards, measures
from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.ledger.tallies import MOVED
from kiosk.services import deeds, printing, staff
from kiosk.services.clock import day_after
from kiosk.services.terminal import Terminal, Writing
from kiosk.slips.paper import Fact
from kiosk.store.tables import household, loan, pot, slip, state, tally
from kiosk.words import points


class Loan(msgspec.Struct, frozen=True, kw_only=True):
    """One loan as it stands on the business day. The name is whole: mask it before it is shown."""

    entry: str  # of the borrowing, "1-284"
    household: str
    name: str
    amount_tenths: int
    left_tenths: int
    day: str
    due: str  # the last day to repay it
    closed: str  # the day it was repaid, "" while it is open
    overdue: bool
    slip: str  # number of the agreement, "" for a loan from before they were printed


class LoanRoom(msgspec.Struct, frozen=True, kw_only=True):
    """How much a household may borrow now."""

    most_tenths: int  # 0 also where a loan is open or something is owed
    earned_tenths: int  # in the last twelve months
    due: str
    refused: str  # refusal code, "" when it may borrow


class Repaid(msgspec.Struct, frozen=True, kw_only=True):
    """An early repayment that is in the journal."""

    entry: str
    repaid_tenths: int
    owed_tenths: int  # still owed afterwards, loan and other debts together
    slip: str


def room(terminal: Terminal, household_id: str) -> LoanRoom:
    """What may be borrowed now. Raises `Refused`: `unknown-household`, `not-home`."""
    with terminal.read() as conn:
        deeds.require_home(conn, terminal, household_id)
        return _room(conn, terminal, household_id, conn.execute(_DAY).scalar() or "")


def borrow(terminal: Terminal, household_id: str, amount_tenths: int, actor: str, second: str) -> Loan:
    """Lend points, signed by two: available and owed go up together.

    Raises `Refused`: `loan-open`, `owes-already`, `loan-over-limit` (most_tenths=), `absurd-amount`,
    `second-needed`, `role-may-not`, `unknown-household`, `not-home`.
    """
    if not 0 < amount_tenths <= deeds.MOST_TENTHS:
        raise Refused("absurd-amount")
    if not second or second == actor:
        raise Refused("second-needed")
    rules = terminal.settings.rules
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "loan")
        staff.require(conn, second, "loan")
        deeds.require_home(conn, terminal, household_id)
        allowed = _room(conn, terminal, household_id, writing.day)
        if allowed.refused in ("loan-open", "owes-already"):
            raise Refused(allowed.refused)
        if amount_tenths > allowed.most_tenths:
            raise Refused("loan-over-limit", most_tenths=allowed.most_tenths)
        expires = measures.borrowed_last_day(deeds.last_day(rules, writing.day), allowed.due)
        number = printing.next_number(writing)
        body = {"hh": household_id, "amount": amount_tenths, "expires": expires, "due": allowed.due}
        head = writing.append("borrow", {**body, "slip": number}, actor, second)
        row = conn.execute(_ONE, {"b_epoch": head.epoch, "b_seq": head.seq}).one()
        made = _describe(row, writing.day, writing.terminal)
        printing.queue_paper(
            writing, head, number, "loan.agreement", actor=actor, **_agreement(writing, made, second)
        )
    return made


def repay(terminal: Terminal, household_id: str, amount_tenths: int | None, actor: str) -> Repaid:
    """Repay from available points before it is earned; None repays what can be repaid.

    The soonest-ending points go first; the loan is repaid before other debts. Raises `Refused`:
    `nothing-owed`, `more-than-owed` (owed_tenths=), `not-enough-points` (missing_tenths=), `absurd-amount`,
    `role-may-not`, `unknown-household`, `not-home`.
    """
    if amount_tenths is not None and not 0 < amount_tenths <= deeds.MOST_TENTHS:
        raise Refused("absurd-amount")
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "repay")
        deeds.require_home(conn, terminal, household_id)
        has = conn.execute(_POT, {"b_household": household_id}).first()
        if has is None or not has.owed:
            raise Refused("nothing-owed")
        amount = (min(has.owed, has.available) or has.owed) if amount_tenths is None else amount_tenths
        if amount > has.owed:
            raise Refused("more-than-owed", owed_tenths=has.owed)
        taken, missing = deeds.take_what_is_there(conn, household_id, amount, ())
        if missing:
            raise Refused("not-enough-points", missing_tenths=missing)
        number = printing.next_number(writing)
        body = {"hh": household_id, "amount": amount, "from": taken, "slip": number}
        head = writing.append("repay", body, actor)
        owed, left = has.owed - amount, has.available - amount
        printed = printing.queue_paper(
            writing,
            head,
            number,
            "loan.repayment",
            actor=actor,
            **_repayment(household_id, amount, owed, left),
        )
    return Repaid(entry=entry_id(head.epoch, head.seq), repaid_tenths=amount, owed_tenths=owed, slip=printed)


def loans(terminal: Terminal, *, closed: bool = False) -> tuple[Loan, ...]:
    """The open loans, first due first; with `closed` also those that are repaid, behind them."""
    with terminal.read() as conn:
        day = conn.execute(_DAY).scalar() or ""
        rows = conn.execute(_ALL if closed else _OPEN).all()
    return tuple(_describe(row, day, terminal.identity.terminal) for row in rows)


def _room(conn: Connection, terminal: Terminal, household_id: str, day: str) -> LoanRoom:
    rules = terminal.settings.rules
    first = measures.first_month(day)
    earned = conn.execute(_EARNED, {"b_household": household_id, "b_first": first}).scalar() or 0
    most = measures.loan_limit(earned, rules.loan_most_points * 10, rules.loan_percent)
    refused = "" if most else "loan-over-limit"
    has = conn.execute(_POT, {"b_household": household_id}).first()
    if conn.execute(_OPEN_OF, {"b_household": household_id}).first() is not None:
        most, refused = 0, "loan-open"
    elif has is not None and has.owed:
        most, refused = 0, "owes-already"
    due = day_after(day, rules.loan_days)
    return LoanRoom(most_tenths=most, earned_tenths=earned, due=due, refused=refused)


def _agreement(writing: Writing, made: Loan, second: str) -> dict[str, Any]:
    """What stands on the agreement: the figures, how it is repaid, and who signs."""
    rules, say = writing.settings.rules, writing.words
    terms = ("term_first", "term_early", "term_one", "term_overdue")
    return {
        "tenths": made.amount_tenths,
        "household": made.household,
        "facts": (
            Fact(label="loan.amount", value=points(made.amount_tenths), bold=True),
            Fact(label="loan.day", value=made.day),
            Fact(label="loan.due", value=made.due, bold=True),
            Fact(label="loan.days", value=str(rules.loan_days)),
            Fact(label="loan.second", value=printing.staff_name(writing, second), person=True),
        ),
        "notes": tuple(say(f"loan.{term}") for term in terms),
        "signs": ("loan.sign_household", "slip.sign_clerk", "loan.sign_second"),
    }


def _repayment(household_id: str, amount: int, owed: int, available: int) -> dict[str, Any]:
    return {
        "tenths": amount,
        "household": household_id,
        "facts": (
            Fact(label="loan.repaid", value=points(amount), bold=True),
            Fact(label="loan.still_owed", value=points(owed)),
            Fact(label="loan.still_available", value=points(available)),
        ),
        "signs": ("loan.sign_household", "slip.sign_clerk"),
    }


def _describe(row: object, day: str, terminal: int) -> Loan:
    found = row._mapping  # type: ignore[attr-defined]
    return Loan(
        entry=entry_id(found["epoch"], found["seq"]),
        household=found["household"],
        name=found["name"] or "",
        amount_tenths=found["amount"],
        left_tenths=found["remaining"],
        day=found["day"],
        due=found["due"],
        closed=found["closed"],
        overdue=found["remaining"] > 0 and found["due"] < day,
        slip=cards.slip_number(terminal, found["epoch"], found["number"]) if found["number"] else "",
    )


_DAY = select(state.c.value).where(state.c.name == "day")
_POT = select(pot.c.available, pot.c.owed).where(pot.c.household == bindparam("b_household"))
_EARNED = select(func.sum(tally.c.earned)).where(
    tally.c.household == bindparam("b_household"),
    tally.c.month >= bindparam("b_first"),
    tally.c.rule.not_in((deeds.OPENING, MOVED)),  # what was brought along was earned nobody knows when
)
_OPEN_OF = select(loan.c.seq).where(loan.c.household == bindparam("b_household"), loan.c.remaining > 0)
_ALL = (
    select(loan, household.c.name, slip.c.number)
    .select_from(
        loan.outerjoin(household, household.c.id == loan.c.household).outerjoin(
            slip, (slip.c.epoch == loan.c.epoch) & (slip.c.seq == loan.c.seq)
        )
    )
    .order_by(loan.c.remaining == 0, loan.c.due, loan.c.epoch, loan.c.seq)
)
_OPEN = _ALL.where(loan.c.remaining > 0)
_ONE = _ALL.where(loan.c.epoch == bindparam("b_epoch"), loan.c.seq == bindparam("b_seq"))
