"""Makes the demo village on disk: a county, an enrolled terminal with people, goods and points, cards."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import segno

from kiosk import config
from kiosk.keys import SigningKey
from kiosk.paths import assets_dir
from kiosk.services import epochs, rulefile, shelf, stock
from kiosk.services.feedrows import MemberRow
from kiosk.services.identity import KEY_FILE
from kiosk.services.stock import Delivered, Source
from kiosk.services.terminal import Terminal, open_terminal
from sync.client import exchange_once
from sync.county import cardbook, memberbook, orderbook, registry, rules, way
from sync.county.database import County, open_county
from sync.county.enrolment import enrol_directly, make_code
from sync.county.serving import Serving
from sync.county.settings import FILE as COUNTY_FILE
from sync.county.settings import CountySettings
from sync.county.settings import write as write_county_settings
from sync.enrolling import identity_of

CENTRE, TERMINAL = "037", 37
LOST, LOST_OF = "lost", "0370110"  # a card that was reported lost and replaced, and whose it was
OTHER_CENTRE = "038"  # for a second terminal, with the code in demo.json
CONFIG_FILE = "config.toml"
CARD_PIXELS_A_MODULE = 10


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where a demo terminal finds the far ends of its wires; empty: none."""

    county_url: str = ""
    camera: str = ""
    scanner: str = ""
    printer: str = ""
    idcard: str = ""


def seed(
    folder: Path,
    places: Places,
    county_port: int = 8642,
    screen: Mapping[str, Any] | None = None,
    told: Callable[[Any], Any] = lambda table: table,
) -> None:
    """Write county, terminal, cards and `demo.json` into the empty or new `folder`; `told` may say the
    village and its goods in other words.

    Raises `ConfigError` when something else is there.
    """
    if folder.exists() and any(folder.iterdir()):
        raise config.ConfigError(f"{folder}: not empty; choose another folder with --out, or remove it")
    folder.mkdir(parents=True, exist_ok=True)
    village = told(tomllib.loads((assets_dir() / "demo" / "village.toml").read_text("utf-8")))
    goods = told(tomllib.loads((assets_dir() / "catalogue" / "goods.toml").read_text("utf-8"))["good"])
    county_settings = CountySettings(
        code=village["county"], name=village["county_name"], port=county_port, folder=str(folder / "county")
    )
    write_county_settings(folder / "county" / COUNTY_FILE, county_settings)
    county = open_county(county_settings, create=True)
    try:
        staff_cards = _fill_county(county, village, goods)
        household_cards = {one["id"]: cardbook.issue_card(county, one["id"]) for one in village["household"]}
        lost = household_cards[LOST_OF]
        cardbook.set_card_state(county, LOST_OF, 1, "lost")
        household_cards[LOST_OF] = cardbook.issue_card(county, LOST_OF)
        write_config(folder, places, screen or {}, village["place"])
        terminal = _enrol(folder, county)
        try:
            _first_exchanges(terminal, county, county_settings, goods)
            code = make_code(county, OTHER_CENTRE)
            _draw_cards(folder / "cards", {**household_cards, LOST: lost}, staff_cards)
            about = _describe(terminal, village, household_cards, staff_cards)
        finally:
            terminal.close()
    finally:
        county.close()
    about["lost_card"] = lost
    about["config"] = str(folder / CONFIG_FILE)
    about["county"] = {
        "config": str(folder / "county" / COUNTY_FILE),
        "url": places.county_url,
        "enrol_code": code,
    }
    about["devices"] = {"camera": places.camera, "scanner": places.scanner, "printer": places.printer}
    text = json.dumps(about, ensure_ascii=False, indent=1)
    (folder / "demo.json").write_text(text + "\n", "utf-8")


def write_config(
    folder: Path, places: Places, screen: Mapping[str, Any], place: Mapping[str, Any] | None = None
) -> None:
    """Write the terminal's `config.toml`; again when the far ends have come up somewhere else."""
    if place is None:
        place = demo_place()
    tables: dict[str, Mapping[str, Any]] = {
        "terminal": {"data_dir": "terminal", "demo": True},
        "place": place,
        "county": {"url": places.county_url, "poll_s": 2.0, "timeout_s": 5.0},
        "screen": screen,
        "camera": {"source": places.camera},
        "scanner": {"address": places.scanner},
        "idcard": {"address": places.idcard},
        "printer": {"address": places.printer, "profile": "epson-tm80"},
    }
    lines = ["# Written by `kiosk demo`; everything in this folder is invented."]
    for name, table in tables.items():
        lines += [
            "",
            f"[{name}]",
            *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()),
        ]
    (folder / CONFIG_FILE).write_text("\n".join(lines) + "\n", "utf-8")


def demo_place() -> dict[str, Any]:
    """Where the demo's terminal stands, as its settings say it."""
    found: dict[str, Any] = tomllib.loads((assets_dir() / "demo" / "village.toml").read_text("utf-8"))[
        "place"
    ]
    return found


