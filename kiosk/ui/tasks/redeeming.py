"""What happens after goods were handed out: taken back, undone, brought home, slips looked at."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from kiosk.ui import form
from kiosk.ui.tasks.at import At, place
from kiosk.ui.tasks.common import WHO, history, words
from kiosk.ui.tasks.steps import Code, Number, Option, Pick, Row, Second, Step, Task, Told, Who
from kiosk.words import points

GROUP = "redeem"
SALES = ("redeem", "collect")
REASONS = ("mistake", "goods", "other")
GOOD, DAMAGED = "good", "damaged"

_WHY = Pick(name="why", options=words("ui.choice.why", REASONS))


def _return_steps(at: At) -> Iterator[Step]:
    yield WHO
    yield Pick(name="sale", options=history(*SALES))
    yield Pick(name="back", options=_taken, many=True)
    for sku, name, most, _each in at.get("back", ()):
        yield Number(
            name=f"pieces.{sku}", kind="pieces", hint=partial(_most, name, most), quick=partial(_all, most)
        )
    yield Pick(name="condition", options=words("ui.choice.condition", (GOOD, DAMAGED)))
    yield _WHY
    yield Second(act="return")


def _most(name: str, most: int, at: At) -> str:
    return at.tr("tasks.of_pieces", name=name, most=most)


def _all(most: int, at: At) -> list[Option]:
    return [Option(key="all", title=at.tr("tasks.all_n", n=most), value=most)]


def _taken(at: At) -> list[Option]:
    found = at.services.returns.returnable(at.terminal, *place(at["sale"]))
    return [
        Option(
            key=line.item.sku,
            title=line.item.name,
            value=(line.item.sku, line.item.name, line.qty, line.total_tenths // line.qty),
            figure=at.tr("tasks.pieces", n=line.qty, unit=line.item.unit),
        )
        for line in found
    ]


def _return(at: At) -> Any:
    returns = at.services.returns
    back = [
        returns.Back(sku, at[f"pieces.{sku}"], at["condition"]) for sku, _name, _most, _each in at["back"]
    ]
    return returns.take_back(at.terminal, *place(at["sale"]), back, at["why"], at.staff, at.second)


def _back_amount(at: At) -> str:
    back = sum(at[f"pieces.{sku}"] * each for sku, _name, _most, each in at["back"])
    return at.tr("task.return.amount", points=points(back))


def _returned(_at: At, done: Any) -> Told:
    facts = {"back": points(done.back_tenths), "available": points(done.available_tenths)}
    return Told(params=facts, slip=done.slip)


def _cases(at: At) -> list[Option]:
    return [
        Option(
            key=one.entry,
            title=at.family(one.name, one.household),
            detail=f"{form.day(at.tr, one.day)} · {at.tr('history.slip', slip=one.slip)}",
            figure=at.tr("tasks.points", points=points(one.amount_tenths)),
        )
        for one in at.services.void.waiting(at.terminal)
    ]


def _decide(at: At) -> Any:
    void = at.services.void
    act = void.grant if at["verdict"] == "grant" else void.deny
    return act(at.terminal, *place(at["case"]), at.staff)


def _checked(at: At, check: Any) -> Told:
    if check.verdict == "true":
        facts = (
            Row(title=at.tr("task.check-slip.slip_short"), value=check.slip),
            Row(title=at.tr("task.check-slip.day"), value=check.day),
            Row(title=at.tr("task.check-slip.points"), value=points(check.charge_tenths)),
        )
        return Told(key="true", rows=facts)
    return Told(key=check.verdict, tone="bad")


def _deliveries(at: At) -> list[Option]:
    return [
        Option(
            key=one.entry,
            title=at.family(one.name, one.household),
            detail=at.tr("tasks.comma").join(f"{line.item.name} × {line.qty}" for line in one.lines),
            figure=form.day(at.tr, one.day),
        )
        for one in at.services.delivery.waiting(at.terminal)
    ]


def _deliver(at: At) -> Any:
    receiver = None
    if at["receiver"] != "head":
        other = at["neighbour"]
        kind = at.services.collectors.Collector
        receiver = kind(name=other.name, relation=at["receiver"], card=other.household)
    return at.services.delivery.deliver(at.terminal, *place(at["delivery"]), receiver, at.staff)


TASKS = (
    Task(
        name="return",
        group=GROUP,
        icon="undo",
        act="return",
        steps=_return_steps,
        run=_return,
        amount=_back_amount,
        told=_returned,
    ),
    Task(
        name="void",
        group=GROUP,
        icon="close",
        act="void",
        steps=(WHO, Pick(name="sale", options=history(*SALES, today=True)), _WHY, Second(act="void")),
        run=lambda at: at.services.void.void(at.terminal, *place(at["sale"]), at["why"], at.staff, at.second),
    ),
    Task(
        name="void-ask",
        group=GROUP,
        icon="question",
        act="void",
        steps=(WHO, Pick(name="sale", options=history(*SALES, today=True)), _WHY),
        run=lambda at: at.services.void.ask(at.terminal, *place(at["sale"]), at["why"], at.staff),
    ),
    Task(
        name="void-decide",
        group=GROUP,
        icon="signature",
        act="void",
        steps=(
            Pick(name="case", options=_cases),
            Pick(name="verdict", options=words("ui.choice.verdict", ("grant", "deny"))),
        ),
        run=_decide,
    ),
    Task(
        name="deliver",
        group=GROUP,
        icon="truck",
        act="deliver",
        steps=(
            Pick(name="delivery", options=_deliveries),
            Pick(name="receiver", options=words("ui.choice.receiver", ("head", "relative", "neighbour"))),
            Who(name="neighbour", when=lambda at: at["receiver"] != "head"),
        ),
        run=_deliver,
    ),
    Task(
        name="check-slip",
        group=GROUP,
        icon="search",
        act="",
        steps=(Code(name="slip", starts="L1:"),),
        run=lambda at: at.services.slipcheck.check(at.terminal, at["slip"]),
        told=_checked,
        at_once=True,
    ),
)
