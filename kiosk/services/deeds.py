"""Points given and taken: earn, deduct, and the reversal of either, by a person or by the county's order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.config import RuleSettings
from kiosk.ledger import measures, points
from kiosk.ledger.entries import decode_own, entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import homes, staff
from kiosk.services.clock import day_after, is_day
from kiosk.services.terminal import Terminal, Writing
from kiosk.store import journal
from kiosk.store.tables import bucket, household, pot, reversal, rule

MOST_TENTHS = 100_000  # one entry; anything above is a slip of the finger
MOST_ORDER_TENTHS = 10_000_000  # an opening balance may be large
GRACE_DAYS = 30  # a bucket that has ended meanwhile lives this much longer after a reversal
OPENING = "opening"  # the rule name of balances brought in from before

HOUSEHOLD_FORM = r"[0-9]{7}"
HouseholdId = Annotated[str, msgspec.Meta(pattern=f"^{HOUSEHOLD_FORM}$")]
Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{0,40}$")]  # no free text in the chain


class Order(msgspec.Struct, frozen=True):
    """What the county asks one terminal to do; anything else is answered with `order-refused`."""

    do: Literal["earn", "deduct", "open-balance", "award"]  # award: an earn that ends as this centre has it
    hh: HouseholdId
    amount: Annotated[int, msgspec.Meta(gt=0, le=MOST_ORDER_TENTHS)]
    rule: Code
    why: Code
    deed: str
    expires: str = ""
    version: Annotated[int, msgspec.Meta(ge=0, le=MOST_ORDER_TENTHS)] = 0

    def __post_init__(self) -> None:
        for day in (self.deed, self.expires):
            if day and not is_day(day):
                raise ValueError("no such day")


def earn(
    terminal: Terminal, household_id: str, rule_id: str, amount_tenths: int, actor: str, second: str
) -> str:
    """Give `amount_tenths` under a rule; returns the entry's id. What is owed is repaid first.

    Raises `Refused`: `not-home`, `unknown-household`, `unknown-rule`, `absurd-amount`, `second-needed`,
    `role-may-not`.
    """
    with terminal.write() as writing:
        body = _deed(writing, terminal, household_id, rule_id, amount_tenths, actor, second)
        expires = last_day(terminal.settings.rules, writing.day)
        head = writing.append("earn", earn_body(writing.conn, body, expires), actor, second)
    return entry_id(head.epoch, head.seq)


def deduct(
    terminal: Terminal, household_id: str, rule_id: str, amount_tenths: int, actor: str, second: str
) -> str:
    """Take `amount_tenths` under a rule: what is available, the rest becomes owed. Two people sign.

    Raises `Refused` as `earn` does.
    """
    with terminal.write() as writing:
        body = _deed(writing, terminal, household_id, rule_id, amount_tenths, actor, second)
        head = writing.append("deduct", deduct_body(writing.conn, body), actor, second)
    return entry_id(head.epoch, head.seq)


def reverse(terminal: Terminal, epoch: int, seq: int, why: str, actor: str, second: str) -> str:
    """Undo an earn or deduct, once, into the same buckets; what is no longer there becomes owed.

    Raises `Refused`: `unknown-entry`, `already-reversed`, `not-reversible`, `second-needed`,
    `role-may-not`, `not-home` once the household has another home: then it is corrected there.
    """
    if not second or second == actor:
        raise Refused("second-needed")
    with terminal.write() as writing:
        _require_two(writing.conn, actor, second)
        body = reverse_body(writing, epoch, seq, why)
        require_home(writing.conn, terminal, body["hh"])
        head = writing.append("reverse", body, actor, second)
    return entry_id(head.epoch, head.seq)


def reverse_body(writing: Writing, epoch: int, seq: int, why: str) -> dict[str, Any]:
    """The body of a `reverse` of that entry, in the caller's transaction.

    Raises `Refused`: `unknown-entry`, `already-reversed`, `not-reversible`.
    """
    original = reversible(writing.conn, epoch, seq, ("earn", "deduct"))
    body = {"of": [epoch, seq], "kind": original.kind, "hh": original.body["hh"], "why": why}
    body["rule"] = original.body["rule"]
    amount = original.body["amount"]
    if original.kind == "earn":
        taken, owed = take_what_is_there(writing.conn, body["hh"], amount, (original.body["expires"],))
        return {**body, "amount": amount, "from": taken, "owed": owed}
    back = alive(original.body["from"], writing.day)
    body |= {"amount": amount, "to": back, "repaid": original.body["owed"]}
    return _settle_repaid(writing.conn, body)


def carry_out(writing: Writing, order: str, body: Mapping[str, Any]) -> None:
    """Write the entry an order asks for, or `order-refused` with the reason; both close the order."""
    try:
        wanted = msgspec.convert(body, Order)
    except msgspec.ValidationError:
        writing.append("order-refused", {"order": order, "code": "order-unknown"})
        return
    found = writing.conn.execute(_HOUSEHOLD, {"b_id": wanted.hh}).one()
    if found.home != writing.terminal:
        writing.append("order-refused", {"order": order, "code": "not-home"})
        return
    fields = {
        "hh": wanted.hh,
        "rule": wanted.rule,
        "rv": wanted.version,
        "amount": wanted.amount,
        "deed": wanted.deed or writing.day,
        "order": order,
        "why": wanted.why,
    }
    if wanted.do == "deduct":
        writing.append("deduct", deduct_body(writing.conn, fields))
    else:
        own = last_day(writing.settings.rules, writing.day) if wanted.do == "award" else wanted.expires
        writing.append("earn", earn_body(writing.conn, fields, own))


def reversible(conn: Connection, epoch: int, seq: int, kinds: tuple[str, ...]) -> Any:
    """The original entry. Raises `Refused` when there is none, it is of another kind or undone already."""
    row = journal.get(conn, epoch, seq)
    if row is None:
        raise Refused("unknown-entry")
    original = decode_own(row.data)
    if original.kind not in kinds:
        raise Refused("not-reversible")
    if conn.execute(_REVERSED, {"b_epoch": epoch, "b_seq": seq}).first() is not None:
        raise Refused("already-reversed")
    return original


def alive(buckets: list[list[Any]], day: str) -> list[list[Any]]:
    """The same buckets; those that have ended meanwhile live `GRACE_DAYS` more from `day`."""
    later = day_after(day, GRACE_DAYS)
    return [
        [expires if expires == points.NEVER or expires >= day else later, tenths]
        for expires, tenths in buckets
    ]


def require_home(conn: Connection, terminal: Terminal, household_id: str) -> None:
    """Raises `Refused` `unknown-household`, or `not-home` where its points live at another terminal."""
    found = conn.execute(_HOUSEHOLD, {"b_id": household_id}).first()
    if found is None:
        raise Refused("unknown-household")
    if found.home != terminal.identity.terminal:
        raise Refused("not-home", home=homes.name(conn, found.home, household_id))


def last_day(rules: RuleSettings, day: str) -> str:
    """The last day of points that come in on business `day`, as this centre has it."""
    return measures.last_day(day, rules.points_end, rules.points_last_days, rules.points_last_years)


def _deed(
    writing: Writing,
    terminal: Terminal,
    household_id: str,
    rule_id: str,
    amount_tenths: int,
    actor: str,
    second: str,
) -> dict[str, Any]:
    if not 0 < amount_tenths <= MOST_TENTHS:
        raise Refused("absurd-amount")
    if not second or second == actor:
        raise Refused("second-needed")
    _require_two(writing.conn, actor, second)
    require_home(writing.conn, terminal, household_id)
    version = writing.conn.execute(_RULE, {"b_id": rule_id}).scalar()
    if version is None:
        raise Refused("unknown-rule")
    return {"hh": household_id, "rule": rule_id, "rv": version, "amount": amount_tenths, "deed": writing.day}


def _require_two(conn: Connection, actor: str, second: str) -> None:
    staff.require(conn, actor, "deed")
    staff.require(conn, second, "deed")


def earn_body(conn: Connection, fields: Mapping[str, Any], expires: str) -> dict[str, Any]:
    """The body of an `earn` for `fields`, in the caller's transaction: what is owed is repaid first."""
    owed = conn.execute(_OWED, {"b_household": fields["hh"]}).scalar() or 0
    return {**fields, "repaid": points.split_repaid(fields["amount"], owed), "expires": expires}


