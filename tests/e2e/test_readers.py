"""Identity card and typing scanner at a real terminal: driver, look-up and screen together, nothing kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.idcard.simulated import EXAMPLE, SdtFarEnd
from drivers.scanner.simulated_hid import HidFarEnd
from kiosk.demo import seed as seeds
from kiosk.demo.display import virtual_display
from kiosk.demo.seed import Places
from kiosk.ui.inspect_client import texts
from tests.e2e.collected import COLLECTED
from tests.kiosk.ui.unsteady import Unsteady

STRANGER = EXAMPLE._replace(number="11010519491231002X", name="李四")
MISREAD = EXAMPLE._replace(number="340524198001010019")


class Place:
    """A terminal with two far ends, seen through its window."""

    def __init__(self, folder: Path, display: str, idcard: SdtFarEnd, scanner: HidFarEnd) -> None:
        places = Places(scanner=scanner.address, idcard=idcard.address)
        seeds.seed(folder, places, screen={"width": 1280, "height": 800})
        self.demo: dict[str, Any] = json.loads((folder / "demo.json").read_text("utf-8"))
        config = folder / seeds.CONFIG_FILE
        self.folder, self.idcard, self.scanner = folder, idcard, scanner
        self.log = folder / "said.log"
        socket = folder / "inspect.sock"
        program = [sys.executable, "-W", "error", "-m", "tests.e2e.collected"]
        words = [*program, "--config", str(config), "run"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*words, "--inspect", str(socket)],
                env=os.environ | {"DISPLAY": display},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self.window = Unsteady(socket, display, 60.0)
        except OSError as error:
            self.process.kill()
            self.process.wait(20)
            raise AssertionError(f"no window: {error}\n{self.log.read_text('utf-8')}") from error
        self.window.wait_for("attract", where=lambda state: state["pages"] >= 13, timeout_s=60.0)

    def close(self) -> None:
        self.window.close()
        self.process.terminate()
        self.process.wait(20)

    def files(self) -> bytes:
        """Everything it has written: database, log, standard output."""
        return b"".join(path.read_bytes() for path in self._written())

    def _written(self) -> list[Path]:
        found = [path for path in (self.folder / "terminal").rglob("*") if path.is_file()]
        return [*found, self.log]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with (
        virtual_display(1280, 800) as display,
        SdtFarEnd(tmp_path / "idcard") as idcard,
        HidFarEnd(tmp_path / "wedge") as scanner,
    ):
        made = Place(tmp_path / "village", display, idcard, scanner)
        yield made
        made.close()
        said = made.log.read_text("utf-8")
        assert "Traceback" not in said
        assert said.count(COLLECTED) == 1 and f"{COLLECTED}MainThread" in said, "see kiosk.ui.garbage"


@pytest.mark.timeout(180)
def test_from_the_card_to_the_points_and_nothing_of_it_stays(place: Place) -> None:
    window, idcard = place.window, place.idcard
    idcard.put()
    state = window.wait_for("account", text="38.5", timeout_s=20.0)
    assert state["household_tail"] == "0217"
    assert not any(EXAMPLE.number[-4:] in text or EXAMPLE.name in text for text in texts(state))
    idcard.lift()
    window.tap("exit")
    window.wait_for("attract")

    idcard.put(STRANGER)
    window.wait_for("message", where=lambda state: state["code"] == "unknown-identity")
    idcard.lift()
    window.tap("ok")
    window.wait_for("attract")

    idcard.put(MISREAD)
    window.wait_for("attract", where=lambda state: "身份证没读清楚" in state["toast"])
    idcard.lift()

    idcard.unplug()
    card = next(one["card"] for one in place.demo["households"] if one["id"] == "0370101")
    place.scanner.scan(card)
    window.wait_for("account", where=lambda state: state["household_tail"] == "0101")
    window.tap("exit")
    window.wait_for("attract")
    idcard.replug()
    idcard.put()
    window.wait_for("account", where=lambda state: state["household_tail"] == "0217", timeout_s=20.0)
    idcard.lift()
    window.tap("exit")
    window.wait_for("attract")

    staff = next(one for one in place.demo["staff"] if one["id"] == "M037A")
    place.scanner.scan(staff["card"])
    window.wait_for("sign-in")
    for digit in staff["pin"]:
        window.tap(f"key-{digit}")
    window.tap("sign-in")
    window.wait_for("manager")
    idcard.put()
    window.wait_for("redeem", where=lambda state: state["household_tail"] == "0217")

    written = place.files()
    for card_text in (EXAMPLE, STRANGER, MISREAD):
        assert card_text.number.encode() not in written
        assert card_text.number.encode("utf-16-le") not in written
    assert b"idcard: lost" in written, "the log is among what was looked at"
