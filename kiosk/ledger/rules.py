"""What a rule allows: how much, how often, for whom, with which proof; not where rules and uses are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

CATEGORIES = ("study", "law", "party", "civility", "work", "other")  # the order people know them in
BANNER, TOWNSHIP, CENTRE = "banner", "township", "centre"
OWNERS = (BANNER, TOWNSHIP, CENTRE)  # a later one goes before an earlier one
DAY, WEEK, MONTH, QUARTER, YEAR = "day", "week", "month", "quarter", "year"
PERIODS = (DAY, WEEK, MONTH, QUARTER, YEAR)
HOUSEHOLD, MEMBER = "household", "member"
GIVES, TAKES = "give", "take"
NOTE, PHOTO = "note", "photo"
_COUNTED = ("earn", "deduct", "correct")  # kinds that count under a rule
_OWN_PLACE = 2  # epoch and seq; the place of another terminal's entry begins with its number
WHOLE = 0  # the member number of the household as a whole
ENDED = "ended"


class Cap(NamedTuple):
    """The most a rule gives (or takes) in a period; 0 tenths or times: no limit of that kind."""

    period: str
    of: str  # the household, or each of its members
    tenths: int
    times: int


class Rule(NamedTuple):
    """One version of a rule, as it counts."""

    id: str
    owner: str
    scope: str  # "" for all, else the township's name or the centre
    counts_from: str
    version: int
    title: str
    category: str
    amount: int  # tenths that one deed usually gives or takes
    least: int  # tenths; 0 and 0: not bound
    most: int
    sign: str  # "give", "take", "" for either
    caps: tuple[Cap, ...]
    group: str  # of rules in one group only the highest counts for one act; "" for none
    evidence: str  # "", "note", "photo"
    sign_most: int  # above so many tenths one of the two must be a reviewer; 0: never
    measure: str
    state: str  # "active", "ended"


_OWN = ("owner", "scope", "counts_from", "version", "amount", "least", "most")  # what a centre may set


class Use(NamedTuple):
    """What was given or taken on one day of deeds, to one member (or `WHOLE`)."""

    rule: str
    day: str
    member: int
    times: int
    tenths: int


def counting(versions: Iterable[Rule], day: str, township: str, centre: str) -> Rule | None:
    """Of one rule's versions the one that counts at a centre on `day`; None where none does yet.

    A township or centre sets the amount alone, and only while it lies within the bounds of who stands above
    it on that day; whatever else the banner says of the rule holds everywhere.
    """
    reached = [one for one in versions if one.counts_from <= day]
    found: Rule | None = None
    for owner, scope in ((BANNER, ""), (TOWNSHIP, township), (CENTRE, centre)):
        own = [one for one in reached if one.owner == owner and one.scope == scope]
        latest = max(own, key=lambda one: (one.counts_from, one.version), default=None)
        if owner == BANNER:
            found = latest
        elif latest and latest.state != ENDED and found and found.state != ENDED and within(found, latest):
            found = found._replace(**{name: getattr(latest, name) for name in _OWN})
    return found


def within(banner: Rule, own: Rule) -> bool:
    """Whether a township's or centre's own version keeps to the bounds it is given (none: to the amount)."""
    least, most = bounds(banner)
    own_least, own_most = bounds(own)
    return own.sign == banner.sign and least <= own_least <= own.amount <= own_most <= most


def bounds(rule: Rule) -> tuple[int, int]:
    """The least and the most tenths of one deed."""
    return (rule.least, rule.most) if rule.most else (rule.amount, rule.amount)


def fits(rule: Rule, tenths: int) -> bool:
    """Whether one deed may be worth `tenths`; rules that state no bounds take any amount."""
    return not rule.most or rule.least <= tenths <= rule.most


def period_of(day: str, period: str) -> tuple[str, str]:
    """First and last day of the period `day` lies in; a week begins on Monday (ISO 8601)."""
    at = date.fromisoformat(day)
    if period == DAY:
        return day, day
    if period == WEEK:
        first = at - timedelta(days=at.weekday())
        return first.isoformat(), (first + timedelta(days=6)).isoformat()
    months = {MONTH: 1, QUARTER: 3, YEAR: 12}[period]
    first = at.replace(month=(at.month - 1) // months * months + 1, day=1)
    behind = first.month + months
    after = first.replace(year=first.year + (behind > 12), month=behind - 12 if behind > 12 else behind)
    return first.isoformat(), (after - timedelta(days=1)).isoformat()


def reach(caps: Iterable[Cap], day: str) -> tuple[str, str]:
    """The days whose uses decide about a deed of `day`."""
    spans = [period_of(day, cap.period) for cap in caps] or [(day, day)]
    return min(first for first, _ in spans), max(last for _, last in spans)


def room(cap: Cap, uses: Iterable[Use], day: str, member: int) -> tuple[int | None, int | None]:
    """(tenths, times) that `cap` leaves for a deed of `day`; None where it sets no limit of that kind."""
    first, last = period_of(day, cap.period)
    counted = [
        one for one in uses if first <= one.day <= last and (cap.of == HOUSEHOLD or one.member == member)
    ]
    tenths = cap.tenths - sum(one.tenths for one in counted) if cap.tenths else None
    times = cap.times - sum(one.times for one in counted) if cap.times else None
    return tenths, times


def full(caps: Iterable[Cap], uses: Iterable[Use], day: str, member: int, tenths: int) -> Cap | None:
    """The first cap that a further deed of `day` worth `tenths` would break, None when it fits all."""
    counted = tuple(uses)
    for cap in caps:
        left, times = room(cap, counted, day, member)
        if (left is not None and tenths > left) or (times is not None and times < 1):
            return cap
    return None


def highest(worth: Mapping[str, int], groups: Mapping[str, str]) -> dict[str, int]:
    """Of rules given for one act, with what each is worth, those that count: the highest of each group.

    `groups` names each rule's group, "" for none. Of equals the first by name counts.
    """
    best: dict[str, str] = {}
    for rule in sorted(worth):
        group = groups.get(rule, "")
        if group and (group not in best or worth[rule] > worth[best[group]]):
            best[group] = rule
    return {rule: tenths for rule, tenths in worth.items() if best.get(groups.get(rule, ""), rule) == rule}


def use_of(kind: str, day: str, body: Mapping[str, Any]) -> Use | None:
    """What an entry of business `day` counts under its rule, on the day of the deed; None without a rule.

    A reversal takes off what its original counted. What corrects an entry (`was` says of which kind it was)
    changes the points but is no deed of its own; what another terminal counted is not taken off here.
    """
    if not body.get("rule"):
        return None
    member, deed, amount = int(body.get("member", WHOLE)), body.get("deed") or day, int(body["amount"])
    sign, what = (-1, body["kind"]) if kind == "reverse" else (1, kind)
    if what not in _COUNTED:
        return Use(body["rule"], deed, member, 0, 0)
    corrects = what == "correct" or "corrects" in body
    lessens = what == "correct" or body.get("was", what) != what
    if lessens and len(body.get("corrects", ())) > _OWN_PLACE:
        amount = 0
    return Use(
        body["rule"], deed, member, 0 if corrects else sign, -sign * amount if lessens else sign * amount
    )
