"""An invented village for tests: a county key, one or more enrolled terminals, people, cards and goods."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from kiosk.config import PrinterSettings, Settings, TerminalSettings
from kiosk.keys import SigningKey, identity_digest, to_base32
from kiosk.ledger import cards
from kiosk.services import feed, identity, staff, stock
from kiosk.services.clock import Clock
from kiosk.services.stock import Delivered, Source
from kiosk.services.terminal import DATABASE_FILE, Terminal, open_terminal
from kiosk.services.views import Proof
from kiosk.store import journal
from kiosk.store.database import Database

COUNTY = "YS"
CENTRE_KEY = bytes(range(32))
PIN = "246810"
ID_NUMBER = "34052419800101001X"  # the published example of GB 11643
QUICK_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

GOODS = (
    # sku, name, unit, price, barcode, limit
    ("rice5", "大米 5公斤", "袋", 200, "6901234000017", 2),
    ("soap", "肥皂", "块", 30, "6901234000024", 0),
    ("vinegar", "陈醋 500毫升", "瓶", 20, "6901234000031", 0),
    ("oil5", "大豆油 5升", "桶", 350, "6901234000048", 0),
)
HOUSEHOLDS = (
    # number, head, members, initials, opening tenths, limits
    ("0370217", "张大山", 4, "zds", 385, "on"),
    ("0370301", "欧阳春", 2, "oyc", 100, "on"),
    ("0370302", "李四", 1, "ls", 0, "on"),
    ("0370900", "试一户", 3, "sy", 50_000, "off"),
)
STAFF = (
    ("M037A", "李秀梅", "manager"),
    ("R037A", "王长河", "reviewer"),
    ("G037A", "赵小云", "grid"),
    ("S037A", "孙桂兰", "supervisor"),
)


class HandClock:
    """A clock that is set by hand; it stands still."""

    def __init__(self, day: str = "2026-11-23", ms_of_day: int = 36_000_000) -> None:
        self.day = date.fromisoformat(day)
        self.ms_of_day = ms_of_day

    def now_ms(self) -> int:
        return (self.day.toordinal() - date(1970, 1, 1).toordinal()) * 86_400_000 + self.ms_of_day

    def today(self) -> str:
        return self.day.isoformat()

    def move(self, days: int = 0, seconds: float = 0) -> None:
        """Go on (or back, when negative)."""
        self.day += timedelta(days=days)
        self.ms_of_day += int(seconds * 1000)


class Village:
    """County key and feed rows; `terminal()` gives enrolled terminals that know them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.county_key = SigningKey(bytes([7]) * 32)
        self._opened: list[Terminal] = []

    def open(self, settings: Settings, clock: Clock | None = None) -> Terminal:
        """`open_terminal`, closed again by `close`."""
        terminal = open_terminal(settings, clock)
        self._opened.append(terminal)
        return terminal

    def close(self) -> None:
        """Close every terminal that was opened here."""
        while self._opened:
            self._opened.pop().close()

    def enrol(self, number: int = 37, centre: str = "037", epoch: int = 1) -> Settings:
        """Settings of a terminal whose identity and key are on disk.

        A further epoch goes on from what the terminal's journal holds: the county had everything.
        """
        data_dir = self.folder / f"t{number}"
        SigningKey.load_or_make(data_dir / identity.KEY_FILE)
        identity.save(
            data_dir,
            identity.Identity(
                terminal=number,
                county=COUNTY,
                centre=centre,
                epoch=epoch,
                centre_key=CENTRE_KEY.hex(),
                county_public=self.county_key.public.hex(),
                origin=_end_of(data_dir) if epoch > 1 else None,
            ),
        )
        printer = PrinterSettings(address="tcp://127.0.0.1:9")  # services queue, nothing here prints
        return Settings(terminal=TerminalSettings(data_dir=str(data_dir)), printer=printer)

    def terminal(self, number: int = 37, clock: Clock | None = None) -> Terminal:
        """An enrolled terminal with people, cards and goods, but no points and no stock."""
        terminal = self.open(self.enrol(number), clock)
        keys = [
            ("key", {"issuer": COUNTY, "public": self.county_key.public.hex(), "terminal": 0}),
            (
                "key",
                {
                    "issuer": terminal.identity.issuer,
                    "public": terminal.key.public.hex(),
                    "terminal": number,
                },
            ),
        ]
        feed.store_page(terminal, "county", 1, rows([*keys, *_people(), *_goods()]))
        return terminal

    def stocked(self, number: int = 37, clock: Clock | None = None) -> Terminal:
        """`terminal` with opening balances carried out and 400 pieces of each good on the shelf."""
        terminal = self.terminal(number, clock)
        orders = [
            ("order", order(f"open-{household}", household, tenths))
            for household, _name, _members, _pinyin, tenths, _limits in HOUSEHOLDS
            if tenths
        ]
        feed.store_page(terminal, f"terminal:{number}", 1, rows(orders))
        feed.carry_out(terminal)
        for sku, *_rest in GOODS:
            receive(terminal, sku, 400)
        return terminal

    def card(self, household: str, serial: int = 1, issuer: str = COUNTY) -> str:
        """A household card, signed by this village's county."""
        return self.signed(cards.household_card_text(issuer, household, serial))

    def staff_card(self, staff_id: str, serial: int = 1) -> str:
        """A staff card, signed by this village's county."""
        return self.signed(cards.staff_card_text(COUNTY, staff_id, serial))

    def signed(self, text: str) -> str:
        """`text` with the county's signature behind it."""
        return f"{text}:{to_base32(self.county_key.sign(text.encode()))}"


