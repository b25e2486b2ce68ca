"""A blind stock-take: begun, counted without what the books say, approved by two, or given up."""

from __future__ import annotations

from typing import Any

from kiosk.ui.tasks.at import At
from kiosk.ui.tasks.common import lines, words
from kiosk.ui.tasks.steps import Goods, Line, Option, Pick, Row, Second, Task, Told

GROUP = "goods"
TODO, AGAIN = "todo", "again"


def _shelf(at: At) -> list[Option]:
    return [
        Option(key=item.sku, title=item.name, code=item.barcode)
        for item in at.services.shelf.shelf(at.terminal)
    ]


def _to_count(at: At) -> list[Line]:
    sheet = at.services.counting.sheet(at.terminal)
    return [
        Line(
            sku=one.sku,
            name=one.name,
            unit=one.unit,
            note=at.tr("tasks.comma").join(
                part
                for part in (one.place, at.tr.words("stock.say.again") if one.state == AGAIN else "")
                if part
            ),
        )
        for one in sheet.lines
        if one.state in (TODO, AGAIN)
    ]


def _write(at: At) -> Any:
    counted = [(one.sku, one.pieces) for one in lines(at)]
    return at.services.counting.write(at.terminal, counted, at.staff)


def _written(at: At, sheet: Any) -> Told:
    left = [one for one in sheet.lines if one.state == TODO]
    again = tuple(
        Row(title=one.name, value=at.tr.words("stock.say.again")) for one in sheet.lines if one.state == AGAIN
    )
    if again or left:
        facts = {"left": len(left), "again": len(again)}
        return Told(params=facts, rows=again, key="done_some", tone="" if again else "good")
    return Told()


def _result(at: At) -> list[Row]:
    def differs(one: Any) -> str:
        key = "over" if one.difference > 0 else "under"
        facts = {"book": one.book, "counted": one.counted, "pieces": abs(one.difference), "unit": one.unit}
        return at.tr.words(f"stock.slip.{key}", **facts)

    found = [one for one in at.services.counting.result(at.terminal, at.staff) if one.difference]
    rows = [Row(title=one.name, value=differs(one)) for one in found]
    return rows or [
        Row(title=at.tr("task.count-approve.result"), value=at.tr.words("stock.slip.count-right"))
    ]


TASKS = (
    Task(
        name="count-open",
        group=GROUP,
        icon="clipboard",
        act="count",
        steps=(
            Pick(name="scope", options=words("ui.choice.scope", ("all", "some"))),
            Pick(name="goods", options=_shelf, many=True, when=lambda at: at["scope"] == "some"),
        ),
        run=lambda at: at.services.counting.open_sheet(at.terminal, at.get("goods", ()), at.staff),
        told=lambda _at, sheet: Told(params={"n": len(sheet.lines)}, slip=sheet.slip),
    ),
    Task(
        name="count-write",
        group=GROUP,
        icon="pen",
        act="count",
        steps=(Goods(name="goods", lines=_to_count, closed=True, blank=True),),
        run=_write,
        told=_written,
    ),
    Task(
        name="count-approve",
        group=GROUP,
        icon="signature",
        act="count",
        steps=(Second(act="count"),),
        run=lambda at: at.services.counting.approve(at.terminal, at.staff, at.second),
        check=_result,
    ),
    Task(
        name="count-drop",
        group=GROUP,
        icon="close",
        act="count",
        steps=(),
        run=lambda at: at.services.counting.drop(at.terminal, at.staff),
    ),
)