def deduct_body(conn: Connection, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a `deduct` or `correct` for `fields`, in the caller's transaction."""
    taken, owed = take_what_is_there(conn, fields["hh"], fields["amount"], ())
    return {**fields, "from": taken, "owed": owed}


def take_what_is_there(
    conn: Connection, household_id: str, amount_tenths: int, first: tuple[str, ...]
) -> tuple[list[list[Any]], int]:
    """Buckets to take from, those of `first` before the others, and what is missing."""
    rows = [(row.expires, row.tenths) for row in conn.execute(_BUCKETS, {"b_household": household_id})]
    own = [row for row in rows if row[0] in first]
    rest = [row for row in rows if row[0] not in first]
    from_own = min(amount_tenths, sum(tenths for _, tenths in own))
    from_rest = min(amount_tenths - from_own, sum(tenths for _, tenths in rest))
    taken = [*points.take(own, from_own), *points.take(rest, from_rest)]
    return [list(part) for part in taken], amount_tenths - from_own - from_rest


def _settle_repaid(conn: Connection, body: dict[str, Any]) -> dict[str, Any]:
    """Give back as available what was owed for the deduction but has been repaid since."""
    owed_now = conn.execute(_OWED, {"b_household": body["hh"]}).scalar() or 0
    repaid = min(body["repaid"], owed_now)
    extra = body["repaid"] - repaid
    to = [*body["to"], [points.NEVER, extra]] if extra else body["to"]
    return {**body, "repaid": repaid, "to": to}


_HOUSEHOLD = select(household).where(household.c.id == bindparam("b_id"))
_RULE = select(rule.c.version).where(rule.c.id == bindparam("b_id"))
_OWED = select(pot.c.owed).where(pot.c.household == bindparam("b_household"))
_BUCKETS = select(bucket.c.expires, bucket.c.tenths).where(
    bucket.c.household == bindparam("b_household"), bucket.c.tenths > 0
)
_REVERSED = select(reversal.c.seq).where(
    reversal.c.epoch == bindparam("b_epoch"), reversal.c.seq == bindparam("b_seq")
)
