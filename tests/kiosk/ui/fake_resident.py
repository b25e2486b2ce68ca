"""What the fake terminal answers on the pages residents use alone: notices, rules, honours, goods, appeals …

The services are imported when first asked: they are no part of a window's start.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from kiosk.ledger.refusals import Refused
from kiosk.services.views import BasketLine, Proof, ShelfItem

HANGING, OVER = "1-40", "1-31"


def _teaser(t: Any) -> Any:
    from kiosk.services.teaser import Teaser

    if not t.collective:
        return Teaser(notice_number="0037-003", notice_until="2026-11-26", notice_lines=86)
    return Teaser(
        session_day="2026-12-15", session_opens="2026-11-20", session_closes="2026-12-10", may_reserve=True
    )


def _upcoming(t: Any) -> tuple[Any, ...]:
    from kiosk.services.sessions import Session, SessionGood

    if not t.collective:
        return ()
    goods = (
        SessionGood(sku="rice5", price_tenths=150, quota=30, most=1),
        SessionGood(sku="oil5", price_tenths=300, most=1),
        SessionGood(sku="soap", price_tenths=25, most=4),
        SessionGood(sku="tissue", price_tenths=100, most=2),
    )
    return (
        Session(
            entry="1-200",
            day="2026-12-15",
            opens="2026-11-20",
            closes="2026-12-10",
            places=60,
            taken=41,
            last_queue=41,
            state="open",
            goods=goods,
            reserved={"rice5": 12},
            may_reserve=t.collective == "open",
        ),
    )


def _reserve(
    t: Any,
    proof: Proof,
    items: tuple[tuple[str, int], ...],
    staff: str,
    request: str,
    session: tuple[int, int],
) -> Any:
    from kiosk.services.reserve import Reservation, Reserved
    from tests.kiosk.ui import fake

    assert (staff, session) == ("", (1, 200))
    prices = {good.sku: good.price_tenths for good in _upcoming(t)[0].goods}
    shelf: dict[str, ShelfItem] = {item.sku: item for item in fake._items(t)}
    lines = tuple(BasketLine(item=shelf[sku], qty=qty, total_tenths=prices[sku] * qty) for sku, qty in items)
    amount = sum(line.total_tenths for line in lines)
    t.available[proof.household] -= amount
    about: dict[str, Any] = {"slip": "0037-001290", "session": "1-200", "queue": 42, "until": "2026-12-22"}
    t.reserved[proof.household] = Reservation(
        entry="1-290",
        household=proof.household,
        name="",
        amount_tenths=amount,
        state="open",
        no_show=False,
        lines=lines,
        **about,
    )
    available = t.available[proof.household]
    return Reserved(
        entry="1-290", amount_tenths=amount, available_tenths=available, lines=lines, repeated=False, **about
    )


def _reservations(t: Any, household_id: str) -> tuple[Any, ...]:
    return tuple(one for household, one in t.reserved.items() if household == household_id)


def _notices(_t: Any) -> tuple[Any, ...]:
    from kiosk.services.notices import Notice

    hanging = Notice(
        entry=HANGING,
        number="0037-003",
        sheet="2026-11-1",
        since="2026-11-23",
        until="2026-11-26",
        over=False,
        lines=4,
        states={"noticed": 3, "objected": 1},
    )
    over = Notice(
        entry=OVER,
        number="0037-002",
        sheet="2026-10-1",
        since="2026-10-26",
        until="2026-10-29",
        over=True,
        lines=2,
        states={"posted": 2},
    )
    return hanging, over


def _show(t: Any, at: tuple[int, int]) -> Any:
    from kiosk.services.notices import Shown

    hanging = at == (1, 40)
    notice = _notices(t)[0 if hanging else 1]
    rows = (
        ("0217", "张＊山", "庭院整洁，月评优秀", "earn", 25),
        ("0331", "欧阳＊", "参加志愿服务，打扫村道", "earn", 20),
        ("0412", "乌＊＊", "门前堆放杂物，提醒后未清理", "deduct", 5),
        ("0508", "李＊", "帮助邻里照看老人，连续一个月", "earn", 40),
    )
    return notice, tuple(
        Shown(
            line=number,
            tail=tail,
            name=name,
            title=title,
            what=what,
            amount_tenths=amount,
            now_tenths=amount,
            deed="2026-11-12",
            state="posted" if not hanging else "objected" if number == 3 else "noticed",
            entry="",
        )
        for number, (tail, name, title, what, amount) in enumerate(rows if hanging else rows[:2], 1)
    )


def _rules(_t: Any) -> tuple[Any, ...]:
    from kiosk.ledger.rules import CATEGORIES, Cap, Rule

    titles = (
        "参加理论宣讲",
        "遵守村规民约",
        "参加党群共建活动",
        "庭院干净整洁",
        "勤劳致富带动邻里",
        "公益奉献",
    )
    found = []
    for number, (category, title) in enumerate(zip(CATEGORIES, titles, strict=True)):
        for takes in (False, True):
            found.append(
                Rule(
                    id=f"{category}-{takes}",
                    owner="banner",
                    scope="",
                    counts_from="2026-01-01",
                    version=1,
                    title=f"没有做到：{title}" if takes else title,
                    category=category,
                    amount=5 if takes else 10 + 5 * number,
                    least=5 if takes else 10,
                    most=5 if takes else 50,
                    sign="take" if takes else "give",
                    caps=() if takes else (Cap("month", "household", 40, 0), Cap("day", "member", 0, 1)),
                    group="",
                    evidence="photo" if takes else "",
                    sign_most=0,
                    measure="",
                    state="active",
                )
            )
    return tuple(found)


def _board(_t: Any, period: str) -> tuple[Any, ...]:
    from kiosk.services.honours import Place

    assert period == "2026"
    rows = (("0370217", "张大山", 1265), ("0370331", "欧阳春花", 980), ("0370412", "乌日娜高娃", 875))
    return tuple(
        Place(place=place, household=household, name=name, honour_tenths=tenths, months=11 - place)
        for place, (household, name, tenths) in enumerate(rows, 1)
    )


def _register(_t: Any) -> tuple[Any, ...]:
    from kiosk.services.honours import Honour

    return (
        Honour(
            entry="1-90",
            household="0370217",
            name="张大山",
            title="美丽庭院示范户",
            level="township",
            year=2026,
            held=True,
        ),
    )


def _funds(_t: Any) -> tuple[Any, ...]:
    from kiosk.services.funds import Fund

    rows = (("finance", 6, 240, 86, 2400), ("donation", 2, 60, 21, 300), ("market", 0, 0, 0, 0))
    return tuple(
        Fund(fund=fund, lots=lots, came=came, left=left, worth_tenths=worth, undecided=0)
        for fund, lots, came, left, worth in rows
    )


def _lots(_t: Any) -> tuple[Any, ...]:
    from kiosk.services.funds import FundedLot

    rows = (("rice5", "大米 5公斤", "袋", "finance", "2026-18"), ("soap", "肥皂", "块", "donation", ""))
    return tuple(
        FundedLot(
            sku=sku,
            name=name,
            unit=unit,
            lot="L1",
            day="2026-11-02",
            kind="stock-receive",
            fund=fund,
            came=40,
            left=12,
            best_before="",
            made="",
            worth_tenths=8000,
            supplier="",
            resolution=resolution,
            meeting="",
            record="",
        )
        for sku, name, unit, fund, resolution in rows
    )


def _wish_list() -> tuple[Any, ...]:
    from kiosk.services.wishes import wish_list

    return wish_list()


def _tally(t: Any, month: str) -> tuple[Any, ...]:
    from kiosk.services.wishes import Wished

    assert month == "2026-11"
    return tuple(
        Wished(about=about, title="", votes=votes, dear=0, fair=0)
        for about, votes in {"w:quilt": 12, "w:reading-glasses": 7, **t.votes}.items()
    )


def _vote(t: Any, proof: Proof, about: str, *, wanted: bool, price: str = "") -> str:
    if (proof.household, about) in t.voted:
        raise Refused("wish-already")
    t.voted.append((proof.household, about))
    if wanted:
        t.votes[about] = t.votes.get(about, {"w:quilt": 12, "w:reading-glasses": 7}.get(about, 0)) + 1
    return "1-300"


def _why(t: Any, epoch: int, seq: int) -> Any:
    from kiosk.services.wayfacts import Fact as Step
    from kiosk.services.why import Fact, Why

    kinds = ("earn", "redeem", "earn", "earn", "deduct")
    kind = kinds[seq % 5]
    facts: tuple[Fact, ...] = (
        Fact("household", "0217"),
        Fact("head", "张大山", "person"),
        Fact("amount", "20", "points"),
        Fact("rule", "参加志愿服务"),
        Fact("version", "party-volunteer v3"),
        Fact("owner", "banner", "word"),
        Fact("deed", "2026-11-19"),
        Fact("activity", "1-77 打扫村道"),
        Fact("photo", "213 KB · 7f3a91c2"),
        Fact("actor", "赵小云", "person"),
        Fact("second", "王长河", "person"),
    )
    if kind == "redeem":
        facts = (
            Fact("goods", "大米 5公斤×1"),
            Fact("slip", "0037-001270"),
            Fact("actor", "李秀梅", "person"),
        )
    way = (
        Step("way.why.declared", {"day": "2026-11-19", "who": "G037A", "deed": "2026-11-19", "evidence": 1}),
        Step("way.why.reviewed", {"day": "2026-11-20", "who": "R037A"}),
        Step("way.why.published", {"number": "0037-003", "since": "2026-11-23", "until": "2026-11-26"}),
    )
    return Why(
        entry=f"{epoch}-{seq}",
        kind=kind,
        day="2026-11-20",
        facts=(*facts, Fact("check-code", "7F3A-91C2")),
        way=way if kind == "earn" else (),
        names={"G037A": "赵小云", "R037A": "王长河"},
    )


def _appeal(t: Any, at: tuple[int, int], why: str, *, proof: Proof, note: bytes) -> Any:
    t.notes.append(note)
    return _case(t, "appeal", at, 0, why, proof)


def _object_to(t: Any, at: tuple[int, int], line: int, why: str, *, proof: Proof, note: bytes) -> Any:
    t.notes.append(note)
    return _case(t, "object", at, line, why, proof)


def _case(t: Any, kind: str, at: tuple[int, int], line: int, why: str, proof: Proof) -> Any:
    from kiosk.services.appeals import Case

    if (at, line) in t.cases:
        raise Refused("appeal-open")
    t.cases.append((at, line))
    return Case(
        entry="1-310",
        number=f"0037-{len(t.cases):03}",
        kind=kind,
        of=f"{at[0]}-{at[1]}",
        household=proof.household,
        name="",
        actor="",
        why=why,
        day="2026-11-23",
        due="2026-12-02",
        outcome="",
        overdue=False,
        fix="",
        slip="0037-001291",
    )


def _statement(t: Any, proof: Proof) -> str:
    t.statements += 1
    if t.statements > 3:
        raise Refused("statement-often", most=3)
    return f"20261123-{proof.household[-4:]}-{t.statements}"


def modules() -> dict[str, SimpleNamespace]:
    """Modules by the services' names."""
    return {
        "teaser": SimpleNamespace(teaser=_teaser),
        "sessions": SimpleNamespace(upcoming=_upcoming),
        "reserve": SimpleNamespace(reserve=_reserve, reservations=_reservations),
        "notices": SimpleNamespace(notices=_notices, show=_show),
        "rules": SimpleNamespace(listing=_rules),
        "honours": SimpleNamespace(board=_board, register=_register),
        "funds": SimpleNamespace(funds=_funds, lots=_lots),
        "wishes": SimpleNamespace(wish_list=_wish_list, tally=_tally, vote=_vote),
        "why": SimpleNamespace(why=_why),
        "appeals": SimpleNamespace(appeal=_appeal, object_to=_object_to),
        "evidence": SimpleNamespace(photo=lambda data: SimpleNamespace(data=data)),
        "statement": SimpleNamespace(print_statement=_statement),
    }
