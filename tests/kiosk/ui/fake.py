"""A small terminal in memory with the services' names, for tests of the screens alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kiosk.config import (
    CameraSettings,
    CountySettings,
    PlaceSettings,
    PrinterSettings,
    ScreenSettings,
    Settings,
    TerminalSettings,
)
from kiosk.events import Bus
from kiosk.ledger.refusals import Question, Refused
from kiosk.services.views import (
    Account,
    BasketLine,
    Ending,
    HistoryLine,
    LineState,
    LoanDue,
    PrintState,
    Proof,
    Quote,
    Redeemed,
    Session,
    ShelfItem,
    SlipCheck,
    Today,
)
from kiosk.ui.backend import Backend, Call
from kiosk.words import Words
from kiosk.worker import Worker
from tests.kiosk.ui import fake_resident, longest

GOODS = (
    ("rice5", "大米 5公斤", "袋", 200, 12, "6901234000017", "rice"),
    ("oil5", "大豆油 5升", "桶", 350, 3, "6901234000048", "oil"),
    ("powder1", "洗衣粉 1公斤", "袋", 80, 12, "6901234000055", "powder"),
    ("egg10", "鸡蛋 10枚", "盒", 80, 12, "6901234000062", "egg"),
    ("towel", "毛巾", "条", 50, 12, "6901234000079", "towel"),
    ("soap", "肥皂", "块", 30, 40, "6901234000024", "soap"),
    ("vinegar", "陈醋 500毫升", "瓶", 20, 12, "6901234000031", "vinegar"),
    ("salt", "食盐", "袋", 20, 12, "6901234000086", "salt"),
    ("noodle", "挂面 1公斤", "包", 60, 20, "6901234000093", "noodle"),
    ("tissue", "抽纸 3包", "提", 120, 0, "6901234000109", "tissue"),
)
CARD_217 = "P1:YS:0370217:3:" + "A" * 103
CARD_331 = "P1:YS:0370331:1:" + "B" * 103
CARD_FORGED = "P1:YS:0370217:3:" + "F" * 103
STAFF_CARD = "S1:YS:M037A:1:" + "C" * 103
SLIP = "L1:YS-37:0037-001284:7F3A91C2:280:20261123:" + "D" * 103
PIN = "246810"
IDENTITY_NUMBER = "99999919500229004X"  # no such region, no such day


@dataclass
class FakeTerminal:
    """People, goods and knobs."""

    bus: Bus
    available: dict[str, int] = field(default_factory=lambda: {"0370217": 385, "0370331": 45})
    names: dict[str, str] = field(default_factory=lambda: {"0370217": "张大山", "0370331": "欧阳春花"})
    done: dict[str, Redeemed] = field(default_factory=dict)
    tries: int = 5
    slips: int = 1283
    print_reason: str = ""
    requests: int = 0
    ask_duplicate: bool = False
    broken: str = ""
    stuck: bool = False
    dearer: int = 0
    collective: str = "open"  # a collective day comes: "open" to reserve, "later", "" for none
    reserved: dict[str, Any] = field(default_factory=dict)
    votes: dict[str, int] = field(default_factory=dict)
    voted: list[tuple[str, str]] = field(default_factory=list)
    cases: list[tuple[tuple[int, int], int]] = field(default_factory=list)
    notes: list[bytes] = field(default_factory=list)  # photographed, with the cases
    statements: int = 0
    gate: threading.Event = field(default_factory=threading.Event)


def _items(t: FakeTerminal) -> tuple[ShelfItem, ...]:
    return tuple(
        ShelfItem(
            sku=sku,
            name=name,
            unit=unit,
            price_tenths=price + (t.dearer if sku == "rice5" else 0),
            on_hand=left,
            barcode=code,
            picture=picture,
            category="",
            limit=0,
        )
        for sku, name, unit, price, left, code, picture in GOODS
    )


def _account(t: FakeTerminal, household: str, how: str) -> Account:
    rich = household == "0370217"
    return Account(
        proof=Proof(household=household, how=how),
        household=household,
        name=t.names[household],
        members=4,
        home_here=True,
        home_name="",
        available_tenths=t.available[household],
        saved_tenths=100,
        held_tenths=80,
        owed_tenths=0 if rich else 30,
        honour_tenths=1265,
        ending=Ending(day="2026-12-31", tenths=60) if rich else None,
        month_earned_tenths=65,
        month_deducted_tenths=0,
        month_by_category=(
            ("study", 10),
            ("law", 5),
            ("party", 20),
            ("civility", 25),
            ("work", 5),
            ("other", 0),
        ),
        rank=7 if rich else 0,
        loan=None if rich else LoanDue(left_tenths=30, due="2027-02-03", overdue=False),
    )


def _by_card(t: FakeTerminal, text: str) -> Account:
    if text.endswith("FFF"):
        raise Refused("card-forged")
    household = text.split(":")[2]
    if household not in t.names:
        raise Refused("card-unknown")
    return _account(t, household, "card:" + text.split(":")[3])


def _by_number(t: FakeTerminal, digits: str, reason: str) -> tuple[Account, ...]:
    found = tuple(_account(t, h, f"desk:{reason}") for h in sorted(t.names) if h.endswith(digits))
    if not found:
        raise Refused("unknown-household")
    return found


def _by_digest(t: FakeTerminal, number: str) -> Account:
    if number != IDENTITY_NUMBER:
        raise Refused("unknown-identity")
    return _account(t, "0370331", "digest")


def _by_name(t: FakeTerminal, initials: str, reason: str) -> tuple[Account, ...]:
    known = {"ZDS": "0370217", "OYCH": "0370331"}
    found = tuple(_account(t, h, f"desk:{reason}") for k, h in known.items() if k.startswith(initials))
    if not found:
        raise Refused("unknown-household")
    return found


def _by_barcode(t: FakeTerminal, code: str) -> ShelfItem:
    for item in _items(t):
        if item.barcode == code:
            return item
    raise Refused("unknown-barcode")


def _history(t: FakeTerminal, household: str, limit: int = 50) -> tuple[HistoryLine, ...]:
    rows = (
        ("2026-11-20", "earn", "参加志愿服务 · 打扫村道", 20, ""),
        ("2026-11-15", "redeem", "大米 5公斤 ×1、肥皂 ×2", -260, "0037-001270"),
        ("2026-11-12", "earn", "庭院整洁 · 月评优秀", 25, ""),
        ("2026-11-08", "earn", "参加政策宣讲会", 10, ""),
        ("2026-11-02", "deduct", "门前堆放杂物，提醒后未清理", -5, ""),
    )
    return tuple(
        HistoryLine(entry=f"1-{n}", day=day, kind=kind, title=title, amount_tenths=amount, slip=slip)
        for n, (day, kind, title, amount, slip) in enumerate(rows * 3)
    )


def _staff_card(t: FakeTerminal, text: str) -> tuple[str, str]:
    if text != STAFF_CARD:
        raise Refused("staff-card-forged")
    return ("M037A", "李秀梅")


def _sign_in(t: FakeTerminal, card: str, pin: str) -> Session:
    staff, name = _staff_card(t, card)
    if pin != PIN:
        t.tries -= 1
        raise Refused("pin-locked", seconds=15) if t.tries <= 0 else Refused("pin-wrong", tries=t.tries)
    return Session(staff=staff, name=name, role="manager")


def _lines(t: FakeTerminal, items: tuple[tuple[str, int], ...]) -> tuple[BasketLine, ...]:
    shelf = {item.sku: item for item in _items(t)}
    return tuple(BasketLine(item=shelf[s], qty=q, total_tenths=shelf[s].price_tenths * q) for s, q in items)


def _quote(t: FakeTerminal, proof: Proof, items: tuple[tuple[str, int], ...]) -> Quote:
    lines = _lines(t, items)
    charge, before = sum(line.total_tenths for line in lines), t.available[proof.household]
    refused, params = "", {}
    for line in lines:
        if line.qty > line.item.on_hand:
            refused, params = "not-enough-stock", {"item": line.item.name, "left": str(line.item.on_hand)}
    if charge > before:
        refused, params = "not-enough-points", {"missing": f"{(charge - before) / 10:g}"}
    return Quote(
        lines=lines,
        charge_tenths=charge,
        before_tenths=before,
        after_tenths=before - charge,
        refused=refused,
        refused_params=params,
    )


def _redeem(
    t: FakeTerminal,
    proof: Proof,
    items: tuple[tuple[str, int], ...],
    staff: str,
    request_id: str,
    confirm: str = "tap",
    yes: frozenset[str] = frozenset(),
    confirmed_tenths: int | None = None,
) -> Redeemed:
    if t.broken:
        raise RuntimeError(f"{t.broken}: a mistake of ours with a name in it")
    if t.stuck:
        t.gate.wait()
    if request_id in t.done:
        return t.done[request_id]
    quote = _quote(t, proof, items)
    if confirmed_tenths != quote.charge_tenths:
        raise Refused("price-changed")
    if quote.refused:
        raise Refused(quote.refused, **quote.refused_params)
    if t.ask_duplicate and "duplicate-charge" not in yes:
        raise Question("duplicate-charge", minutes=2, slip="0037-001284")
    t.available[proof.household] -= quote.charge_tenths
    t.slips += 1
    slip = f"0037-{t.slips:06}"
    made = Redeemed(
        slip=slip,
        entry=f"1-{t.slips}",
        check_code="7F3A-91C2",
        charged_tenths=quote.charge_tenths,
        before_tenths=quote.before_tenths,
        available_tenths=quote.after_tenths,
        lines=quote.lines,
        repeated=False,
    )
    t.done[request_id] = made
    return made


def _next_request_id(t: FakeTerminal) -> str:
    t.requests += 1
    return f"#{t.requests}"


def _print_state(t: FakeTerminal, slip: str) -> PrintState:
    return PrintState(slip=slip, state="failed" if t.print_reason else "printed", reason=t.print_reason)


def _reprint(t: FakeTerminal, slip: str, staff: str) -> PrintState:
    return PrintState(slip=slip, state="queued", reason="")


def _slip_check(t: FakeTerminal, text: str) -> SlipCheck:
    true = text == SLIP
    return SlipCheck(
        verdict="true" if true else "altered", slip="0037-001284", charge_tenths=280, day="2026-11-23"
    )


def services() -> SimpleNamespace:
    """Modules by the services' names."""
    today = Today(
        day="2026-11-23",
        redemptions=7,
        points_tenths=860,
        pieces=15,
        shelf_tenths=18600,
        outstanding_tenths=25140,
        low_stock=("大豆油 5升", "毛巾", "鸡蛋 10枚"),
        waiting=3,
        last_exchange_at_ms=1795405320000,
    )
    return SimpleNamespace(
        find=SimpleNamespace(
            by_card=_by_card,
            by_digest=_by_digest,
            by_number=_by_number,
            by_name=_by_name,
            account=lambda t, proof: _account(t, proof.household, proof.how),
        ),
        shelf=SimpleNamespace(shelf=_items, by_barcode=_by_barcode),
        history=SimpleNamespace(history=_history),
        staff=SimpleNamespace(by_card=_staff_card, sign_in=_sign_in),
        redeem=SimpleNamespace(quote=_quote, redeem=_redeem, next_request_id=_next_request_id),
        printing=SimpleNamespace(
            state=_print_state,
            reprint=_reprint,
        ),
        books=SimpleNamespace(
            today=lambda t: today,
            line_state=lambda t: LineState(online=True, waiting=0, last_exchange_at_ms=1795405320000),
        ),
        duties=SimpleNamespace(duties=lambda _terminal, _role: ()),
        slipcheck=SimpleNamespace(check=_slip_check),
        **fake_resident.modules(),
    )


def backend(data_dir: Path, *, long_words: bool = False, **screen: Any) -> Backend:
    """A started backend; where wanted all that it tells of has the longest words."""
    place = PlaceSettings(township_name="示范镇", centre_name="柳泉村党群服务中心")
    told = services()
    settings = Settings(
        terminal=TerminalSettings(data_dir=str(data_dir)),
        place=longest.said(place) if long_words else place,
        county=CountySettings(url="http://127.0.0.1:1"),
        camera=CameraSettings(source="0"),
        printer=PrinterSettings(address="tcp://127.0.0.1:1"),
        screen=ScreenSettings(**screen),
    )
    bus = Bus()
    worker = Worker(deliver=lambda job: bus.publish(Call(job)))
    worker.start()
    return Backend(
        terminal=FakeTerminal(bus),
        worker=worker,
        bus=bus,
        settings=settings,
        words=Words(settings.screen.locale),
        services=longest.services(told) if long_words else told,
    )
