"""The rules in force at this terminal, and whether a deed keeps within them; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.ledger import rules
from kiosk.ledger.refusals import Refused
from kiosk.ledger.rules import Cap, Rule, Use
from kiosk.services import evidence
from kiosk.services.clock import day_after
from kiosk.services.evidence import Evidence
from kiosk.services.feedrows import CapRow, MeasureRow
from kiosk.services.roles import REVIEWER
from kiosk.services.terminal import Terminal
from kiosk.store.catalogue import RULE_NOW
from kiosk.store.prepared import Prepared
from kiosk.store.tables import centre, household, measure, member, rule, rule_use, state

_MEASURE_KINDS = ("add", "deduct", "borrow", "save")
_CAP_CODES = {
    rules.DAY: "cap-day",
    rules.WEEK: "cap-week",
    rules.MONTH: "cap-month",
    rules.QUARTER: "cap-quarter",
    rules.YEAR: "cap-year",
}


class Wanted(NamedTuple):
    """A deed to be judged."""

    household: str
    member: int  # `rules.WHOLE` for the household as a whole
    deed: str  # the day it was done
    tenths: int


class RuleUse(msgspec.Struct, frozen=True, kw_only=True):
    """What a household has left under one cap of a rule; None: no limit of that kind."""

    period: str
    of: str
    tenths: int | None
    times: int | None


def find(conn: Connection, terminal: int, rule_id: str, day: str) -> Rule:
    """The version of a rule that counts here on business `day`.

    Raises `Refused`: `unknown-rule`, `rule-ended`.
    """
    found = known(conn, terminal, rule_id, day)
    if found is None:
        raise Refused("unknown-rule")
    if found.state == rules.ENDED:
        raise Refused("rule-ended")
    return found


def known(conn: Connection, terminal: int, rule_id: str, day: str) -> Rule | None:
    """As `find`, also where the rule has ended; None where it does not count yet or never came."""
    place = _PLACE.first(conn, {"b_terminal": terminal})
    return rules.counting(
        versions(conn, rule_id), day, place.township if place else "", place.id if place else ""
    )


def versions(conn: Connection, rule_id: str) -> tuple[Rule, ...]:
    """Every version of a rule that has come down, of every owner, oldest first."""
    return tuple(_rule(row) for row in _VERSIONS.all(conn, {"b_id": rule_id}))


def listing(terminal: Terminal) -> tuple[Rule, ...]:
    """The rules that count here today, ended ones left out, by category as people know them."""
    with terminal.read() as conn:
        day = conn.execute(_DAY).scalar() or ""
        ids = conn.execute(select(rule.c.id).distinct().order_by(rule.c.id)).scalars()
        found = [known(conn, terminal.identity.terminal, name, day) for name in ids]
    return tuple(one for one in found if one is not None and one.state != rules.ENDED)


def one(terminal: Terminal, rule_id: str) -> tuple[Rule, tuple[Rule, ...]]:
    """The version of a rule that counts here today, and all of them. Raises `Refused` as `find` does."""
    with terminal.read() as conn:
        day = conn.execute(_DAY).scalar() or ""
        return find(conn, terminal.identity.terminal, rule_id, day), versions(conn, rule_id)


def measures(terminal: Terminal) -> tuple[MeasureRow, ...]:
    """The measures of giving, taking, lending and saving that have come down, in that order."""
    with terminal.read() as conn:
        rows = conn.execute(select(measure).order_by(measure.c.id)).all()
    found = [MeasureRow(row.id, row.kind, row.title, row.text, row.settings, row.version) for row in rows]
    return tuple(sorted(found, key=lambda each: _MEASURE_KINDS.index(each.kind)))


def room(
    terminal: Terminal, rule_id: str, household_id: str, member: int = rules.WHOLE
) -> tuple[RuleUse, ...]:
    """What a household has left of each cap today. Raises `Refused` as `find` does."""
    with terminal.read() as conn:
        day = conn.execute(_DAY).scalar() or ""
        found = find(conn, terminal.identity.terminal, rule_id, day)
        uses = _uses(conn, household_id, found, day)
    left = ((cap, rules.room(cap, uses, day, member)) for cap in found.caps)
    return tuple(
        RuleUse(period=cap.period, of=cap.of, tenths=tenths, times=times) for cap, (tenths, times) in left
    )


def over(conn: Connection, found: Rule, wanted: Wanted) -> Refused | None:
    """Why a deed may not be counted under `found` beside what was counted already; None when it may.

    The codes: `cap-day`, `cap-week`, `cap-month`, `cap-quarter`, `cap-year` (left_tenths=), `cap-times`
    (times=), `act-counted` and `act-counted-lower` (rule=). A household without limits is never over.
    """
    if _LIMITS.scalar(conn, {"b_id": wanted.household}) == 0:
        return None
    uses = _uses(conn, wanted.household, found, wanted.deed)
    cap = rules.full(found.caps, uses, wanted.deed, wanted.member, wanted.tenths)
    if cap is None:
        return _counted_already(conn, found, wanted)
    left, times = rules.room(cap, uses, wanted.deed, wanted.member)
    if times is not None and times < 1:
        return Refused("cap-times", times=cap.times)
    return Refused(_CAP_CODES[cap.period], left_tenths=max(0, left or 0))


def require(
    conn: Connection,
    found: Rule,
    wanted: Wanted,
    sign: str,
    given: tuple[Evidence, ...],
    roles: Iterable[str],
) -> None:
    """Whether people with `roles` may write the deed under `found`, with the proof that is given.

    Raises `Refused`: `rule-gives`, `rule-takes`, `amount-outside` (least_tenths=, most_tenths=), `sign-limit`
    (most_tenths=), `evidence-needed`, `photo-needed`, `member-needed`, `unknown-member`.
    """
    if found.sign and found.sign != sign:
        raise Refused("rule-gives" if found.sign == rules.GIVES else "rule-takes")
    if not rules.fits(found, wanted.tenths):
        raise Refused("amount-outside", least_tenths=found.least, most_tenths=found.most)
    require_signers(found, wanted.tenths, roles)
    evidence.require(found.evidence, [piece.kind for piece in given])
    if wanted.member != rules.WHOLE:
        require_member(conn, wanted.household, wanted.member)
    elif any(cap.of == rules.MEMBER for cap in found.caps):
        raise Refused("member-needed")


def require_signers(found: Rule, tenths: int, roles: Iterable[str]) -> None:
    """Raises `Refused("sign-limit")` (most_tenths=) where so much needs a reviewer and none signs."""
    if found.sign_most and tenths > found.sign_most and REVIEWER not in roles:
        raise Refused("sign-limit", most_tenths=found.sign_most)


def members(terminal: Terminal, household_id: str) -> tuple[tuple[int, str], ...]:
    """(number, whole name) of those of a household a deed may be written down for; where no members have come
    down, as many numbers without a name as it has heads."""
    with terminal.read() as conn:
        found = _MEMBERS.all(conn, {"b_household": household_id})
        count = 0 if found else _HEAD_COUNT.scalar(conn, {"b_id": household_id}) or 0
    named = tuple((row.number, row.name) for row in found if row.state == "active")
    return named or tuple((number, "") for number in range(1, count + 1))


def require_member(conn: Connection, household_id: str, number: int) -> None:
    """Raises `Refused("unknown-member")`. Where no members have come down, the head count decides."""
    states = {row.number: row.state for row in _MEMBERS.all(conn, {"b_household": household_id})}
    head_count = 0 if states else _HEAD_COUNT.scalar(conn, {"b_id": household_id}) or 0
    if states.get(number) != "active" and not 1 <= number <= head_count:
        raise Refused("unknown-member")


def repeated(conn: Connection, found: Rule, wanted: Wanted, days: int) -> bool:
    """Whether the same fault was written down for the same household (or member) in the `days` before."""
    if not days:
        return False
    first = day_after(wanted.deed, -days)
    rows = _USES.all(conn, _span(wanted.household, found.id, first, wanted.deed))
    return any(row.times > 0 and _same(row.member, wanted.member) for row in rows)


def _counted_already(conn: Connection, found: Rule, wanted: Wanted) -> Refused | None:
    """One act counts once, under the highest rule of its group."""
    if not found.group:
        return None
    for row in _GROUP.all(conn, {"b_group": found.group}):
        uses = _USES.all(conn, _span(wanted.household, row.id, wanted.deed, wanted.deed))
        counted = [one for one in uses if one.times > 0 and _same(one.member, wanted.member)]
        if counted:
            lower = max(one.tenths for one in counted) < wanted.tenths
            return Refused("act-counted-lower" if lower else "act-counted", rule=row.title)
    return None


def _same(one: int, other: int) -> bool:
    """Whether two member numbers may be one person: the household as a whole may be anybody."""
    return one == other or rules.WHOLE in (one, other)


def _uses(conn: Connection, household_id: str, found: Rule, day: str) -> tuple[Use, ...]:
    if not found.caps:
        return ()
    rows = _USES.all(conn, _span(household_id, found.id, *rules.reach(found.caps, day)))
    return tuple(Use(*row) for row in rows)


def _span(household_id: str, rule_id: str, first: str, last: str) -> dict[str, Any]:
    return {"b_household": household_id, "b_rule": rule_id, "b_first": first, "b_last": last}


def _rule(row: Any) -> Rule:
    values = row._asdict()
    caps = msgspec.json.decode(values.pop("caps"), type=tuple[CapRow, ...])
    return Rule(**values, caps=tuple(Cap(cap.period, cap.of, cap.tenths, cap.times) for cap in caps))


_DAY = select(state.c.value).where(state.c.name == "day")
_PLACE = Prepared(select(centre.c.id, centre.c.township).where(centre.c.terminal == bindparam("b_terminal")))
_VERSIONS = Prepared(
    select(rule).where(rule.c.id == bindparam("b_id")).order_by(rule.c.counts_from, rule.c.version)
)
_GROUP = Prepared(select(rule.c.id, rule.c.title).where(rule.c.group == bindparam("b_group"), RULE_NOW))
_USES = Prepared(
    select(rule_use.c.rule, rule_use.c.day, rule_use.c.member, rule_use.c.times, rule_use.c.tenths).where(
        rule_use.c.household == bindparam("b_household"),
        rule_use.c.rule == bindparam("b_rule"),
        rule_use.c.day.between(bindparam("b_first"), bindparam("b_last")),
    )
)
_LIMITS = Prepared(select(household.c.limits).where(household.c.id == bindparam("b_id")))
_HEAD_COUNT = Prepared(select(household.c.members).where(household.c.id == bindparam("b_id")))
_MEMBERS = Prepared(
    select(member.c.number, member.c.name, member.c.state)
    .where(member.c.household == bindparam("b_household"))
    .order_by(member.c.number)
)
