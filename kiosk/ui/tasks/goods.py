"""Goods that come and go: taken in, given, handed out, written off, ordered, sent to and from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kiosk.ledger.stock import FUNDS
from kiosk.ui.tasks.at import At, place
from kiosk.ui.tasks.common import day_step, goods_step, lines, words
from kiosk.ui.tasks.steps import Code, Goods, Line, Number, Option, Photo, Pick, Row, Second, Task, Told, Who

GROUP = "goods"
ISSUED_FOR = ("care", "activity", "office", "other")
WRITTEN_OFF_FOR = ("expired", "damaged", "spoiled", "lost", "other")


def _delivered(at: At) -> list[Any]:
    kind = at.services.stock.Delivered
    return [kind(sku=one.sku, pieces=one.pieces, best_before=one.best_before) for one in lines(at)]


def _wanted(at: At) -> list[Any]:
    kind = at.services.issuing.Wanted
    return [kind(sku=one.sku, pieces=one.pieces) for one in lines(at)]


def _receive(at: At) -> Any:
    stock = at.services.stock
    source = stock.Source(
        fund=at["fund"],
        resolution=at.get("resolution", ""),
        meeting=at.get("meeting", ""),
        record=at.photo(),
    )
    return stock.receive(at.terminal, _delivered(at), source, at.staff, at.second)


def _donate(at: At) -> Any:
    donor = at.get("donor")
    name = donor.name if donor is not None else ""
    return at.services.stock.donate(at.terminal, _delivered(at), name, at.staff, at.second)


def _suggested(at: At) -> list[Line]:
    return [
        Line(
            sku=one.sku,
            name=one.name,
            unit=one.unit,
            pieces=one.pieces,
            note=at.tr("task.order.reckoned", redeemed=one.redeemed, on_hand=one.on_hand),
        )
        for one in at.services.ordering.suggest(at.terminal)
    ]


def _order(at: At) -> Any:
    ordering = at.services.ordering
    order = ordering.draft(at.terminal, [(one.sku, one.pieces) for one in lines(at)], at.staff)
    if at["when"] == "later":
        return order
    return ordering.send(at.terminal, *place(order.order), at.staff)


def _drafts(at: At) -> list[Option]:
    names = {item.sku: item.name for item in at.services.shelf.shelf(at.terminal)}
    return [
        Option(
            key=one.order,
            title=one.day,
            detail=at.tr("tasks.comma").join(f"{names.get(sku, sku)} × {n}" for sku, n in one.lines),
            figure=at.tr("task.order.kinds", n=len(one.lines)),
        )
        for one in at.services.ordering.orders(at.terminal)
        if not one.sent
    ]


def _centres(at: At) -> list[Option]:
    found = at.services.transfers.centres(at.terminal)
    return [Option(key=str(number), title=name, value=number) for number, name in found]


def _document(at: At) -> list[Line]:
    found = at.services.transfers.read(at.terminal, at["document"])
    pieces: dict[str, Line] = {}
    for one in found.lines:
        known = pieces.get(one.sku)
        count = one.pieces + (known.pieces or 0 if known else 0)
        pieces[one.sku] = Line(sku=one.sku, name=one.name or one.sku, unit=one.unit, pieces=count)
    return list(pieces.values())


def _arrive(at: At) -> Any:
    came = {one.sku: one.pieces for one in lines(at)}
    return at.services.transfers.arrive(at.terminal, at["document"], came, at.staff, at.second)


def _arrived(at: At, done: Any) -> Told:
    names = {one.sku: one for one in lines(at)}
    rows = tuple(
        Row(
            title=names[one.sku].name if one.sku in names else one.sku,
            value=at.tr("task.arrive.difference", sent=one.sent, came=one.came),
        )
        for one in done.differences
    )
    return Told(slip=done.slip, rows=rows, key="done_some" if rows else "done")


def _shelf(at: At) -> Sequence[Option]:
    return [
        Option(
            key=item.sku,
            title=item.name,
            code=item.barcode,
            figure=at.tr("tasks.pieces", n=item.on_hand, unit=item.unit),
        )
        for item in at.services.shelf.shelf(at.terminal)
    ]


TASKS = (
    Task(
        name="receive",
        group=GROUP,
        icon="box-in",
        act="receive",
        steps=(
            goods_step(dated=True),
            Pick(name="fund", options=words("stock.fund", FUNDS)),
            Number(name="resolution", kind="digits", may_skip=True),
            day_step("meeting", back=2, may_skip=True),
            Photo(name="photo", may_skip=True),
            Second(act="accept"),
        ),
        run=_receive,
    ),
    Task(
        name="donate",
        group=GROUP,
        icon="heart",
        act="receive",
        steps=(goods_step(dated=True), Who(name="donor", may_skip=True), Second(act="accept")),
        run=_donate,
    ),
    Task(
        name="issue",
        group=GROUP,
        icon="box-out",
        act="issue",
        steps=(
            goods_step(),
            Pick(name="why", options=words("stock.issued-for", ISSUED_FOR)),
            Second(act="issue"),
        ),
        run=lambda at: at.services.issuing.issue(
            at.terminal, _wanted(at), at["why"], "", at.staff, at.second
        ),
    ),
    Task(
        name="write-off",
        group=GROUP,
        icon="box-bad",
        act="write-off",
        steps=(
            goods_step(),
            Pick(name="why", options=words("stock.written-off-for", WRITTEN_OFF_FOR)),
            Photo(name="photo"),
            Second(act="write-off"),
        ),
        run=lambda at: at.services.issuing.write_off(
            at.terminal, _wanted(at), at["why"], at.photo(), at.staff, at.second
        ),
    ),
    Task(
        name="order",
        group=GROUP,
        icon="cart",
        act="order",
        steps=(
            Goods(name="goods", lines=_suggested),
            Pick(name="when", options=words("ui.choice.when", ("now", "later"))),
        ),
        run=_order,
        told=lambda at, done: Told(
            slip=getattr(done, "slip", ""), key="drafted" if at["when"] == "later" else "done"
        ),
    ),
    Task(
        name="order-send",
        group=GROUP,
        icon="send",
        act="order",
        steps=(Pick(name="draft", options=_drafts),),
        run=lambda at: at.services.ordering.send(at.terminal, *place(at["draft"]), at.staff),
    ),
    Task(
        name="send",
        group=GROUP,
        icon="truck",
        act="send",
        steps=(Pick(name="centre", options=_centres), goods_step()),
        run=lambda at: at.services.transfers.send(at.terminal, at["centre"], _wanted(at), at.staff),
    ),
    Task(
        name="arrive",
        group=GROUP,
        icon="box-ok",
        act="receive",
        steps=(
            Code(name="document", starts="G1:", part=4),
            Goods(name="goods", lines=_document, closed=True, blank=True),
            Second(act="accept"),
        ),
        run=_arrive,
        told=_arrived,
    ),
    Task(
        name="labels",
        group=GROUP,
        icon="tag",
        act="label",
        steps=(
            Pick(name="form", options=words("ui.choice.form", ("tag", "label"))),
            Pick(name="good", options=_shelf),
            Number(
                name="copies",
                kind="pieces",
                quick=lambda _at: [Option(key="1", title="1", value=1), Option(key="5", title="5", value=5)],
            ),
        ),
        run=lambda at: at.services.labels.print_labels(
            at.terminal, at["form"], at["good"], at["copies"], at.staff
        ),
    ),
)
