"""Questions that several tasks ask: whose, by which rule, how much, when, why, and their options."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kiosk.ledger.refusals import Refused
from kiosk.ledger.rules import CATEGORIES
from kiosk.services.clock import day_after
from kiosk.services.views import Account
from kiosk.ui import form
from kiosk.ui.tasks.at import At
from kiosk.ui.tasks.steps import Goods, Line, Number, Option, Photo, Pick, Row, Step, Who
from kiosk.words import points

GIVES, TAKES = "give", "take"
MEMBER, PHOTO = "member", "photo"

WHO = Who(name="who")


def words(prefix: str, keys: Iterable[str]) -> Callable[[At], Sequence[Option]]:
    """Options of a fixed list: their words lie under `<prefix>.<key>`, whoever's file that is."""
    return lambda at: [Option(key=key, title=at.tr.words(f"{prefix}.{key}")) for key in keys]


def rule_steps(sign: str) -> tuple[Step, ...]:
    """By which rule: first its category, then the rule. `sign`: "give", "take" or "" for any."""

    def fitting(at: At) -> list[Any]:
        return [
            one for one in at.services.rules.listing(at.terminal) if sign in ("", one.sign) or not one.sign
        ]

    def categories(at: At) -> list[Option]:
        there = fitting(at)
        codes = sorted({one.category for one in there}, key=_category_place)
        return [
            Option(
                key=code,
                title=form.category(at.tr, code),
                figure=at.tr("tasks.rules_n", n=sum(one.category == code for one in there)),
            )
            for code in codes
        ]

    def rules(at: At) -> list[Option]:
        return [_rule(at, one) for one in fitting(at) if one.category == at["category"]]

    return (Pick(name="category", options=categories), Pick(name="rule", options=rules))


def _category_place(code: str) -> tuple[int, str]:
    """In the order people know the categories; a county's own come behind."""
    return (CATEGORIES.index(code) if code in CATEGORIES else len(CATEGORIES), code)


def _rule(at: At, one: Any) -> Option:
    needs = at.tr(f"tasks.needs_{one.evidence}") if one.evidence else ""
    sign = "−" if one.sign == TAKES else "+"
    return Option(
        key=one.id, title=one.title, value=one, detail=needs, figure=f"{sign}{points(abs(one.amount))}"
    )


def rule_points() -> Number:
    """How much under the rule that was chosen; what it usually gives is offered."""

    def bounds(at: At) -> str:
        rule = at["rule"]
        if not rule.most:
            return ""
        return at.tr("tasks.between", least=points(rule.least), most=points(rule.most))

    def usual(at: At) -> list[Option]:
        tenths = abs(at["rule"].amount)
        return [Option(key="usual", title=at.tr("tasks.usual", points=points(tenths)), value=tenths)]

    return Number(name="points", kind="points", hint=bounds, quick=usual)


def day_step(name: str = "day", *, back: int = 3, ahead: int = 0, may_skip: bool = False) -> Number:
    """A day; today, the `back` - 1 before it and the `ahead` after it are offered."""

    def near(at: At) -> list[Option]:
        today = at.today()
        found = [*range(0, -back, -1), *range(1, ahead + 1)]
        days = [(by, day_after(today, by)) for by in found]
        return [
            Option(
                key=f"{by}",
                title=at.tr(f"tasks.day{by}") if at.tr.has(f"tasks.day{by}") else form.day(at.tr, day),
                value=day,
            )
            for by, day in days
        ]

    return Number(name=name, kind="day", quick=near, may_skip=may_skip)


def rule_photos() -> tuple[Step, ...]:
    """A photograph: needed where the rule says so, else welcome."""

    def needed(at: At) -> bool:
        return bool(at["rule"].evidence)

    return (
        Photo(name="photo", when=needed),
        Photo(name="photo", when=lambda at: not needed(at), may_skip=True),
    )


def member_step() -> Pick:
    """Who in the household, where the rule counts by person."""

    def wanted(at: At) -> bool:
        return any(cap.of == MEMBER for cap in at["rule"].caps) and len(_homes(at)) == 1

    def members(at: At) -> list[Option]:
        found = at.services.rules.members(at.terminal, _homes(at)[0].household)
        return [
            Option(key=str(n), title=form.masked(name) if name else at.tr("tasks.member", n=n), value=n)
            for n, name in found
        ]

    return Pick(name="member", when=wanted, options=members)


def _homes(at: At) -> tuple[Account, ...]:
    who = at["who"]
    return who if isinstance(who, tuple) else (who,)


def proof(at: At) -> tuple[Any, ...]:
    """The photograph as evidence of a deed, none where none was taken."""
    data = at.photo()
    return (at.services.evidence.photo(data),) if data else ()


def one_by_one(
    at: At, households: Sequence[Account], act: Callable[[Account], Any]
) -> tuple[list[Any], tuple[Row, ...]]:
    """Do it for each; who is refused is told in a row. Raises the refusal where nobody is left over."""
    done: list[Any] = []
    left: list[Row] = []
    last: Refused | None = None
    for account in households:
        try:
            done.append(act(account))
        except Refused as no:
            last = no
            left.append(
                Row(title=at.family(account.name, account.household), value=at.tr.refusal(no.code, no.params))
            )
    if last is not None and not done:
        raise last
    return done, tuple(left)


def history(*kinds: str, today: bool = False) -> Callable[[At], Sequence[Option]]:
    """The household's entries of these kinds, newest first, by entry."""

    def found(at: At) -> list[Option]:
        day = at.today() if today else ""
        rows = at.services.history.history(at.terminal, at.household)
        return [
            Option(
                key=one.entry,
                title=one.title or at.tr(f"kind.{one.kind}"),
                detail=at.tr("tasks.comma").join(
                    part
                    for part in (form.day(at.tr, one.day), one.slip and at.tr("history.slip", slip=one.slip))
                    if part
                ),
                figure=signed(one.amount_tenths),
            )
            for one in rows
            if one.kind in kinds and day in ("", one.day)
        ]

    return found


def signed(tenths: int) -> str:
    """+2.5 or −26."""
    return f"{'−' if tenths < 0 else '+'}{points(abs(tenths))}"


def amount(step: str = "points", sign: str = "") -> Callable[[At], str]:
    """The points of a step, large."""
    return lambda at: at.tr("tasks.points", points=f"{sign}{points(at[step])}")


def goods_step(*, dated: bool = False) -> Goods:
    """Goods from an empty list on."""
    return Goods(name="goods", dated=dated)


def lines(at: At, step: str = "goods") -> tuple[Line, ...]:
    """The goods of a step."""
    found: tuple[Line, ...] = at[step]
    return found
