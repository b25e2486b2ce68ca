"""The centre the diary is about: its terminal, people, staff, goods and rules, as the county sends them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from kiosk.config import PlaceSettings, Settings
from kiosk.paths import assets_dir
from kiosk.services import feed, rulefile, staff
from kiosk.services.terminal import Terminal
from tests.scoring import panel_row
from tests.village import CENTRE_KEY, COUNTY, PIN, QUICK_HASH, HandClock, Village, order, rows
from tests.year.diary import Person

STAFF = (
    ("M037A", "李秀梅", "manager"),
    ("R037A", "王长河", "reviewer"),
    ("R037B", "何复兴", "reviewer"),
    ("G037A", "赵小云", "grid"),
    ("S037A", "孙桂兰", "supervisor"),
    ("P1", "安评议", "panel"),
    ("P2", "白评议", "panel"),
    ("P3", "周评议", "panel"),
    ("P4", "吴评议", "panel"),
)
PANEL = {"P1": ("0370101", ()), "P2": ("", ("0370103",)), "P3": ("", ()), "P4": ("", ())}
ENDS = "2026-06-30"  # the last day of what was brought from the year before
PLACE = PlaceSettings(centre_name="柳泉村", township_name="示范镇", supervision_phone="12388")
RULES = {
    "points_end": "calendar-year",
    "saved_most_points": 30,
    "repeat_double_days": 30,
    "notice_slips": "all",
}


def settings_of(village: Village) -> Settings:
    """The terminal's settings: enrolled, with the rules this centre has of its own."""
    plain = village.enrol()
    rules = msgspec.structs.replace(plain.rules, **RULES)
    return msgspec.structs.replace(plain, rules=rules, place=PLACE)


def open_centre(folder: Path, people: Iterable[Person], clock: HandClock) -> tuple[Village, Terminal]:
    """The terminal with everything the county sends, opening balances carried out, and empty shelves."""
    village = Village(folder)
    terminal = village.open(settings_of(village), clock)
    everybody = list(people)
    items = [*_keys(village, terminal), *_households(everybody), *_staff(), *_catalogue()]
    feed.store_page(terminal, "county", 1, rows(items))
    orders = [
        ("order", order(f"open-{one.id}", one.id, one.opening_tenths) | {"expires": ENDS})
        for one in everybody
        if one.opening_tenths
    ]
    feed.store_page(terminal, f"terminal:{terminal.identity.terminal}", 1, rows(orders))
    while feed.carry_out(terminal):  # a slice of orders at a time
        pass
    return village, terminal


def _keys(village: Village, terminal: Terminal) -> list[tuple[str, dict[str, Any]]]:
    county, own = village.county_key.public.hex(), terminal.key.public.hex()
    number = terminal.identity.terminal
    return [
        ("key", {"issuer": COUNTY, "public": county, "terminal": 0}),
        ("key", {"issuer": terminal.identity.issuer, "public": own, "terminal": number}),
        ("centre", {"centre": "037", "name": "柳泉村", "township": "示范镇", "terminal": number}),
    ]


def _households(people: Iterable[Person]) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    for one in people:
        body = {"hh": one.id, "name": one.head, "members": one.members, "pinyin": one.key.lower()}
        found.append(("household", {**body, "home": 37, "digest": [], "limits": "on"}))
        found.append(("card", {"hh": one.id, "serial": 1, "state": "active"}))
    return found


def _staff() -> list[tuple[str, dict[str, Any]]]:
    pin = QUICK_HASH.hash(staff.pin_material(CENTRE_KEY, PIN))
    people = [
        ("staff", {"staff": one, "name": name, "role": role, "pin": pin, "serial": 1, "state": "active"})
        for one, name, role in STAFF
    ]
    return [*people, *(("panel", panel_row(one, hh, kin)) for one, (hh, kin) in PANEL.items())]


def _catalogue() -> list[tuple[str, dict[str, Any]]]:
    """The example goods and rules that come with the program."""
    file = tomllib.loads((assets_dir() / "catalogue" / "goods.toml").read_text("utf-8"))
    goods = [
        {
            "sku": one["sku"],
            "name": one["name"],
            "unit": one["unit"],
            "price": round(one["price"] * 10),
            "barcode": one["barcode"],
            "picture": one["picture"],
            "category": "daily",
            "limit": one.get("limit", 0),
            "from": "",
            "version": 1,
        }
        for one in file["good"]
    ]
    rules: list[dict[str, Any]] = [msgspec.to_builtins(one) for one in rulefile.shipped()]
    return [*(("goods", one) for one in goods), *(("rule", one) for one in rules)]