def _fill_county(
    county: County, village: Mapping[str, Any], goods: Iterable[Mapping[str, Any]]
) -> dict[str, str]:
    """Everything the county knows; returns the staff cards."""
    registry.begin(county)
    for one in village["centre"]:
        registry.add_centre(county, one["centre"], one["name"], one["township"], one["terminal"])
    registry.add_goods(county, [_good(one) for one in goods])
    rules.import_rules(county, rulefile.shipped())
    rules.import_measures(county, rulefile.shipped_measures())
    ends = f"{datetime.now().astimezone().year}-{village['opening_expires']}"
    registry.add_households(county, [_household(one, ends) for one in village["household"]])
    memberbook.add_members(county, [_member(one) for one in village["member"]])
    for one in village["household"]:
        for rule, points in one.get("earned", []):
            orderbook.give_order(
                county,
                TERMINAL,
                do="earn",
                household=one["id"],
                amount_tenths=_tenths(points),
                rule=rule,
                why="demo",
            )
    staff_cards = {
        one["id"]: registry.add_staff(county, CENTRE, one["id"], one["name"], one["role"], one["pin"])
        for one in village["staff"]
    }
    _seat_panel(county, village["panel"])
    return staff_cards


def _seat_panel(county: County, members: Iterable[Mapping[str, Any]]) -> None:
    """A term of three years from this one on."""
    year = datetime.now().astimezone().year
    for one in members:
        way.set_member(
            county,
            one["staff"],
            since=f"{year}-01-01",
            until=f"{year + 2}-12-31",
            election=f"{CENTRE}-{year}",
            household=one["household"],
            kin=one.get("kin", ()),
        )


def _enrol(folder: Path, county: County) -> Terminal:
    settings = config.load(folder / CONFIG_FILE)
    key = SigningKey.load_or_make(settings.data_dir / KEY_FILE)
    epochs.adopt(settings.data_dir, identity_of(enrol_directly(county, CENTRE, key)))
    return open_terminal(settings)


def _first_exchanges(
    terminal: Terminal, county: County, settings: CountySettings, goods: Iterable[Mapping[str, Any]]
) -> None:
    """People, goods and orders come down over a real line; goods are taken in by two; all of it goes up."""
    with Serving(county, _on_free_port(settings)) as serving:
        _exchange(terminal, serving.url)
        for one in goods:
            lines = (Delivered(sku=one["sku"], pieces=one["stock"]),)
            stock.receive(terminal, lines, Source(fund="finance"), "M037A", "R037A", paper=False)
        _exchange(terminal, serving.url)


def _exchange(terminal: Terminal, url: str) -> None:
    own = terminal.settings
    terminal.settings = config.with_county_url(own, url)
    result = exchange_once(terminal)
    terminal.settings = own
    assert result.ok, f"the demo's first exchange failed: {result.code}"


def _on_free_port(settings: CountySettings) -> CountySettings:
    return msgspec.structs.replace(settings, port=0)


def _draw_cards(folder: Path, households: Mapping[str, str], staff: Mapping[str, str]) -> None:
    folder.mkdir()
    for name, text in {**households, **staff}.items():
        segno.make(text, error="m", boost_error=False, micro=False).save(
            str(folder / f"{name}.png"), scale=CARD_PIXELS_A_MODULE, border=4
        )


def _describe(
    terminal: Terminal,
    village: Mapping[str, Any],
    household_cards: Mapping[str, str],
    staff_cards: Mapping[str, str],
) -> dict[str, Any]:
    from kiosk.services import find

    accounts = {id_: find.by_card(terminal, card) for id_, card in household_cards.items()}
    return {
        "config": "",
        "centre": CENTRE,
        "households": [
            {
                "id": one["id"],
                "card": household_cards[one["id"]],
                "name": one["name"],
                "available_tenths": accounts[one["id"]].available_tenths,
                "limits": one.get("limits", "on"),
            }
            for one in village["household"]
        ],
        "staff": [
            {
                "id": one["id"],
                "name": one["name"],
                "role": one["role"],
                "pin": one["pin"],
                "card": staff_cards[one["id"]],
            }
            for one in village["staff"]
        ],
        "items": [
            {
                "sku": item.sku,
                "barcode": item.barcode,
                "name": item.name,
                "price_tenths": item.price_tenths,
                "stock": item.on_hand,
            }
            for item in shelf.shelf(terminal)
        ],
    }


def _good(one: Mapping[str, Any]) -> registry.Good:
    return registry.Good(
        sku=one["sku"],
        name=one["name"],
        unit=one["unit"],
        price_tenths=_tenths(one["price"]),
        barcode=one["barcode"],
        picture=one["picture"],
        category="daily",
        most_a_month=one.get("limit", 0),
        most=one.get("most", {}),
        most_each=one.get("most_each", {}),
    )


def _household(one: Mapping[str, Any], ends: str) -> registry.Household:
    return registry.Household(
        household=one["id"],
        name=one["name"],
        members=one["members"],
        pinyin=one["pinyin"],
        home=TERMINAL,
        identity_numbers=tuple(one.get("identity_numbers", ())),
        opening_tenths=_tenths(one["opening"]),
        opening_expires=ends,
        limits=one.get("limits", "on"),
    )


def _member(one: Mapping[str, Any]) -> MemberRow:
    return MemberRow(hh=one["household"], member=one["number"], name=one["name"], born=one["born"])


def _tenths(points: float) -> int:
    return round(points * 10)
