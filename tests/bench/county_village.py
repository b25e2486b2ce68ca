"""A county with an enrolled terminal that has 10,000 entries to send; shared by the line's measurements."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk import config
from kiosk.demo.seed import CENTRE, CONFIG_FILE, TERMINAL, Places, seed
from kiosk.services import deeds, shelf
from kiosk.services.feedrows import RuleRow
from kiosk.services.redeem import next_request_id, redeem
from kiosk.services.stockpapers import MOST_PIECES
from kiosk.services.terminal import Terminal, open_terminal
from sync.client import ExchangeResult, exchange_once
from sync.county import cardbook, registry, rules
from sync.county.database import open_county
from sync.county.settings import FILE, load
from tests.village import HandClock, proof, receive

HOUSEHOLDS = [f"{CENTRE}{tail}" for tail in range(5001, 5121)]
ENTRIES = 10_000
RULES = tuple(f"bench-{letter}" for letter in "abcde")
SEED = 37
EARN_SHARE = 0.35
SECONDS_APART = (1, 30)  # all within the lease: seven days without the county
CLOSING_MS_OF_DAY = 17 * 3_600_000
OPENING_MS_OF_DAY = 8 * 3_600_000
STOCK_LOTS = 3
ANSWER_TIMEOUT_S = 60.0


def build(folder: Path) -> Path:
    """The demo's county and terminal with more households, and entries of some days that nobody has sent.

    Returns the terminal's configuration file. The same entries every time, but for keys and hashes.
    """
    seed(folder, Places())
    county = open_county(load(folder / "county" / FILE))
    registry.add_households(county, [_household(number) for number in HOUSEHOLDS])
    for number in HOUSEHOLDS:
        cardbook.issue_card(county, number)
    rules.import_rules(county, [_rule(name) for name in RULES])
    county.close()
    clock = HandClock(datetime.now().astimezone().date().isoformat())
    terminal = open_terminal(config.load(folder / CONFIG_FILE), clock)
    with serving(folder) as url:
        exchange(terminal, url)
        skus = [item.sku for item in shelf.shelf(terminal)]
        for sku in skus * STOCK_LOTS:
            receive(terminal, sku, MOST_PIECES, "", "finance", "M037A", "R037A")
        exchange(terminal, url)
    _work(terminal, clock, skus)
    terminal.close()
    return folder / CONFIG_FILE


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """`county serve` as a process of its own; yields where."""
    command = [
        str(Path(sys.executable).with_name("county")),
        "serve",
        "--config",
        str(folder / "county" / FILE),
    ]
    with subprocess.Popen([*command, "--port", "0"], stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            told: dict[str, Any] = json.loads(server.stdout.readline())
            yield told["url"]
        finally:
            server.terminate()
            server.wait(ANSWER_TIMEOUT_S)


def exchange(terminal: Terminal, url: str) -> ExchangeResult:
    """One whole exchange with the county at `url`; it must succeed."""
    terminal.settings = config.with_county_url(terminal.settings, url)
    result = exchange_once(terminal)
    assert result.ok, (result.code, result.detail)
    return result


def _work(terminal: Terminal, clock: HandClock, skus: list[str]) -> None:
    """Days at the counter: redemptions of one to three goods, between them points for deeds."""
    chance = random.Random(SEED)
    clock.move(days=1)  # rules count from the day after they came
    for _ in range(ENTRIES):
        clock.move(seconds=chance.randint(*SECONDS_APART))
        if clock.ms_of_day > CLOSING_MS_OF_DAY:
            clock.ms_of_day = OPENING_MS_OF_DAY
            clock.move(days=1)
        household = chance.choice(HOUSEHOLDS)
        if chance.random() < EARN_SHARE:
            tenths = chance.choice((5, 10, 15, 20, 25, 30, 50))
            deeds.earn(terminal, household, chance.choice(RULES), tenths, "M037A", "R037A")
        else:
            goods = chance.sample(skus, chance.choice((1, 1, 2, 2, 3)))
            basket = tuple((sku, chance.choice((1, 1, 1, 2))) for sku in goods)
            redeem(terminal, proof(household), basket, "M037A", next_request_id(terminal))


def _rule(name: str) -> RuleRow:
    """For any sum and as often as one likes: what is measured is the line."""
    return RuleRow(rule=name, category="civility", title=name, amount=10, version=1)


def _household(number: str) -> registry.Household:
    return registry.Household(
        household=number,
        name="练习",
        members=2,
        home=TERMINAL,
        opening_tenths=500_000,
        opening_expires=f"{datetime.now().astimezone().date().year + 1}-12-31",
        limits="off",
    )
