"""The lists of the board: which services tell them, and how each fact reads as a line; draws nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from kiosk.ledger.masks import mask_name
from kiosk.ui import form
from kiosk.ui.i18n import Tr
from kiosk.ui.widgets.listrow import line
from kiosk.words import points

MOST_NOTICES = 4  # the latest ones
MOST_PLACES = 20  # of the honour board
MOST_HONOURS = 20
MOST_LOTS = 20

Lines = list[dict[str, Any]]


class BoardList(NamedTuple):
    """`load(services, terminal)` runs on the ledger thread; `lines(tr, found, visiting)` words it."""

    load: Callable[[Any, Any], Any]
    lines: Callable[[Tr, Any, bool], Lines]


def _load_notices(services: Any, terminal: Any) -> Any:
    found = services.notices.notices(terminal)[:MOST_NOTICES]
    return [services.notices.show(terminal, tuple(map(int, one.entry.split("-")))) for one in found]


def _notices(tr: Tr, found: Any, visiting: bool) -> Lines:
    lines: Lines = []
    for notice, shown in found:
        span = tr("board.span", since=form.day(tr, notice.since), until=form.day(tr, notice.until))
        state = tr("board.over" if notice.over else "board.hanging")
        lines.append(line(tr("board.notice", number=notice.number, span=span, state=state), heading=True))
        lines += [_published(tr, notice, one, visiting) for one in shown]
    return lines


def _published(tr: Tr, notice: Any, one: Any, visiting: bool) -> dict[str, Any]:
    may_object = visiting and not notice.over and one.state == "noticed"
    tenths = one.now_tenths if one.what == "earn" else -one.now_tenths
    state = "" if one.state == "noticed" else tr.words(f"notice.state.{one.state}")
    return line(
        one.title,
        above=tr("board.person", name=one.name or tr("account.nameless"), tail=one.tail),
        detail=" · ".join(part for part in (tr("board.deed", day=form.day(tr, one.deed)), state) if part),
        value=form.change(tenths),
        tone="green" if tenths >= 0 else "red_text",
        key=f"{notice.entry}/{one.line}" if may_object else "",
        more=tr("board.object") if may_object else "",
    )


def _load_rules(services: Any, terminal: Any) -> Any:
    return services.rules.listing(terminal)


def _rules(tr: Tr, found: Any, _visiting: bool) -> Lines:
    lines: Lines = []
    for category in dict.fromkeys(one.category for one in found):
        own = [one for one in found if one.category == category]
        lines.append(line(tr("board.category", name=form.category(tr, category), n=len(own)), heading=True))
        lines += [_rule(tr, one) for one in own]
    return lines


def _rule(tr: Tr, one: Any) -> dict[str, Any]:
    caps = [
        tr.words(f"rules.cap-{cap.period}-{cap.of}", most=tr("board.most", points=points(cap.tenths)))
        if cap.tenths
        else tr.words(f"rules.cap-{cap.period}-{cap.of}", most=tr("board.most_times", n=cap.times))
        for cap in one.caps
    ]
    proof = [tr.words(f"rules.evidence-{one.evidence}")] if one.evidence else []
    takes = one.sign == "take"
    sign = "−" if takes else "+"
    worth = f"{sign}{points(one.amount)}"
    between = (
        [tr("board.between", least=points(one.least), most=points(one.most))] if one.least != one.most else []
    )
    return line(
        one.title,
        detail=" · ".join([*between, *caps, *proof]),
        value=worth,
        tone="red_text" if takes else "green",
    )


def _load_honours(services: Any, terminal: Any) -> Any:
    year = services.books.today(terminal).day[:4]
    return year, services.honours.board(terminal, year)[:MOST_PLACES], services.honours.register(terminal)


def _honours(tr: Tr, found: Any, _visiting: bool) -> Lines:
    year, places, register = found
    lines: Lines = []
    held = [one for one in register if one.held][:MOST_HONOURS]
    if held:
        lines.append(line(tr("board.honoured"), heading=True))
        lines += [
            line(
                tr("board.person", name=mask_name(one.name), tail=form.tail(one.household)),
                detail=tr(
                    "board.honour", title=one.title, level=tr.words(f"honours.{one.level}"), year=one.year
                ),
            )
            for one in held
        ]
    if places:
        lines.append(line(tr("board.year", year=year), heading=True))
        lines += [
            line(
                tr("board.person", name=mask_name(one.name), tail=form.tail(one.household)),
                lead=tr("board.place", n=one.place),
                detail=tr("board.months", n=one.months),
                value=points(one.honour_tenths),
                tone="gold_text",
            )
            for one in places
        ]
    return lines


def _load_funds(services: Any, terminal: Any) -> Any:
    return services.funds.funds(terminal), services.funds.lots(terminal)[:MOST_LOTS]


def _funds(tr: Tr, found: Any, _visiting: bool) -> Lines:
    funds, lots = found
    if not lots:
        return []
    lines: Lines = [line(tr("board.sources"), heading=True)]
    for one in funds:
        if one.lots:
            lines.append(
                line(
                    _fund(tr, one.fund),
                    detail=tr("board.fund", lots=one.lots, left=one.left),
                    value=tr("board.came", n=one.came),
                )
            )
    lines.append(line(tr("board.deliveries"), heading=True))
    for lot in lots:
        parts = (form.day(tr, lot.day), _fund(tr, lot.fund), lot.resolution)
        detail = " · ".join(part for part in parts if part)
        lines.append(line(lot.name, detail=detail, value=tr("board.came", n=lot.came)))
    return lines


def _fund(tr: Tr, fund: str) -> str:
    key = f"stock.fund.{fund}"
    return tr.words(key) if key in tr.words else fund


LISTS = {
    "notices": BoardList(_load_notices, _notices),
    "rules": BoardList(_load_rules, _rules),
    "honours": BoardList(_load_honours, _honours),
    "funds": BoardList(_load_funds, _funds),
}
