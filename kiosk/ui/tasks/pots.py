"""Points of a household: given and taken by rule, corrected, lent, put aside."""

from __future__ import annotations

from typing import Any

from kiosk.services.views import Account
from kiosk.ui.tasks.at import At, place
from kiosk.ui.tasks.common import (
    GIVES,
    TAKES,
    WHO,
    amount,
    day_step,
    history,
    member_step,
    one_by_one,
    proof,
    rule_photos,
    rule_points,
    rule_steps,
    words,
)
from kiosk.ui.tasks.steps import Number, Option, Pick, Second, Task, Told, Who
from kiosk.words import points

GROUP = "points"


def _deed(at: At) -> Any:
    return at.services.deeds.Deed(member=at.get("member", 0), day=at["day"], evidence=proof(at))


def _earn(at: At) -> Any:
    deed, give = _deed(at), at.services.deeds.earn

    def act(account: Account) -> Any:
        return give(at.terminal, account.household, at["rule"].id, at["points"], at.staff, at.second, deed)

    return one_by_one(at, at["who"], act)


def _earned(at: At, result: Any) -> Told:
    done, left = result
    facts = {"homes": len(done), "points": points(at["points"] * len(done)), "left": len(left)}
    return Told(params=facts, rows=left, key="done_some" if left else "done")


def _deduct(at: At) -> Any:
    take = at.services.deeds.deduct
    return take(at.terminal, at.household, at["rule"].id, at["points"], at.staff, at.second, _deed(at))


def _room(at: At) -> str:
    room = at.services.loans.room(at.terminal, at.household)
    if room.refused:
        return at.tr.refusal(room.refused, {"most_tenths": room.most_tenths})
    return at.tr.words(
        "measures.room", most_tenths=room.most_tenths, earned_tenths=room.earned_tenths, due=room.due
    )


def _has(at: At) -> str:
    """What the household has in its pots now."""
    account = _account(at)
    return at.tr(
        "tasks.pots",
        available=points(account.available_tenths),
        saved=points(account.saved_tenths),
        owed=points(account.owed_tenths),
    )


def _account(at: At) -> Account:
    account: Account = at.services.find.account(at.terminal, at["who"].proof)
    return account


def _all_owed(at: At) -> list[Option]:
    account = _account(at)
    tenths = min(account.owed_tenths, account.available_tenths)
    title = at.tr("tasks.all_points", points=points(tenths))
    return [Option(key="all", title=title, value=tenths)] if tenths else []


def _all_saved(at: At) -> list[Option]:
    tenths = _account(at).saved_tenths
    title = at.tr("tasks.all_points", points=points(tenths))
    return [Option(key="all", title=title, value=tenths)] if tenths else []


def _pots(_at: At, done: Any) -> Told:
    facts = {"available": points(done.available_tenths), "saved": points(done.saved_tenths)}
    return Told(params=facts, slip=done.slip)


TASKS = (
    Task(
        name="earn",
        group=GROUP,
        icon="plus",
        act="deed",
        steps=(
            *rule_steps(GIVES),
            Who(name="who", many=True),
            member_step(),
            rule_points(),
            day_step(),
            *rule_photos(),
            Second(act="deed"),
        ),
        run=_earn,
        told=_earned,
        amount=amount(sign="+"),
    ),
    Task(
        name="deduct",
        group=GROUP,
        icon="minus",
        act="deed",
        steps=(
            WHO,
            *rule_steps(TAKES),
            member_step(),
            rule_points(),
            day_step(),
            *rule_photos(),
            Second(act="deed"),
        ),
        run=_deduct,
        amount=amount(sign="−"),
    ),
    Task(
        name="correct",
        group=GROUP,
        icon="undo",
        act="deed",
        steps=(
            WHO,
            Pick(name="entry", options=history("earn", "deduct")),
            Pick(name="why", options=words("ui.choice.why", ("mistake", "other"))),
            Second(act="deed"),
        ),
        run=lambda at: at.services.deeds.reverse(
            at.terminal, *place(at["entry"]), at["why"], at.staff, at.second
        ),
    ),
    Task(
        name="borrow",
        group=GROUP,
        icon="lend",
        act="loan",
        steps=(WHO, Number(name="points", kind="points", hint=_room), Second(act="loan")),
        run=lambda at: at.services.loans.borrow(at.terminal, at.household, at["points"], at.staff, at.second),
        told=lambda _at, loan: Told(
            params={"points": points(loan.amount_tenths), "due": loan.due}, slip=loan.slip
        ),
        amount=amount(),
    ),
    Task(
        name="repay",
        group=GROUP,
        icon="coins",
        act="repay",
        steps=(WHO, Number(name="points", kind="points", hint=_has, quick=_all_owed)),
        run=lambda at: at.services.loans.repay(at.terminal, at.household, at["points"], at.staff),
        told=lambda _at, done: Told(
            params={"points": points(done.repaid_tenths), "owed": points(done.owed_tenths)}, slip=done.slip
        ),
        amount=amount(),
    ),
    Task(
        name="save",
        group=GROUP,
        icon="piggy",
        act="save",
        steps=(WHO, Number(name="points", kind="points", hint=_has)),
        run=lambda at: at.services.saved.save(at.terminal, at.household, at["points"], at.staff),
        told=_pots,
        amount=amount(),
    ),
    Task(
        name="unsave",
        group=GROUP,
        icon="wallet",
        act="save",
        steps=(WHO, Number(name="points", kind="points", hint=_has, quick=_all_saved)),
        run=lambda at: at.services.saved.unsave(at.terminal, at.household, at["points"], at.staff),
        told=_pots,
        amount=amount(),
    ),
)
