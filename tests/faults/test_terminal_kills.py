"""Pulling the plug of the running terminal while a resident confirms: the books stay whole, every time.

`make test` pulls it six times, `make faults` fifty.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.demo.display import virtual_display
from kiosk.demo.village import Village
from kiosk.services.terminal import DATABASE_FILE
from kiosk.services.verify import verify_database
from kiosk.store.database import Database
from kiosk.ui.inspect_client import Window
from tests.depth import often

KILLS = often(6, 50)
HOUSEHOLD = "0379001"  # no limits, no duplicate question
MANAGER = "M037A"
GOODS = "salt"
KILL_WITHIN_S = 0.05


@contextmanager
def village(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Village, str]]:
    with virtual_display(1024, 600) as display:
        monkeypatch.setenv("DISPLAY", display)
        with Village(folder / "village", {"width": 1024, "height": 600}) as one:
            yield one, display


def of(one: Village, kind: str, key: str, value: str, wanted: str) -> str:
    return str(next(row[wanted] for row in one.demo[kind] if row[key] == value))


def ready(state: dict[str, Any]) -> bool:
    """All pages are made and the scanner listens: what is scanned earlier is nobody's."""
    return bool(state["pages"] >= 13 and state["devices"].get("scanner") == "ok")


def to_the_resident(one: Village, window: Window) -> None:
    """From the attract page to the resident's own question."""
    window.wait_for(screen="attract", where=ready, timeout_s=30)
    one.scanner.scan(of(one, "staff", "id", MANAGER, "card"))
    window.wait_for(screen="sign-in")
    for digit in of(one, "staff", "id", MANAGER, "pin"):
        window.tap(f"key-{digit}")
    window.tap("sign-in")
    window.wait_for(screen="manager")
    one.scanner.scan(of(one, "households", "id", HOUSEHOLD, "card"))
    window.wait_for(screen="redeem")
    one.scanner.scan(of(one, "items", "sku", GOODS, "barcode"))
    window.wait_for(screen="redeem", text=of(one, "items", "sku", GOODS, "name"))
    window.tap("confirm")
    window.wait_for(screen="confirm")


def redemptions(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
        return int(conn.execute("SELECT count(*) FROM journal WHERE kind = 'redeem'").fetchone()[0])


@pytest.mark.timeout(400)
def test_power_is_pulled_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(20261123)
    outcomes: Counter[str] = Counter()
    with village(tmp_path, monkeypatch) as (one, display):
        database = one.folder / "terminal" / DATABASE_FILE
        for number in range(KILLS):
            before = redemptions(database)
            one.power_on()
            window = Window(one.inspect_socket, display)
            to_the_resident(one, window)
            window.tap("yes")
            # the moment of the power cut is what is tried: by chance, in each part of the time once
            time.sleep(KILL_WITHIN_S * (number + chance.random()) / KILLS)
            one.pull_power()
            window.close()
            made = redemptions(database) - before
            assert made in (0, 1), "one confirmation, one redemption at the most"
            outcomes["redeemed" if made else "not redeemed"] += 1
        one.power_on()
        window = Window(one.inspect_socket, display)
        window.wait_for(screen="attract", timeout_s=30)
        one.switch_off()
        window.close()
        found = verify_database(Database(database, read_only=True), 37)
    print(f"{KILLS} kills of the running terminal: {dict(outcomes)}")
    assert found.ok, found.problems
    assert outcomes["redeemed"] > 0, "no kill came after the commit; the test proves nothing"