def _end_of(data_dir: Path) -> tuple[int, int, str] | None:
    database = Database(data_dir / DATABASE_FILE)
    with database.read() as conn:
        head = journal.head(conn)
    database.close()
    return None if head is None else (head.epoch, head.seq, head.hash.hex())


def send(terminal: Terminal, scope: str, *items: tuple[str, dict[str, Any]]) -> int:
    """Feed rows behind those the terminal has, as one page; returns the new position."""
    with terminal.read() as conn:
        have = feed.position(conn, scope)
    return feed.store_page(terminal, scope, have + 1, rows(list(items), have + 1))


def rows(items: list[tuple[str, dict[str, Any]]], first: int = 1) -> list[bytes]:
    """Feed rows as the county writes them."""
    return [
        json.dumps([pos, kind, body], sort_keys=True, separators=(",", ":")).encode()
        for pos, (kind, body) in enumerate(items, first)
    ]


def receive(
    terminal: Terminal,
    sku: str,
    pieces: int,
    best_before: str = "",
    fund: str = "finance",
    actor: str = "M037A",
    second: str = "R037A",
) -> str:
    """One good taken in without paper; returns its lot."""
    line = Delivered(sku=sku, pieces=pieces, best_before=best_before)
    return stock.receive(terminal, (line,), Source(fund=fund), actor, second, paper=False).lots[0][1]


def order(order_id: str, household: str, tenths: int, do: str = "open-balance") -> dict[str, Any]:
    """An order as the county gives it."""
    return {
        "order": order_id,
        "do": do,
        "hh": household,
        "amount": tenths,
        "rule": "opening",
        "why": "opening",
        "deed": "",
        "expires": "",
    }


def proof(household: str = "0370217") -> Proof:
    """A household found by its first card."""
    return Proof(household=household, how="card:1")


def _people() -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    for household, name, members, pinyin, _tenths, limits in HOUSEHOLDS:
        digest = [identity_digest(CENTRE_KEY, ID_NUMBER)] if household == "0370217" else []
        body = {"hh": household, "name": name, "members": members, "pinyin": pinyin, "home": 37}
        found.append(("household", {**body, "digest": digest, "limits": limits}))
        found.append(("card", {"hh": household, "serial": 1, "state": "active"}))
    for staff_id, name, role in STAFF:
        pin = QUICK_HASH.hash(staff.pin_material(CENTRE_KEY, PIN))
        body = {"staff": staff_id, "name": name, "role": role, "pin": pin, "serial": 1}
        found.append(("staff", {**body, "state": "active"}))
    found.append(("centre", {"centre": "037", "name": "柳泉村", "township": "示范镇", "terminal": 37}))
    rule = {"rule": "tidy-yard", "category": "civility", "title": "庭院整洁", "amount": 20, "version": 1}
    return [*found, ("rule", rule)]


def _goods() -> list[tuple[str, dict[str, Any]]]:
    return [
        (
            "goods",
            {
                "sku": sku,
                "name": name,
                "unit": unit,
                "price": price,
                "barcode": barcode,
                "picture": sku.rstrip("0123456789"),
                "category": "daily",
                "limit": limit,
                "from": "",
                "version": 1,
            },
        )
        for sku, name, unit, price, barcode, limit in GOODS
    ]
